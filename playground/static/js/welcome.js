/** The top of a channel: where one is, and, while it is empty, what to try first. */

import { avatar } from "./avatar.js";
import { entries, shownName } from "./commands.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { callCommand } from "./interactions.js";
import { commandsHere, displayName, messagesIn, state, tell } from "./store.js";
import { t } from "./texts.js";
import { toast } from "./toast.js";

const DM = 1;

/** The welcome of a channel. */
export function welcome(channel) {
  const isDm = channel.type === DM;
  const bot = state.bot.user;
  const title = isDm ? displayName(bot) : t("welcomeChannel", { channel: channel.name });
  return el(
    "header",
    { class: "welcome" },
    isDm ? avatar(bot, 80) : el("div", { class: "welcome-sign" }, icon("hash", 44)),
    el("h2", {}, title),
    el("p", {}, isDm ? t("welcomeDm", { name: displayName(bot) }) : channel.topic),
    messagesIn(channel.id).length === 0 && firstSteps(bot),
  );
}

function firstSteps(bot) {
  const examples = exampleCalls();
  const name = displayName(bot);
  if (!examples.length) return el("p", { class: "welcome-hint" }, t("welcomeNoCommands", { name }));
  const hint = state.welcome.hint ?? t("welcomeCommands", { name });
  return el(
    "div",
    { class: "first-steps" },
    el("p", { class: "welcome-hint" }, hint),
    el("p", { class: "welcome-try" }, t("welcomeTry")),
    el("div", { class: "examples" }, examples.map(exampleButton)),
  );
}

/** What to begin with: the world's examples where their commands are there, else two commands. */
function exampleCalls() {
  const all = entries(commandsHere());
  const given = state.welcome.examples
    .map(({ command, options }) => ({ entry: all.find((e) => e.name === command), values: options }))
    .filter(({ entry }) => entry);
  return given.length ? given : all.slice(0, 2).map((entry) => ({ entry, values: {} }));
}

function exampleButton({ entry, values }) {
  const needsMore = entry.options.some((o) => o.required && !(o.name in values));
  const run = () => (needsMore ? tell("compose", { entry, values }) : call(entry, values));
  return el(
    "button",
    { type: "button", class: "example", on: { click: run } },
    el("span", { class: "command-name" }, `/${shownName(entry)}`),
    el("span", { class: "example-text" }, Object.values(values).join(" ") || entry.description),
    icon(needsMore ? "right" : "play", 16),
  );
}

async function call(entry, values) {
  tell("write");
  const options = entry.nest(
    entry.options
      .filter((o) => o.name in values)
      .map((o) => ({ name: o.name, type: o.type, value: values[o.name] })),
  );
  const body = { user: state.me.id, channel: state.channelId, command: entry.root, options };
  await callCommand(shownName(entry), body).catch((refusal) => toast(refusal.message));
}
