/** A command on its way to the bot, until the answer takes its place. */

import { avatar } from "./avatar.js";
import { el } from "./dom.js";
import { appTag } from "./message.js";
import { displayName, state } from "./store.js";
import { t } from "./texts.js";
import { messageTime } from "./times.js";

/** The element for one such command. */
export function waitingNode(waiting) {
  const bot = state.bot.user;
  return el(
    "article",
    { class: "message first waiting" },
    el(
      "div",
      { class: "origin" },
      avatar(state.me, 16),
      el("span", { class: "origin-name" }, displayName(state.me)),
      ` ${t("used")} `,
      el("span", { class: "command-name" }, `/${waiting.shown}`),
    ),
    el("span", { class: "portrait" }, avatar(bot, 40)),
    el(
      "div",
      { class: "message-body" },
      el(
        "h3",
        { class: "message-head" },
        el("span", { class: "name" }, displayName(bot)),
        appTag(),
        el("time", {}, messageTime(waiting.at)),
      ),
      el("div", { class: "sending" }, t("sending")),
    ),
  );
}
