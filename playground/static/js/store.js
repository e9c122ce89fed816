/** What the page knows. Views read `state` and redraw their part when its topic is told. */

export const state = {
  me: null,
  people: [],
  guild: null,
  channels: [],
  commands: [],
  bot: { online: true, user: null },
  locales: [],
  messages: new Map(),
  channelId: null,
  unread: new Set(),
  connected: true,
};

const listeners = new Map();

/** Call `listener` whenever `topic` is told. */
export function on(topic, listener) {
  listeners.set(topic, [...(listeners.get(topic) ?? []), listener]);
}

/** Tell everyone who listens to `topic`. */
export function tell(topic, detail) {
  for (const listener of listeners.get(topic) ?? []) listener(detail);
}

/** Take over what the playground says a person sees. */
export function takeOver(loaded) {
  Object.assign(state, {
    me: loaded.me,
    people: loaded.people,
    guild: loaded.guild,
    channels: loaded.channels,
    commands: loaded.commands,
    bot: loaded.bot,
    locales: loaded.locales,
    messages: new Map(Object.entries(loaded.messages)),
  });
  if (!currentChannel()) state.channelId = loaded.channels[0]?.id ?? null;
}

/** The channel that is open. */
export const currentChannel = () => state.channels.find((c) => c.id === state.channelId);

/** The messages of a channel, oldest first. */
export const messagesIn = (channelId) => state.messages.get(channelId) ?? [];

/** A person or the bot by id; `undefined` for a stranger. */
export function personById(id) {
  return (
    state.people.find((p) => p.id === id) ??
    (state.bot.user?.id === id ? state.bot.user : undefined)
  );
}

/** What a user is called. */
export const displayName = (user) =>
  personById(user.id)?.global_name ?? user.global_name ?? user.username;

/** The roles of the guild, @everyone among them. */
export const roles = () => state.guild?.roles ?? [];

/** Put a new or changed message in its place; answers whether it is new. */
export function putMessage(message) {
  const list = messagesIn(message.channel_id);
  const at = list.findIndex((m) => m.id === message.id);
  if (at >= 0) list[at] = message;
  else list.push(message);
  state.messages.set(message.channel_id, list);
  return at < 0;
}

/** Forget a message. */
export function dropMessage(channelId, id) {
  state.messages.set(
    channelId,
    messagesIn(channelId).filter((m) => m.id !== id),
  );
}

/** Open a channel. */
export function openChannel(id) {
  state.channelId = id;
  state.unread.delete(id);
  tell("channel");
}

/** The slash commands offered in the open channel. */
export function commandsHere(type = 1) {
  return state.commands.filter(
    (c) => (c.type ?? 1) === type && (c.channel_ids?.includes(state.channelId) ?? true),
  );
}
