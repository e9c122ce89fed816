"""Users, members, channels, roles, guilds and the application in the shapes Discord sends."""

from playground.clock import iso, made_at
from playground.wire import Json
from playground.world.entities import Channel, ChannelType, Guild, Role, User
from playground.world.permissions import Permission
from playground.world.world import BOT_ID, TEAM_ID, World

TEAM_PSEUDO_USER = 1 << 10
# What a channel has of its own, beside its name, by what it is.
_OF_TYPE: dict[ChannelType, Json] = {
    ChannelType.VOICE: {"bitrate": 64_000, "user_limit": 0, "rtc_region": None},
    ChannelType.FORUM: {
        "available_tags": [],
        "default_reaction_emoji": None,
        "default_sort_order": None,
        "default_forum_layout": 0,
    },
}


def user(of: User) -> Json:
    """A user object."""
    flags = TEAM_PSEUDO_USER if of.kind == "team" else 0
    return {
        "id": of.id,
        "username": of.username,
        "global_name": of.global_name if of.kind == "person" else None,
        "discriminator": "0" if of.kind == "person" else "0001",
        "avatar": of.avatar,
        "banner": of.banner,
        "accent_color": None,
        "avatar_decoration_data": None,
        "collectibles": None,
        "primary_guild": None,
        "bot": of.kind == "bot",
        "system": False,
        "flags": flags,
        "public_flags": flags,
    }


def member(guild: Guild, user_id: str) -> Json:
    """A guild member object, without the user inside and without permissions."""
    of = guild.members[user_id]
    return {
        "nick": of.nick,
        "avatar": of.avatar,
        "banner": of.banner,
        "roles": list(of.role_ids),
        "joined_at": iso(made_at(of.user_id)),
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
        "communication_disabled_until": None,
        "unusual_dm_activity_until": None,
    }


def member_with_user(world: World, guild: Guild, user_id: str) -> Json:
    """A guild member object with the user inside."""
    return {**member(guild, user_id), "user": user(world.users[user_id])}


def acting_member(world: World, guild: Guild, user_id: str, permissions: Permission) -> Json:
    """The member object of an interaction: with the user and their permissions in the channel."""
    whole = member_with_user(world, guild, user_id)
    return {**whole, "permissions": str(int(permissions))}


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
    """A channel object: of a guild, a thread, a DM or a group's DM."""
    about: Json = {"id": of.id, "type": int(of.type), "flags": 0, "last_message_id": None}
    if of.is_dm:
        people = [user(world.users[user_id]) for user_id in of.recipients]
        named = {"name": of.name, "icon": None, "owner_id": of.recipients[0]}
        group = named if of.type is ChannelType.GROUP_DM else {}
        return {**about, "recipients": people, **group}
    about |= {
        "guild_id": of.guild_id,
        "name": of.name,
        "parent_id": of.parent_id,
        "rate_limit_per_user": 0,
    }
    if of.is_thread:
        return about | _thread(of)
    return {
        **about,
        "topic": of.topic,
        "position": of.position,
        "nsfw": of.nsfw,
        "permission_overwrites": [overwrite.payload() for overwrite in of.overwrites],
        **_OF_TYPE.get(of.type, {}),
    }


def _thread(of: Channel) -> Json:
    made = iso(made_at(of.id))
    metadata = {
        "archived": False,
        "auto_archive_duration": 1440,
        "archive_timestamp": made,
        "locked": False,
        "create_timestamp": made,
        "invitable": True,
    }
    counts = {"message_count": 0, "total_message_sent": 0, "member_count": 1}
    return {"owner_id": of.owner_id, "thread_metadata": metadata, **counts}


def partial_channel(world: World, of: Channel, permissions: Permission) -> Json:
    """The channel of an interaction, or one that was picked: with permissions, and not whole.

    discord-api-docs, interactions/receiving-and-responding.mdx: what the overwrites are, and how
    a voice channel or forum is set up, is left out, so that an app whose bot is no member learns
    nothing else of the guild.
    """
    whole = channel(world, of)
    hidden = ("permission_overwrites", *_OF_TYPE.get(of.type, {}))
    kept = {key: value for key, value in whole.items() if key not in hidden}
    return {**kept, "permissions": str(int(permissions))}


def guild(of: Guild) -> Json:
    """The guild object, as REST gives it."""
    tier = {50: 2, 100: 3}.get(of.file_limit >> 20, 0)
    return {
        "id": of.id,
        "name": of.name,
        "owner_id": of.owner_id,
        "icon": None,
        "splash": None,
        "banner": None,
        "description": None,
        "features": [],
        "roles": [role(r) for r in of.roles.values()],
        "emojis": [],
        "stickers": [],
        "preferred_locale": of.locale,
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": tier,
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


def guild_create(world: World, of: Guild, see_all_members: bool) -> Json:
    """The guild as GUILD_CREATE brings it; without the members intent only the bot is in it."""
    shown = of.members if see_all_members else (BOT_ID,)
    channels = world.channels_of(of.id)
    return {
        **guild(of),
        "joined_at": iso(made_at(BOT_ID)),
        "large": False,
        "unavailable": False,
        "member_count": len(of.members),
        "members": [member_with_user(world, of, user_id) for user_id in shown],
        "channels": [channel(world, c) for c in channels if not c.is_thread],
        "threads": [channel(world, c) for c in channels if c.is_thread],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def application(world: World) -> Json:
    """The application object, as its own bot sees it.

    `install_params` is left out where there are none: discord.js reads `null` as an object. The
    owner of a team's application is a pseudo-user, whom no message reaches (discord-api-docs,
    topics/teams.mdx and the flag TEAM_PSEUDO_USER in resources/user.mdx).
    """
    app = world.app
    return {
        "id": BOT_ID,
        "name": world.bot.global_name,
        "icon": world.bot.avatar,
        "description": "",
        "summary": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "bot": user(world.bot),
        "owner": user(world.users[app.owner_id]),
        "team": _team(world) if app.team else None,
        "verify_key": "0" * 64,
        "flags": 0,
        "approximate_guild_count": len(world.bot_guilds),
        "approximate_user_install_count": len(app.installed_by),
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "integration_types_config": {"0": {}, "1": {}},
    }


def _team(world: World) -> Json:
    owner, *others = world.app.team
    roles = {owner: "", **dict.fromkeys(others, "admin")}
    members = [
        {
            "membership_state": 2,
            "team_id": TEAM_ID,
            "user": user(world.users[user_id]),
            "role": held,
            "permissions": ["*"],
        }
        for user_id, held in roles.items()
    ]
    return {
        "id": TEAM_ID,
        "name": "Team",
        "icon": None,
        "owner_user_id": owner,
        "members": members,
    }
