/** What the list above the composer says while a command is filled in. */

import * as api from "./api.js";
import { el } from "./dom.js";
import { botChoice, choicesFor } from "./option-choices.js";
import { t } from "./texts.js";
import { isListed, limits } from "./values.js";

const AUTOCOMPLETE_WAIT_MS = 120;

/** Hints for one `form`, shown in `panel`. */
export class CommandHints {
  constructor(form, panel) {
    Object.assign(this, { form, panel, asked: 0, current: null, isOffering: false });
  }

  /** Describe a field, and offer what can be chosen for it. */
  suggest(field) {
    this.current = field;
    if (field.option.autocomplete) this.askBot(field);
    else
      this.show(field, field.drop ? [] : choicesFor(field.option, field.picked ? "" : field.text));
  }

  /** Describe a field above `rows`; `note` is said beside it. */
  show(field, rows, note = null) {
    this.isOffering = false;
    const isOpen = isListed(field.option) && field.read().value === undefined;
    const picked = rows.findIndex((r) => r.value === field.picked?.value);
    this.panel.show({
      input: field.input,
      title: describe(field, note),
      rows,
      footer: this.moreOptions(),
      label: field.option.shown,
      active: picked < 0 && isOpen ? 0 : picked,
      onPick: (row) => this.form.pick(field, row),
    });
  }

  /** The options that are not asked for yet, as a list. */
  offerOptions(active = -1) {
    const { missing } = this.form;
    this.isOffering = true;
    this.panel.show({
      input: this.current?.input ?? this.form.node,
      title: missing.length ? el("strong", {}, t("optionalOptions")) : null,
      rows: missing.map((o) => ({ label: o.shown, detail: o.hint, value: o })),
      footer: el("span", { class: "keys" }, t("enterToSend")),
      label: t("optionalOptions"),
      active,
      onPick: (row) => this.form.add(row.value).input.focus(),
    });
  }

  moreOptions() {
    const enter = el("span", { class: "keys at-end" }, t("enterToSend"));
    const { missing } = this.form;
    if (!missing.length) return enter;
    return [
      el("span", { class: "keys" }, t("optionalOptions")),
      missing.map((o) => this.pill(o)),
      enter,
    ];
  }

  pill(option) {
    const props = {
      type: "button",
      class: "option-add",
      tabindex: -1,
      title: option.hint,
      dataset: { add: option.name },
      on: { click: () => this.form.add(option).input.focus() },
    };
    return el("button", props, `+ ${option.shown}`);
  }

  async askBot(field) {
    const asked = (this.asked += 1);
    const isStale = () => asked !== this.asked || this.current !== field || !field.node.isConnected;
    this.show(field, [], t("loadingChoices"));
    await new Promise((done) => setTimeout(done, AUTOCOMPLETE_WAIT_MS));
    if (isStale()) return;
    const call = this.form.unfinished(field);
    const choices = await api.autocomplete(call).then(
      (answer) => answer.choices,
      () => [],
    );
    if (isStale()) return;
    this.show(field, choices.map(botChoice), choices.length ? null : t("noChoices"));
  }
}

function describe({ option, problem }, note) {
  const bounds = limits(option);
  return [
    el("strong", {}, option.shown),
    el("span", {}, option.hint),
    bounds && el("span", { class: "limits" }, bounds),
    note && el("span", { class: "limits" }, note),
    problem && el("span", { class: "field-error", role: "alert" }, t(...problem)),
  ];
}
