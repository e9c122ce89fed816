/** A command being filled in: its options as fields in the composer, checked before it is sent. */

import { CommandHints } from "./command-hints.js";
import { shownName } from "./commands.js";
import { el } from "./dom.js";
import { callCommand } from "./interactions.js";
import { choicesFor } from "./option-choices.js";
import { optionField } from "./option-field.js";
import { state } from "./store.js";
import { Type } from "./values.js";

/** The form for one entry of the picker. `onEnd(isSent)` is called when it is sent or left. */
export class CommandForm {
  constructor(entry, values, panel, { onEnd, onRefused }) {
    Object.assign(this, { entry, panel, onEnd, onRefused, fields: [] });
    this.hints = new CommandHints(this, panel);
    this.chips = el("span", { class: "option-chips" });
    this.files = el("div", { class: "command-files" });
    const name = el("span", { class: "command-name" }, `/${shownName(entry)}`);
    this.node = el("div", { class: "command-form", tabindex: -1 }, name, this.chips);
    this.node.addEventListener("keydown", (event) => {
      if (event.target === this.node) this.key(event, null);
    });
    for (const option of entry.options) {
      if (option.required || option.name in values) this.add(option, values[option.name]);
    }
  }

  /** The options that are not asked for yet. */
  get missing() {
    return this.entry.options.filter((o) => !this.fieldOf(o));
  }

  fieldOf(option) {
    return this.fields.find((f) => f.option === option);
  }

  /** Add a field; `text` may fill it in. */
  add(option, text = "") {
    const field = optionField(option, {
      onInput: (f) => this.hints.suggest(f),
      onFocus: (f) => this.hints.suggest(f),
      onKey: (event, f) => this.key(event, f),
      onRemove: option.required ? null : () => this.remove(option),
    });
    this.fields.push(field);
    this.chips.append(field.node);
    if (field.drop) this.files.append(field.drop.node);
    else if (text) prefill(field, String(text));
    return field;
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
    const field = this.nextEmpty() ?? this.fields.at(-1);
    if (field) return field.input.focus();
    this.node.focus();
    return this.hints.offerOptions();
  }

  nextEmpty() {
    return this.fields.find((f) => f.option.required && f.isEmpty);
  }

  /** A suggestion was chosen: fill it in and go on. */
  pick(field, row) {
    field.set(row.label, row);
    field.showProblem(null);
    const next = this.nextEmpty();
    if (next) return next.input.focus();
    field.input.focus();
    return this.hints.show(field, []);
  }

  /** Files dropped somewhere on the page go to the first file option without one. */
  takeFiles(list) {
    const isFree = (o) => o.type === Type.ATTACHMENT && (this.fieldOf(o)?.isEmpty ?? true);
    const option = this.entry.options.find(isFree);
    if (!option) return false;
    (this.fieldOf(option) ?? this.add(option)).drop.takeAll(list);
    return true;
  }

  /** What was typed so far, by option name. */
  typed() {
    return Object.fromEntries(
      this.fields.filter((f) => f.text).map((f) => [f.option.name, f.text]),
    );
  }

  // ---- keys ----

  key(event, field) {
    if (event.isComposing) return;
    const act = {
      ArrowDown: () => this.panel.move(1),
      ArrowUp: () => this.panel.move(-1),
      Tab: () => !event.shiftKey && this.tab(field),
      Enter: () => this.panel.pickActive() || this.submit(),
      Escape: () => this.escape(),
      Backspace: () => this.backspace(field),
    }[event.key];
    if (act?.()) event.preventDefault();
  }

  /** Tab takes what is marked, moves on, and after the last field offers the other options. */
  tab(field) {
    const isOpen = this.hints.isOffering || field?.read().value === undefined;
    if (this.panel.hasActive && isOpen) return this.panel.pickActive();
    const isLast = !field || field === this.fields.at(-1);
    if (!isLast || !this.missing.length) return false;
    this.hints.offerOptions(0);
    return true;
  }

  escape() {
    if (this.panel.hasActive) this.panel.hide();
    else this.onEnd(false);
    return true;
  }

  backspace(field) {
    if (field && !field.isEmpty) return false;
    if (!field || field.option.required) this.onEnd(false);
    else this.remove(field.option);
    return true;
  }

  // ---- sending ----

  /** Check everything; go to the first field that is wrong, or send. Answers `true`. */
  submit() {
    const answers = this.fields.map((field) => ({ field, ...field.read() }));
    for (const { field, error } of answers) field.showProblem(error ?? null);
    const wrong = answers.find((a) => a.error)?.field;
    if (wrong) {
      wrong.input.focus();
      this.hints.suggest(wrong);
    } else {
      const given = answers.filter((a) => a.value !== undefined);
      this.send(given.map(({ field, value }) => named(field, value)));
    }
    return true;
  }

  /** The composer is free at once, so that what is typed next is not lost. */
  async send(options) {
    const typed = this.typed();
    const call = callCommand(shownName(this.entry), this.call(options));
    this.onEnd(true);
    try {
      await call;
    } catch (refusal) {
      this.onRefused(refusal.message, typed);
    }
  }

  call(options) {
    return {
      user: state.me.id,
      channel: state.channelId,
      command: this.entry.root,
      options: this.entry.nest(options),
    };
  }

  /** The call as far as it is filled in, with the focus in `focused`. */
  unfinished(focused) {
    const filled = this.fields.filter((f) => !f.drop && (f === focused || !f.isEmpty));
    const options = filled.map((f) => {
      const option = named(f, f.read().value ?? f.text);
      return f === focused ? { ...option, focused: true } : option;
    });
    return this.call(options);
  }
}

const named = ({ option }, value) => ({ name: option.name, type: option.type, value });

function prefill(field, text) {
  const isSame = (choice) => choice.label.toLowerCase() === text.toLowerCase();
  const choice = choicesFor(field.option, text).find(isSame);
  field.set(choice?.label ?? text, choice ?? null);
}
