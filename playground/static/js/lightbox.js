/** Pictures large, over the page: arrows move, Escape closes. */

import { el, fill } from "./dom.js";
import { icon, iconButton } from "./icons.js";
import { localUrl } from "./media.js";
import { t } from "./texts.js";

/** Show `items[start]` large; the focus goes back to where it was when it closes. */
export function openLightbox(items, start) {
  const shown = items.filter((item) => localUrl(item.url));
  let at = Math.max(0, shown.indexOf(items[start]));
  const stage = el("figure", { class: "lightbox-stage" });
  const dialog = el("dialog", { class: "lightbox", "aria-label": t("picture") });
  const move = (step) => {
    at = (at + step + shown.length) % shown.length;
    fill(stage, ...large(shown[at], at, shown.length));
  };
  dialog.append(
    stage,
    tools(dialog, () => shown[at]),
    ...(shown.length > 1 ? arrows(move) : []),
  );
  dialog.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step && shown.length > 1) move(step);
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target === stage) dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  move(0);
  dialog.showModal();
  dialog.querySelector(".close").focus();
}

function large(item, at, total) {
  const alt = item.description ?? "";
  const place = total > 1 ? t("pictureOf", { number: at + 1, total }) : "";
  return [
    el("img", { src: localUrl(item.url), alt, decoding: "sync" }),
    el(
      "figcaption",
      { "aria-live": "polite" },
      alt && el("span", {}, alt),
      place && el("small", {}, place),
    ),
  ];
}

function arrows(move) {
  const arrow = (name, step, side) =>
    el(
      "button",
      {
        type: "button",
        class: `lightbox-arrow ${side}`,
        "aria-label": t(name),
        on: { click: () => move(step) },
      },
      icon(side, 28),
    );
  return [arrow("previous", -1, "left"), arrow("next", 1, "right")];
}

function tools(dialog, current) {
  const openOriginal = () => window.open(localUrl(current().url), "_blank", "noopener");
  const close = iconButton("close", t("close"), () => dialog.close(), { size: 22, class: "close" });
  return el(
    "div",
    { class: "lightbox-tools" },
    iconButton("download", t("download"), () => download(current()), { size: 22 }),
    iconButton("external", t("openOriginal"), openOriginal, { size: 22 }),
    close,
  );
}

function download(item) {
  el("a", { href: localUrl(item.url), download: "" }).click();
}
