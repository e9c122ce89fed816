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
const STRING = 3;
const FAVOURITE = "chibi";
// The first is Chinese for every reader: it shows that the bot understands both.
const CHINESE_PROMPT = "银发猫耳少女，笑";
const ENGLISH_PROMPT = "a grumpy boy with blue spiky hair and round glasses";

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
  const [{ entry }] = examples;
  const hint = entry.name === FAVOURITE ? "welcomeChibi" : "welcomeCommands";
  return el(
    "div",
    { class: "first-steps" },
    el("p", { class: "welcome-hint" }, t(hint, { name, command: shownName(entry) })),
    el("p", { class: "welcome-try" }, t("welcomeTry")),
    el("div", { class: "examples" }, examples.map(exampleButton)),
  );
}

/** Two commands to begin with: /chibi with a prompt where there is one, else the first two. */
function exampleCalls() {
  const all = entries(commandsHere());
  const chibi = all.find(
    (e) => e.name === FAVOURITE && e.options.some((o) => o.name === "prompt" && o.type === STRING),
  );
  if (!chibi) return all.slice(0, 2).map((entry) => ({ entry, values: {} }));
  return [CHINESE_PROMPT, ENGLISH_PROMPT].map((prompt) => ({ entry: chibi, values: { prompt } }));
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
