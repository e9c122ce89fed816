/** The card of a person, with what one can do with them. */

import { avatar } from "./avatar.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { callCommand } from "./interactions.js";
import { closePopup, openPopup } from "./popup.js";
import { commandsHere, displayName, openChannel, personById, state, tell } from "./store.js";
import { t } from "./texts.js";
import { toast } from "./toast.js";

const USER_MENU = 2;
const DM = 1;

/** Show the card of that user beside `anchor`. */
export function openProfile(anchor, userId) {
  const person = personById(userId);
  if (!person) return;
  const name = displayName(person);
  const card = el(
    "div",
    { class: "profile", role: "dialog", "aria-label": name, tabindex: -1 },
    el("div", { class: "profile-banner", style: { background: person.color } }),
    el("div", { class: "profile-face" }, avatar(person, 80)),
    el("div", { class: "profile-name" }, name),
    el(
      "div",
      { class: "profile-user" },
      person.username,
      ` • ${t(person.role === "bot" ? "appTag" : `role.${person.role}`)}`,
    ),
    el("div", { class: "profile-actions" }, actions(person)),
  );
  openPopup(anchor, card);
}

function actions(person) {
  const commands = commandsHere(USER_MENU).map((command) =>
    action(command.name_localized ?? command.name, "apps", () => callOn(command, person)),
  );
  if (person.role === "bot")
    return [action(t("messagePerson", { name: displayName(person) }), "chat", openDm), ...commands];
  const isMe = person.id === state.me.id;
  return [
    !isMe &&
      action(t("bePerson", { name: displayName(person) }), "swap", () => tell("become", person.id)),
    ...commands,
  ];
}

function action(label, picture, run) {
  const go = () => {
    closePopup();
    run();
  };
  return el(
    "button",
    { type: "button", class: "menu-item", on: { click: go } },
    label,
    icon(picture),
  );
}

function openDm() {
  const channel = state.channels.find((c) => c.type === DM);
  if (channel) openChannel(channel.id);
}

async function callOn(command, person) {
  const call = {
    user: state.me.id,
    channel: state.channelId,
    command: command.name,
    options: [],
    target: person.id,
  };
  await callCommand(command.name_localized ?? command.name, call).catch((refusal) =>
    toast(refusal.message),
  );
}
