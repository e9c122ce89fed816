"""The bot's own user and the people it can look up."""

from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web

from playground.gateway.gateway import Gateway
from playground.gateway.session import Intent
from playground.messages.cdn import Cdn
from playground.messages.file_types import decode
from playground.refusals import missing_access, unknown
from playground.rest.interface import FORM
from playground.validate.names import PROFILE_TYPES, check_member, check_profile
from playground.wire import reply
from playground.world import shapes
from playground.world.entities import Guild
from playground.world.world import BOT_ID, World


@dataclass(frozen=True, slots=True)
class UserRoutes:
    """`/users/...` and `/guilds/...`."""

    world: World
    cdn: Cdn
    gateway: Gateway

    def routes(self) -> list[web.RouteDef]:
        """All routes."""
        return [
            web.get("/users/@me", self.get_me, allow_head=False),
            web.patch("/users/@me", self.edit_me),
            web.get("/users/{user}", self.get_user, allow_head=False),
            web.get("/guilds/{guild}", self.get_guild, allow_head=False),
            web.get("/guilds/{guild}/channels", self.list_channels, allow_head=False),
            web.get("/guilds/{guild}/roles", self.list_roles, allow_head=False),
            web.patch("/guilds/{guild}/members/@me", self.edit_own_member),
            web.get("/guilds/{guild}/members/{user}", self.get_member, allow_head=False),
        ]

    async def get_me(self, request: web.Request) -> web.Response:
        """The bot's user."""
        return reply(shapes.user(self.world.bot))

    async def edit_me(self, request: web.Request) -> web.Response:
        """Change the bot's name, avatar or banner."""
        body = request[FORM].payload
        check_profile(body)
        changes: dict[str, Any] = {}
        if body.get("username") is not None:
            changes["username"] = body["username"]
        for key in ("avatar", "banner"):
            if key in body:
                changes[key] = self._publish(body[key], key)
        self.world.users[BOT_ID] = replace(self.world.bot, **changes)
        user = shapes.user(self.world.bot)
        self.gateway.dispatch("USER_UPDATE", user)
        return reply(user)

    async def edit_own_member(self, request: web.Request) -> web.Response:
        """Change the bot's name, avatar, banner or text about itself in the guild."""
        guild = own_guild(self.world, request)
        body = request[FORM].payload
        check_member(body)
        changes: dict[str, Any] = {}
        if "nick" in body:
            changes["nick"] = body["nick"] or None
        for key in ("avatar", "banner"):
            if key in body:
                changes[key] = self._publish(body[key], key, guild.id)
        self.world.set_member(guild.id, replace(guild.members[BOT_ID], **changes))
        member = shapes.member_with_user(self.world, self.world.guilds[guild.id], BOT_ID)
        event = {**member, "guild_id": guild.id}
        self.gateway.dispatch("GUILD_MEMBER_UPDATE", event, Intent.GUILD_MEMBERS)
        return reply(member)

    def _publish(self, value: object, kind: str, guild_id: str | None = None) -> str | None:
        """Put a picture on the CDN; its hash, or `None` where it was taken away."""
        if value is None:
            return None
        picture = decode(value, (kind,), PROFILE_TYPES)
        owner = f"/guilds/{guild_id}/users/{BOT_ID}/{kind}s" if guild_id else f"/{kind}s/{BOT_ID}"
        for suffix in ("png", picture.suffix):
            path = f"{owner}/{picture.hash}.{suffix}"
            self.cdn.publish(path, picture.content_type, picture.data)
        return picture.hash

    async def get_user(self, request: web.Request) -> web.Response:
        """A user."""
        user = self.world.users.get(request.match_info["user"])
        if user is None:
            raise unknown("User", 10013)
        return reply(shapes.user(user))

    async def get_guild(self, request: web.Request) -> web.Response:
        """The guild."""
        return reply(shapes.guild(own_guild(self.world, request)))

    async def list_channels(self, request: web.Request) -> web.Response:
        """The guild's channels."""
        channels = self.world.channels_of(own_guild(self.world, request).id)
        return reply([shapes.channel(self.world, c) for c in channels if not c.is_thread])

    async def list_roles(self, request: web.Request) -> web.Response:
        """The guild's roles."""
        guild = own_guild(self.world, request)
        return reply([shapes.role(role) for role in guild.roles.values()])

    async def get_member(self, request: web.Request) -> web.Response:
        """A member of the guild."""
        guild = own_guild(self.world, request)
        user_id = request.match_info["user"]
        if user_id not in guild.members:
            raise unknown("Member", 10007)
        return reply(shapes.member_with_user(self.world, guild, user_id))


def own_guild(world: World, request: web.Request) -> Guild:
    """The guild that the path names.

    Raises `ApiError` 10004 where there is none, and 50001 where the bot is no member of it.
    """
    guild = world.guilds.get(request.match_info["guild"])
    if guild is None:
        raise unknown("Guild", 10004)
    if guild not in world.bot_guilds:
        raise missing_access()
    return guild
