"""The world: who and what there is, as a TOML file says it (`default.toml` shows how).

Ids follow from the order in the file, so that links, saved messages and tests hold across
restarts.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from playground.world.entities import (
    MIB,
    App,
    Channel,
    ChannelType,
    Example,
    Guild,
    Member,
    Rank,
    Role,
    User,
    Webhook,
    Welcome,
)
from playground.world.permissions import (
    ALL,
    DIRECT_MESSAGE,
    EVERYONE,
    Overwrite,
    Permission,
    in_channel,
    named_permissions,
)

FIRST = 1180000000000000000
GUILD_ID, BOT_ID, TEAM_ID = str(FIRST), str(FIRST + 200), str(FIRST + 700)
# What the first of each is called in every world: its guild's channels, its people, its roles.
_CHANNEL, _PERSON, _ROLE, _DM, _GROUP, _GUILD = 101, 201, 301, 401, 601, 1000
DEFAULT = Path(__file__).with_name("default.toml")
_COLORS = ("#eb459e", "#5865f2", "#57a55a", "#e8953c", "#9b59b6", "#3498db")
_TYPES = {
    "text": ChannelType.TEXT,
    "voice": ChannelType.VOICE,
    "announcement": ChannelType.ANNOUNCEMENT,
    "thread": ChannelType.PUBLIC_THREAD,
    "private thread": ChannelType.PRIVATE_THREAD,
    "forum": ChannelType.FORUM,
}
Table = dict[str, Any]


class BadWorld(Exception):
    """A world's file makes no sense; the message says what is wrong with it."""


@dataclass(slots=True)
class World:
    """Who and what there is. Records are frozen; a change replaces one."""

    app: App
    users: dict[str, User]
    guilds: dict[str, Guild]
    channels: dict[str, Channel]
    welcome: Welcome = field(default_factory=Welcome)
    webhooks: dict[str, Webhook] = field(default_factory=dict[str, Webhook])

    @classmethod
    def from_toml(cls, source: Path | str = DEFAULT) -> "World":
        """The world that a file, or a text in that form, describes; raises `BadWorld`."""
        try:
            text = source if isinstance(source, str) else source.read_text(encoding="utf-8-sig")
            return _world(tomllib.loads(text))
        except (OSError, ValueError) as error:
            raise BadWorld(f"The world cannot be read: {error}") from error
        except KeyError as error:
            raise BadWorld(f"The world lacks {error}, or names it without having it") from error
        except (TypeError, AttributeError) as error:
            raise BadWorld(f"The world has a value of the wrong kind: {error}") from error

    @property
    def bot(self) -> User:
        """The bot's user."""
        return self.users[BOT_ID]

    @property
    def people(self) -> tuple[User, ...]:
        """Everyone but the bot."""
        return tuple(user for user in self.users.values() if user.kind == "person")

    @property
    def bot_guilds(self) -> tuple[Guild, ...]:
        """The guilds in which the bot is a member."""
        return tuple(guild for guild in self.guilds.values() if BOT_ID in guild.members)

    @property
    def guild_channels(self) -> tuple[Channel, ...]:
        """The channels of all guilds, in their order, each before its threads."""
        return tuple(channel for guild in self.guilds for channel in self.channels_of(guild))

    def channels_of(self, guild_id: str) -> tuple[Channel, ...]:
        """The channels of a guild, in their order, each before its threads."""

        def place(channel: Channel) -> tuple[int, int, int]:
            parent = self.channels.get(channel.parent_id or "")
            at = parent.position if parent is not None else channel.position
            return at, int(channel.is_thread), int(channel.id)

        found = (channel for channel in self.channels.values() if channel.guild_id == guild_id)
        return tuple(sorted(found, key=place))

    @property
    def started_threads(self) -> tuple[Channel, ...]:
        """The threads and posts that no file describes: they were started here."""
        threads = (channel for channel in self.channels.values() if channel.is_thread)
        return tuple(t for t in threads if int(t.id) >= int(t.guild_id or 0) + _GUILD)

    def person_named(self, username: str) -> User:
        """The person with that username; `KeyError` where there is none."""
        for user in self.people:
            if user.username == username:
                return user
        raise KeyError(username)

    def dm_with(self, user_id: str) -> Channel:
        """The DM between the bot and that person."""
        return next(
            channel
            for channel in self.channels.values()
            if channel.type is ChannelType.DM and user_id in channel.recipients
        )

    def guild_of(self, channel: Channel) -> Guild | None:
        """The guild that `channel` belongs to."""
        return self.guilds[channel.guild_id] if channel.guild_id is not None else None

    def rank(self, user_id: str) -> Rank:
        """What that user is in the first guild: its owner, someone who moderates, or neither."""
        if self.users[user_id].kind == "bot":
            return "bot"
        guild = self.guilds[GUILD_ID]
        if guild.owner_id == user_id:
            return "owner"
        moderates = self.base_permissions(user_id, guild) & Permission.MANAGE_MESSAGES
        return "moderator" if moderates else "member"

    def member_permissions(self, user_id: str, channel: Channel) -> Permission:
        """What that user may do in a guild's `channel`; nothing where they are no member."""
        guild = self.guilds[str(channel.guild_id)]
        member = guild.members.get(user_id)
        if member is None:
            return Permission.NONE
        base = self.base_permissions(user_id, guild)
        # A thread has the overwrites of the channel it is in.
        ruled_by = self.channels.get(channel.parent_id or "", channel)
        held = in_channel(base, user_id, member.role_ids, guild.id, ruled_by.overwrites)
        return in_thread(held) if channel.is_thread else held

    def base_permissions(self, user_id: str, guild: Guild) -> Permission:
        """What that member may do in `guild`, before any channel has its say."""
        if guild.owner_id == user_id:
            return ALL
        total = guild.roles[guild.id].permissions
        for role_id in guild.members[user_id].role_ids:
            total |= guild.roles[role_id].permissions
        return ALL if total & Permission.ADMINISTRATOR else total

    def permissions(self, user_id: str, channel: Channel) -> Permission:
        """What that user may do in `channel`."""
        if channel.guild_id is not None:
            return self.member_permissions(user_id, channel)
        with_bot = user_id == BOT_ID and channel.type is ChannelType.DM
        return DIRECT_MESSAGE if with_bot or user_id in channel.recipients else Permission.NONE

    def app_permissions(self, channel: Channel) -> Permission:
        """What the app may do in answer to an interaction: also where the bot is no member.

        There it has what @everyone has; in a group's DM, what everyone in it has.
        """
        guild = self.guild_of(channel)
        if guild is None:
            return DIRECT_MESSAGE
        if BOT_ID in guild.members:
            return self.permissions(BOT_ID, channel)
        everyone = guild.roles[guild.id].permissions
        return in_channel(everyone, BOT_ID, (), guild.id, channel.overwrites)

    def file_limit(self, channel: Channel, user_id: str = BOT_ID) -> int:
        """The most bytes a file may have there: what the guild has or the user's own, if more."""
        guild = self.guild_of(channel)
        own = self.users[user_id].file_limit
        return max(own, guild.file_limit) if guild is not None else own

    def visible_channels(self, user_id: str) -> Iterable[Channel]:
        """The channels that user sees: the guilds' first, then their DMs."""
        dms = (channel for channel in self.channels.values() if channel.is_dm)
        for channel in (*self.guild_channels, *dms):
            if self.permissions(user_id, channel) & Permission.VIEW_CHANNEL:
                yield channel

    def set_overwrite(self, channel_id: str, overwrite: Overwrite) -> Channel:
        """Give `channel_id` this overwrite in place of the one with the same id."""
        channel = self.channels[channel_id]
        others = tuple(o for o in channel.overwrites if o.id != overwrite.id)
        changed = replace(channel, overwrites=(*others, overwrite))
        self.channels[channel_id] = changed
        return changed

    def join_like(self, user_id: str, new_id: str, dm_id: str) -> User:
        """Let somebody new in who is like that person: in the same guilds, with the same roles."""
        model = self.users[user_id]
        user = replace(model, id=new_id, username=f"{model.username}-{new_id}")
        self.users[new_id] = user
        self.channels[dm_id] = replace(self.dm_with(user_id), id=dm_id, recipients=(new_id,))
        for guild in tuple(self.guilds.values()):
            if user_id in guild.members:
                self.set_member(guild.id, replace(guild.members[user_id], user_id=new_id))
        if user_id in self.app.installed_by:
            self.app = replace(self.app, installed_by=(*self.app.installed_by, new_id))
        return user

    def set_member(self, guild_id: str, member: Member) -> None:
        """Put `member` in the place of what was known of the same user in that guild."""
        guild = self.guilds[guild_id]
        self.guilds[guild_id] = replace(guild, members={**guild.members, member.user_id: member})


def in_thread(held: Permission) -> Permission:
    """What someone who holds that in a channel may do in its threads."""
    may_send = bool(held & Permission.SEND_MESSAGES_IN_THREADS)
    return held | Permission.SEND_MESSAGES if may_send else held & ~Permission.SEND_MESSAGES


def _world(table: Table) -> World:
    people = [_person(entry, n) for n, entry in enumerate(table["people"])]
    ids = {person.username: person.id for person in people}
    bot = _bot(table.get("bot", {}))
    users = [*people, bot, *_team(table["app"])]
    guilds = [_guild(entry, n, ids, bot) for n, entry in enumerate(table["guilds"])]
    channels = [c for n, entry in enumerate(table["guilds"]) for c in _channels(entry, n)]
    channels += [_dm(person) for person in people]
    channels += [_group(entry, n, ids) for n, entry in enumerate(table.get("groups", ()))]
    return World(
        _app(table["app"], ids),
        {user.id: user for user in users},
        {guild.id: guild for guild in guilds},
        {channel.id: channel for channel in channels},
        _welcome(table.get("welcome", {})),
    )


def _person(entry: Table, number: int) -> User:
    username = entry["username"]
    return User(
        id=str(FIRST + _PERSON + number),
        username=username,
        global_name=entry.get("name", username.title()),
        color=entry.get("color", _COLORS[number % len(_COLORS)]),
        locale=entry.get("locale", "en-US"),
        takes_dms=bool(entry.get("takes_dms", True)),
        file_limit=_bytes(entry),
    )


def _bot(entry: Table) -> User:
    name = entry.get("name", "Bot")
    username = entry.get("username", name.lower().replace(" ", "_"))
    color = entry.get("color", "#9b59b6")
    return User(BOT_ID, username, name, color, "bot", file_limit=_bytes(entry))


def _team(app: Table) -> list[User]:
    name = f"team{TEAM_ID}"
    return (
        [User(TEAM_ID, name, name, "#99aab5", "team", takes_dms=False)] if app.get("team") else []
    )


def _app(entry: Table, ids: dict[str, str]) -> App:
    team = tuple(ids[name] for name in entry.get("team", ()))
    return App(
        owner_id=TEAM_ID if team else ids[entry["owner"]],
        team=team,
        activities=bool(entry.get("activities", False)),
        installed_by=tuple(ids[name] for name in entry.get("installed_by", ())),
    )


def _welcome(entry: Table) -> Welcome:
    examples = entry.get("examples", ())
    return Welcome(
        dict(entry.get("hints", {})),
        tuple(Example(each["command"], dict(each.get("options", {}))) for each in examples),
    )


def _guild(entry: Table, number: int, ids: dict[str, str], bot: User) -> Guild:
    id_ = FIRST + _GUILD * number
    has_bot = bool(entry.get("bot", True))
    roles = [Role(str(id_), "@everyone", EVERYONE, 0)]
    held: dict[str, tuple[str, ...]] = {ids[name]: () for name in entry.get("members", ids)}
    if has_bot:
        managed = Role(str(id_ + _ROLE), bot.global_name, Permission.NONE, 1, managed=True)
        roles.append(managed)
        held[BOT_ID] = (managed.id,)
    for at, role in enumerate(entry.get("roles", ()), 2):
        role_id = str(id_ + _ROLE + at - 1)
        color = int(str(role.get("color", "#000000")).removeprefix("#"), 16)
        permissions = named_permissions(role.get("permissions", ()))
        roles.append(Role(role_id, role["name"], permissions, at, color))
        for name in role.get("members", ()):
            held[ids[name]] = (*held[ids[name]], role_id)
    return Guild(
        id=str(id_),
        name=entry["name"],
        owner_id=ids[entry["owner"]],
        locale=entry.get("locale", "en-US"),
        roles={role.id: role for role in roles},
        members={user_id: Member(user_id, role_ids) for user_id, role_ids in held.items()},
        has_commands=bool(entry.get("commands", True)),
        file_limit=_bytes(entry),
    )


def _channels(guild: Table, number: int) -> list[Channel]:
    id_ = FIRST + _GUILD * number
    entries: list[Table] = guild["channels"]
    names = {entry["name"]: str(id_ + _CHANNEL + at) for at, entry in enumerate(entries)}
    return [
        Channel(
            id=names[entry["name"]],
            name=entry["name"],
            type=_TYPES[entry.get("type", "text")],
            guild_id=str(id_),
            topic=entry.get("topic"),
            topics=dict(entry.get("topics", {})),
            position=at,
            nsfw=bool(entry.get("nsfw", False)),
            overwrites=_denied(str(id_), entry),
            parent_id=names[entry["parent"]] if "parent" in entry else None,
            owner_id=BOT_ID if "parent" in entry else None,
        )
        for at, entry in enumerate(entries)
    ]


def _denied(guild_id: str, entry: Table) -> tuple[Overwrite, ...]:
    """What a channel denies @everyone."""
    denied = named_permissions(entry.get("deny", ()))
    return (Overwrite(guild_id, "role", deny=denied),) if denied else ()


def _dm(person: User) -> Channel:
    id_ = str(int(person.id) + _DM - _PERSON)
    return Channel(id_, "", ChannelType.DM, recipients=(person.id,))


def _group(entry: Table, number: int, ids: dict[str, str]) -> Channel:
    members = tuple(ids[name] for name in entry["members"])
    id_ = str(FIRST + _GROUP + number)
    return Channel(id_, entry["name"], ChannelType.GROUP_DM, recipients=members)


def _bytes(entry: Table) -> int:
    return int(entry.get("file_limit_mib", 10) * MIB)
