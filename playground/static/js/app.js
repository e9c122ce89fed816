/** The page: puts the views together and keeps them in step with the playground. */

import * as api from "./api.js";
import { composer } from "./composer.js";
import { el, fill } from "./dom.js";
import { banner, channelHeader, typingLine } from "./header.js";
import { forgetAll, settle } from "./interactions.js";
import { connect } from "./live.js";
import { memberList } from "./members.js";
import { messageList } from "./messages.js";
import { openModal } from "./modal.js";
import { sidebar } from "./sidebar.js";
import { dropMessage, on, personById, putMessage, state, takeOver, tell } from "./store.js";
import { locale, t } from "./texts.js";
import { applyTheme } from "./theme.js";
import { refreshRelative } from "./times.js";

const KEY = "playground.person";
const REFRESH_MS = 10_000;
const RETRY_MS = 1000;

let disconnect = () => {};

const EVENTS = {
  message_create: arrived,
  message_update: arrived,
  message_delete: ({ id, channel_id: channel }) => {
    dropMessage(channel, id);
    tell("message", { id });
  },
  modal: openModal,
  interaction_done: ({ interaction }) => settle(interaction),
  interaction_failed: ({ interaction, reason }) => settle(interaction, reason),
  commands_update: (commands) => {
    state.commands = commands;
    tell("commands");
  },
  bot_status: ({ online }) => {
    state.bot.online = online;
    tell("bot");
  },
  typing: ({ channel_id, user }) =>
    tell("typing", { channel_id, user: typeof user === "string" ? personById(user) : user }),
  channels_update: (channels) => {
    state.channels = channels;
    if (!channels.some((c) => c.id === state.channelId)) state.channelId = channels[0]?.id;
    tell("channels");
    tell("channel");
  },
};

function arrived(message) {
  const isNew = putMessage(message);
  if (message.interaction?.user.id === state.me.id) settle(message.interaction.id);
  if (isNew && message.channel_id !== state.channelId && message.author.id !== state.me.id) {
    state.unread.add(message.channel_id);
    tell("unread");
  }
  tell("arrived", message);
}

function layout() {
  const shade = () => document.body.classList.remove("sidebar-open", "members-toggled");
  fill(
    document.getElementById("app"),
    el("a", { class: "skip", href: "#messages" }, t("skip")),
    sidebar(),
    el("div", { class: "shade", on: { click: shade } }),
    el(
      "div",
      { class: "chat" },
      channelHeader(),
      banner(),
      el(
        "div",
        { class: "chat-columns" },
        el("div", { class: "chat-main" }, messageList(), composer(), typingLine()),
        memberList(),
      ),
    ),
  );
}

function remembered() {
  return (
    new URLSearchParams(location.search).get("user") ??
    sessionStorage.getItem(KEY) ??
    localStorage.getItem(KEY) ??
    ""
  );
}

async function reload() {
  takeOver(await api.loadState(state.me.id));
  document.documentElement.lang = locale();
  tell("state");
}

/** Become that person, or the first: their view of the channels, their language, their events. */
async function become(wanted) {
  disconnect();
  forgetAll();
  const loaded = await api.loadState(wanted);
  const { id } = loaded.me;
  takeOver(loaded);
  state.unread.clear();
  sessionStorage.setItem(KEY, id);
  localStorage.setItem(KEY, id);
  if (location.search) history.replaceState(null, "", location.pathname);
  document.documentElement.lang = locale();
  disconnect = connect(id, {
    onEvent: (name, data) => EVENTS[name]?.(data),
    onOpen: (again) => connection(true, again),
    onLost: () => connection(false),
  });
  tell("state");
}

function connection(isThere, again = false) {
  state.connected = isThere;
  tell("connection");
  if (again) reload().catch(() => {});
}

async function start() {
  applyTheme();
  layout();
  on("become", become);
  on("reload", reload);
  setInterval(refreshRelative, REFRESH_MS);
  await becomeSomeone(remembered());
}

async function becomeSomeone(id) {
  try {
    await become(id);
  } catch (refusal) {
    const isUnknown = refusal.code !== 0 && id !== "";
    if (!(refusal instanceof api.Refusal)) throw refusal;
    if (!isUnknown) document.title = t("noPlayground");
    setTimeout(() => becomeSomeone(isUnknown ? "" : id), isUnknown ? 0 : RETRY_MS);
  }
}

start();
