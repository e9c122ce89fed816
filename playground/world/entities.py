"""Who and what there can be: users, guilds with roles and members, channels, the application."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal

from playground.world.permissions import Overwrite, Permission

MIB = 1024 * 1024
FILE_LIMIT = 10 * MIB

Kind = Literal["person", "bot", "team"]
Rank = Literal["owner", "moderator", "member", "bot"]


class ChannelType(IntEnum):
    """Discord's channel types, those that occur here."""

    TEXT = 0
    DM = 1
    VOICE = 2
    GROUP_DM = 3
    ANNOUNCEMENT = 5
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    FORUM = 15


THREADS = (ChannelType.PUBLIC_THREAD, ChannelType.PRIVATE_THREAD)


class Context(IntEnum):
    """Discord's interaction contexts: where a command is used."""

    GUILD = 0
    BOT_DM = 1
    PRIVATE_CHANNEL = 2


@dataclass(frozen=True, slots=True)
class User:
    """Someone in the playground; `color` is the hex of the avatar that is drawn for them.

    A `team` is the pseudo-user that owns a team's application; nobody reads what it is sent.
    """

    id: str
    username: str
    global_name: str
    color: str
    kind: Kind = "person"
    locale: str = "en-US"
    avatar: str | None = None
    banner: str | None = None
    takes_dms: bool = True
    file_limit: int = FILE_LIMIT


@dataclass(frozen=True, slots=True)
class Role:
    """A role of a guild."""

    id: str
    name: str
    permissions: Permission
    position: int
    color: int = 0
    managed: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """A user in a guild; `role_ids` are without @everyone."""

    user_id: str
    role_ids: tuple[str, ...] = ()
    nick: str | None = None
    avatar: str | None = None
    banner: str | None = None


@dataclass(frozen=True, slots=True)
class Guild:
    """A server; @everyone is the role with its id.

    The bot may be no member of it, where it was authorised with `applications.commands` alone, or
    where only people have installed the app for themselves (`has_commands` is false).
    """

    id: str
    name: str
    owner_id: str
    locale: str = "en-US"
    roles: Mapping[str, Role] = field(default_factory=dict[str, Role])
    members: Mapping[str, Member] = field(default_factory=dict[str, Member])
    has_commands: bool = True
    file_limit: int = FILE_LIMIT


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel or a thread of a guild, a DM between the bot and one person, or a group's DM.

    `recipients` are the people of a DM, `topics` translations of `topic` by locale.
    """

    id: str
    name: str
    type: ChannelType = ChannelType.TEXT
    guild_id: str | None = None
    topic: str | None = None
    topics: Mapping[str, str] = field(default_factory=dict[str, str])
    position: int = 0
    nsfw: bool = False
    overwrites: tuple[Overwrite, ...] = ()
    parent_id: str | None = None
    owner_id: str | None = None
    recipients: tuple[str, ...] = ()

    @property
    def is_dm(self) -> bool:
        """Whether it belongs to no guild."""
        return self.guild_id is None

    @property
    def holds_messages(self) -> bool:
        """Whether messages can be in it; those of a forum are in its posts."""
        return self.type is not ChannelType.FORUM

    @property
    def is_thread(self) -> bool:
        """Whether it is a thread, or a post in a forum."""
        return self.type in THREADS

    @property
    def context(self) -> Context:
        """The context of what is done here."""
        if self.guild_id is not None:
            return Context.GUILD
        return Context.BOT_DM if self.type is ChannelType.DM else Context.PRIVATE_CHANNEL


@dataclass(frozen=True, slots=True)
class Webhook:
    """A way to write into a channel without being there; `avatar` is a hash."""

    id: str
    token: str
    channel_id: str
    name: str
    avatar: str | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A call of a command that the page offers to begin with; `options` by their names."""

    command: str
    options: Mapping[str, str | int | float | bool] = field(
        default_factory=dict[str, str | int | float | bool]
    )


@dataclass(frozen=True, slots=True)
class Welcome:
    """What the page says in an empty channel, by locale or language, and what it offers there."""

    hints: Mapping[str, str] = field(default_factory=dict[str, str])
    examples: tuple[Example, ...] = ()

    def hint(self, locale: str) -> str | None:
        """The sentence for that locale, else for its language, else in English."""
        for key in (locale, locale.split("-")[0], "en"):
            if key in self.hints:
                return self.hints[key]
        return None


@dataclass(frozen=True, slots=True)
class App:
    """The bot's application: owned by a person, or by a team whose first member owns the team.

    `installed_by` are the ids of people who have installed it for themselves.
    """

    owner_id: str
    team: tuple[str, ...] = ()
    activities: bool = False
    installed_by: tuple[str, ...] = ()
