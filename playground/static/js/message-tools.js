/** What can be done with a message: copy, delete, and the commands that bots have for messages. */

import * as api from "./api.js";
import { el } from "./dom.js";
import { icon, iconButton } from "./icons.js";
import { callCommand } from "./interactions.js";
import { plainText } from "./markdown.js";
import { arrowKeys, closePopup, openPopup } from "./popup.js";
import { reactionRow } from "./reactions.js";
import { commandsHere, dropMessage, state, tell } from "./store.js";
import { t } from "./texts.js";
import { toast } from "./toast.js";

const MESSAGE_MENU = 3;

/** The bar that shows when the pointer is over a message. */
export function messageTools(message) {
  const open = () => openMenu(more, message);
  const more = iconButton("more", t("moreActions"), open, { "aria-haspopup": "menu" });
  return el("div", { class: "message-tools" }, more);
}

function openMenu(anchor, message) {
  const menu = el(
    "div",
    { class: "menu", role: "menu" },
    !message.failed && !message.ephemeral && reactionRow(message, closePopup),
    actions(message).map(item),
  );
  arrowKeys(menu, "[role=menuitem]");
  openPopup(anchor, menu, { align: "end" });
}

function item({ label, picture, danger, run }) {
  const go = () => {
    closePopup();
    run();
  };
  return el(
    "button",
    {
      type: "button",
      role: "menuitem",
      class: `menu-item ${danger ? "danger" : ""}`,
      on: { click: go },
    },
    label,
    icon(picture),
  );
}

function actions(message) {
  const found = commandsHere(MESSAGE_MENU).map((command) => ({
    label: command.name_localized ?? command.name,
    picture: "apps",
    run: () => callOn(command, message),
  }));
  if (message.content)
    found.push({ label: t("copyText"), picture: "copy", run: () => copy(message) });
  if (!message.failed && mayDelete(message))
    found.push({
      label: t("deleteMessage"),
      picture: "trash",
      danger: true,
      run: () => remove(message),
    });
  if (!found.length)
    found.push({ label: t("copyText"), picture: "copy", run: () => copy(message) });
  return found;
}

function mayDelete(message) {
  return (
    message.author.id === state.me.id ||
    message.ephemeral ||
    ["owner", "moderator"].includes(state.me.role)
  );
}

async function callOn(command, message) {
  const call = {
    user: state.me.id,
    channel: message.channel_id,
    command: command.name,
    options: [],
    target: message.id,
  };
  await callCommand(command.name_localized ?? command.name, call).catch((refusal) =>
    toast(refusal.message),
  );
}

async function copy(message) {
  await navigator.clipboard.writeText(message.content || plainText(message.content));
  toast(t("copied"));
}

async function remove(message) {
  await api.deleteMessage(state.me.id, message.id).catch((refusal) => toast(refusal.message));
}

/** Take a note that only this person sees off their screen. */
export async function dismiss(message) {
  dropMessage(message.channel_id, message.id);
  tell("message", { id: message.id });
  if (!message.failed) await api.deleteMessage(state.me.id, message.id).catch(() => {});
}
