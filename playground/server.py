"""The playground put together.

A bot reaches it in one of two ways:
A. with its addresses changed, where `URL` is `Playground.url`: the REST base is `URL/api/v10`, the
   gateway `ws://HOST:PORT/gateway`, the CDN `URL`. For discord.py these are
   `discord.http.Route.BASE`, `discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY` (a `yarl.URL`)
   and `discord.Asset.BASE`.
B. unchanged, over TLS, with a resolver that sends every host here: `start(ssl_context=...)`. Links
   then bear Discord's own host names, and the gateway answers on `/` too.
"""

import secrets
import ssl
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from playground.clock import Clock, Snowflakes
from playground.failures import Failures
from playground.gateway.gateway import Gateway, GatewayOptions
from playground.interactions.commands import Commands
from playground.interactions.interactions import Interactions
from playground.interactions.person_actions import Actions
from playground.interactions.resolver import Resolver
from playground.interactions.responses import Responses
from playground.messages.attachments import Files
from playground.messages.cdn import Cdn
from playground.messages.chat import Chat
from playground.messages.composer import Composer
from playground.messages.forms import MAX_REQUEST_BYTES
from playground.messages.messages import Messages
from playground.messages.renderer import Renderer
from playground.page.audience import Audience
from playground.page.page import Page, front_routes, guard_front, index
from playground.page.people import Person
from playground.rest.applications import ApplicationRoutes
from playground.rest.channels import ChannelRoutes
from playground.rest.custom_emojis import ExpressionRoutes
from playground.rest.interface import rest_app
from playground.rest.rate_limits import RateLimits
from playground.rest.reactions import ReactionRoutes
from playground.rest.users import UserRoutes
from playground.rest.webhooks import InteractionRoutes, WebhookRoutes
from playground.wire import reply
from playground.world.emojis import MAX_APPLICATION_EMOJIS, MAX_GUILD_EMOJIS, Emojis, Stickers
from playground.world.saver import FolderLock, Saver
from playground.world.world import BOT_ID, World

HOST = "127.0.0.1"
LOOPBACK = (HOST, "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Addresses:
    """What the playground calls itself in links."""

    page: str
    gateway: str
    cdn: str


REAL = Addresses("https://discord.com", "wss://gateway.discord.gg/", "https://cdn.discordapp.com")
REAL_HOSTS = ("discord.com", "gateway.discord.gg", "cdn.discordapp.com")


def new_token() -> str:
    """A bot's token, in the shape of Discord's: the bot's id in base64, then what is secret."""
    owner = b64encode(BOT_ID.encode()).decode().rstrip("=")
    return f"{owner}.{secrets.token_urlsafe(6)}.{secrets.token_urlsafe(30)}"


class Playground:
    """A Discord for one bot; usable once `start` has returned, until `close`.

    `token` is the bot's, and another for every playground: a page in the operator's browser that
    knew it could join as the bot. For the same reason pages of other sites reach nothing here.
    """

    def __init__(
        self,
        data: Path | None = None,
        options: GatewayOptions | None = None,
        world: World | None = None,
    ) -> None:
        self.token = new_token()
        self.port = 0
        self.addresses = Addresses("", "", "")
        self.clock = Clock()
        self.snowflakes = Snowflakes(self.clock.now)
        self.world = world or World.from_toml()
        self.messages = Messages(lambda: self.saver.changed())
        path = data / "world.json" if data else None
        self._lock = FolderLock(data) if data else None
        self.saver = Saver(path, self.world, self.messages, self.clock)
        self.files = Files(data / "files" if data else None)
        self.cdn = Cdn(self.clock, self.files, lambda: self.addresses.cdn)
        self.renderer = Renderer(self.world, self.messages, self.cdn)
        self.audience = Audience(self.world, self.renderer)
        self.gateway = Gateway(
            self.world,
            self.token,
            options or GatewayOptions(),
            lambda: self.addresses.gateway,
            self._bot_status_changed,
        )
        self.commands = Commands(self.snowflakes, self.clock.now, self._commands_changed)
        made = (self.snowflakes, self.cdn, self.world)
        self.emojis = (Emojis(MAX_APPLICATION_EMOJIS, *made), Emojis(MAX_GUILD_EMOJIS, *made))
        self.chat = self._chat()
        self.interactions = self._interactions()
        self.actions = self._actions()
        self.failures = Failures(
            self.gateway, self.cdn, self.chat, self.commands, self.world, self._world_changed
        )
        self.page = Page(
            self.world,
            self.actions,
            self.audience,
            self.gateway,
            self.renderer,
            self.saver,
            self.failures.play,
        )
        if self.world.app.activities:
            self.commands.enable_activities()
        self.limits = RateLimits()
        self._people: dict[str, Person] = {}
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """Where the page is, and the base of the REST interface's and the CDN's address."""
        return self.addresses.page

    async def start(self, port: int = 0, ssl_context: ssl.SSLContext | None = None) -> None:
        """Bring back what was saved, and serve on that port or on any free one.

        Raises `OSError` where the port is taken, `FolderInUse` where another playground has the
        folder, and `UnreadableWorld` where what was saved is damaged.
        """
        if self._lock is not None:
            self._lock.acquire()
        try:
            await self._bring_back()
            await self._serve(port, ssl_context)
        except BaseException:
            self._release()
            raise
        base = f"{HOST}:{self.port}"
        local = Addresses(f"http://{base}", f"ws://{base}/gateway", f"http://{base}")
        self.addresses = REAL if ssl_context else local

    async def close(self) -> None:
        """Stop serving; connections are closed and everything is saved."""
        self.clock.close()
        await self.gateway.close()
        if self._runner is not None:
            await self._runner.cleanup()
        await self.saver.save()
        self._release()

    def person(self, username: str) -> Person:
        """The client of that person; the same one every time."""
        user = self.world.person_named(username)
        if username not in self._people:
            self._people[username] = Person(user.id, self.world, self.actions, self.audience)
        return self._people[username]

    def newcomer(self, username: str) -> Person:
        """The client of somebody new, who is like that person and whom the bot has never met."""
        model = self.world.person_named(username)
        user = self.world.join_like(model.id, self.snowflakes.next(), self.snowflakes.next())
        return self.person(user.username)

    async def _bring_back(self) -> None:
        await self.saver.load()
        kept = {file.id for message in self.messages for file in message.attachments}
        await self.files.keep_only(kept)

    async def _serve(self, port: int, ssl_context: ssl.SSLContext | None) -> None:
        self._runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, HOST, port, ssl_context=ssl_context).start()
        except OSError:
            await self._runner.cleanup()
            raise
        self.port = self._runner.addresses[0][1]

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.release()

    def _chat(self) -> Chat:
        composer = Composer(self.world, self.clock, self.snowflakes, self.files, self.cdn)
        return Chat(
            self.world,
            self.clock,
            self.messages,
            composer,
            self.renderer,
            self.gateway,
            self.audience,
            self.emojis,
        )

    def _interactions(self) -> Interactions:
        return Interactions(
            self.world,
            self.clock,
            self.snowflakes,
            self.gateway,
            self.audience,
            self.messages,
            self.renderer,
        )

    def _actions(self) -> Actions:
        return Actions(
            self.world,
            self.clock,
            self.snowflakes,
            self.commands,
            self.chat,
            self.interactions,
            self.audience,
            Resolver(self.world, self.messages, self.renderer, {}),
        )

    def _app(self) -> web.Application:
        # Of nested applications, the outermost one's limit counts.
        app = web.Application(client_max_size=MAX_REQUEST_BYTES, middlewares=[self._let_in])
        app.on_response_prepare.append(guard_front)
        app.router.add_get("/", self._front)
        app.router.add_get("/gateway", self.gateway.handle)
        app.add_routes(self.cdn.routes())
        app.add_routes(front_routes())
        app.add_subapp("/playground", self.page.app())
        app.add_subapp("/api/v10", self._rest())
        return app

    def _rest(self) -> web.Application:
        responses = Responses(
            self.world,
            self.clock,
            self.snowflakes,
            self.chat,
            self.interactions,
            self.audience,
        )
        routes = [
            *ApplicationRoutes(self.world, self.commands, lambda: self.addresses.gateway).routes(),
            *UserRoutes(self.world, self.cdn, self.gateway).routes(),
            *self._expressions().routes(),
            *ReactionRoutes(self.world, self.chat, self.snowflakes).routes(),
            *ChannelRoutes(self.world, self.chat, self.snowflakes, self._world_changed).routes(),
            *InteractionRoutes(responses, self.chat).routes(),
            *WebhookRoutes(
                self.world,
                self.chat,
                self.gateway,
                self.cdn,
                self.snowflakes,
                self.saver.changed,
            ).routes(),
        ]
        return rest_app(self.token, self.limits, [self.failures.middleware], routes)

    def _expressions(self) -> ExpressionRoutes:
        stickers = Stickers(self.snowflakes, self.cdn, self.world)
        return ExpressionRoutes(self.world, self.gateway, *self.emojis, stickers)

    @web.middleware
    async def _let_in(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse pages of other sites, open in the same browser, whatever they ask for.

        Programs send no `Origin`. A site whose name leads to this computer (DNS rebinding) shows
        in `Host`.
        """
        origin, own = request.headers.get("Origin"), f"{request.scheme}://{request.host}"
        named = (*LOOPBACK, *(REAL_HOSTS if self.addresses is REAL else ()))
        if origin in (None, own) and request.url.host in named:
            return await handler(request)
        return reply({"message": "Only the playground's own page may do this.", "code": 0}, 403)

    async def _front(self, request: web.Request) -> web.StreamResponse:
        """The page, or the gateway for a bot that knows only the gateway's host name."""
        is_socket = request.headers.get("Upgrade", "").lower() == "websocket"
        return await (self.gateway.handle if is_socket else index)(request)

    def _bot_status_changed(self, online: bool) -> None:
        self.audience.tell_each("bot_status", lambda _: {"online": online})

    def _commands_changed(self) -> None:
        self.audience.tell_each("commands_update", self.page.commands)

    def _world_changed(self) -> None:
        self.saver.changed()
        self.audience.tell_each("channels_update", self.page.channels)
        self._commands_changed()
