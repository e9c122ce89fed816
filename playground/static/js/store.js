/** What the page knows. Views read `state` and redraw their part when its topic is told. */

export const state = {
  me: null,
  people: [],
  guilds: [],
  channels: [],
  commands: [],
  bot: { online: true, user: null },
  locales: [],
  welcome: { hint: null, examples: [] },
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
    guilds: loaded.guilds,
    channels: loaded.channels,
    commands: loaded.commands,
    bot: loaded.bot,
    locales: loaded.locales,
    welcome: loaded.welcome,
    messages: new Map(Object.entries(loaded.messages)),
  });
  const last = sessionStorage.getItem(channelKey()) ?? localStorage.getItem(channelKey());
  if (state.channels.some((c) => c.id === last)) state.channelId = last;
  if (!currentChannel()) state.channelId = loaded.channels.find(holdsMessages)?.id ?? null;
}

/** Where the channel is kept that a person had open last. */
const channelKey = () => `playground.channel.${state.me.id}`;

/** The channel that is open. */
export const currentChannel = () => state.channels.find((c) => c.id === state.channelId);

const FORUM = 15;

/** Whether a channel holds messages itself; a forum's are in its posts. */
export const holdsMessages = (channel) => channel.type !== FORUM;

/** Whether a channel belongs to no server: a DM, or a group's. */
export const isDm = (channel) => channel.guild_id === null;

/** The server of the open channel; the first one while a DM is open. */
export const currentGuild = () =>
  state.guilds.find((g) => g.id === currentChannel()?.guild_id) ?? state.guilds[0];

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

/** The roles of the server that is open, @everyone among them. */
export const roles = () => currentGuild()?.roles ?? [];

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
  sessionStorage.setItem(channelKey(), id);
  localStorage.setItem(channelKey(), id);
  state.unread.delete(id);
  tell("channel");
}

/** The slash commands offered in the open channel. */
export function commandsHere(type = 1) {
  return state.commands.filter(
    (c) => (c.type ?? 1) === type && (c.channel_ids?.includes(state.channelId) ?? true),
  );
}
