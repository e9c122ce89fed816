/** Embeds. */

import { el } from "./dom.js";
import { picture, shape } from "./gallery.js";
import { inline, link } from "./inline.js";
import { markdown } from "./markdown.js";
import { localUrl } from "./media.js";
import { messageTime } from "./times.js";

const IMAGE_WIDTH = 400;
const IMAGE_HEIGHT = 300;
const SHORT_FIELDS_A_ROW = 3;

/** One embed. */
export function embed(data) {
  const color = data.color ? `#${data.color.toString(16).padStart(6, "0")}` : null;
  return el(
    "article",
    {
      class: `embed ${data.thumbnail ? "with-thumbnail" : ""}`,
      style: color ? { "--accent": color } : {},
    },
    el(
      "div",
      { class: "embed-texts" },
      author(data.author),
      title(data),
      text(data.description),
      fields(data.fields),
    ),
    data.thumbnail && el("div", { class: "embed-thumbnail" }, picture([data.thumbnail], 0)),
    data.image &&
      el(
        "div",
        { class: "embed-image", style: shape(data.image, IMAGE_WIDTH, IMAGE_HEIGHT) },
        picture([data.image], 0),
      ),
    footer(data),
  );
}

function author(of) {
  if (!of) return null;
  const name = of.url ? link(of.url, [of.name]) : of.name;
  return el("div", { class: "embed-author" }, small(of.icon_url), el("span", {}, name));
}

function title(data) {
  if (!data.title) return null;
  const inside = inline(data.title);
  return el("div", { class: "embed-title" }, data.url ? link(data.url, inside) : inside);
}

const text = (description) => description && markdown(description, "embed-description");

function fields(list) {
  if (!list?.length) return null;
  return el(
    "div",
    { class: "embed-fields" },
    rows(list).flatMap((row) => row.map((f) => field(f, row.length))),
  );
}

/** Short fields stand beside each other, up to three; a long one has its row alone. */
function rows(list) {
  const found = [];
  for (const f of list) {
    const last = found.at(-1);
    const fits = f.inline && last?.[0].inline && last.length < SHORT_FIELDS_A_ROW;
    if (fits) last.push(f);
    else found.push([f]);
  }
  return found;
}

function field(data, beside) {
  const span = data.inline ? 12 / beside : 12;
  const style = { "grid-column": `span ${span}` };
  return el(
    "div",
    { class: "embed-field", style },
    el("strong", {}, inline(data.name)),
    markdown(data.value),
  );
}

function footer(data) {
  const parts = [data.footer?.text, data.timestamp && messageTime(new Date(data.timestamp))].filter(
    Boolean,
  );
  if (!parts.length) return null;
  return el("div", { class: "embed-footer" }, small(data.footer?.icon_url), parts.join(" • "));
}

function small(url) {
  const src = localUrl(url);
  return src && el("img", { src, alt: "" });
}
