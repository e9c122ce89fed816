/** Discord's inline markdown, as DOM nodes. */

import { el } from "./dom.js";
import { localUrl } from "./media.js";
import { displayName, personById, roles, state, openChannel } from "./store.js";
import { t } from "./texts.js";
import { timestamp } from "./times.js";

const DEEPEST = 12;
const LINK = /https?:\/\/[^\s<>]*[^\s<>.,:;"'\])]/y;

/** Nodes for one stretch of text. */
export function inline(text, depth = 0) {
  if (depth > DEEPEST) return [text];
  const nodes = [];
  let plain = "";
  let at = 0;
  const flush = () => {
    if (plain) nodes.push(plain);
    plain = "";
  };
  while (at < text.length) {
    const found = firstRule(text, at, depth);
    if (found) {
      flush();
      nodes.push(found.node);
      at += found.length;
    } else {
      plain += text[at];
      at += 1;
    }
  }
  flush();
  return nodes;
}

function firstRule(text, at, depth) {
  for (const [starts, pattern, make] of RULES) {
    if (!starts.includes(text[at])) continue;
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    const node = match && make(match, depth, text, at);
    if (node) return { node, length: match[0].length };
  }
  return null;
}

const wrap = (tag) => (m, depth) => el(tag, {}, inline(m[1], depth + 1));

const RULES = [
  ["\\", /\\([^\w\s])/y, (m) => m[1]],
  ["`", /(`+)([^]*?[^`])\1(?!`)/y, (m) => el("code", { class: "code" }, m[2].trim() || m[2])],
  ["|", /\|\|([^]+?)\|\|/y, (m, depth) => spoiler(inline(m[1], depth + 1))],
  ["*", /\*\*([^]+?)\*\*(?!\*)/y, wrap("strong")],
  ["_", /__([^]+?)__(?!_)/y, wrap("u")],
  ["~", /~~([^]+?)~~/y, wrap("s")],
  ["*", /\*(?![\s*])((?:\*\*|[^*])+?)\*(?!\*)/y, wrap("em")],
  ["_", /_((?:__|[^_])+?)_(?![\p{L}\p{N}])/uy, italicUnderscore],
  ["[", /\[([^\]]+)\]\(<?(https?:\/\/[^\s)>]+)>?(?:\s+"[^"]*")?\)/y, maskedLink],
  ["<", /<(https?:\/\/[^\s>]+)>/y, (m) => link(m[1], [m[1]])],
  ["h", LINK, (m) => link(m[0], [m[0]])],
  ["<", /<@!?(\d{1,20})>/y, (m) => userMention(m[1])],
  ["<", /<@&(\d{1,20})>/y, (m) => roleMention(m[1])],
  ["<", /<#(\d{1,20})>/y, (m) => channelMention(m[1])],
  ["<", /<\/([^:>]{1,100}):\d{1,20}>/y, (m) => mention(`/${m[1]}`)],
  ["<", /<t:(-?\d{1,13})(?::([tTdDfFRsS]))?>/y, (m) => timestamp(Number(m[1]), m[2])],
  ["<", /<(a?):(\w{2,32}):(\d{1,20})>/y, (m) => customEmoji(m[2], m[3], m[1] === "a")],
  ["@", /@(everyone|here)\b/y, (m) => mention(m[0])],
];

function italicUnderscore(match, depth, text, at) {
  const isInsideWord = at > 0 && /[\p{L}\p{N}]/u.test(text[at - 1]);
  return isInsideWord ? null : el("em", {}, inline(match[1], depth + 1));
}

function maskedLink(match, depth) {
  return link(match[2], inline(match[1], depth + 1));
}

/** A link that opens elsewhere, without telling where one came from. */
export function link(url, children) {
  const href = localUrl(url) ?? url;
  return el("a", { href, target: "_blank", rel: "noopener noreferrer", title: url }, children);
}

/** Hidden until it is pressed. */
export function spoiler(children) {
  const inside = el("span", { class: "spoiler-text", inert: true }, children);
  const label = t("revealSpoiler");
  const node = el(
    "span",
    { class: "spoiler", role: "button", tabindex: 0, "aria-label": label },
    inside,
  );
  const reveal = () => {
    node.classList.add("revealed");
    inside.removeAttribute("inert");
    for (const name of ["role", "tabindex", "aria-label"]) node.removeAttribute(name);
  };
  node.addEventListener("click", reveal);
  node.addEventListener("keydown", (event) => {
    if (event.target === node && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      reveal();
    }
  });
  return node;
}

const mention = (text) => el("span", { class: "mention" }, text);

function userMention(id) {
  const person = personById(id);
  const node = mention(`@${person ? displayName(person) : t("someone")}`);
  if (id === state.me?.id) node.classList.add("mention-me");
  return node;
}

function roleMention(id) {
  const role = roles().find((r) => r.id === id);
  return mention(role ? `@${role.name.replace(/^@/, "")}` : "@role");
}

function channelMention(id) {
  const channel = state.channels.find((c) => c.id === id);
  if (!channel) return mention("#?");
  const go = () => openChannel(id);
  return el("button", { type: "button", class: "mention", on: { click: go } }, `#${channel.name}`);
}

/** A custom emoji; its name where the picture is not there. */
function customEmoji(name, id, animated = false) {
  const src = localUrl(`/emojis/${id}.${animated ? "gif" : "png"}`);
  const picture = el("img", { class: "emoji", src, alt: `:${name}:`, title: `:${name}:` });
  picture.addEventListener("error", () => picture.replaceWith(`:${name}:`));
  return picture;
}

/** An emoji object of a button or an option. */
export function emojiOf(emoji) {
  if (!emoji) return null;
  if (emoji.id) return customEmoji(emoji.name, emoji.id, emoji.animated);
  return el("span", { class: "emoji-char", "aria-hidden": "true" }, emoji.name);
}
