"""The bot's own user and the people it can look up."""

from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web

from playground.errors import unknown
from playground.gateway.gateway import Gateway
from playground.gateway.intents import Intent
from playground.messages.cdn import Cdn
from playground.messages.images import decode
from playground.rest.app import FORM
from playground.validate.profiles import PROFILE_TYPES, check_member, check_profile
from playground.wire import reply
from playground.world import shapes
from playground.world.world import BOT_ID, GUILD_ID, World


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
        check_guild(request)
        body = request[FORM].payload
        check_member(body)
        changes: dict[str, Any] = {}
        if "nick" in body:
            changes["nick"] = body["nick"] or None
        for key in ("avatar", "banner"):
            if key in body:
                changes[f"guild_{key}"] = self._publish(body[key], key, GUILD_ID)
        self.world.users[BOT_ID] = replace(self.world.bot, **changes)
        member = {**shapes.member(self.world, self.world.bot), "user": shapes.user(self.world.bot)}
        event = {**member, "guild_id": GUILD_ID}
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
        check_guild(request)
        return reply(shapes.guild(self.world))

    async def list_channels(self, request: web.Request) -> web.Response:
        """The guild's channels."""
        check_guild(request)
        return reply([shapes.channel(self.world, c) for c in self.world.guild_channels])

    async def list_roles(self, request: web.Request) -> web.Response:
        """The guild's roles."""
        check_guild(request)
        return reply([shapes.role(role) for role in self.world.roles.values()])

    async def get_member(self, request: web.Request) -> web.Response:
        """A member of the guild."""
        check_guild(request)
        user = self.world.users.get(request.match_info["user"])
        if user is None:
            raise unknown("Member", 10007)
        return reply({**shapes.member(self.world, user), "user": shapes.user(user)})


def check_guild(request: web.Request) -> None:
    """Raise `ApiError` 10004 where the path names a guild that is not there."""
    if request.match_info["guild"] != GUILD_ID:
        raise unknown("Guild", 10004)
