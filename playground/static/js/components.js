/** Components V2, and the legacy action rows, as DOM nodes. */

import { fileCard } from "./attachments.js";
import { actionRow, control } from "./controls.js";
import { el } from "./dom.js";
import { gallery, picture } from "./gallery.js";
import { markdown } from "./markdown.js";
import { filenameOf } from "./media.js";
import { t } from "./texts.js";

const DRAW = {
  1: actionRow,
  2: control,
  9: section,
  10: (c) => markdown(c.content, "text-display"),
  11: thumbnail,
  12: (c) => gallery(c.items.map(itemOf)),
  13: file,
  14: separator,
  17: container,
};

/** The nodes for a list of components of `message`. */
export function components(list, message) {
  return (list ?? []).map((c) => DRAW[c.type]?.(c, message) ?? null).filter(Boolean);
}

const itemOf = (item) => ({ ...item.media, description: item.description, spoiler: item.spoiler });

function container(component, message) {
  const accent = component.accent_color;
  const color =
    accent === null || accent === undefined ? null : `#${accent.toString(16).padStart(6, "0")}`;
  const inside = el(
    "div",
    { class: "container-inside" },
    components(component.components, message),
  );
  const node = el(
    "div",
    { class: `container ${color ? "accented" : ""}`, style: color ? { "--accent": color } : {} },
    inside,
  );
  return component.spoiler ? covered(node, inside) : node;
}

/** `node` with a cover over what is `inside` it, until it is pressed. */
function covered(node, inside) {
  const reveal = () => {
    node.classList.remove("covered");
    inside.removeAttribute("inert");
    cover.remove();
  };
  const label = { "aria-label": t("revealSpoiler") };
  const tag = el("span", { class: "spoiler-tag" }, t("spoiler"));
  const cover = el(
    "button",
    { type: "button", class: "cover", ...label, on: { click: reveal } },
    tag,
  );
  inside.setAttribute("inert", "");
  node.classList.add("coverable", "covered");
  node.append(cover);
  return node;
}

function section(component, message) {
  return el(
    "div",
    { class: "section" },
    el("div", { class: "section-texts" }, components(component.components, message)),
    el("div", { class: "section-accessory" }, components([component.accessory], message)),
  );
}

function thumbnail(component) {
  return el("div", { class: "thumbnail" }, picture([itemOf(component)], 0));
}

function file({ file: media, name, size, spoiler }) {
  const filename = name ?? filenameOf(media.url);
  const card = fileCard({ url: media.url, filename, size });
  return spoiler ? covered(el("div", {}, card), card) : card;
}

function separator(component) {
  const isLarge = component.spacing === 2;
  const isLine = component.divider ?? true;
  const role = isLine ? { role: "separator" } : { "aria-hidden": "true" };
  return el("div", {
    class: `separator ${isLine ? "line" : ""} ${isLarge ? "large" : ""}`,
    ...role,
  });
}
