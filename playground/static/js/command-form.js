/** A command being filled in: its options as fields in the composer, checked before it is sent. */

import * as api from "./api.js";
import { shownName } from "./commands.js";
import { el, fill } from "./dom.js";
import { fileDrop } from "./file-field.js";
import { icon } from "./icons.js";
import { callCommand } from "./interactions.js";
import { localSuggestions, optionField } from "./option-field.js";
import { state } from "./store.js";
import { t } from "./texts.js";
import { isListed, limits, Type } from "./values.js";

const AUTOCOMPLETE_WAIT_MS = 120;

/** The form for one entry of the picker. `onEnd` is called when it is sent or left. */
export class CommandForm {
  constructor(entry, values, panel, { onEnd, onRefused }) {
    Object.assign(this, { entry, panel, onEnd, onRefused, fields: [], asked: 0 });
    this.chips = el("span", { class: "option-chips" });
    this.files = el("div", { class: "command-files" });
    this.node = el("div", { class: "command-form" }, el("span", { class: "command-name" }, `/${shownName(entry)}`), this.chips);
    for (const option of entry.options) {
      if (option.required || option.name in values) this.add(option, values[option.name]);
    }
  }

  /** Add a field; the option may have a value as text. */
  add(option, text = "") {
    const field = option.type === Type.ATTACHMENT ? this.fileField(option) : this.textField(option);
    this.fields.push(field);
    this.chips.append(field.node);
    if (field.drop) this.files.append(field.drop.node);
    else if (text) this.prefill(field, String(text));
    return field;
  }

  prefill(field, text) {
    const same = localSuggestions(field.option, text).find((s) => s.label.toLowerCase() === text.toLowerCase());
    field.set(same?.label ?? text, same ?? null);
  }

  textField(option) {
    return optionField(option, {
      onInput: (field) => this.suggest(field),
      onFocus: (field) => this.suggest(field),
      onKey: (event, field) => this.key(event, field),
      onRemove: option.required ? null : () => this.remove(option),
    });
  }

  fileField(option) {
    const label = `${option.shown}: ${t("chooseFile")}`;
    const status = el("span", { class: "option-file" });
    const button = el("button", { type: "button", class: "option-chip file", "aria-label": label, dataset: { option: option.name } }, el("span", { class: "option-label" }, option.shown), status);
    const field = { option, node: button, input: button };
    field.drop = fileDrop({ label, onChange: () => fill(status, this.fileStatus(field)) });
    field.isEmpty = () => field.drop.isEmpty();
    field.read = () => this.readFile(field);
    field.set = () => {};
    field.showError = (found) => button.classList.toggle("wrong", Boolean(found));
    fill(status, this.fileStatus(field));
    button.addEventListener("click", () => field.drop.focus());
    button.addEventListener("focus", () => this.suggest(field));
    button.addEventListener("keydown", (event) => event.key === "Enter" && !field.isEmpty() && this.key(event, field));
    return field;
  }

  fileStatus({ drop }) {
    return drop.isEmpty() ? t("chooseFile") : (drop.attachments()[0]?.filename ?? "…");
  }

  readFile({ drop, option }) {
    if (drop.isBusy()) return { error: ["error.uploading", {}] };
    const [attachment] = drop.attachments();
    if (attachment) return { value: attachment.id };
    return option.required ? { error: ["error.file", {}] } : {};
  }

  /** Files that were dropped somewhere on the page: they go to the first empty file option. */
  takeFiles(list) {
    const option = this.entry.options.find((o) => o.type === Type.ATTACHMENT && this.fieldOf(o)?.isEmpty() !== false);
    if (!option) return false;
    (this.fieldOf(option) ?? this.add(option)).drop.takeAll(list);
    return true;
  }

  fieldOf(option) {
    return this.fields.find((f) => f.option === option);
  }

  remove(option) {
    const field = this.fieldOf(option);
    this.fields = this.fields.filter((f) => f !== field);
    field.drop?.node.remove();
    field.node.remove();
    this.focus();
  }

  /** Go to the first field that still needs something, or to the last one. */
  focus() {
    const next = this.fields.find((f) => f.option.required && f.isEmpty()) ?? this.fields.at(-1);
    if (next) return next.input.focus();
    this.node.tabIndex = -1;
    this.node.onkeydown = (event) => event.target === this.node && this.key(event, null);
    this.node.focus();
    return this.offerOptions();
  }

  get missing() {
    return this.entry.options.filter((o) => !this.fieldOf(o));
  }

  // ---- the list above ----

  suggest(field) {
    this.current = field;
    if (field.option.autocomplete) return this.askBot(field);
    return this.show(field, field.drop ? [] : localSuggestions(field.option, field.picked ? "" : field.input.value));
  }

  show(field, rows, note = null) {
    this.offering = false;
    const isOpen = isListed(field.option) && field.read().value === undefined;
    const picked = rows.findIndex((r) => r.value === field.picked?.value);
    this.panel.show({
      input: field.input,
      title: this.describe(field, note),
      rows,
      footer: this.moreOptions(),
      label: field.option.shown,
      active: picked >= 0 ? picked : isOpen ? 0 : -1,
      onPick: (row) => this.pick(field, row),
    });
  }

  describe({ option, error }, note) {
    const bounds = limits(option);
    return [
      el("strong", {}, option.shown),
      el("span", {}, option.hint),
      bounds && el("span", { class: "limits" }, bounds),
      note && el("span", { class: "limits" }, note),
      error && el("span", { class: "field-error", role: "alert" }, t(...error)),
    ];
  }

  moreOptions() {
    if (!this.missing.length) return el("span", { class: "keys" }, t("enterToSend"));
    const pills = this.missing.map((o) =>
      el("button", { type: "button", class: "option-add", tabindex: -1, title: o.hint, dataset: { add: o.name }, on: { click: () => this.add(o).input.focus() } }, `+ ${o.shown}`),
    );
    return [el("span", { class: "keys" }, t("optionalOptions")), ...pills, el("span", { class: "keys at-end" }, t("enterToSend"))];
  }

  /** The optional options as a list, for the keyboard. */
  offerOptions(active = -1) {
    this.offering = true;
    const input = this.current?.input ?? this.node;
    this.panel.show({
      input,
      title: this.missing.length ? el("strong", {}, t("optionalOptions")) : null,
      rows: this.missing.map((o) => ({ label: o.shown, detail: o.hint, value: o })),
      footer: el("span", { class: "keys" }, t("enterToSend")),
      label: t("optionalOptions"),
      active,
      onPick: (row) => this.add(row.value).input.focus(),
    });
  }

  pick(field, row) {
    field.set(row.label, row);
    field.error = null;
    field.showError(null);
    this.advance(field);
  }

  advance(field) {
    const next = this.fields.find((f) => f !== field && f.option.required && f.isEmpty());
    if (next) next.input.focus();
    else {
      field.input.focus();
      this.show(field, []);
    }
  }

  async askBot(field) {
    const asked = (this.asked += 1);
    this.show(field, [], t("loadingChoices"));
    await new Promise((done) => setTimeout(done, AUTOCOMPLETE_WAIT_MS));
    if (asked !== this.asked) return;
    const choices = await api.autocomplete(this.call(this.partial(field))).then((a) => a.choices, () => []);
    if (asked !== this.asked || this.current !== field || !field.input.isConnected) return;
    const rows = choices.map((c) => ({ value: c.value, label: c.name_localized ?? c.name }));
    this.show(field, rows, rows.length ? null : t("noChoices"));
  }

  partial(focused) {
    return this.fields
      .filter((f) => !f.drop && (f === focused || !f.isEmpty()))
      .map((f) => {
        const value = f.read().value ?? f.input.value;
        return { name: f.option.name, type: f.option.type, value, ...(f === focused ? { focused: true } : {}) };
      });
  }

  /** What was typed so far, by option name. */
  typed() {
    return Object.fromEntries(this.fields.filter((f) => !f.drop && !f.isEmpty()).map((f) => [f.option.name, f.input.value]));
  }

  // ---- keys ----

  key(event, field) {
    if (event.isComposing) return;
    const handled = this.keys[event.key]?.call(this, event, field);
    if (handled) event.preventDefault();
  }

  keys = {
    ArrowDown: () => this.panel.move(1),
    ArrowUp: () => this.panel.move(-1),
    Tab: (event, field) => this.tab(event, field),
    Enter: (event) => {
      if (!event.shiftKey && this.panel.pickActive()) return true;
      this.submit();
      return true;
    },
    Escape: () => {
      if (this.panel.hasActive) this.panel.hide();
      else this.onEnd(null);
      return true;
    },
    Backspace: (event, field) => {
      if (field && !field.isEmpty()) return false;
      if (!field || field.option.required) this.onEnd(null);
      else this.remove(field.option);
      return true;
    },
  };

  tab(event, field) {
    if (event.shiftKey) return false;
    const isOpen = this.offering || field?.read().value === undefined;
    if (this.panel.hasActive && isOpen) return this.panel.pickActive();
    const isLast = !field || field === this.fields.at(-1);
    if (!isLast || !this.missing.length) return false;
    this.offerOptions(0);
    return true;
  }

  // ---- sending ----

  call(options) {
    return { user: state.me.id, channel: state.channelId, command: this.entry.root, options: this.entry.nest(options) };
  }

  /** Check everything; go to the first field that is wrong, or send. */
  async submit() {
    const answers = this.fields.map((f) => ({ f, ...f.read() }));
    for (const { f, error } of answers) {
      f.error = error ?? null;
      f.showError(error ?? null);
    }
    const wrong = answers.find((a) => a.error);
    if (wrong) {
      wrong.f.input.focus();
      this.suggest(wrong.f);
      return;
    }
    const given = answers.filter((a) => a.value !== undefined);
    await this.send(given.map(({ f, value }) => ({ name: f.option.name, type: f.option.type, value })));
  }

  async send(options) {
    if (this.isSending) return;
    this.isSending = true;
    try {
      await callCommand(shownName(this.entry), this.call(options));
      this.onEnd("sent");
    } catch (refusal) {
      this.onRefused(refusal.message);
    } finally {
      this.isSending = false;
    }
  }
}

/** The mark of a command that is being filled in: press it to leave. */
export function leaveButton(onLeave) {
  const label = t("cancelCommand");
  return el("button", { type: "button", class: "icon-button", "aria-label": label, title: label, on: { click: onLeave } }, icon("close"));
}
