"""The bot's own user and the people it can look up."""

from dataclasses import dataclass

from aiohttp import web

from playground import shapes
from playground.errors import unknown
from playground.wire import reply
from playground.world import GUILD_ID, World


@dataclass(frozen=True, slots=True)
class UserRoutes:
    """`/users/...` and `/guilds/...`."""

    world: World

    def routes(self) -> list[web.RouteDef]:
        """All routes."""
        return [
            web.get("/users/@me", self.get_me, allow_head=False),
            web.get("/users/{user}", self.get_user, allow_head=False),
            web.get("/guilds/{guild}", self.get_guild, allow_head=False),
            web.get("/guilds/{guild}/channels", self.list_channels, allow_head=False),
            web.get("/guilds/{guild}/roles", self.list_roles, allow_head=False),
            web.get("/guilds/{guild}/members/{user}", self.get_member, allow_head=False),
        ]

    async def get_me(self, request: web.Request) -> web.Response:
        """The bot's user."""
        return reply(shapes.user(self.world.bot))

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
