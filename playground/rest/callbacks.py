"""Interaction callbacks, follow-ups and the messages of an interaction."""

from dataclasses import dataclass

from aiohttp import web

from playground.interactions.responses import Responses
from playground.messages.chat import Chat
from playground.rest.app import FORM
from playground.wire import no_content, reply
from playground.world.world import BOT_ID


@dataclass(frozen=True, slots=True)
class InteractionRoutes:
    """`/interactions/...` and `/webhooks/...`."""

    responses: Responses
    chat: Chat

    def routes(self) -> list[web.RouteDef]:
        """All routes."""
        webhook = f"/webhooks/{{application:{BOT_ID}}}/{{token}}"
        message = webhook + "/messages/{message}"
        return [
            web.post("/interactions/{interaction}/{token}/callback", self.callback),
            web.post(webhook, self.follow_up),
            web.get(message, self.get_message, allow_head=False),
            web.patch(message, self.edit_message),
            web.delete(message, self.delete_message),
        ]

    async def callback(self, request: web.Request) -> web.Response:
        """The first response."""
        path = request.match_info
        answer = await self.responses.respond(path["interaction"], path["token"], request[FORM])
        wanted = request.query.get("with_response", "").lower() in ("1", "true")
        return reply(answer) if wanted else no_content()

    async def follow_up(self, request: web.Request) -> web.Response:
        """A further message."""
        message = await self.responses.follow_up(request.match_info["token"], request[FORM])
        return reply(self.chat.renderer.message(message))

    async def get_message(self, request: web.Request) -> web.Response:
        """One of the interaction's messages."""
        path = request.match_info
        message = self.responses.message(path["token"], path["message"])
        return reply(self.chat.renderer.message(message))

    async def edit_message(self, request: web.Request) -> web.Response:
        """Change one of the interaction's messages."""
        path = request.match_info
        message = await self.responses.edit(path["token"], path["message"], request[FORM])
        return reply(self.chat.renderer.message(message))

    async def delete_message(self, request: web.Request) -> web.Response:
        """Delete one of the interaction's messages."""
        path = request.match_info
        await self.chat.delete(self.responses.message(path["token"], path["message"]))
        return no_content()
