"""Gateway intents: which events a session asked for, and which it may ask for."""

from enum import IntFlag

from playground.wire import Json


class Intent(IntFlag):
    """The intents whose events happen here."""

    NONE = 0
    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_EXPRESSIONS = 1 << 3
    GUILD_WEBHOOKS = 1 << 5
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    GUILD_MESSAGE_REACTIONS = 1 << 10
    GUILD_MESSAGE_TYPING = 1 << 11
    DIRECT_MESSAGES = 1 << 12
    DIRECT_MESSAGE_REACTIONS = 1 << 13
    DIRECT_MESSAGE_TYPING = 1 << 14
    MESSAGE_CONTENT = 1 << 15


PRIVILEGED = Intent.GUILD_MEMBERS | Intent.GUILD_PRESENCES | Intent.MESSAGE_CONTENT
HIGHEST = 1 << 25  # DIRECT_MESSAGE_POLLS, the last one Discord has given out

_HIDDEN: Json = {"content": "", "embeds": [], "attachments": [], "components": []}


def without_content(message: Json, bot_id: str) -> Json:
    """`message` as a bot without the message content intent gets it.

    Its own messages, DMs and messages that mention it stay whole.
    """
    is_own = message["author"]["id"] == bot_id
    is_dm = "guild_id" not in message
    mentions_it = any(user["id"] == bot_id for user in message["mentions"])
    return message if is_own or is_dm or mentions_it else {**message, **_HIDDEN}
