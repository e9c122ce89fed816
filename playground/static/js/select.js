/** A select in Discord's manner: a box that opens a list, for one or several values. */

import { avatar } from "./avatar.js";
import { el, fill, uniqueId } from "./dom.js";
import { icon } from "./icons.js";
import { emojiOf } from "./inline.js";
import { openPopup } from "./popup.js";
import { displayName, roles, state } from "./store.js";
import { t } from "./texts.js";

const SEARCH_FROM = 8;
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
  const show = () => fill(box, shown(model, component), busy ? el("span", { class: "spinner" }) : icon("chevron"));
  show();
  const open = () => {
    if (box.getAttribute("aria-expanded") === "true") return;
    openList(box, model, (values) => {
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
  const people = () => state.people.map((p) => ({ value: p.id, label: displayName(p), detail: p.username, picture: avatar(p, 24) }));
  const ofGuild = () => roles().map((r) => ({ value: r.id, label: r.name, picture: icon("shield") }));
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
      return (component.options ?? []).map((o) => ({ ...o, detail: o.description, picture: emojiOf(o.emoji) }));
  }
}

function channelChoices(types) {
  return state.channels
    .filter((c) => c.type !== 1 && (!types?.length || types.includes(c.type)))
    .map((c) => ({ value: c.id, label: c.name, picture: icon(CHANNEL_ICON[c.type] ?? "hash") }));
}

function shown(model, component) {
  const chosen = model.choices.filter((c) => model.values.includes(c.value));
  if (!chosen.length) return el("span", { class: "select-placeholder" }, component.placeholder ?? t("select"));
  if (!model.isMulti) {
    return el("span", { class: "select-chosen" }, chosen[0].picture?.cloneNode(true), chosen[0].label);
  }
  return el("span", { class: "select-chosen" }, chosen.map((c) => el("span", { class: "chip" }, c.label)));
}

function openList(box, model, commit) {
  const picked = new Set(model.values);
  const rows = model.choices.map((choice) => row(choice, model.isMulti));
  const listId = uniqueId("list");
  const list = el("div", { class: "select-list", role: "listbox", id: listId, "aria-multiselectable": model.isMulti }, rows.map((r) => r.node));
  const search = el("input", {
    class: `select-search ${rows.length < SEARCH_FROM ? "sr-only" : ""}`,
    type: "text",
    role: "combobox",
    placeholder: t("searchIn"),
    "aria-label": t("searchIn"),
    "aria-controls": listId,
    "aria-expanded": "true",
    autocomplete: "off",
  });
  const before = [...picked].sort().join();
  const finish = () => {
    box.setAttribute("aria-expanded", "false");
    const isChanged = [...picked].sort().join() !== before;
    if (model.isMulti && isChanged && picked.size >= model.min) commit([...picked]);
  };
  const popup = el("div", { class: "select-popup", style: { "min-width": `${box.offsetWidth}px` } }, search, list, model.isMulti && el("div", { class: "select-foot" }, t("selectUpTo", { min: model.min, max: model.max })));
  box.setAttribute("aria-expanded", "true");
  const opened = openPopup(box, popup, { onClose: finish });
  const mark = () => rows.forEach((r) => r.node.setAttribute("aria-selected", picked.has(r.choice.value)));
  const choose = (choice) => {
    if (!model.isMulti) {
      const isAgain = picked.has(choice.value);
      opened.close();
      if (isAgain && model.min === 0) commit([]);
      else commit([choice.value]);
    } else {
      if (picked.has(choice.value)) picked.delete(choice.value);
      else if (picked.size < model.max) picked.add(choice.value);
      mark();
    }
  };
  mark();
  steer(search, list, rows, choose, () => opened.close());
}

function row(choice, isMulti) {
  const node = el(
    "div",
    { class: "select-row", role: "option", id: uniqueId("option") },
    choice.picture && el("span", { class: "select-picture" }, choice.picture),
    el("span", { class: "select-label" }, choice.label, choice.detail && el("small", {}, choice.detail)),
    el("span", { class: isMulti ? "tick box" : "tick" }, icon("check", 16)),
  );
  return { node, choice };
}

function steer(search, list, rows, choose, close) {
  let active = null;
  const visible = () => rows.filter((r) => !r.node.hidden);
  const activate = (found) => {
    active?.node.classList.remove("active");
    active = found ?? null;
    active?.node.classList.add("active");
    active?.node.scrollIntoView({ block: "nearest" });
    if (active) search.setAttribute("aria-activedescendant", active.node.id);
    else search.removeAttribute("aria-activedescendant");
  };
  const filter = () => {
    const query = search.value.trim().toLowerCase();
    for (const r of rows) r.node.hidden = !`${r.choice.label} ${r.choice.detail ?? ""}`.toLowerCase().includes(query);
    activate(visible()[0]);
  };
  search.addEventListener("input", filter);
  search.addEventListener("keydown", (event) => {
    const shownRows = visible();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) activate(shownRows[(shownRows.indexOf(active) + step + shownRows.length) % shownRows.length]);
    else if (event.key === "Enter" || (event.key === " " && !search.value)) active && choose(active.choice);
    else if (event.key === "Tab") close();
    else return;
    event.preventDefault();
  });
  for (const r of rows) {
    r.node.addEventListener("pointermove", () => active !== r && activate(r));
    r.node.addEventListener("click", () => choose(r.choice));
  }
  activate(rows.find((r) => r.node.getAttribute("aria-selected") === "true") ?? rows[0]);
  list.addEventListener("pointerdown", (event) => event.preventDefault());
}
