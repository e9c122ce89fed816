/** Pictures in Discord's mosaic, each of which opens large. */

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { openLightbox } from "./lightbox.js";
import { localUrl } from "./media.js";
import { t } from "./texts.js";

const WIDEST = 550;
const TALLEST = 350;

/** A mosaic of 1 to 10 pictures: `{url, width, height, description, spoiler}`. */
export function gallery(items) {
  return el(
    "div",
    {
      class: "gallery",
      role: "group",
      "aria-label": t("picture"),
      dataset: { count: Math.min(items.length, 10) },
    },
    items.map((_, at) => picture(items, at, items.length === 1)),
  );
}

/** One picture out of `items`, as a button that opens them all; `alone` keeps its own shape. */
export function picture(items, at, alone = false) {
  const item = items[at];
  const src = localUrl(item.url);
  if (!src) return outside(item.url);
  const open = t("openPicture", { number: at + 1, total: items.length });
  const node = el(
    "button",
    {
      type: "button",
      class: "picture",
      "aria-label": item.description ? `${item.description} – ${open}` : open,
      style: alone ? shape(item) : {},
    },
    el("img", {
      src,
      alt: item.description ?? "",
      decoding: "sync",
      draggable: "false",
      width: item.width,
      height: item.height,
    }),
    item.description &&
      el("span", { class: "alt-tag", "aria-hidden": "true", title: item.description }, "ALT"),
    item.spoiler && el("span", { class: "spoiler-tag" }, t("spoiler")),
  );
  if (item.spoiler) node.classList.add("hidden-picture");
  node.querySelector("img").addEventListener("error", () => lose(node));
  node.addEventListener("click", () => {
    if (node.classList.contains("hidden-picture")) node.classList.remove("hidden-picture");
    else openLightbox(items, at);
  });
  return node;
}

/** Its file is gone, or its link has run out. */
function lose(node) {
  node.classList.add("lost");
  node.disabled = true;
  node.append(t("lostPicture"));
}

/** The size a picture is shown in: its own, or what fits. */
export function shape({ width, height }, widest = WIDEST, tallest = TALLEST) {
  if (!width || !height) return {};
  const scale = Math.min(1, widest / width, tallest / height);
  return { width: `${Math.round(width * scale)}px`, "aspect-ratio": `${width} / ${height}` };
}

function outside(url) {
  const { host } = new URL(url, location.origin);
  return el("span", { class: "outside-picture" }, icon("external"), t("outsidePicture", { host }));
}
