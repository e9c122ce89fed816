/** Files: chosen or dropped, shown while they are taken in, and handed on as attachment ids. */

import * as api from "./api.js";
import { el, fill } from "./dom.js";
import { icon } from "./icons.js";
import { readableSize } from "./media.js";
import { state } from "./store.js";
import { t } from "./texts.js";

const LARGEST = 10 * 1024 * 1024;

/** A place for up to `max` files; `attachments()` are those that were taken in. */
export function fileDrop({ max = 1, label, onChange = () => {} }) {
  const files = [];
  const picker = el("input", { type: "file", multiple: max > 1, class: "sr-only", tabindex: -1, "aria-hidden": "true" });
  const chooser = el(
    "button",
    { type: "button", class: "drop-zone", "aria-label": label, on: { click: () => picker.click() } },
    icon("upload", 22),
    el("span", {}, t("dropFile")),
    max > 1 && el("small", {}, t("filesUpTo", { max })),
  );
  const previews = el("div", { class: "previews" });
  const error = el("div", { class: "field-error", role: "alert" });
  const node = el("div", { class: "file-drop" }, chooser, picker, previews, error);

  const redraw = () => {
    chooser.hidden = files.length >= max;
    fill(previews, files.map((f) => preview(f, () => remove(f))));
    onChange();
  };
  const remove = (entry) => {
    files.splice(files.indexOf(entry), 1);
    URL.revokeObjectURL(entry.url);
    redraw();
  };
  const take = async (file) => {
    error.textContent = file.size > LARGEST ? t("tooBig") : "";
    if (file.size > LARGEST) return;
    if (files.length >= max) remove(files.at(-1));
    const entry = { file, url: URL.createObjectURL(file), attachment: null };
    files.push(entry);
    redraw();
    previews.lastElementChild.scrollIntoView({ block: "nearest" });
    try {
      entry.attachment = await api.upload(state.me.id, file);
      redraw();
    } catch (refusal) {
      remove(entry);
      error.textContent = refusal.message;
    }
  };
  const takeAll = (list) => [...list].slice(0, max).forEach(take);
  picker.addEventListener("change", () => {
    takeAll(picker.files);
    picker.value = "";
  });
  acceptDrops(node, takeAll);
  return {
    node,
    takeAll,
    focus: () => (chooser.hidden ? previews.querySelector("button") : chooser).focus(),
    attachments: () => files.map((f) => f.attachment).filter(Boolean),
    isBusy: () => files.some((f) => !f.attachment),
    isEmpty: () => files.length === 0,
  };
}

function preview({ file, url, attachment }, onRemove) {
  const label = t("removeFile", { name: file.name });
  const face = file.type.startsWith("image/") ? el("img", { src: url, alt: "" }) : icon("file", 28);
  return el(
    "div",
    { class: `preview ${attachment ? "" : "busy"}`, "aria-busy": !attachment },
    el("div", { class: "preview-face" }, face, !attachment && el("span", { class: "spinner" })),
    el("span", { class: "preview-name", title: file.name }, file.name),
    el("small", {}, readableSize(file.size)),
    el("button", { type: "button", class: "icon-button preview-remove", "aria-label": label, title: label, on: { click: onRemove } }, icon("trash", 16)),
  );
}

/** Call `take(files)` for files dropped on `node`, or pasted while the focus is in it. */
export function acceptDrops(node, take) {
  node.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    event.stopPropagation();
    node.classList.add("dropping");
  });
  node.addEventListener("dragleave", (event) => node.contains(event.relatedTarget) || node.classList.remove("dropping"));
  node.addEventListener("drop", (event) => {
    node.classList.remove("dropping");
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    event.stopPropagation();
    take(event.dataTransfer.files);
  });
  node.addEventListener("paste", (event) => {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    take(event.clipboardData.files);
  });
}
