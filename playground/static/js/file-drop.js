/** Files: chosen or dropped, shown while they are taken in, and handed on as attachment ids. */

import * as api from "./api.js";
import { el, fill } from "./dom.js";
import { icon, iconButton } from "./icons.js";
import { readableSize } from "./media.js";
import { state } from "./store.js";
import { t } from "./texts.js";

const LARGEST = 10 * 1024 * 1024;

/** A place for up to `max` files; `onChange` is called when one comes, is taken in, or goes. */
export class FileDrop {
  constructor({ max = 1, label, onChange = () => {} }) {
    Object.assign(this, { max, onChange, files: [] });
    this.picker = el("input", {
      type: "file",
      multiple: max > 1,
      class: "sr-only",
      tabindex: -1,
      "aria-hidden": "true",
      on: { change: () => this.picked() },
    });
    this.chooser = el(
      "button",
      {
        type: "button",
        class: "drop-zone",
        "aria-label": label,
        on: { click: () => this.picker.click() },
      },
      icon("upload", 22),
      el("span", {}, t("dropFile")),
      max > 1 && el("small", {}, t("filesUpTo", { max })),
    );
    this.previews = el("div", { class: "previews" });
    this.error = el("div", { class: "field-error", role: "alert" });
    const parts = [this.chooser, this.picker, this.previews, this.error];
    this.node = el("div", { class: "file-drop" }, parts);
    acceptDrops(this.node, (list) => this.takeAll(list));
  }

  /** What was taken in, as attachment objects. */
  get attachments() {
    return this.files.map((f) => f.attachment).filter(Boolean);
  }

  get isBusy() {
    return this.files.some((f) => !f.attachment);
  }

  get isEmpty() {
    return this.files.length === 0;
  }

  /** Where the focus goes. */
  get focusable() {
    return this.chooser.hidden ? this.previews.querySelector("button") : this.chooser;
  }

  /** Take in files, as many as there is room for. */
  takeAll(list) {
    for (const file of [...list].slice(0, this.max)) this.take(file);
  }

  picked() {
    this.takeAll(this.picker.files);
    this.picker.value = "";
  }

  async take(file) {
    this.error.textContent = file.size > LARGEST ? t("tooBig") : "";
    if (file.size > LARGEST) return;
    if (this.files.length >= this.max) this.remove(this.files.at(-1));
    const entry = { file, url: URL.createObjectURL(file), attachment: null };
    this.files.push(entry);
    this.draw();
    this.previews.lastElementChild.scrollIntoView({ block: "nearest" });
    try {
      entry.attachment = await api.upload(state.me.id, file);
      this.draw();
    } catch (refusal) {
      this.remove(entry);
      this.error.textContent = refusal.message;
    }
  }

  remove(entry) {
    this.files = this.files.filter((f) => f !== entry);
    URL.revokeObjectURL(entry.url);
    this.draw();
  }

  draw() {
    this.chooser.hidden = this.files.length >= this.max;
    fill(
      this.previews,
      this.files.map((f) => preview(f, () => this.remove(f))),
    );
    this.onChange();
  }
}

function preview({ file, url, attachment }, onRemove) {
  const label = t("removeFile", { name: file.name });
  const isPicture = file.type.startsWith("image/");
  const face = isPicture ? el("img", { src: url, alt: "" }) : icon("file", 28);
  return el(
    "div",
    { class: `preview ${attachment ? "" : "busy"}`, "aria-busy": !attachment },
    el("div", { class: "preview-face" }, face, !attachment && el("span", { class: "spinner" })),
    el("span", { class: "preview-name", title: file.name }, file.name),
    el("small", {}, readableSize(file.size)),
    iconButton("trash", label, onRemove, { size: 16, class: "preview-remove" }),
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
  node.addEventListener("dragleave", (event) => {
    if (!node.contains(event.relatedTarget)) node.classList.remove("dropping");
  });
  node.addEventListener("drop", (event) => {
    node.classList.remove("dropping");
    if (event.dataTransfer.files.length) receive(event, event.dataTransfer.files, take);
  });
  node.addEventListener("paste", (event) => {
    if (event.clipboardData.files.length) receive(event, event.clipboardData.files, take);
  });
}

function receive(event, files, take) {
  event.preventDefault();
  event.stopPropagation();
  take(files);
}
