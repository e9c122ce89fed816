/** Short notices at the edge of the page. */

import { el } from "./dom.js";

const SHOWN_MS = 5000;

/** Show `sentence` for a few seconds. */
export function toast(sentence) {
  const node = el("div", { class: "toast", role: "status" }, sentence);
  document.body.append(node);
  setTimeout(() => node.remove(), SHOWN_MS);
}
