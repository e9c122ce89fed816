"""Messages as they are kept, and the store that keeps them; whom their texts ping."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum, IntFlag

from playground.messages.attachments import Attachment
from playground.wire import Json
from playground.world.entities import Guild
from playground.world.world import World


class MessageFlag(IntFlag):
    """Discord's message flags, those that occur here."""

    NONE = 0
    SUPPRESS_EMBEDS = 1 << 2
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    COMPONENTS_V2 = 1 << 15


class MessageType(IntEnum):
    """Discord's message types, those that occur here."""

    DEFAULT = 0
    CHANNEL_PINNED_MESSAGE = 6
    REPLY = 19
    CHAT_INPUT_COMMAND = 20
    CONTEXT_MENU_COMMAND = 23


@dataclass(frozen=True, slots=True)
class Origin:
    """The interaction that a message answers."""

    interaction_id: str
    interaction_type: int
    user_id: str
    name: str | None = None
    command_type: int | None = None
    target_user_id: str | None = None
    target_message_id: str | None = None
    pressed_message_id: str | None = None
    original_response_id: str | None = None
    owners: Json = field(default_factory=Json)


@dataclass(frozen=True, slots=True)
class Mentions:
    """Who is pinged."""

    users: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    everyone: bool = False


@dataclass(frozen=True, slots=True)
class Sender:
    """The name and the picture's hash under which a webhook sent a message."""

    name: str
    avatar: str | None = None


@dataclass(frozen=True, slots=True)
class Reaction:
    """An emoji under a message, as Discord writes emojis, and who put it there, in their order."""

    emoji: Json
    user_ids: tuple[str, ...]

    def is_of(self, emoji: Json) -> bool:
        """Whether it is that emoji; one of a guild may be renamed."""
        return emoji_key(self.emoji) == emoji_key(emoji)


def emoji_key(emoji: Json) -> str:
    """What tells an emoji from all others: its id, or the sign itself."""
    return emoji["id"] or emoji["name"]


@dataclass(frozen=True, slots=True)
class Message:
    """A message.

    Media in `embeds` and `components` that are files of this message are written
    `attachment://ID`, with the attachment's id; rendering turns them into fresh links.
    """

    id: str
    channel_id: str
    author_id: str
    sent_at: float
    content: str = ""
    embeds: tuple[Json, ...] = ()
    components: tuple[Json, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    flags: MessageFlag = MessageFlag.NONE
    type: MessageType = MessageType.DEFAULT
    edited_at: float | None = None
    mentions: Mentions = Mentions()
    origin: Origin | None = None
    only_for: str | None = None
    reply_to: str | None = None
    nonce: str | int | None = None
    tts: bool = False
    sender: Sender | None = None
    reactions: tuple[Reaction, ...] = ()
    pinned_at: float | None = None

    @property
    def is_ephemeral(self) -> bool:
        """Whether only one person sees it."""
        return self.only_for is not None

    @property
    def is_loading(self) -> bool:
        """Whether it still says that the bot is thinking."""
        return bool(self.flags & MessageFlag.LOADING)

    @property
    def is_v2(self) -> bool:
        """Whether it is made of components only."""
        return bool(self.flags & MessageFlag.COMPONENTS_V2)


class Messages:
    """All messages by id, in the order they were sent; `changed` is called after every change."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._by_id: dict[str, Message] = {}

    def __iter__(self) -> Iterator[Message]:
        return iter(tuple(self._by_id.values()))

    def get(self, message_id: str | None) -> Message | None:
        """The message, or `None` where there is none (any more)."""
        return self._by_id.get(message_id) if message_id is not None else None

    def put(self, message: Message) -> None:
        """Add a message, or put a changed one in the place of the old."""
        self._by_id[message.id] = message
        self._changed()

    def remove(self, message_id: str) -> Message | None:
        """Forget a message and return it, if it was there."""
        removed = self._by_id.pop(message_id, None)
        self._changed()
        return removed

    def in_channel(self, channel_id: str) -> list[Message]:
        """The messages of a channel, oldest first."""
        return [message for message in self if message.channel_id == channel_id]


_USER = re.compile(r"<@!?(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")
_EVERYONE = re.compile(r"@(?:everyone|here)\b")

ONLY_USERS: Json = {"parse": ["users"]}
ALL: Json = {"parse": ["users", "roles", "everyone"]}


def mentioned(
    text: str, allowed: Json, world: World, guild: Guild | None, may_ping_everyone: bool
) -> Mentions:
    """Who `text` pings where `allowed` is in force."""
    parse = allowed.get("parse", [])
    named_users, named_roles = allowed.get("users") or (), allowed.get("roles") or ()
    users = dict.fromkeys(u for u in _USER.findall(text) if u in world.users)
    roles = dict.fromkeys(r for r in _ROLE.findall(text) if guild is not None and r in guild.roles)
    return Mentions(
        users=tuple(u for u in users if "users" in parse or u in named_users),
        roles=tuple(r for r in roles if "roles" in parse or r in named_roles),
        everyone="everyone" in parse and may_ping_everyone and bool(_EVERYONE.search(text)),
    )
