/** One option of a command: its name, and a field that grows with what is typed. */

import { avatar } from "./avatar.js";
import { el, uniqueId } from "./dom.js";
import { icon } from "./icons.js";
import { displayName, roles, state } from "./store.js";
import { t } from "./texts.js";
import { read, Type } from "./values.js";

const NUMERIC = { [Type.INTEGER]: "numeric", [Type.NUMBER]: "decimal" };

/** A field for `option`; `onRemove` is for one that may go. */
export function optionField(option, { onInput, onFocus, onKey, onRemove }) {
  const errorId = uniqueId("error");
  const input = el("textarea", {
    class: "option-input",
    cols: 1,
    rows: 1,
    role: "combobox",
    "aria-label": `${option.shown}${option.required ? "" : ` (${t("optional")})`}`,
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-describedby": errorId,
    inputmode: NUMERIC[option.type] ?? "text",
    spellcheck: "false",
    autocomplete: "off",
    dataset: { option: option.name },
  });
  const grow = el("span", { class: "grow" }, input);
  const error = el("span", { class: "sr-only", id: errorId });
  const node = el(
    "span",
    { class: "option-chip" },
    el("span", { class: "option-label" }, option.shown),
    grow,
    onRemove && removeButton(option, onRemove),
    error,
  );
  const field = {
    option,
    node,
    input,
    picked: null,
    set(text, picked = null) {
      input.value = text;
      field.picked = picked;
      grow.dataset.value = text;
    },
    read: () => read(option, input.value, field.picked),
    isEmpty: () => !input.value,
    showError(found) {
      const sentence = found ? t(...found) : "";
      node.classList.toggle("wrong", Boolean(found));
      input.setAttribute("aria-invalid", String(Boolean(found)));
      error.textContent = sentence;
    },
  };
  input.addEventListener("input", () => {
    field.set(input.value.replace(/\s*\n\s*/g, " "), field.picked?.label === input.value ? field.picked : null);
    field.showError(null);
    onInput(field);
  });
  input.addEventListener("focus", () => onFocus(field));
  input.addEventListener("keydown", (event) => onKey(event, field));
  node.addEventListener("click", () => input.focus());
  return field;
}

function removeButton(option, onRemove) {
  const label = t("removeOption", { name: option.shown });
  return el("button", { type: "button", class: "chip-remove", tabindex: -1, "aria-label": label, title: label, on: { click: onRemove } }, icon("close", 14));
}

/** What the list offers for a field, from what is known here: choices, people, channels, roles. */
export function localSuggestions(option, text) {
  const wanted = text.trim().toLowerCase();
  return all(option)
    .filter((s) => `${s.label} ${s.detail ?? ""}`.toLowerCase().includes(wanted))
    .slice(0, 25);
}

function all(option) {
  if (option.choices?.length) return option.choices.map((c) => ({ value: c.value, label: c.name_localized ?? c.name }));
  switch (option.type) {
    case Type.BOOLEAN:
      return [
        { value: true, label: t("yes") },
        { value: false, label: t("no") },
      ];
    case Type.USER:
      return people();
    case Type.ROLE:
      return guildRoles();
    case Type.MENTIONABLE:
      return [...people(), ...guildRoles()];
    case Type.CHANNEL:
      return state.channels
        .filter((c) => c.type !== 1 && (!option.channel_types?.length || option.channel_types.includes(c.type)))
        .map((c) => ({ value: c.id, label: `#${c.name}`, picture: icon("hash") }));
    default:
      return [];
  }
}

const people = () => state.people.map((p) => ({ value: p.id, label: `@${displayName(p)}`, detail: p.username, picture: avatar(p, 24) }));
const guildRoles = () => roles().map((r) => ({ value: r.id, label: `@${r.name.replace(/^@/, "")}`, picture: icon("shield") }));
