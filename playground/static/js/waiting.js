/** A command on its way to the bot, until the answer takes its place. */

import { avatar } from "./avatar.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { callCommand, dismissCommand } from "./interactions.js";
import { appTag } from "./message.js";
import { displayName, state } from "./store.js";
import { t } from "./texts.js";
import { messageTime } from "./times.js";
import { toast } from "./toast.js";

/** The element for one such command. */
export function waitingNode(waiting) {
  const bot = state.bot.user;
  return el(
    "article",
    { class: "message first waiting", role: waiting.failed ? "alert" : undefined },
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
      el("h3", { class: "message-head" }, el("span", { class: "name" }, displayName(bot)), appTag(), el("time", {}, messageTime(waiting.at))),
      waiting.failed ? failed(waiting) : el("div", { class: "sending" }, t("sending")),
    ),
  );
}

function failed(waiting) {
  const dismiss = () => dismissCommand(waiting.id);
  const retry = () => {
    dismiss();
    callCommand(waiting.shown, waiting.call).catch((refusal) => toast(refusal.message));
  };
  const button = (label, click) => el("button", { type: "button", class: "text-link", on: { click } }, label);
  return [
    el("div", { class: "failure" }, icon("warning", 16), t(`failed.${waiting.failed}`), button(t("retry"), retry)),
    el("div", { class: "only-you" }, icon("eye", 16), t("onlyYou"), el("span", { "aria-hidden": "true" }, "•"), button(t("dismiss"), dismiss)),
  ];
}
