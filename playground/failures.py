"""Failures to play, so that a bot can be seen to survive them.

`POST /playground/fail` takes `{"failure": NAME, ...}`; the names are the methods of `Failures` that
are in `PLAYS`, their parameters its other keys.
"""

from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler

from playground.cdn import Cdn
from playground.chat import Chat
from playground.errors import Refused
from playground.gateway import Gateway
from playground.session import frame
from playground.wire import Json
from playground.world import World


@dataclass(frozen=True, slots=True)
class Failures:
    """Plays failures."""

    gateway: Gateway
    cdn: Cdn
    chat: Chat
    world: World
    world_changed: Callable[[], None]

    async def play(self, request: Json) -> None:
        """Play the failure that `request` names."""
        name = request.get("failure")
        if name not in PLAYS:
            raise Refused(
                f"There is no failure {name!r}; there are {', '.join(PLAYS)}.", 50035, 400
            )
        getattr(self, name)()

    def reconnect(self) -> None:
        """Ask the bot to reconnect and resume (op 7)."""
        for connection in self.gateway.connections:
            connection.send(frame(7))

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let REST requests fail that are to fail."""
        return await handler(request)


PLAYS = ("reconnect",)
