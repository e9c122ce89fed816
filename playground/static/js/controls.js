/** Buttons and selects on messages. */

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { emojiOf } from "./inline.js";
import { isPending, press } from "./interactions.js";
import { localUrl } from "./media.js";
import { select } from "./select.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link", 6: "premium" };

/** An action row. */
export function actionRow(row, message) {
  return el(
    "div",
    { class: "action-row" },
    (row.components ?? []).map((c) => control(c, message)),
  );
}

/** A button or a select. */
export function control(component, message) {
  return component.type === 2 ? button(component, message) : messageSelect(component, message);
}

function button(component, message) {
  const style = STYLES[component.style] ?? "secondary";
  const inside = [
    emojiOf(component.emoji),
    component.label && el("span", { class: "label" }, component.label),
  ];
  if (style === "link") return linkButton(component, inside);
  const busy = isPending(message.id, component.custom_id);
  return el(
    "button",
    {
      type: "button",
      class: `button ${style} ${busy ? "busy" : ""}`,
      disabled: component.disabled || style === "premium",
      "aria-busy": busy,
      "aria-label": component.label ? undefined : component.emoji?.name,
      dataset: { customId: component.custom_id ?? "" },
      on: { click: () => press(message, component.custom_id) },
    },
    inside,
    busy && el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")),
  );
}

function linkButton(component, inside) {
  const shared = { class: "button secondary link" };
  if (component.disabled)
    return el("span", { ...shared, "aria-disabled": "true" }, inside, icon("external", 16));
  const href = localUrl(component.url) ?? component.url;
  const where = { href, target: "_blank", rel: "noopener noreferrer", title: component.url };
  return el("a", { ...shared, ...where }, inside, icon("external", 16));
}

function messageSelect(component, message) {
  return select(component, {
    busy: isPending(message.id, component.custom_id),
    onCommit: (values) => press(message, component.custom_id, values),
  });
}
