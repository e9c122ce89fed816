/** Discord's markdown, as DOM nodes: blocks here, what is inside them in `inline.js`. */

import { el } from "./dom.js";
import { inline } from "./inline.js";

const FENCE = /```(?:([\w+.-]*)\n)?([^]*?)\n?```/g;
const HEADING = /^(#{1,3})\s+(.+)$/;
const SUBTEXT = /^-#\s+(.+)$/;
const ITEM = /^(\s*)([-*]|\d{1,9}\.)\s+(.+)$/;
const QUOTE = /^> ?(.*)$/;
const ONLY_EMOJI =
  /^(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\u200d|\ufe0f|<a?:\w+:\d+>|\s){1,60}$/u;

/** An element with `text` rendered; `className` is added to it. */
export function markdown(text, className = "") {
  const isJumbo = ONLY_EMOJI.test(text) && text.trim().length > 0;
  return el(
    "div",
    { class: `markdown ${className} ${isJumbo ? "jumbo" : ""}`.trim() },
    blocks(text),
  );
}

/** What is left of `text` when all markup is taken away. */
export const plainText = (text) =>
  [...markdown(text).childNodes].map((node) => node.textContent).join(" ");

function blocks(text) {
  const nodes = [];
  let at = 0;
  for (const fence of text.matchAll(FENCE)) {
    nodes.push(...lineBlocks(text.slice(at, fence.index).replace(/\n$/, "")));
    nodes.push(codeBlock(fence[1], fence[2]));
    at = fence.index + fence[0].length;
  }
  nodes.push(...lineBlocks(at ? text.slice(at).replace(/^\n/, "") : text));
  return nodes;
}

function codeBlock(language, code) {
  return el(
    "pre",
    { tabindex: 0, class: "code-block", dataset: { language: language ?? "" } },
    el("code", {}, code),
  );
}

function lineBlocks(text) {
  if (!text) return [];
  const lines = text.split("\n");
  const nodes = [];
  let paragraph = [];
  const flush = () => {
    if (paragraph.length)
      nodes.push(el("div", { class: "paragraph" }, inline(paragraph.join("\n"))));
    paragraph = [];
  };
  for (let i = 0; i < lines.length;) {
    const block = blockAt(lines, i);
    if (block) {
      flush();
      nodes.push(block.node);
      i += block.taken;
    } else {
      paragraph.push(lines[i]);
      i += 1;
    }
  }
  flush();
  return nodes;
}

function blockAt(lines, at) {
  const line = lines[at];
  if (line.startsWith(">>> ")) {
    const rest = [line.slice(4), ...lines.slice(at + 1)];
    return { node: quote(rest), taken: lines.length - at };
  }
  const heading = HEADING.exec(line);
  if (heading) return { node: headingNode(heading), taken: 1 };
  const small = SUBTEXT.exec(line);
  if (small) return { node: el("small", { class: "subtext" }, inline(small[1])), taken: 1 };
  if (QUOTE.test(line) && line.startsWith("> ")) return quoteAt(lines, at);
  return ITEM.test(line) ? listAt(lines, at) : null;
}

function headingNode([, marks, text]) {
  // A message is no document: its headings start below the page's own.
  return el(
    "div",
    { role: "heading", "aria-level": marks.length + 2, class: `h${marks.length}` },
    inline(text),
  );
}

const quote = (lines) => el("blockquote", {}, lineBlocks(lines.join("\n")));

function quoteAt(lines, at) {
  const taken = run(lines, at, (line) => line === ">" || line.startsWith("> "));
  return { node: quote(taken.map((line) => QUOTE.exec(line)[1])), taken: taken.length };
}

function listAt(lines, at) {
  const all = run(lines, at, (line) => ITEM.test(line)).map(itemOf);
  const [first] = all;
  const items = run(all, 0, (i) => i.depth > first.depth || i.isNumbered === first.isNumbered);
  return { node: list(items), taken: items.length };
}

function itemOf(line) {
  const [, indent, mark, text] = ITEM.exec(line);
  return { depth: indent.length, isNumbered: /\d/.test(mark), start: parseInt(mark, 10), text };
}

function list(items) {
  const [first] = items;
  const start = first.isNumbered ? { start: first.start } : {};
  const node = el(first.isNumbered ? "ol" : "ul", start);
  for (let i = 0; i < items.length;) {
    const inner = run(items, i + 1, (item) => item.depth > first.depth);
    const nested = inner.length ? list(inner) : null;
    node.append(el("li", {}, inline(items[i].text), ...(nested ? [nested] : [])));
    i += 1 + inner.length;
  }
  return node;
}

function run(list, from, belongs) {
  const end = list.findIndex((item, i) => i >= from && !belongs(item));
  return list.slice(from, end < 0 ? undefined : end);
}
