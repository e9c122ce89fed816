/** The command picker: what `/` and the letters after it offer. */

import { avatar } from "./avatar.js";
import { entries, matching, shownName } from "./commands.js";
import { el } from "./dom.js";
import { commandsHere, displayName, state } from "./store.js";
import { t } from "./texts.js";

/** Show the commands that fit `query` in `panel`. */
export function showCommands(panel, input, query, onPick) {
  const found = matching(entries(commandsHere()), query);
  const bot = state.bot.user;
  const title = el("span", { class: "suggest-title" }, displayName(bot));
  panel.show({
    input,
    title: found.length ? title : t("noCommandMatches", { query }),
    rows: found.map((entry) => row(entry, bot)),
    footer: found.length ? el("span", { class: "keys" }, t("commandHint")) : null,
    label: t("openCommands"),
    active: 0,
    onPick: (picked) => onPick(picked.value),
  });
}

function row(entry, bot) {
  const options = entry.options.map((o) =>
    el("span", { class: `option-name ${o.required ? "" : "optional"}` }, o.shown),
  );
  return {
    value: entry,
    label: `/${shownName(entry)}`,
    beside: options.length ? el("span", { class: "option-names" }, options) : null,
    detail: entry.description,
    picture: avatar(bot, 32),
    right: displayName(bot),
  };
}
