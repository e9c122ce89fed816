/** The list of messages of the open channel. */

import { announce, el, fill } from "./dom.js";
import { icon } from "./icons.js";
import { commandsOnTheirWay } from "./interactions.js";
import { isEphemeral, messageNode, summary } from "./message.js";
import { redraw } from "./redraw.js";
import { currentChannel, messagesIn, on, state } from "./store.js";
import { t } from "./texts.js";
import { dayName, isSameDay } from "./times.js";
import { waitingNode } from "./waiting.js";
import { welcome } from "./welcome.js";

const GROUP_MS = 7 * 60_000;
const NEAR_END_PX = 80;

/** The view: keeps itself up to date and at its end, unless the person reads further up. */
export function messageList() {
  const list = el("div", { class: "message-list", role: "log", "aria-live": "off" });
  const scroller = el("div", { class: "scroller", id: "messages", tabindex: 0 }, list);
  const jump = el("button", { type: "button", class: "jump", hidden: true });
  const view = { list, scroller, jump, shown: new Map(), sticks: true, top: 0 };
  jump.addEventListener("click", () => toEnd(view));
  scroller.addEventListener("scroll", () => scrolled(view));
  scroller.addEventListener("keydown", (event) => walk(view, event));
  const stay = new ResizeObserver(() => view.sticks && toEnd(view));
  stay.observe(list);
  stay.observe(scroller);
  for (const topic of ["state", "channel", "commands"]) on(topic, () => drawAll(view));
  on("channel", () => toEnd(view));
  on("message", ({ id }) => drawOne(view, id));
  on("waiting", () => drawWaiting(view));
  on("arrived", (message) => arrived(view, message));
  return el("main", { class: "reader" }, scroller, jump);
}

/** Only scrolling up leaves the end: what grows below also moves it out of reach for a moment. */
function scrolled(view) {
  const { scrollHeight, scrollTop, clientHeight } = view.scroller;
  const below = scrollHeight - scrollTop - clientHeight;
  if (below < NEAR_END_PX) view.sticks = true;
  else if (scrollTop < view.top) view.sticks = false;
  view.top = scrollTop;
  view.jump.hidden = view.sticks || below < clientHeight;
}

function toEnd(view) {
  view.sticks = true;
  view.scroller.scrollTop = view.scroller.scrollHeight;
}

function drawAll(view) {
  const channel = currentChannel();
  if (!channel) return;
  view.list.setAttribute("aria-label", t("messagesIn", { channel: channel.name }));
  fill(view.jump, t("jump"), icon("chevron", 16));
  view.shown.clear();
  fill(
    view.list,
    welcome(channel),
    ...rowsOf(view, messagesIn(channel.id)),
    el("div", { class: "waiting-list" }),
  );
  drawWaiting(view);
  if (view.sticks) toEnd(view);
}

function rowsOf(view, messages) {
  return messages.flatMap((message, i) => rowFor(view, message, messages[i - 1]));
}

function rowFor(view, message, before) {
  const node = messageNode(message, startsGroup(message, before));
  view.shown.set(message.id, { node, text: JSON.stringify(message) });
  const isNewDay = !before || !isSameDay(new Date(before.timestamp), new Date(message.timestamp));
  return isNewDay ? [dayLine(message, node), node] : [node];
}

function dayLine(message) {
  return el(
    "div",
    { class: "day-line", role: "separator", dataset: { before: message.id } },
    el("span", {}, dayName(new Date(message.timestamp))),
  );
}

function startsGroup(message, before) {
  if (!before || message.interaction?.name || message.message_reference) return true;
  const gap = new Date(message.timestamp) - new Date(before.timestamp);
  const isSameWriter =
    before.author.id === message.author.id && isEphemeral(before) === isEphemeral(message);
  return (
    !isSameWriter ||
    gap > GROUP_MS ||
    !isSameDay(new Date(message.timestamp), new Date(before.timestamp))
  );
}

/** Draw one message again, or take it away; its neighbour below may have to show its writer. */
function drawOne(view, id) {
  const messages = messagesIn(state.channelId);
  const at = messages.findIndex((m) => m.id === id);
  const old = view.shown.get(id)?.node;
  if (at < 0) {
    if (old) drawAll(view);
    return;
  }
  const node = messageNode(messages[at], startsGroup(messages[at], messages[at - 1]));
  view.shown.set(id, { node, text: JSON.stringify(messages[at]) });
  if (old) redraw(old, node);
}

function arrived(view, message) {
  if (message.channel_id !== state.channelId) return;
  const waiting = view.list.querySelector(".waiting-list");
  const messages = messagesIn(state.channelId);
  const known = view.shown.get(message.id);
  if (known) {
    if (known.text === JSON.stringify(message)) return;
    drawOne(view, message.id);
  } else {
    const rows = rowFor(view, message, messages.at(-2));
    view.list.querySelector(".first-steps")?.remove();
    waiting.before(...rows);
    rows.at(-1).classList.add("fresh");
    if (view.sticks || isMine(message)) toEnd(view);
  }
  const wasLoading = known && JSON.parse(known.text).loading && !message.loading;
  if ((!known || wasLoading) && message.author.id !== state.me.id) announce(summary(message));
}

const isMine = ({ author, interaction }) =>
  author.id === state.me.id || interaction?.user.id === state.me.id;

function drawWaiting(view) {
  const waiting = view.list.querySelector(".waiting-list");
  if (waiting) fill(waiting, commandsOnTheirWay(state.channelId).map(waitingNode));
}

/** Up and down move from message to message. */
function walk(view, event) {
  const isHere = event.target === view.scroller || event.target.classList.contains("message");
  if (!isHere || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  const nodes = [...view.list.querySelectorAll(".message")];
  if (!nodes.length) return;
  event.preventDefault();
  const at = nodes.indexOf(event.target);
  const next = at < 0 ? nodes.length - 1 : at + (event.key === "ArrowUp" ? -1 : 1);
  nodes[Math.max(0, Math.min(next, nodes.length - 1))].focus();
}
