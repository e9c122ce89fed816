/** Interactions that were sent and are not answered yet: what spins, and what failed. */

import * as api from "./api.js";
import { putMessage, state, tell } from "./store.js";

const pending = new Map();
const settledEarly = new Map();
const failures = new Map();

/** Commands that were taken in and wait for the bot. */
export const commandsOnTheirWay = (channelId) =>
  [...pending.values()].filter(
    (p) => p.kind === "command" && p.channelId === channelId && p.id !== undefined,
  );

/** Whether that component of a message waits for the bot. */
export const isPending = (messageId, customId) =>
  [...pending.values()].some((p) => p.messageId === messageId && p.customId === customId);

/** Why the last press on a message failed: `"no_answer"`, `"error"`, a sentence, or nothing. */
export const failureOn = (messageId) => failures.get(messageId);

/** Press a button or choose in a select. */
export async function press(message, customId, values) {
  if (isPending(message.id, customId)) return;
  const waiting = {
    kind: "component",
    messageId: message.id,
    customId,
    channelId: message.channel_id,
  };
  failures.delete(message.id);
  await send(waiting, () => api.useComponent(state.me.id, message.id, customId, values));
}

/** Call a command; `shown` is its name as the person sees it. Raises `Refusal`. */
export async function callCommand(shown, call) {
  const waiting = { kind: "command", channelId: call.channel, shown, call, at: new Date() };
  await send(waiting, () => api.invoke(call), { raise: true });
}

/** Submit a form. `onEnd(failure)` is called when it is answered. Raises `Refusal`. */
export async function sendModal(interaction, components, onEnd) {
  const waiting = { kind: "modal", onEnd };
  await send(waiting, () => api.submitModal(state.me.id, interaction, components), { raise: true });
}

async function send(waiting, call, { raise = false } = {}) {
  const key = Symbol("unsent");
  pending.set(key, waiting);
  changed(waiting);
  try {
    const { interaction } = await call();
    waiting.id = interaction;
    pending.set(interaction, waiting);
    if (settledEarly.has(interaction)) settle(interaction, settledEarly.get(interaction));
  } catch (refusal) {
    if (raise) throw refusal;
    failures.set(waiting.messageId, refusal.message);
  } finally {
    pending.delete(key);
    changed(waiting);
  }
}

/** An interaction was answered (`reason` is `null`) or failed. */
export function settle(interaction, reason = null) {
  const waiting = pending.get(interaction);
  if (!waiting) {
    settledEarly.set(interaction, reason);
    return;
  }
  pending.delete(interaction);
  settledEarly.delete(interaction);
  if (waiting.kind === "modal") waiting.onEnd(reason);
  else if (reason && waiting.kind === "component") failures.set(waiting.messageId, reason);
  else if (reason) leaveNote(interaction, waiting, reason);
  changed(waiting);
}

/** A failed command stays where it was called, as a note that only this page knows. */
function leaveNote(interaction, { channelId, shown, call, at }, reason) {
  const note = {
    id: interaction,
    channel_id: channelId,
    author: state.bot.user,
    timestamp: at.toISOString(),
    ephemeral: true,
    interaction: { id: interaction, user: state.me, name: shown },
    failed: { reason, shown, call },
  };
  putMessage(note);
  tell("arrived", note);
}

/** Forget everything: another person is at the keyboard. */
export function forgetAll() {
  pending.clear();
  settledEarly.clear();
  failures.clear();
}

function changed(waiting) {
  if (waiting.kind === "component") tell("message", { id: waiting.messageId });
  if (waiting.kind === "command") tell("waiting", { channelId: waiting.channelId });
}
