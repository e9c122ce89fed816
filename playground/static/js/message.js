/** One message: who wrote it, what it answers, what is in it, and what can be done with it. */

import { attachments } from "./attachments.js";
import { avatar } from "./avatar.js";
import { components } from "./components.js";
import { el } from "./dom.js";
import { embed } from "./embeds.js";
import { icon } from "./icons.js";
import { inline } from "./inline.js";
import { callCommand, failureOn } from "./interactions.js";
import { markdown, plainText } from "./markdown.js";
import { dismiss, messageTools } from "./message-tools.js";
import { openProfile } from "./profile.js";
import { reactions } from "./reactions.js";
import { displayName, state } from "./store.js";
import { t } from "./texts.js";
import { clockTime, messageTime } from "./times.js";
import { toast } from "./toast.js";

const PINNED_NOTICE = 6;
const NAME_BLEND = "color-mix(in oklab, var(--text-strong) 35%,";

/** The element for a message; `isFirst` shows who wrote it, else it belongs to the one above. */
export function messageNode(message, isFirst) {
  const sent = new Date(message.timestamp);
  const top = isFirst ? header(message, sent) : null;
  const node = el(
    "article",
    {
      class: classes(message, isFirst),
      tabindex: -1,
      "aria-label": summary(message),
      dataset: { id: message.id },
    },
    isFirst
      ? [origin(message), portrait(message.author)]
      : el("time", { class: "side-time", datetime: message.timestamp }, clockTime(sent)),
    el("div", { class: "message-body" }, top, body(message)),
    messageTools(message),
  );
  return node;
}

function classes(message, isFirst) {
  const mentionsMe =
    message.mention_everyone || message.mentions?.some((u) => u.id === state.me.id);
  return [
    "message",
    isFirst && "first",
    isEphemeral(message) && "ephemeral",
    mentionsMe && !isEphemeral(message) && "mentions-me",
  ]
    .filter(Boolean)
    .join(" ");
}

/** Whether only this person sees the message. */
export const isEphemeral = (message) => Boolean(message.ephemeral || message.flags & 64);

/** A message in one line, for screen readers and previews. */
export function summary(message) {
  const texts = [
    message.content,
    ...(message.embeds ?? []).map((e) => e.title ?? e.description),
    ...textsIn(message.components),
  ];
  const name = displayName(message.author);
  if (message.type === PINNED_NOTICE) return t("pinnedNotice", { name });
  const text = message.loading
    ? t("thinking", { name })
    : plainText(texts.filter(Boolean).join(" "));
  return t("newMessage", { name, text: text.slice(0, 300) });
}

function textsIn(list) {
  return (list ?? []).flatMap((c) => (c.type === 10 ? [c.content] : textsIn(c.components)));
}

function portrait(author) {
  const open = (event) => openProfile(event.currentTarget, author.id);
  return el(
    "button",
    {
      type: "button",
      class: "portrait",
      tabindex: -1,
      "aria-label": displayName(author),
      on: { click: open },
    },
    avatar(author, 40),
  );
}

function header(message, sent) {
  const { author } = message;
  const color = state.people.find((p) => p.id === author.id)?.color;
  const open = (event) => openProfile(event.currentTarget, author.id);
  const style = color ? { color: `${NAME_BLEND} ${color})` } : {};
  return el(
    "h3",
    { class: "message-head" },
    el(
      "button",
      { type: "button", class: "name", style, on: { click: open } },
      displayName(author),
    ),
    author.bot && appTag(),
    el("time", { datetime: message.timestamp, title: sent.toLocaleString() }, messageTime(sent)),
  );
}

/** The mark of a bot. */
export const appTag = () => el("span", { class: "app-tag" }, t("appTag"));

/** What a message answers: a command that was used, or another message. */
function origin(message) {
  const used = message.interaction;
  if (used?.name) {
    return el(
      "div",
      { class: "origin" },
      avatar(used.user, 16),
      el("span", { class: "origin-name" }, displayName(used.user)),
      ` ${t("used")} `,
      el("span", { class: "command-name" }, `/${used.name}`),
    );
  }
  const isReply = message.message_reference && message.type !== PINNED_NOTICE;
  return isReply ? reply(message.referenced_message) : null;
}

function reply(original) {
  if (!original) return el("div", { class: "origin" }, el("em", {}, t("originalDeleted")));
  const text = original.content || textsIn(original.components)[0] || t("attachmentReply");
  return el(
    "button",
    { type: "button", class: "origin", on: { click: () => jumpTo(original.id) } },
    avatar(original.author, 16),
    el("span", { class: "origin-name" }, displayName(original.author)),
    el("span", { class: "origin-text" }, inline(plainText(text).slice(0, 200))),
  );
}

function jumpTo(id) {
  document
    .querySelector(`.message[data-id="${id}"]`)
    ?.scrollIntoView({ block: "center", behavior: "smooth" });
}

/** What the channel says when a message is pinned; pressing it goes there. */
function pinnedNotice(message) {
  const go = () => jumpTo(message.message_reference.message_id);
  const sentence = t("pinnedNotice", { name: displayName(message.author) });
  return el("button", { type: "button", class: "text-link", on: { click: go } }, sentence);
}

function body(message) {
  if (message.type === PINNED_NOTICE) return [pinnedNotice(message), reactions(message)];
  if (message.loading) return [thinking(message), note(message)];
  const edited = message.edited_timestamp && el("span", { class: "edited" }, ` ${t("edited")}`);
  return [
    message.content && withMark(markdown(message.content), edited),
    ...(message.embeds ?? []).map(embed),
    ...attachments(message.attachments ?? []),
    el("div", { class: "components" }, components(message.components, message)),
    !message.content && edited,
    reactions(message),
    failure(message),
    note(message),
  ];
}

function withMark(node, mark) {
  if (mark)
    (node.lastElementChild?.classList.contains("paragraph") ? node.lastElementChild : node).append(
      mark,
    );
  return node;
}

/** "… is thinking", as a deferred answer shows. */
function thinking(message) {
  const name = displayName(message.author);
  return el(
    "div",
    { class: "thinking" },
    el("span", { class: "thinking-dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")),
    t("thinking", { name }),
  );
}

function failure(message) {
  const reason = message.failed?.reason ?? failureOn(message.id);
  if (!reason) return null;
  const isCode = ["no_answer", "error"].includes(reason);
  const sentence = isCode ? t(`failed.${reason}`) : reason;
  return el(
    "div",
    { class: "failure", role: "alert" },
    icon("warning", 16),
    sentence,
    message.failed && again(message),
  );
}

function again(message) {
  const { shown, call } = message.failed;
  const retry = () => {
    dismiss(message);
    callCommand(shown, call).catch((refusal) => toast(refusal.message));
  };
  return el("button", { type: "button", class: "text-link", on: { click: retry } }, t("retry"));
}

function note(message) {
  if (!isEphemeral(message)) return null;
  const close = el(
    "button",
    { type: "button", class: "text-link", on: { click: () => dismiss(message) } },
    t("dismiss"),
  );
  return el(
    "div",
    { class: "only-you" },
    icon("eye", 16),
    t("onlyYou"),
    el("span", { "aria-hidden": "true" }, "•"),
    close,
  );
}
