"""The page's side: its files, its state, its events and its calls, as in PROTOCOL.md."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from aiohttp import WSMsgType, web
from aiohttp.typedefs import Handler

from playground.gateway.gateway import Gateway
from playground.interactions.command_options import LOCALES, localized
from playground.interactions.person_actions import Actions
from playground.messages.forms import read_form
from playground.messages.renderer import Renderer
from playground.page.audience import Audience, Event
from playground.refusals import ApiError, Refused
from playground.wire import Json, dumps, end_task, no_content, reply
from playground.world import shapes
from playground.world.entities import Channel, Guild
from playground.world.permissions import Permission
from playground.world.saver import Saver
from playground.world.world import BOT_ID, World

NEWEST = 200
# Attachments are looked at before they are sent as `blob:`, drawn avatars are `data:`.
_ONLY_OURS = (
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
    "style-src 'self' 'unsafe-inline'"
)
STATIC = Path(__file__).parents[1] / "static"


@dataclass(frozen=True, slots=True)
class Page:
    """Answers the page; every call names the person it acts for."""

    world: World
    actions: Actions
    audience: Audience
    gateway: Gateway
    renderer: Renderer
    saver: Saver
    play: Callable[[Json], Awaitable[None]]

    def app(self) -> web.Application:
        """The application to mount at `/playground`."""
        app = web.Application(middlewares=[_refusals])
        app.add_routes(
            [
                web.get("/state", self.get_state),
                web.get("/live", self.live),
                web.post("/invoke", self.invoke),
                web.post("/autocomplete", self.autocomplete),
                web.post("/component", self.component),
                web.post("/modal", self.modal),
                web.post("/upload", self.upload),
                web.post("/message", self.message),
                web.post("/delete", self.delete),
                web.post("/react", self.react),
                web.post("/locale", self.locale),
                web.post("/reset", self.reset),
                web.post("/fail", self.fail),
            ]
        )
        return app

    async def get_state(self, request: web.Request) -> web.Response:
        """Everything a client shows when it opens."""
        user_id = self._user(request.query.get("user") or self.world.people[0].id)
        channels = list(self.world.visible_channels(user_id))
        seen = {c.id: self._messages(user_id, c) for c in channels}
        return reply(
            {
                "people": [self._person(p.id) for p in (*self.world.people, self.world.bot)],
                "me": self._person(user_id),
                "guilds": [_guild(g) for g in self.world.guilds.values() if user_id in g.members],
                "channels": self.channels(user_id),
                "commands": self.commands(user_id),
                "messages": seen,
                "bot": {"online": self.gateway.online, "user": self._person(BOT_ID)},
                "locales": list(LOCALES),
                "welcome": self._welcome(user_id),
            }
        )

    def channels(self, user_id: str) -> list[Json]:
        """The channels that person sees, and what they may do there."""
        return [self._channel(user_id, c) for c in self.world.visible_channels(user_id)]

    def commands(self, user_id: str) -> list[Json]:
        """The commands that person may use somewhere, with the ids of the channels where."""
        locale = self.world.users[user_id].locale
        where: dict[str, list[str]] = {}
        found: dict[str, Json] = {}
        for channel in self.world.visible_channels(user_id):
            for command in self.actions.offered(user_id, channel):
                where.setdefault(command["id"], []).append(channel.id)
                found[command["id"]] = command
        return [{**localized(c, locale), "channel_ids": where[id_]} for id_, c in found.items()]

    async def live(self, request: web.Request) -> web.WebSocketResponse:
        """Send a person's events as they happen."""
        user_id = self._user(request.query.get("user", ""))
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        events: asyncio.Queue[Event] = asyncio.Queue()
        self.audience.join(user_id, events.put_nowait)
        writer = asyncio.create_task(_write(socket, events))
        try:
            async for message in socket:
                if message.type is WSMsgType.ERROR:
                    break
        finally:
            self.audience.leave(user_id, events.put_nowait)
            await end_task(writer)
        return socket

    async def invoke(self, request: web.Request) -> web.Response:
        """Call a command."""
        body = await _body(request)
        options: list[Json] = body.get("options") or []
        target = body.get("target")
        interaction = self.actions.invoke(
            self._user(body["user"]), body["channel"], body["command"], options, target
        )
        return reply({"interaction": interaction.id})

    async def autocomplete(self, request: web.Request) -> web.Response:
        """Ask the bot for choices."""
        body = await _body(request)
        choices = await self.actions.autocomplete(
            self._user(body["user"]), body["channel"], body["command"], body["options"]
        )
        return reply({"choices": choices})

    async def component(self, request: web.Request) -> web.Response:
        """Press a button or choose in a select."""
        body = await _body(request)
        interaction = self.actions.use_component(
            self._user(body["user"]), body["message"], body["custom_id"], body.get("values")
        )
        return reply({"interaction": interaction.id})

    async def modal(self, request: web.Request) -> web.Response:
        """Submit a form."""
        body = await _body(request)
        interaction = self.actions.submit_modal(
            self._user(body["user"]), body["interaction"], body["components"]
        )
        return reply({"interaction": interaction.id})

    async def upload(self, request: web.Request) -> web.Response:
        """Take in a file for an option or a form."""
        form = await read_form(request)
        if len(form.uploads) != 1:
            raise Refused("Choose one file.", 50035, 400)
        user_id = self._user(dict(form.fields).get("user", ""))
        attachment = await self.actions.upload(user_id, form.uploads[0])
        return reply(self.renderer.attachment(attachment))

    async def message(self, request: web.Request) -> web.Response:
        """Write a message."""
        body = await _body(request)
        user_id = self._user(body["user"])
        message = await self.actions.write(user_id, body["channel"], body["content"])
        return reply(self.renderer.for_person(message, user_id))

    async def delete(self, request: web.Request) -> web.Response:
        """Delete a message."""
        body = await _body(request)
        await self.actions.delete(self._user(body["user"]), body["message"])
        return no_content()

    async def react(self, request: web.Request) -> web.Response:
        """Put an emoji under a message, or take it back."""
        body = await _body(request)
        self.actions.react(self._user(body["user"]), body["message"], str(body["emoji"]))
        return no_content()

    async def locale(self, request: web.Request) -> web.Response:
        """Set a person's language."""
        body = await _body(request)
        user_id, locale = self._user(body["user"]), body["locale"]
        if locale not in LOCALES:
            raise Refused(f"Discord has no language {locale!r}.", 50035, 400)
        self.world.users[user_id] = replace(self.world.users[user_id], locale=locale)
        self.saver.changed()
        self.audience.tell(user_id, "commands_update", self.commands(user_id))
        self.audience.tell(user_id, "channels_update", self.channels(user_id))
        return no_content()

    async def reset(self, request: web.Request) -> web.Response:
        """Forget all messages and interactions."""
        for message in self.actions.chat.messages:
            await self.actions.chat.delete(message)
        self.actions.interactions.clear()
        return no_content()

    async def fail(self, request: web.Request) -> web.Response:
        """Play a failure."""
        await self.play(await _body(request))
        return no_content()

    def _user(self, user_id: str) -> str:
        user = self.world.users.get(user_id)
        if user is None or user.kind != "person":
            raise Refused("There is no such person.", 10013, 404)
        return user_id

    def _person(self, user_id: str) -> Json:
        user = self.world.users[user_id]
        beside = {"color": user.color, "role": self.world.rank(user_id), "locale": user.locale}
        return {**shapes.user(user), "global_name": user.global_name, **beside}

    def _welcome(self, user_id: str) -> Json:
        welcome = self.world.welcome
        hint = welcome.hint(self.world.users[user_id].locale)
        return {"hint": hint, "examples": [asdict(each) for each in welcome.examples]}

    def _channel(self, user_id: str, channel: Channel) -> Json:
        held = self.world.permissions(user_id, channel)
        return {
            "id": channel.id,
            "name": channel.name or self.world.bot.global_name,
            "type": int(channel.type),
            "guild_id": channel.guild_id,
            "parent_id": channel.parent_id,
            "topic": channel.topics.get(self.world.users[user_id].locale, channel.topic),
            "can_send": bool(held & Permission.SEND_MESSAGES),
            "can_use_commands": bool(held & Permission.USE_APPLICATION_COMMANDS),
        }

    def _messages(self, user_id: str, channel: Channel) -> list[Json]:
        messages = self.actions.chat.messages.in_channel(channel.id)
        seen = [message for message in messages if self.audience.sees(user_id, message)]
        return [self.renderer.for_person(message, user_id) for message in seen[-NEWEST:]]


def _guild(guild: Guild) -> Json:
    roles = [shapes.role(role) for role in guild.roles.values()]
    return {"id": guild.id, "name": guild.name, "locale": guild.locale, "roles": roles}


def front_routes() -> list[web.AbstractRouteDef]:
    """The page's files."""
    return [web.static("/static", STATIC)]


async def guard_front(request: web.Request, response: web.StreamResponse) -> None:
    """Have the page loaded anew each time, and nothing from outside; a prepare signal."""
    if request.path == "/" or request.path.startswith("/static/"):
        response.headers["Cache-Control"] = "no-cache"
        response.headers["Content-Security-Policy"] = _ONLY_OURS


async def index(request: web.Request) -> web.StreamResponse:
    """The page."""
    return web.FileResponse(STATIC / "index.html")


async def _write(socket: web.WebSocketResponse, events: asyncio.Queue[Event]) -> None:
    while True:
        await socket.send_str(dumps((await events.get()).payload()))


async def _body(request: web.Request) -> Json:
    return (await read_form(request)).payload


@web.middleware
async def _refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Say what is wrong, in a sentence for the person."""
    try:
        return await handler(request)
    except Refused as error:
        return reply({"message": error.message, "code": error.code}, error.status)
    except ApiError as error:
        return reply(error.payload, error.status)
    except KeyError as error:
        return reply({"message": f"The call lacks {error.args[0]!r}.", "code": 50035}, 400)
