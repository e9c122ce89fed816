"""Webhooks, and what interactions are answered with: callbacks, follow-ups, their messages."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import md5

from aiohttp import web

from playground.clock import Snowflakes
from playground.gateway.gateway import Gateway
from playground.gateway.session import Intent
from playground.interactions.responses import Responses
from playground.messages.cdn import Cdn
from playground.messages.chat import Chat
from playground.messages.file_types import decode
from playground.messages.messages import ONLY_USERS, Message, Sender
from playground.refusals import ApiError, missing_access, missing_permissions, unknown
from playground.rest.interface import FORM
from playground.rest.users import own_guild
from playground.validate.names import PROFILE_TYPES, check_sender, check_webhook
from playground.wire import Json, no_content, reply
from playground.world import shapes
from playground.world.entities import Channel, Webhook
from playground.world.permissions import Permission
from playground.world.world import BOT_ID, World


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


MAX_WEBHOOKS = 15
_WITH_TOKEN = r"/webhooks/{webhook:\d+}/{token}"


@dataclass(frozen=True, slots=True)
class WebhookRoutes:
    """`/channels/.../webhooks`, `/guilds/.../webhooks` and `/webhooks/...`.

    discord-api-docs, resources/webhook.mdx. Those of interactions, whose webhook is the
    application's id, are elsewhere and come first.
    """

    world: World
    chat: Chat
    gateway: Gateway
    cdn: Cdn
    snowflakes: Snowflakes
    changed: Callable[[], None]

    def routes(self) -> list[web.RouteDef]:
        """All routes."""
        message = _WITH_TOKEN + "/messages/{message}"
        routes = [
            web.post("/channels/{channel}/webhooks", self.create),
            web.get("/channels/{channel}/webhooks", self.list_of_channel, allow_head=False),
            web.get("/guilds/{guild}/webhooks", self.list_of_guild, allow_head=False),
            web.post(_WITH_TOKEN, self.execute),
            web.get(message, self.get_message, allow_head=False),
            web.patch(message, self.edit_message),
            web.delete(message, self.delete_message),
        ]
        for one in (r"/webhooks/{webhook:\d+}", _WITH_TOKEN):
            routes += [
                web.get(one, self.get, allow_head=False),
                web.patch(one, self.change),
                web.delete(one, self.delete),
            ]
        return routes

    async def create(self, request: web.Request) -> web.Response:
        """Make a webhook; `ApiError` 30007 where the channel has 15."""
        channel = self._managed(request.match_info["channel"])
        body = request[FORM].payload
        check_webhook(body, is_new=True)
        if len(self._in(channel)) >= MAX_WEBHOOKS:
            raise ApiError(400, 30007, f"Maximum number of webhooks reached ({MAX_WEBHOOKS})")
        id_, token = self.snowflakes.next(), secrets.token_urlsafe(51)
        webhook = Webhook(id_, token, channel.id, body["name"], self._avatar(id_, body))
        self._put(webhook)
        return reply(self._payload(webhook))

    async def list_of_channel(self, request: web.Request) -> web.Response:
        """The webhooks of a channel."""
        channel = self._managed(request.match_info["channel"])
        return reply([self._payload(webhook) for webhook in self._in(channel)])

    async def list_of_guild(self, request: web.Request) -> web.Response:
        """The webhooks of a guild."""
        guild = own_guild(self.world, request)
        if not self.world.base_permissions(BOT_ID, guild) & Permission.MANAGE_WEBHOOKS:
            raise missing_permissions()
        channels = self.world.channels_of(guild.id)
        return reply([self._payload(hook) for channel in channels for hook in self._in(channel)])

    async def get(self, request: web.Request) -> web.Response:
        """One webhook."""
        return reply(self._payload(self._webhook(request)))

    async def change(self, request: web.Request) -> web.Response:
        """Change its name, its picture, or, with permissions, its channel."""
        webhook, body = self._webhook(request), request[FORM].payload
        check_webhook(body, is_new=False)
        changed = replace(webhook, name=body.get("name") or webhook.name)
        if "avatar" in body:
            changed = replace(changed, avatar=self._avatar(webhook.id, body))
        if "token" not in request.match_info and body.get("channel_id") is not None:
            changed = replace(changed, channel_id=self._managed(str(body["channel_id"])).id)
        self._put(changed)
        return reply(self._payload(changed))

    async def delete(self, request: web.Request) -> web.Response:
        """Forget a webhook; its messages stay."""
        webhook = self._webhook(request)
        del self.world.webhooks[webhook.id]
        self._announce(webhook)
        return no_content()

    async def execute(self, request: web.Request) -> web.Response:
        """Write a message, under the webhook's name and picture or under others."""
        webhook, form = self._webhook(request), request[FORM]
        check_sender(form.payload)
        name = form.payload.get("username") or webhook.name
        url = form.payload.get("avatar_url")
        shown = md5(str(url).encode(), usedforsecurity=False).hexdigest() if url else None
        channel = self.world.channels[webhook.channel_id]
        draft = Message(
            id=self.snowflakes.next(),
            channel_id=channel.id,
            author_id=webhook.id,
            sent_at=self.chat.clock.now(),
            sender=Sender(str(name), shown or webhook.avatar),
        )
        limit = self.world.file_limit(channel)
        message = await self.chat.create(form, draft, ONLY_USERS, limit)
        waits = request.query.get("wait", "").lower() in ("1", "true")
        return reply(self.chat.renderer.message(message)) if waits else no_content()

    async def get_message(self, request: web.Request) -> web.Response:
        """One of its messages."""
        return reply(self.chat.renderer.message(self._message(request)))

    async def edit_message(self, request: web.Request) -> web.Response:
        """Change one of its messages."""
        message = self._message(request)
        limit = self.world.file_limit(self.world.channels[message.channel_id])
        changed = await self.chat.edit(request[FORM], message, ONLY_USERS, limit)
        return reply(self.chat.renderer.message(changed))

    async def delete_message(self, request: web.Request) -> web.Response:
        """Delete one of its messages."""
        await self.chat.delete(self._message(request))
        return no_content()

    def _managed(self, channel_id: str) -> Channel:
        channel = self.world.channels.get(channel_id)
        if channel is None or channel.is_dm:
            raise unknown("Channel", 10003)
        held = self.world.permissions(BOT_ID, channel)
        if not held & Permission.VIEW_CHANNEL:
            raise missing_access()
        if not held & Permission.MANAGE_WEBHOOKS:
            raise missing_permissions()
        return channel

    def _webhook(self, request: web.Request) -> Webhook:
        """The webhook of the path: by its token, or by its id with Manage Webhooks."""
        webhook = self.world.webhooks.get(request.match_info["webhook"])
        if webhook is None or webhook.channel_id not in self.world.channels:
            raise unknown("Webhook", 10015)
        if "token" not in request.match_info:
            self._managed(webhook.channel_id)
        elif not secrets.compare_digest(request.match_info["token"], webhook.token):
            raise ApiError(401, 50027, "Invalid Webhook Token")
        return webhook

    def _message(self, request: web.Request) -> Message:
        webhook = self._webhook(request)
        message = self.chat.messages.get(request.match_info["message"])
        if message is None or message.author_id != webhook.id:
            raise unknown("Message", 10008)
        return message

    def _in(self, channel: Channel) -> list[Webhook]:
        return [
            webhook for webhook in self.world.webhooks.values() if webhook.channel_id == channel.id
        ]

    def _put(self, webhook: Webhook) -> None:
        self.world.webhooks[webhook.id] = webhook
        self._announce(webhook)

    def _announce(self, webhook: Webhook) -> None:
        self.changed()
        guild_id = self.world.channels[webhook.channel_id].guild_id
        data = {"guild_id": guild_id, "channel_id": webhook.channel_id}
        self.gateway.dispatch("WEBHOOKS_UPDATE", data, Intent.GUILD_WEBHOOKS)

    def _avatar(self, webhook_id: str, body: Json) -> str | None:
        if body.get("avatar") is None:
            return None
        picture = decode(body["avatar"], ("avatar",), PROFILE_TYPES)
        path = f"/avatars/{webhook_id}/{picture.hash}.png"
        self.cdn.publish(path, picture.content_type, picture.data)
        return picture.hash

    def _payload(self, webhook: Webhook) -> Json:
        return {
            "id": webhook.id,
            "type": 1,
            "guild_id": self.world.channels[webhook.channel_id].guild_id,
            "channel_id": webhook.channel_id,
            "user": shapes.user(self.world.bot),
            "name": webhook.name,
            "avatar": webhook.avatar,
            "token": webhook.token,
            "application_id": BOT_ID,
        }
