"""Who a text pings, under the rules of `allowed_mentions`."""

import re

from playground.messages.messages import Mentions
from playground.wire import Json
from playground.world.records import Guild
from playground.world.world import World

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
