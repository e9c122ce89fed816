/** The left side: servers, channels, and who one is. */

import { avatar } from "./avatar.js";
import { el, fill } from "./dom.js";
import { icon } from "./icons.js";
import { openSwitcher } from "./people.js";
import { arrowKeys } from "./popup.js";
import {
  currentChannel,
  currentGuild,
  displayName,
  holdsMessages,
  isDm,
  on,
  openChannel,
  state,
} from "./store.js";
import { t } from "./texts.js";

const DM = 1;
const ICONS = { 2: "voice", 3: "people", 11: "chat", 12: "chat", 15: "posts" };

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

/** The sign of a channel, by what it is. */
export const channelIcon = (channel) => ICONS[channel.type] ?? "hash";

const inDm = () => Boolean(currentChannel() && isDm(currentChannel()));
const channelsOf = (guildId) => state.channels.filter((c) => c.guild_id === guildId);

function drawRail(rail) {
  rail.setAttribute("aria-label", t("servers"));
  fill(
    rail,
    pill(t("directMessages"), icon("chat", 26), inDm(), channelsOf(null)),
    el("div", { class: "rail-line", role: "presentation" }),
    state.guilds.map(({ id, name }) => {
      const isOpen = !inDm() && currentGuild().id === id;
      return pill(name, el("span", { class: "initials" }, initials(name)), isOpen, channelsOf(id));
    }),
  );
}

function pill(label, picture, isCurrent, channels) {
  const isUnread = channels.some((c) => state.unread.has(c.id));
  const go = () => {
    const first = channels.find(holdsMessages);
    if (first && !isCurrent) openChannel(first.id);
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
  const isAlone = inDm();
  const guild = currentGuild();
  fill(
    node,
    el("h1", { class: "side-title" }, isAlone ? t("directMessages") : guild?.name),
    el("div", { class: "side-label" }, isAlone ? t("directMessages") : t("textChannels")),
    el(
      "ul",
      {},
      channelsOf(isAlone ? null : guild?.id).map((c) => el("li", {}, channelRow(c))),
    ),
  );
}

function channelRow(channel) {
  const isCurrent = channel.id === state.channelId;
  const isUnread = state.unread.has(channel.id);
  const isWithBot = channel.type === DM;
  const marks = [
    isCurrent && "current",
    isUnread && "unread",
    isWithBot && "dm",
    channel.parent_id && "inside",
  ].filter(Boolean);
  return el(
    "button",
    {
      type: "button",
      class: `channel ${marks.join(" ")}`,
      "aria-current": isCurrent ? "page" : undefined,
      disabled: !holdsMessages(channel),
      dataset: { channel: channel.id },
      on: { click: () => openChannel(channel.id) },
    },
    isWithBot ? withStatus() : icon(channelIcon(channel)),
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
