"""The world: one guild with two text channels, four people, one bot, and a DM for each person.

Ids are fixed, so that links, saved messages and tests hold across restarts.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

from playground.world.permissions import (
    ALL,
    DIRECT_MESSAGE,
    EVERYONE,
    Overwrite,
    Permission,
    in_channel,
)

GUILD_ID = "1180000000000000000"
GENERAL_ID = "1180000000000000101"
STUDIO_ID = "1180000000000000102"
BOT_ID = "1180000000000000200"
OWNER_ID = "1180000000000000201"
MODERATOR_ID = "1180000000000000202"
MIKA_ID = "1180000000000000203"
YUE_ID = "1180000000000000204"
MODERATOR_ROLE_ID = "1180000000000000301"
BOT_ROLE_ID = "1180000000000000302"

Rank = Literal["owner", "moderator", "member", "bot"]


@dataclass(frozen=True, slots=True)
class User:
    """Someone in the playground; `color` is the hex of the avatar that is drawn for them."""

    id: str
    username: str
    global_name: str
    rank: Rank
    color: str
    locale: str = "en-US"
    avatar: str | None = None
    banner: str | None = None
    nick: str | None = None
    guild_avatar: str | None = None
    guild_banner: str | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """A role of the guild."""

    id: str
    name: str
    permissions: Permission
    position: int
    color: int = 0
    managed: bool = False


@dataclass(frozen=True, slots=True)
class Channel:
    """A text channel of the guild, or a DM between the bot and one person."""

    id: str
    name: str
    topic: str | None = None
    position: int = 0
    overwrites: tuple[Overwrite, ...] = ()
    recipient_id: str | None = None

    @property
    def is_dm(self) -> bool:
        """Whether this is a DM."""
        return self.recipient_id is not None


PEOPLE = (
    User(OWNER_ID, "hana", "Hana", "owner", "#eb459e"),
    User(MODERATOR_ID, "ren", "Ren", "moderator", "#5865f2"),
    User(MIKA_ID, "mika", "Mika", "member", "#57a55a"),
    User(YUE_ID, "yue", "月 Yue", "member", "#e8953c", locale="zh-CN"),
)
BOT = User(BOT_ID, "moevatar", "Moevatar", "bot", "#9b59b6")

ROLES = (
    Role(GUILD_ID, "@everyone", EVERYONE, 0),
    Role(BOT_ROLE_ID, "Moevatar", Permission.NONE, 1, managed=True),
    Role(
        MODERATOR_ROLE_ID,
        "Moderator",
        Permission.MANAGE_MESSAGES | Permission.MANAGE_GUILD,
        2,
        color=0x5865F2,
    ),
)
ROLE_IDS: dict[Rank, tuple[str, ...]] = {
    "owner": (),
    "moderator": (MODERATOR_ROLE_ID,),
    "member": (),
    "bot": (BOT_ROLE_ID,),
}


def _channels() -> tuple[Channel, ...]:
    return (
        Channel(GENERAL_ID, "general", "Try the bot here: type / and pick a command", 0),
        Channel(STUDIO_ID, "studio", "A quieter room", 1),
        *(Channel(str(int(person.id) + 200), "", recipient_id=person.id) for person in PEOPLE),
    )


@dataclass(slots=True)
class World:
    """Who and what there is. Records are frozen; a change replaces one."""

    name: str = "Moevatar Playground"
    locale: str = "en-US"
    users: dict[str, User] = field(default_factory=lambda: {u.id: u for u in (*PEOPLE, BOT)})
    roles: dict[str, Role] = field(default_factory=lambda: {r.id: r for r in ROLES})
    channels: dict[str, Channel] = field(default_factory=lambda: {c.id: c for c in _channels()})

    @property
    def bot(self) -> User:
        """The bot's user."""
        return self.users[BOT_ID]

    @property
    def people(self) -> tuple[User, ...]:
        """Everyone but the bot."""
        return tuple(user for user in self.users.values() if user.rank != "bot")

    @property
    def guild_channels(self) -> tuple[Channel, ...]:
        """The channels of the guild, in their order."""
        found = (channel for channel in self.channels.values() if not channel.is_dm)
        return tuple(sorted(found, key=lambda channel: channel.position))

    def person_named(self, username: str) -> User:
        """The person with that username; `KeyError` where there is none."""
        for user in self.people:
            if user.username == username:
                return user
        raise KeyError(username)

    def dm_with(self, user_id: str) -> Channel:
        """The DM between the bot and that person."""
        return next(c for c in self.channels.values() if c.recipient_id == user_id)

    def role_ids(self, user_id: str) -> tuple[str, ...]:
        """Ids of the roles of that user, without @everyone."""
        return ROLE_IDS[self.users[user_id].rank]

    def base_permissions(self, user_id: str) -> Permission:
        """What that user may do in the guild, before any channel has its say."""
        if self.users[user_id].rank == "owner":
            return ALL
        total = self.roles[GUILD_ID].permissions
        for role_id in self.role_ids(user_id):
            total |= self.roles[role_id].permissions
        return ALL if total & Permission.ADMINISTRATOR else total

    def permissions(self, user_id: str, channel: Channel) -> Permission:
        """What that user may do in `channel`."""
        if channel.is_dm:
            takes_part = user_id in (channel.recipient_id, BOT_ID)
            return DIRECT_MESSAGE if takes_part else Permission.NONE
        base, roles = self.base_permissions(user_id), self.role_ids(user_id)
        return in_channel(base, user_id, roles, GUILD_ID, channel.overwrites)

    def visible_channels(self, user_id: str) -> Iterable[Channel]:
        """The channels that user sees: the guild's first, then their DMs."""
        order = sorted(self.channels.values(), key=lambda c: (c.is_dm, c.position))
        return (c for c in order if self.permissions(user_id, c) & Permission.VIEW_CHANNEL)

    def set_overwrite(self, channel_id: str, overwrite: Overwrite) -> Channel:
        """Give `channel_id` this overwrite in place of the one with the same id."""
        channel = self.channels[channel_id]
        others = tuple(o for o in channel.overwrites if o.id != overwrite.id)
        changed = replace(channel, overwrites=(*others, overwrite))
        self.channels[channel_id] = changed
        return changed
