"""What is put on messages: reactions under them, and pins."""

from dataclasses import dataclass
from datetime import UTC, datetime

from aiohttp import web

from playground.clock import Snowflakes, iso
from playground.messages.chat import Chat
from playground.messages.messages import Message
from playground.refusals import invalid, missing_permissions, unknown
from playground.rest.channels import bot_channel, bot_message, limit_of
from playground.wire import Json, no_content, reply
from playground.world import shapes
from playground.world.permissions import Permission
from playground.world.world import BOT_ID, World

OLD_PINS, PINS = "/channels/{channel}/pins", "/channels/{channel}/messages/pins"


@dataclass(frozen=True, slots=True)
class ReactionRoutes:
    """`/channels/.../reactions` and pins, by their old address and by the new.

    discord-api-docs, resources/message.mdx. Goes before the routes of messages, of which `pins`
    could be one's id.
    """

    world: World
    chat: Chat
    snowflakes: Snowflakes

    def routes(self) -> list[web.RouteDef]:
        """All routes."""
        all_ = "/channels/{channel}/messages/{message}/reactions"
        one = all_ + "/{emoji}"
        return [
            web.put(one + "/@me", self.react),
            web.delete(one + "/@me", self.take_back),
            web.delete(one + "/{user}", self.take_away),
            web.get(one, self.list_users, allow_head=False),
            web.delete(one, self.clear_emoji),
            web.delete(all_, self.clear),
            web.get(OLD_PINS, self.list_old_pins, allow_head=False),
            web.get(PINS, self.list_pins, allow_head=False),
            *(web.put(pins + "/{message}", self.pin) for pins in (OLD_PINS, PINS)),
            *(web.delete(pins + "/{message}", self.unpin) for pins in (OLD_PINS, PINS)),
        ]

    async def react(self, request: web.Request) -> web.Response:
        """React as the bot."""
        message, emoji = self._found(request)
        self.chat.react(message, emoji, BOT_ID)
        return no_content()

    async def take_back(self, request: web.Request) -> web.Response:
        """Take the bot's own reaction away."""
        message, emoji = self._found(request)
        self.chat.take_back(message, emoji, BOT_ID)
        return no_content()

    async def take_away(self, request: web.Request) -> web.Response:
        """Take somebody's reaction away: takes Manage Messages."""
        message, emoji = self._found(request, Permission.MANAGE_MESSAGES)
        user_id = request.match_info["user"]
        if user_id not in self.world.users:
            raise unknown("User", 10013)
        self.chat.take_back(message, emoji, user_id)
        return no_content()

    async def list_users(self, request: web.Request) -> web.Response:
        """Who reacted with an emoji, by id."""
        message, emoji = self._found(request)
        after = int(request.query.get("after", 0))
        reacted = [id_ for each in message.reactions if each.is_of(emoji) for id_ in each.user_ids]
        later = sorted((id_ for id_ in reacted if int(id_) > after), key=int)
        found = later[: limit_of(request, 25, 100)]
        return reply([shapes.user(self.world.users[user_id]) for user_id in found])

    async def clear_emoji(self, request: web.Request) -> web.Response:
        """Take everybody's reaction with an emoji away."""
        message, emoji = self._found(request, Permission.MANAGE_MESSAGES)
        self.chat.clear_reactions(message, emoji)
        return no_content()

    async def clear(self, request: web.Request) -> web.Response:
        """Take all reactions away."""
        bot_channel(self.world, request, Permission.MANAGE_MESSAGES)
        self.chat.clear_reactions(bot_message(self.chat, request))
        return no_content()

    async def pin(self, request: web.Request) -> web.Response:
        """Pin a message; the channel says so."""
        message = self._pinnable(request)
        now = self.chat.clock.now()
        self.chat.pin(message, Message(self.snowflakes.next(), message.channel_id, BOT_ID, now))
        return no_content()

    async def unpin(self, request: web.Request) -> web.Response:
        """Take a message from the pins."""
        self.chat.unpin(self._pinnable(request))
        return no_content()

    async def list_pins(self, request: web.Request) -> web.Response:
        """Pinned messages, the last one pinned first, and whether there are more."""
        channel = bot_channel(self.world, request, Permission.READ_MESSAGE_HISTORY)
        before, limit = _before(request), limit_of(request, 50, 50)
        pins = self.chat.pins(channel.id)
        found = [m for m in pins if before is None or _pinned_at(m) < before]
        items = [self._pinned(message) for message in found[:limit]]
        return reply({"items": items, "has_more": len(found) > limit})

    async def list_old_pins(self, request: web.Request) -> web.Response:
        """The last 50 pinned messages, as before there was room for more."""
        channel = bot_channel(self.world, request, Permission.READ_MESSAGE_HISTORY)
        return reply(
            [self._pinned(message)["message"] for message in self.chat.pins(channel.id)][:50]
        )

    def _found(self, request: web.Request, *needed: Permission) -> tuple[Message, Json]:
        """The message and the emoji that the path names."""
        bot_channel(self.world, request, Permission.READ_MESSAGE_HISTORY, *needed)
        return bot_message(self.chat, request), self.chat.emoji(request.match_info["emoji"])

    def _pinnable(self, request: web.Request) -> Message:
        """The message that the path names, where the bot may pin: in a DM everybody may."""
        channel = bot_channel(self.world, request, Permission.READ_MESSAGE_HISTORY)
        held = self.world.permissions(BOT_ID, channel)
        if not channel.is_dm and not held & Permission.PIN_MESSAGES:
            raise missing_permissions()
        return bot_message(self.chat, request)

    def _pinned(self, message: Message) -> Json:
        payload = self.chat.renderer.message(message)
        payload.pop("reactions", None)  # Discord leaves them out here.
        return {"pinned_at": _pinned_at(message).isoformat(), "message": payload}


def _pinned_at(message: Message) -> datetime:
    """When a pinned message was pinned, as exactly as it goes over the wire."""
    return datetime.fromisoformat(iso(message.pinned_at or 0))


def _before(request: web.Request) -> datetime | None:
    given = request.query.get("before")
    try:
        at = datetime.fromisoformat(given) if given else None
        return at.replace(tzinfo=at.tzinfo or UTC) if at is not None else None
    except ValueError:
        raise invalid("before", "DATE_TIME_TYPE_PARSE", "Could not parse it.") from None
