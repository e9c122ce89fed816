"""The application: itself, its commands and the way to its gateway."""

from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from playground.interactions.commands import Commands
from playground.refusals import missing_access
from playground.rest.interface import FORM
from playground.wire import Json, no_content, reply
from playground.world import shapes
from playground.world.world import World

_LOCALIZED = ("name", "description")


@dataclass(frozen=True, slots=True)
class ApplicationRoutes:
    """`/applications/...`, `/oauth2/applications/@me` and `/gateway/bot`."""

    world: World
    commands: Commands
    gateway_url: Callable[[], str]

    def routes(self) -> list[web.RouteDef]:
        """All routes."""
        routes = [
            web.get("/gateway", self.gateway, allow_head=False),
            web.get("/gateway/bot", self.gateway_bot, allow_head=False),
            web.get("/oauth2/applications/@me", self.get_application, allow_head=False),
            web.get("/applications/@me", self.get_application, allow_head=False),
        ]
        for scope in ("", "/guilds/{guild}"):
            commands = f"/applications/{{application}}{scope}/commands"
            routes += [
                web.get(commands, self.list_commands, allow_head=False),
                web.put(commands, self.replace_commands),
                web.post(commands, self.create_command),
                web.get(commands + "/{command}", self.get_command, allow_head=False),
                web.patch(commands + "/{command}", self.edit_command),
                web.delete(commands + "/{command}", self.delete_command),
            ]
        return routes

    async def gateway(self, request: web.Request) -> web.Response:
        """Where the gateway is."""
        return reply({"url": self.gateway_url()})

    async def gateway_bot(self, request: web.Request) -> web.Response:
        """Where the gateway is, and how many shards to use: one."""
        limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
        return reply({"url": self.gateway_url(), "shards": 1, "session_start_limit": limit})

    async def get_application(self, request: web.Request) -> web.Response:
        """The application."""
        return reply(shapes.application(self.world))

    async def list_commands(self, request: web.Request) -> web.Response:
        """The commands of a scope; with all their translations only on request."""
        commands = self.commands.in_scope(self._scope(request))
        if request.query.get("with_localizations", "").lower() in ("1", "true"):
            return reply(commands)
        return reply([_without_localizations(command) for command in commands])

    async def replace_commands(self, request: web.Request) -> web.Response:
        """Make the given commands those of the scope."""
        bodies = request[FORM].payload.get("items", [])
        return reply(self.commands.replace_all(self._scope(request), bodies))

    async def create_command(self, request: web.Request) -> web.Response:
        """Add a command, or replace the one of that name."""
        made = self.commands.upsert(self._scope(request), request[FORM].payload)
        return reply(made, 201)

    async def get_command(self, request: web.Request) -> web.Response:
        """One command."""
        return reply(self.commands.get(self._scope(request), request.match_info["command"]))

    async def edit_command(self, request: web.Request) -> web.Response:
        """Change a command."""
        scope, command_id = self._scope(request), request.match_info["command"]
        body = {**self.commands.get(scope, command_id), **request[FORM].payload}
        return reply(self.commands.upsert(scope, body, command_id))

    async def delete_command(self, request: web.Request) -> web.Response:
        """Delete a command."""
        self.commands.delete(self._scope(request), request.match_info["command"])
        return no_content()

    def _scope(self, request: web.Request) -> str | None:
        """The guild that the path names, where the app may have commands, or all of them."""
        guild_id = request.match_info.get("guild")
        guild = self.world.guilds.get(guild_id) if guild_id is not None else None
        if guild_id is not None and (guild is None or not guild.has_commands):
            raise missing_access()
        return guild_id


def _without_localizations(command: Json) -> Json:
    return {k: v for k, v in command.items() if k not in {f"{n}_localizations" for n in _LOCALIZED}}
