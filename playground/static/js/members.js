/** The right side: everyone in the channel, by rank. */

import { avatar } from "./avatar.js";
import { el, fill } from "./dom.js";
import { icon } from "./icons.js";
import { appTag } from "./message.js";
import { openProfile } from "./profile.js";
import { currentChannel, displayName, on, state } from "./store.js";
import { t } from "./texts.js";

const RANKS = ["owner", "moderator", "member", "bot"];
const RANK_ICONS = { owner: "crown", moderator: "shield" };

/** The view. */
export function memberList() {
  const node = el("aside", { class: "members", id: "members" });
  const redraw = () => {
    if (!state.me) return;
    node.setAttribute("aria-label", t("members"));
    node.classList.toggle("unneeded", currentChannel()?.type === 1);
    fill(node, RANKS.map(group));
  };
  for (const topic of ["state", "channel", "bot"]) on(topic, redraw);
  return node;
}

function group(rank) {
  const people = state.people.filter((p) => p.role === rank);
  if (!people.length) return null;
  return [
    el("h2", { class: "side-label" }, `${t(`rank.${rank}`)} — ${people.length}`),
    ...people.map(member),
  ];
}

function member(person) {
  const isOnline = person.role !== "bot" || state.bot.online;
  const open = (event) => openProfile(event.currentTarget, person.id);
  return el(
    "button",
    { type: "button", class: `member ${isOnline ? "" : "away"}`, on: { click: open } },
    el("span", { class: `with-status ${isOnline ? "online" : "offline"}` }, avatar(person, 32)),
    el("span", { class: "member-name" }, displayName(person)),
    person.role === "bot" && appTag(),
    RANK_ICONS[person.role] && icon(RANK_ICONS[person.role], 15),
    el("span", { class: "sr-only" }, t(isOnline ? "online" : "offline")),
  );
}
