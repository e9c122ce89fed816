/** Reactions: the emojis under a message, and those that are at hand to react with. */

import * as api from "./api.js";
import { el } from "./dom.js";
import { emojiOf } from "./inline.js";
import { displayName, personById, state } from "./store.js";
import { t } from "./texts.js";
import { toast } from "./toast.js";

const AT_HAND = ["👍", "❤️", "😂", "🎉", "😮", "😢"];

/** The emojis under a message; pressing one joins in, or takes one's own back. */
export function reactions(message) {
  const found = message.reactions ?? [];
  return found.length > 0 && el("div", { class: "reactions" }, found.map((r) => chip(message, r)));
}

function chip(message, { emoji, count, users }) {
  const isMine = users.includes(state.me.id);
  const names = users.map((id) => displayName(personById(id) ?? { id, username: t("someone") }));
  const label = t("reactedBy", { emoji: emoji.name, names: names.join(", ") });
  return el(
    "button",
    {
      type: "button",
      class: `reaction ${isMine ? "mine" : ""}`,
      "aria-pressed": isMine,
      "aria-label": label,
      title: label,
      dataset: { customId: `reaction ${written(emoji)}` },
      on: { click: () => react(message, written(emoji)) },
    },
    emojiOf(emoji),
    el("span", {}, String(count)),
  );
}

/** A row of a menu: the emojis at hand. `done` is called once one is chosen. */
export function reactionRow(message, done) {
  const choose = (emoji) => {
    done();
    react(message, emoji);
  };
  return el(
    "div",
    { class: "reaction-row", role: "group" },
    AT_HAND.map((emoji) =>
      el(
        "button",
        {
          type: "button",
          role: "menuitem",
          class: "reaction-choice",
          "aria-label": t("reactWith", { emoji }),
          on: { click: () => choose(emoji) },
        },
        emoji,
      ),
    ),
  );
}

const written = ({ id, name }) => (id ? `${name}:${id}` : name);

async function react(message, emoji) {
  await api.react(state.me.id, message.id, emoji).catch((refusal) => toast(refusal.message));
}
