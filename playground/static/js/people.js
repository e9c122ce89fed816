/** Who one is, in which language, in which theme. */

import * as api from "./api.js";
import { avatar } from "./avatar.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { arrowKeys, closePopup, openPopup } from "./popup.js";
import { displayName, state, tell } from "./store.js";
import { languageName, t } from "./texts.js";
import { chooseTheme, theme, THEMES } from "./theme.js";
import { toast } from "./toast.js";

const THEME_ICONS = { system: "system", dark: "moon", light: "sun" };

/** Open the switcher beside `anchor`. */
export function openSwitcher(anchor) {
  const everyone = state.people.filter((p) => p.role !== "bot");
  const node = el(
    "div",
    { class: "switcher", role: "dialog", "aria-label": t("beSomeone") },
    el("h2", {}, t("beSomeone")),
    el("div", { role: "radiogroup", "aria-label": t("beSomeone") }, everyone.map(personRow)),
    el(
      "label",
      { class: "switcher-field" },
      icon("globe", 18),
      el("span", {}, t("language")),
      languages(),
    ),
    el(
      "div",
      { class: "themes", role: "radiogroup", "aria-label": t("theme") },
      THEMES.map(themeButton),
    ),
  );
  arrowKeys(node, ".person-row");
  openPopup(anchor, node);
}

function personRow(person) {
  const isMe = person.id === state.me.id;
  const become = () => {
    closePopup();
    if (!isMe) tell("become", person.id);
  };
  return el(
    "button",
    {
      type: "button",
      class: "person-row",
      role: "radio",
      "aria-checked": String(isMe),
      dataset: { person: person.id, ...(isMe ? { first: "" } : {}) },
      on: { click: become },
    },
    avatar(person, 32),
    el(
      "span",
      { class: "person-texts" },
      el("strong", {}, displayName(person)),
      el("small", {}, t(`role.${person.role}`)),
    ),
    isMe && icon("check", 18),
  );
}

function languages() {
  const change = async (event) => {
    const locale = event.target.value;
    try {
      await api.setLocale(state.me.id, locale);
      tell("reload");
    } catch (refusal) {
      toast(refusal.message);
    }
    closePopup();
  };
  const option = (code) =>
    el("option", { value: code, selected: code === state.me.locale }, languageName(code));
  return el(
    "select",
    { class: "native-select", on: { change } },
    state.locales.map(codeOf).map(option),
  );
}

const codeOf = (entry) => (typeof entry === "string" ? entry : (entry.code ?? entry.value));

function themeButton(name) {
  const choose = (event) => {
    chooseTheme(name);
    for (const other of event.currentTarget.parentElement.children) {
      other.setAttribute("aria-checked", String(other === event.currentTarget));
    }
  };
  const isChosen = String(theme() === name);
  return el(
    "button",
    {
      type: "button",
      class: "theme",
      role: "radio",
      "aria-checked": isChosen,
      dataset: { theme: name },
      on: { click: choose },
    },
    icon(THEME_ICONS[name], 18),
    t(`theme.${name}`),
  );
}
