/** The line above the messages, and the banners below it. */

import { el, fill } from "./dom.js";
import { icon, iconButton } from "./icons.js";
import { channelIcon } from "./sidebar.js";
import { currentChannel, currentGuild, displayName, isDm, on, state } from "./store.js";
import { t } from "./texts.js";

const DM = 1;

/** What the window is called: the channel, and the server it is in. */
const title = (channel) =>
  isDm(channel) ? channel.name : `#${channel.name} · ${currentGuild().name}`;

/** The line with the channel's name; its buttons open the side columns. */
export function channelHeader() {
  const node = el("header", { class: "channel-header" });
  const redraw = () => {
    const channel = currentChannel();
    if (!channel) return;
    document.title = title(channel);
    fill(
      node,
      toggle("menu", "menuOpen", "sidebar-open", "only-narrow"),
      icon(channel.type === DM ? "at" : channelIcon(channel), 22),
      el("h2", {}, channel.name),
      channel.topic && el("p", { title: channel.topic }, channel.topic),
      !isDm(channel) && toggle("people", "membersToggle", "members-toggled", "at-end"),
    );
  };
  for (const topic of ["state", "channel", "channels"]) on(topic, redraw);
  on("channel", () => document.body.classList.remove("sidebar-open"));
  return node;
}

function toggle(name, label, bodyClass, placed) {
  const flip = () => document.body.classList.toggle(bodyClass);
  return iconButton(name, t(label), flip, { size: 22, class: placed });
}

/** What is wrong with the bot or the connection, if anything. */
export function banner() {
  const node = el("div", { class: "banners", role: "status" });
  const redraw = () => {
    if (!state.me) return;
    const name = displayName(state.bot.user);
    const missing = state.bot.online ? null : t("botOffline", { name });
    const sentence = state.connected ? missing : t("pageOffline");
    fill(node, sentence && el("div", { class: "banner" }, icon("warning", 18), sentence));
  };
  for (const topic of ["state", "bot", "connection"]) on(topic, redraw);
  return node;
}

const TYPING_MS = 9000;

/** Who is typing. */
export function typingLine() {
  const node = el("div", { class: "typing", "aria-live": "polite" });
  let timer;
  const stop = () => fill(node);
  on("typing", ({ channel_id: channel, user }) => {
    if (channel !== state.channelId || !user) return;
    const dots = el(
      "span",
      { class: "typing-dots", "aria-hidden": "true" },
      el("i"),
      el("i"),
      el("i"),
    );
    fill(node, dots, t("typing", { name: displayName(user) }));
    clearTimeout(timer);
    timer = setTimeout(stop, TYPING_MS);
  });
  on("arrived", stop);
  on("channel", stop);
  return node;
}
