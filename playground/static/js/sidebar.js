/** The left side: servers, channels, and who one is. */

import { avatar } from "./avatar.js";
import { el, fill } from "./dom.js";
import { icon } from "./icons.js";
import { openSwitcher } from "./people.js";
import { arrowKeys } from "./popup.js";
import { currentChannel, displayName, on, openChannel, state } from "./store.js";
import { t } from "./texts.js";

const DM = 1;

/** The view: a rail of servers, the channels of the open one, and the person below. */
export function sidebar() {
  const rail = el("nav", { class: "rail" });
  const channels = el("nav", { class: "channels" });
  const person = el("div", { class: "person-panel" });
  const redraw = () => {
    if (!state.me) return;
    drawRail(rail);
    drawChannels(channels);
    drawPerson(person);
  };
  for (const topic of ["state", "channel", "channels", "bot", "unread"]) on(topic, redraw);
  arrowKeys(channels, ".channel");
  return el(
    "div",
    { class: "sidebar", id: "sidebar" },
    rail,
    el("div", { class: "side-column" }, channels, person),
  );
}

const inDm = () => currentChannel()?.type === DM;
const ofKind = (isDm) => state.channels.filter((c) => (c.type === DM) === isDm);

function drawRail(rail) {
  rail.setAttribute("aria-label", state.guild.name);
  fill(
    rail,
    pill(t("directMessages"), icon("chat", 26), inDm(), ofKind(true)),
    el("div", { class: "rail-line", role: "presentation" }),
    pill(
      state.guild.name,
      el("span", { class: "initials" }, initials(state.guild.name)),
      !inDm(),
      ofKind(false),
    ),
  );
}

function pill(label, picture, isCurrent, channels) {
  const isUnread = channels.some((c) => state.unread.has(c.id));
  const go = () => {
    if (channels.length && !isCurrent) openChannel(channels[0].id);
  };
  const marks = `${isCurrent ? "current" : ""} ${isUnread ? "unread" : ""}`;
  return el(
    "button",
    {
      type: "button",
      class: `rail-pill ${marks}`,
      "aria-label": label,
      title: label,
      "aria-current": isCurrent || undefined,
      on: { click: go },
    },
    picture,
  );
}

const initials = (name) =>
  name
    .split(/\s+/)
    .map((word) => word[0])
    .join("")
    .slice(0, 2);

function drawChannels(node) {
  node.setAttribute("aria-label", t("channels"));
  const isDm = inDm();
  fill(
    node,
    el("h1", { class: "side-title" }, isDm ? t("directMessages") : state.guild.name),
    el("div", { class: "side-label" }, isDm ? t("directMessages") : t("textChannels")),
    el(
      "ul",
      {},
      ofKind(isDm).map((c) => el("li", {}, channelRow(c))),
    ),
  );
}

function channelRow(channel) {
  const isCurrent = channel.id === state.channelId;
  const isUnread = state.unread.has(channel.id);
  const isDm = channel.type === DM;
  const marks = [isCurrent && "current", isUnread && "unread", isDm && "dm"].filter(Boolean);
  return el(
    "button",
    {
      type: "button",
      class: `channel ${marks.join(" ")}`,
      "aria-current": isCurrent ? "page" : undefined,
      dataset: { channel: channel.id },
      on: { click: () => openChannel(channel.id) },
    },
    isDm ? withStatus() : icon("hash"),
    el("span", {}, channel.name),
    isUnread && el("span", { class: "sr-only" }, t("unread")),
  );
}

function withStatus() {
  const { user, online } = state.bot;
  return el("span", { class: `with-status ${online ? "online" : "offline"}` }, avatar(user, 32));
}

function drawPerson(node) {
  const name = displayName(state.me);
  const label = t("youAre", { name });
  const open = (event) => openSwitcher(event.currentTarget);
  fill(
    node,
    el(
      "button",
      {
        type: "button",
        class: "person-button",
        "aria-label": label,
        "aria-haspopup": "dialog",
        title: label,
        on: { click: open },
      },
      el("span", { class: "with-status online" }, avatar(state.me, 32)),
      el(
        "span",
        { class: "person-texts" },
        el("strong", {}, name),
        el("small", {}, t(`role.${state.me.role}`)),
      ),
      icon("swap", 18),
    ),
  );
}
