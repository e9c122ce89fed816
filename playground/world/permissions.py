"""Who may do what where: Discord's permission bits and how overwrites change them."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntFlag
from typing import Literal


class Permission(IntFlag):
    """The bits that matter here, as Discord numbers them."""

    NONE = 0
    KICK_MEMBERS = 1 << 1
    BAN_MEMBERS = 1 << 2
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    SEND_TTS_MESSAGES = 1 << 12
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    CHANGE_NICKNAME = 1 << 26
    MANAGE_NICKNAMES = 1 << 27
    MANAGE_ROLES = 1 << 28
    MANAGE_WEBHOOKS = 1 << 29
    MANAGE_GUILD_EXPRESSIONS = 1 << 30
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    USE_EXTERNAL_STICKERS = 1 << 37
    SEND_MESSAGES_IN_THREADS = 1 << 38
    MODERATE_MEMBERS = 1 << 40
    CREATE_GUILD_EXPRESSIONS = 1 << 43
    SEND_VOICE_MESSAGES = 1 << 46
    SEND_POLLS = 1 << 49
    USE_EXTERNAL_APPS = 1 << 50
    PIN_MESSAGES = 1 << 51


ALL = Permission((1 << 52) - 1)

EVERYONE = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.ADD_REACTIONS
    | Permission.USE_EXTERNAL_EMOJIS
    | Permission.CHANGE_NICKNAME
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.USE_EXTERNAL_APPS
)

DIRECT_MESSAGE = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.ADD_REACTIONS
    | Permission.MENTION_EVERYONE
    | Permission.USE_EXTERNAL_EMOJIS
    | Permission.USE_EXTERNAL_STICKERS
    | Permission.USE_APPLICATION_COMMANDS
)


def named_permissions(names: Iterable[str]) -> Permission:
    """The permissions with these names together; `ValueError` names one that is none."""
    total = Permission.NONE
    for name in names:
        if name.upper() not in Permission.__members__:
            raise ValueError(f"there is no permission {name!r}")
        total |= Permission[name.upper()]
    return total


@dataclass(frozen=True, slots=True)
class Overwrite:
    """What a channel allows or denies one role or one member, over the roles' own permissions."""

    id: str
    kind: Literal["role", "member"]
    allow: Permission = Permission.NONE
    deny: Permission = Permission.NONE

    def payload(self) -> dict[str, object]:
        """As Discord writes it."""
        return {
            "id": self.id,
            "type": 0 if self.kind == "role" else 1,
            "allow": str(int(self.allow)),
            "deny": str(int(self.deny)),
        }


def in_channel(
    base: Permission,
    member_id: str,
    role_ids: Iterable[str],
    everyone_id: str,
    overwrites: Iterable[Overwrite],
) -> Permission:
    """Permissions in a channel, of a member with `base` permissions in the guild.

    Overwrites apply in Discord's order: @everyone, then all roles together, then the member. Who
    cannot see a channel can do nothing in it.
    """
    if base & Permission.ADMINISTRATOR:
        return ALL
    by_id = {overwrite.id: overwrite for overwrite in overwrites}
    none = Overwrite("", "role")
    roles = [by_id.get(role, none) for role in role_ids if role != everyone_id]
    allow, deny = Permission.NONE, Permission.NONE
    for role in roles:
        allow, deny = allow | role.allow, deny | role.deny
    for layer in (
        by_id.get(everyone_id, none),
        Overwrite("", "role", allow, deny),
        by_id.get(member_id, none),
    ):
        base = base & ~layer.deny | layer.allow
    return base if base & Permission.VIEW_CHANNEL else Permission.NONE
