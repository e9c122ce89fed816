"""Channels and the messages in them."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from aiohttp import web

from playground.clock import Snowflakes
from playground.gateway.session import Intent
from playground.messages.chat import Chat
from playground.messages.forms import Form
from playground.messages.messages import Message, MessageType
from playground.refusals import ApiError, missing_access, missing_permissions, no_dms, unknown
from playground.rest.interface import FORM
from playground.validate.names import check_thread
from playground.validate.rules import Problems, number
from playground.wire import Json, no_content, reply
from playground.world import shapes
from playground.world.entities import THREADS, Channel, ChannelType
from playground.world.permissions import Permission
from playground.world.world import BOT_ID, World

NONCE_LIFE_S = 180.0


@dataclass(frozen=True, slots=True)
class ChannelRoutes:
    """`/channels/...` and the DMs under `/users/@me/channels`."""

    world: World
    chat: Chat
    snowflakes: Snowflakes
    changed: Callable[[], None]

    def routes(self) -> list[web.RouteDef]:
        """All routes."""
        channel, messages = "/channels/{channel}", "/channels/{channel}/messages"
        message = messages + "/{message}"
        return [
            web.get(channel, self.get_channel, allow_head=False),
            web.get(messages, self.list_messages, allow_head=False),
            web.post(messages, self.create_message),
            web.get(message, self.get_message, allow_head=False),
            web.patch(message, self.edit_message),
            web.delete(message, self.delete_message),
            web.post("/channels/{channel}/typing", self.typing),
            web.post("/channels/{channel}/threads", self.start_thread),
            web.post(message + "/threads", self.start_thread_at),
            web.post("/users/@me/channels", self.open_dm),
        ]

    async def get_channel(self, request: web.Request) -> web.Response:
        """The channel."""
        return reply(shapes.channel(self.world, self._channel(request)))

    async def list_messages(self, request: web.Request) -> web.Response:
        """Messages of the channel, newest first."""
        channel = self._channel(request, Permission.READ_MESSAGE_HISTORY)
        found = [m for m in self.chat.messages.in_channel(channel.id) if not m.is_ephemeral]
        query = request.query
        if "before" in query:
            found = [m for m in found if int(m.id) < int(query["before"])]
        most = limit_of(request, 50, 100)
        if "after" in query:  # those next to it, the newest of them first all the same
            found = [m for m in found if int(m.id) > int(query["after"])][:most]
        return reply([self.chat.renderer.message(m) for m in found[::-1][:most]])

    async def create_message(self, request: web.Request) -> web.Response:
        """Send a message as the bot."""
        form = request[FORM]
        channel = self._channel(request, *_needed(form))
        if not channel.holds_messages:
            raise ApiError(400, 50008, "Cannot send messages in a non-text channel")
        if channel.is_dm and not self.world.users[channel.recipients[0]].takes_dms:
            raise no_dms()
        if (sent := self._sent_before(channel, form.payload)) is not None:
            return reply(self.chat.renderer.message(sent))
        draft = Message(
            id=self.snowflakes.next(),
            channel_id=channel.id,
            author_id=BOT_ID,
            sent_at=self.chat.clock.now(),
            nonce=form.payload.get("nonce"),
        )
        message = await self.chat.create(form, self._as_reply(draft, form.payload))
        return reply(self.chat.renderer.message(message))

    def _sent_before(self, channel: Channel, payload: Json) -> Message | None:
        """The message with the same nonce, where that is enforced: Discord sends it once.

        It remembers a nonce for "the past few minutes" only (discord-api-docs,
        resources/message.mdx, Create Message).
        """
        nonce = payload.get("nonce")
        if nonce is None or not payload.get("enforce_nonce"):
            return None
        since = self.chat.clock.now() - NONCE_LIFE_S
        sent = self.chat.messages.in_channel(channel.id)
        mine = (m for m in sent if m.author_id == BOT_ID and m.sent_at >= since)
        return next((m for m in mine if m.nonce == nonce), None)

    async def get_message(self, request: web.Request) -> web.Response:
        """One message."""
        self._channel(request, Permission.READ_MESSAGE_HISTORY)
        return reply(self.chat.renderer.message(self._message(request)))

    async def edit_message(self, request: web.Request) -> web.Response:
        """Change one of the bot's messages."""
        form = request[FORM]
        self._channel(request, *([Permission.ATTACH_FILES] if form.uploads else []))
        message = self._message(request)
        if message.author_id != BOT_ID:
            raise ApiError(403, 50005, "Cannot edit a message authored by another user")
        return reply(self.chat.renderer.message(await self.chat.edit(form, message)))

    async def delete_message(self, request: web.Request) -> web.Response:
        """Delete a message: the bot's own, or any with Manage Messages."""
        self._channel(request)
        message = self._message(request)
        if message.author_id != BOT_ID:
            self._channel(request, Permission.MANAGE_MESSAGES)
        await self.chat.delete(message)
        return no_content()

    async def typing(self, request: web.Request) -> web.Response:
        """Show that the bot is typing."""
        self.chat.typing(self._channel(request, Permission.SEND_MESSAGES).id)
        return no_content()

    async def start_thread(self, request: web.Request) -> web.Response:
        """Start a thread; in a forum, a post with its first message, which shares its id."""
        form = request[FORM]
        parent = self._channel(request)
        if parent.holds_messages:
            wanted = form.payload.get("type", ChannelType.PRIVATE_THREAD)
            kind = ChannelType(wanted) if wanted in THREADS else ChannelType.PUBLIC_THREAD
            return reply(self._start(parent, form, kind, self.snowflakes.next()), 201)
        made = self._start(parent, form, ChannelType.PUBLIC_THREAD, self.snowflakes.next())
        draft = Message(made["id"], made["id"], BOT_ID, self.chat.clock.now())
        first = Form(form.payload.get("message") or {}, form.uploads, path=("message",))
        message = await self.chat.create(first, draft)
        return reply({**made, "message": self.chat.renderer.message(message)}, 201)

    async def start_thread_at(self, request: web.Request) -> web.Response:
        """Start a thread from a message, whose id it takes; 160004 where there is one."""
        parent, message = self._channel(request), self._message(request)
        if message.id in self.world.channels:
            sentence = "A thread has already been created for this message"
            raise ApiError(400, 160004, sentence)
        kind = ChannelType.PUBLIC_THREAD
        return reply(self._start(parent, request[FORM], kind, message.id), 201)

    def _start(self, parent: Channel, form: Form, kind: ChannelType, id_: str) -> Json:
        needed = Permission.CREATE_PUBLIC_THREADS
        if not parent.holds_messages:
            needed = Permission.SEND_MESSAGES
        elif kind is ChannelType.PRIVATE_THREAD:
            needed = Permission.CREATE_PRIVATE_THREADS
        if parent.is_dm or parent.is_thread:
            raise ApiError(400, 50024, "Cannot execute action on this channel type")
        if not self.world.permissions(BOT_ID, parent) & needed:
            raise missing_permissions()
        check_thread(form.payload)
        thread = Channel(
            id_,
            form.payload["name"],
            kind,
            parent.guild_id,
            parent_id=parent.id,
            owner_id=BOT_ID,
        )
        self.world.channels[id_] = thread
        data = shapes.channel(self.world, thread)
        self.chat.gateway.dispatch("THREAD_CREATE", {**data, "newly_created": True}, Intent.GUILDS)
        self.changed()
        return data

    async def open_dm(self, request: web.Request) -> web.Response:
        """The DM with a person."""
        recipient = str(request[FORM].payload.get("recipient_id"))
        found = self.world.users.get(recipient)
        if found is None or found.kind == "bot":
            raise unknown("User", 10013)
        if found.kind == "team":
            raise no_dms()
        return reply(shapes.channel(self.world, self.world.dm_with(recipient)))

    def _channel(self, request: web.Request, *needed: Permission) -> Channel:
        return bot_channel(self.world, request, *needed)

    def _message(self, request: web.Request) -> Message:
        return bot_message(self.chat, request)

    def _as_reply(self, draft: Message, payload: Json) -> Message:
        reference = payload.get("message_reference")
        if not reference:
            return draft
        target = str(reference.get("message_id"))
        if self.chat.messages.get(target) is None:
            if reference.get("fail_if_not_exists", True):
                raise unknown("Message", 10008)
            return draft
        return replace(draft, reply_to=target, type=MessageType.REPLY)


def _needed(form: Form) -> list[Permission]:
    needed = [Permission.SEND_MESSAGES]
    return [*needed, Permission.ATTACH_FILES] if form.uploads else needed


def bot_channel(world: World, request: web.Request, *needed: Permission) -> Channel:
    """The channel that the path names, where the bot has what is `needed`.

    Raises `ApiError` 10003 where there is none, 50001 where the bot does not see it, and 50013.
    """
    channel = world.channels.get(request.match_info["channel"])
    if channel is None:
        raise unknown("Channel", 10003)
    held = world.permissions(BOT_ID, channel)
    if not held & Permission.VIEW_CHANNEL:
        raise missing_access()
    if any(not held & permission for permission in needed):
        raise missing_permissions()
    return channel


def bot_message(chat: Chat, request: web.Request) -> Message:
    """The message that the path names; `ApiError` 10008 where there is none in its channel."""
    message = chat.messages.get(request.match_info["message"])
    # Ephemeral messages are reached through their interaction only.
    if message is None or message.is_ephemeral:
        raise unknown("Message", 10008)
    if message.channel_id != request.match_info["channel"]:
        raise unknown("Message", 10008)
    return message


def limit_of(request: web.Request, default: int, most: int) -> int:
    """How many are asked for, from 1 to `most`; `InvalidForm` where that is no such number."""
    asked = request.query.get("limit", str(default))
    problems = Problems()
    value = int(asked) if asked.isascii() and asked.isdigit() else asked
    number(1, most)(problems, ("limit",), value)
    problems.raise_if_any()
    return int(value)
