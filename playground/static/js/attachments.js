/** Files on messages: pictures in a mosaic, everything else as a card. */

import { el } from "./dom.js";
import { gallery } from "./gallery.js";
import { icon } from "./icons.js";
import { isPicture, localUrl, readableSize } from "./media.js";
import { t } from "./texts.js";

/** The nodes for a message's attachments. */
export function attachments(list) {
  const pictures = list.filter(isPicture);
  const files = list.filter((a) => !isPicture(a));
  const items = pictures.map((a) => ({ ...a, spoiler: a.filename.startsWith("SPOILER_") }));
  return [items.length > 0 && gallery(items), ...files.map((a) => fileCard(a))];
}

/** A file with its name and size. */
export function fileCard(attachment) {
  const href = localUrl(attachment.url) ?? attachment.url;
  const label = t("download");
  const node = el(
    "div",
    { class: "file-card" },
    icon("file", 32),
    el(
      "div",
      { class: "file-texts" },
      el(
        "a",
        { href, target: "_blank", rel: "noopener noreferrer" },
        attachment.title ?? attachment.filename,
      ),
      el("small", {}, readableSize(attachment.size)),
    ),
    el(
      "a",
      {
        class: "icon-button",
        href,
        download: attachment.filename,
        "aria-label": label,
        title: label,
      },
      icon("download"),
    ),
  );
  return node;
}
