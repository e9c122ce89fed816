/** A select in Discord's manner: a box that opens a list, for one or several values. */

import { avatar } from "./avatar.js";
import { el, fill } from "./dom.js";
import { icon } from "./icons.js";
import { emojiOf } from "./inline.js";
import { SelectList } from "./select-list.js";
import { displayName, roles, state } from "./store.js";
import { t } from "./texts.js";

const CHANNEL_ICON = { 0: "hash", 1: "at" };

/**
 * The select's element. `onCommit(values)` is called when a choice is made; `keep` shows the
 * choice afterwards, as a form does; `label` names it for screen readers.
 */
export function select(component, { onCommit, disabled = false, busy = false, label }) {
  const choices = choicesOf(component);
  const min = component.min_values ?? 1;
  const max = Math.min(component.max_values ?? 1, choices.length);
  const model = { choices, min, max, isMulti: max > 1, values: initial(component, choices) };
  const box = el("button", {
    type: "button",
    class: "select-box",
    role: "combobox",
    "aria-haspopup": "listbox",
    "aria-expanded": "false",
    "aria-label": label ?? component.placeholder ?? t("select"),
    "aria-busy": busy,
    disabled: disabled || component.disabled,
    dataset: { customId: component.custom_id },
  });
  const show = () =>
    fill(box, shown(model, component), busy ? el("span", { class: "spinner" }) : icon("chevron"));
  show();
  const open = () => {
    if (box.getAttribute("aria-expanded") === "true") return;
    new SelectList(box, model, (values) => {
      model.values = values;
      show();
      onCommit(values);
    });
  };
  box.addEventListener("click", open);
  box.addEventListener("keydown", (event) => {
    if (!["ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    open();
  });
  return el("div", { class: "select" }, box);
}

/** The values a select starts with. */
export const initialValues = (component) => initial(component, choicesOf(component));

function initial(component, choices) {
  const given = (component.default_values ?? []).map((d) => String(d.id));
  return choices.filter((c) => c.default || given.includes(c.value)).map((c) => c.value);
}

function choicesOf(component) {
  const people = () =>
    state.people.map((p) => ({
      value: p.id,
      label: displayName(p),
      detail: p.username,
      picture: avatar(p, 24),
    }));
  const ofGuild = () =>
    roles().map((r) => ({ value: r.id, label: r.name, picture: icon("shield") }));
  switch (component.type) {
    case 5:
      return people();
    case 6:
      return ofGuild();
    case 7:
      return [...people(), ...ofGuild()];
    case 8:
      return channelChoices(component.channel_types);
    default:
      return (component.options ?? []).map((o) => ({
        ...o,
        detail: o.description,
        picture: emojiOf(o.emoji),
      }));
  }
}

function channelChoices(types) {
  return state.channels
    .filter((c) => c.type !== 1 && (!types?.length || types.includes(c.type)))
    .map((c) => ({ value: c.id, label: c.name, picture: icon(CHANNEL_ICON[c.type] ?? "hash") }));
}

function shown(model, component) {
  const chosen = model.choices.filter((c) => model.values.includes(c.value));
  if (!chosen.length)
    return el("span", { class: "select-placeholder" }, component.placeholder ?? t("select"));
  if (!model.isMulti) {
    return el(
      "span",
      { class: "select-chosen" },
      chosen[0].picture?.cloneNode(true),
      chosen[0].label,
    );
  }
  return el(
    "span",
    { class: "select-chosen" },
    chosen.map((c) => el("span", { class: "chip" }, c.label)),
  );
}
