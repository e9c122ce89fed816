"""Users, members, channels, roles and the guild in the shapes Discord sends."""

from playground.clock import iso
from playground.wire import Json
from playground.world.permissions import Permission
from playground.world.snowflake import made_at
from playground.world.world import BOT_ID, GUILD_ID, OWNER_ID, Channel, Role, User, World

TEXT_CHANNEL, DM_CHANNEL = 0, 1


def user(of: User) -> Json:
    """A user object."""
    return {
        "id": of.id,
        "username": of.username,
        "global_name": of.global_name if of.rank != "bot" else None,
        "discriminator": "0" if of.rank != "bot" else "0001",
        "avatar": of.avatar,
        "banner": of.banner,
        "accent_color": None,
        "avatar_decoration_data": None,
        "collectibles": None,
        "primary_guild": None,
        "bot": of.rank == "bot",
        "system": False,
        "flags": 0,
        "public_flags": 0,
    }


def member(world: World, of: User) -> Json:
    """A guild member object, without the user inside and without permissions."""
    return {
        "nick": of.nick,
        "avatar": of.guild_avatar,
        "banner": of.guild_banner,
        "roles": list(world.role_ids(of.id)),
        "joined_at": iso(made_at(of.id)),
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
        "communication_disabled_until": None,
        "unusual_dm_activity_until": None,
    }


def acting_member(world: World, of: User, permissions: Permission) -> Json:
    """The member object of an interaction: with the user and their permissions in the channel."""
    return {**member(world, of), "user": user(of), "permissions": str(int(permissions))}


def role(of: Role) -> Json:
    """A role object."""
    return {
        "id": of.id,
        "name": of.name,
        "color": of.color,
        "colors": {"primary_color": of.color, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "icon": None,
        "unicode_emoji": None,
        "position": of.position,
        "permissions": str(int(of.permissions)),
        "managed": of.managed,
        "mentionable": False,
        "flags": 0,
        **({"tags": {"bot_id": BOT_ID}} if of.managed else {}),
    }


def channel(world: World, of: Channel) -> Json:
    """A channel object, of the guild or a DM."""
    if of.recipient_id is not None:
        return {
            "id": of.id,
            "type": DM_CHANNEL,
            "flags": 0,
            "last_message_id": None,
            "recipients": [user(world.users[of.recipient_id])],
        }
    return {
        "id": of.id,
        "type": TEXT_CHANNEL,
        "guild_id": GUILD_ID,
        "name": of.name,
        "topic": of.topic,
        "position": of.position,
        "parent_id": None,
        "nsfw": False,
        "rate_limit_per_user": 0,
        "last_message_id": None,
        "permission_overwrites": [overwrite.payload() for overwrite in of.overwrites],
        "flags": 0,
    }


def guild(world: World) -> Json:
    """The guild object, as REST gives it."""
    return {
        "id": GUILD_ID,
        "name": world.name,
        "owner_id": OWNER_ID,
        "icon": None,
        "splash": None,
        "banner": None,
        "description": None,
        "features": [],
        "roles": [role(r) for r in world.roles.values()],
        "emojis": [],
        "stickers": [],
        "preferred_locale": world.locale,
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "premium_progress_bar_enabled": False,
        "afk_channel_id": None,
        "afk_timeout": 300,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "rules_channel_id": None,
        "public_updates_channel_id": None,
        "safety_alerts_channel_id": None,
        "vanity_url_code": None,
        "application_id": None,
        "max_members": 500_000,
    }


def guild_create(world: World, see_all_members: bool) -> Json:
    """The guild as GUILD_CREATE brings it; without the members intent only the bot is in it."""
    shown = world.users.values() if see_all_members else (world.bot,)
    return {
        **guild(world),
        "joined_at": iso(made_at(BOT_ID)),
        "large": False,
        "unavailable": False,
        "member_count": len(world.users),
        "members": [{**member(world, u), "user": user(u)} for u in shown],
        "channels": [channel(world, c) for c in world.guild_channels],
        "threads": [],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def application(world: World) -> Json:
    """The application object, as its own bot sees it.

    `install_params` is left out where there are none: discord.js reads `null` as an object.
    """
    return {
        "id": BOT_ID,
        "name": world.bot.global_name,
        "icon": world.bot.avatar,
        "description": "",
        "summary": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "bot": user(world.bot),
        "owner": user(world.users[OWNER_ID]),
        "team": None,
        "verify_key": "0" * 64,
        "flags": 0,
        "approximate_guild_count": 1,
        "approximate_user_install_count": 0,
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "integration_types_config": {"0": {}, "1": {}},
    }
