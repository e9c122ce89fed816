"""The bot's registered commands, and which of them a person may use where."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from playground.clock import Snowflakes
from playground.refusals import ApiError, unknown
from playground.validate.command_rules import check_commands
from playground.wire import Json
from playground.world.entities import Channel, Context
from playground.world.permissions import ALL, Permission
from playground.world.world import BOT_ID, World

GUILD_INSTALL, USER_INSTALL = 0, 1
CHAT_INPUT, ENTRY_POINT = 1, 4
_DEFAULTS: Json = {
    "type": CHAT_INPUT,
    "description": "",
    "nsfw": False,
    "default_member_permissions": None,
    "name_localizations": None,
    "description_localizations": None,
    "contexts": None,
    "integration_types": [0],
    "handler": None,
}

MAX_COMMANDS = {CHAT_INPUT: 100, 2: 15, 3: 15, ENTRY_POINT: 1}
MAX_CREATES, DAY_S = 200, 24 * 60 * 60.0
_LAUNCH: Json = {
    "type": ENTRY_POINT,
    "name": "launch",
    "description": "Launch an activity",
    "integration_types": [0, 1],
    "contexts": [0, 1, 2],
    "handler": 2,
}

Scope = str | None


class Commands:
    """Commands by scope: a guild's id, or `None` for the global ones."""

    def __init__(
        self, snowflakes: Snowflakes, now: Callable[[], float], changed: Callable[[], None]
    ) -> None:
        self._snowflakes = snowflakes
        self._now = now
        self._changed = changed
        self._by_scope: dict[Scope, dict[str, Json]] = {}
        self._created: dict[Scope, list[float]] = {}

    def __iter__(self) -> Iterator[Json]:
        for commands in self._by_scope.values():
            yield from tuple(commands.values())

    def in_scope(self, scope: Scope) -> list[Json]:
        """The commands of one scope."""
        return list(self._by_scope.get(scope, {}).values())

    def get(self, scope: Scope, command_id: str) -> Json:
        """One command; `ApiError` 10063 where there is none."""
        found = self._by_scope.get(scope, {}).get(command_id)
        if found is None:
            raise unknown("application command", 10063)
        return found

    def replace_all(self, scope: Scope, bodies: list[Json]) -> list[Json]:
        """Make `bodies` the commands of the scope; one of an old name keeps its id."""
        check_commands(bodies)
        _check_counts(bodies)
        self._check_entry_point(scope, bodies)
        old = {_key(command): command["id"] for command in self.in_scope(scope)}
        self.count_creates(scope, sum(1 for body in bodies if _key(body) not in old))
        made = [self._made(scope, body, old.get(_key(body))) for body in bodies]
        self._by_scope[scope] = {command["id"]: command for command in made}
        self._changed()
        return made

    def upsert(self, scope: Scope, body: Json, command_id: str | None = None) -> Json:
        """Add a command, or replace the one with this id, or else with this name and type."""
        old = {_key(command): command["id"] for command in self.in_scope(scope)}
        others = [
            c for c in self.in_scope(scope) if c["id"] != command_id and _key(c) != _key(body)
        ]
        check_commands([body])
        _check_counts([*others, body])
        self.count_creates(scope, 0 if command_id or _key(body) in old else 1)
        made = self._made(scope, body, command_id or old.get(_key(body)))
        self._by_scope.setdefault(scope, {})[made["id"]] = made
        self._changed()
        return made

    def delete(self, scope: Scope, command_id: str) -> None:
        """Forget a command."""
        self.get(scope, command_id)
        del self._by_scope[scope][command_id]
        self._changed()

    def usable_by(self, world: World, user_id: str, channel: Channel) -> list[Json]:
        """The commands that person is offered in `channel`."""
        return [command for command in self if may_use(world, command, user_id, channel)]

    def count_creates(self, scope: Scope, count: int) -> None:
        """Count new commands against the day's worth of their scope; `ApiError` 30034 over it."""
        since = self._now() - DAY_S
        recent = [made for made in self._created.get(scope, []) if made > since]
        if len(recent) + count > MAX_CREATES:
            sentence = (
                f"Max number of daily application command creates has been reached ({MAX_CREATES})"
            )
            raise ApiError(400, 30034, sentence)
        self._created[scope] = recent + [self._now()] * count

    def use_up_creates(self) -> None:
        """Let the day's worth of new commands be used up in every scope there is."""
        for scope in (None, *self._by_scope):
            self._created[scope] = [self._now()] * MAX_CREATES

    def enable_activities(self) -> None:
        """Give the app the entry point command that Discord makes with its Activities."""
        self.upsert(None, _LAUNCH)

    def _check_entry_point(self, scope: Scope, bodies: list[Json]) -> None:
        """Raise `ApiError` 50240 where the app's entry point command would be gone.

        discord-api-docs, interactions/application-commands.mdx, Entry Point Commands.
        """
        had = any(command["type"] == ENTRY_POINT for command in self.in_scope(scope))
        if had and not any(body.get("type") == ENTRY_POINT for body in bodies):
            sentence = (
                "You cannot remove this app's Entry Point command in a bulk update operation."
                " Please include the Entry Point command in your update request or delete it"
                " separately."
            )
            raise ApiError(400, 50240, sentence)

    def _made(self, scope: Scope, body: Json, command_id: str | None) -> Json:
        known = {key: value for key, value in body.items() if value is not None}
        permissions = known.get("default_member_permissions")
        contexts = known.get("contexts")
        return {
            **_DEFAULTS,
            **known,
            "id": command_id or self._snowflakes.next(),
            "application_id": BOT_ID,
            "version": self._snowflakes.next(),
            "default_member_permissions": None if permissions is None else str(permissions),
            "dm_permission": contexts is None or Context.BOT_DM in contexts,
            "options": body.get("options") or [],
            **({"guild_id": scope} if scope else {}),
        }


def may_use(world: World, command: Json, user_id: str, channel: Channel) -> bool:
    """Whether Discord offers `command` to that person in `channel`."""
    here = channel.holds_messages and is_here(world, command, user_id, channel)
    return here and has_permissions(world, command, user_id, channel)


def is_here(world: World, command: Json, user_id: str, channel: Channel) -> bool:
    """Whether the command is there for that person in this channel.

    It must be one for such places, and installed: into the guild, or by the person for themselves.
    """
    guild_id: str | None = command.get("guild_id")
    if guild_id not in (None, channel.guild_id):
        return False
    contexts: Any = command["contexts"]
    if contexts is not None and channel.context not in contexts:
        return False
    return bool(integration_owners(world, command, user_id, channel))


def has_permissions(world: World, command: Json, user_id: str, channel: Channel) -> bool:
    """Whether the person may use commands there, and has what the command asks for by default."""
    held = world.permissions(user_id, channel)
    if not held & Permission.USE_APPLICATION_COMMANDS:
        return False
    needed = command["default_member_permissions"]
    if channel.is_dm or needed is None:
        return True
    # "0" means administrators only.
    wanted = Permission(int(needed)) or ALL
    return held & wanted == wanted


def integration_owners(world: World, command: Json | None, user_id: str, channel: Channel) -> Json:
    """Who installed the app, for the ways of installing that the command allows.

    For a guild that is its id, and "0" in a DM with the bot; for a person, theirs
    (discord-api-docs, interactions/receiving-and-responding.mdx, Authorizing Integration Owners).
    """
    types = command["integration_types"] if command else [GUILD_INSTALL]
    guild = world.guild_of(channel)
    owners: Json = {}
    if GUILD_INSTALL in types:
        if guild is not None and guild.has_commands:
            owners["0"] = guild.id
        elif channel.context is Context.BOT_DM:
            owners["0"] = "0"
    if USER_INSTALL in types and user_id in world.app.installed_by:
        owners["1"] = user_id
    return owners


def _check_counts(commands: list[Json]) -> None:
    counts = Counter(command.get("type") or CHAT_INPUT for command in commands)
    for kind, most in MAX_COMMANDS.items():
        if counts[kind] > most:
            raise ApiError(400, 30032, f"Maximum number of application commands reached ({most})")


def _key(command: Json) -> tuple[str, int]:
    return command["name"], command.get("type") or CHAT_INPUT
