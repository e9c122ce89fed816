"""Failures to play, so that a bot can be seen to survive them.

`POST /playground/fail` takes `{"failure": NAME, ...}`: the name of a method below, and what it
takes.
"""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import replace

from aiohttp import web
from aiohttp.typedefs import Handler

from playground.gateway.gateway import Gateway
from playground.gateway.session import Intent, frame
from playground.interactions.commands import Commands
from playground.messages.cdn import Cdn
from playground.messages.chat import Chat
from playground.refusals import RateLimited, Refused, too_large, unknown
from playground.rest.rate_limits import RESET_AFTER_S, WITHOUT_VIA
from playground.wire import Json
from playground.world import shapes
from playground.world.entities import MIB, Channel, Guild
from playground.world.permissions import Overwrite, Permission, named_permissions
from playground.world.world import BOT_ID, GUILD_ID, World

# Raises, answers, or only leaves a mark on the request, which is then handled.
Fail = Callable[[web.Request], web.Response | None]
CUT_AFTER = web.RequestKey("cut_after", bool)
Fits = Callable[[web.Request], bool]


class Failures:
    """Plays failures.

    Invariant: `_planned` holds those that wait for a REST request, oldest first, each for one.
    """

    def __init__(
        self,
        gateway: Gateway,
        cdn: Cdn,
        chat: Chat,
        commands: Commands,
        world: World,
        world_changed: Callable[[], None],
    ) -> None:
        self._gateway = gateway
        self._cdn = cdn
        self._chat = chat
        self._commands = commands
        self._world = world
        self._world_changed = world_changed
        self._channels_before = dict(world.channels)
        self._guilds_before = dict(world.guilds)
        self._planned: list[tuple[Fits, Fail]] = []
        self._plays: dict[str, Callable[..., Awaitable[None]]] = {
            play.__name__: play
            for play in (
                self.late_acknowledgement,
                self.lost_acknowledgement,
                self.lost_answer,
                self.rate_limit,
                self.exhausted_bucket,
                self.bad_gateway,
                self.upload_too_large,
                self.reconnect,
                self.invalid_session,
                self.close,
                self.zombie,
                self.cut,
                self.offline,
                self.expired_links,
                self.deleted_files,
                self.deleted_message,
                self.deleted_channel,
                self.permissions,
                self.activities,
                self.no_more_commands,
                self.file_limit,
                self.bot_removed,
                self.closed_dms,
                self.time_passes,
                self.heal,
            )
        }

    async def play(self, request: Json) -> None:
        """Play the failure that `request` names; `Refused` where it makes no sense."""
        given = {key: value for key, value in request.items() if key != "failure"}
        play = self._plays.get(str(request.get("failure")))
        if play is None:
            raise Refused(f"The failures are {', '.join(self._plays)}.", 50035, 400)
        try:
            inspect.signature(play).bind(**given)
        except TypeError as error:
            raise Refused(f"{play.__name__}: {error}.", 50035, 400) from error
        await play(**given)

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let a REST request fail if one is planned to that it fits."""
        for planned in self._planned:
            fits, fail = planned
            if fits(request):
                self._planned.remove(planned)
                failed = fail(request)
                return failed if failed is not None else await _handle(request, handler)
        return await handler(request)

    def at_request(self, fits: Fits, act: Fail) -> None:
        """Let `act` happen to the next REST request that fits, just before it is handled.

        For tests that want something of their own to happen at a certain moment.
        """
        self._plan(fits, act, 1)

    async def late_acknowledgement(self, times: int = 1) -> None:
        """The next first responses to interactions come too late."""

        def fail(_: web.Request) -> None:
            raise unknown("interaction", 10062)

        self._plan(is_callback, fail, times)

    async def lost_acknowledgement(self, times: int = 1) -> None:
        """The next first responses are taken, and then the line is cut before the answer.

        Who sends such a response again is told 40060.
        """
        self._plan(is_callback, cut_after, times)

    async def lost_answer(self, times: int = 1) -> None:
        """The next requests are carried out, and then the line is cut before the answer."""
        self._plan(_is_any, cut_after, times)

    async def rate_limit(
        self, retry_after_s: float = 0.5, times: int = 1, via: bool = True, everywhere: bool = False
    ) -> None:
        """The next requests are answered 429; without `via`, as Cloudflare's ban is."""

        def fail(request: web.Request) -> None:
            if not via:
                request[WITHOUT_VIA] = True
            raise RateLimited(retry_after_s, is_global=everywhere)

        self._plan(_is_any, fail, times)

    async def exhausted_bucket(self, reset_after_s: float = 0.5, times: int = 1) -> None:
        """The next answers say that the bucket is empty now."""

        def fail(request: web.Request) -> None:
            request[RESET_AFTER_S] = reset_after_s

        self._plan(_is_any, fail, times)

    async def bad_gateway(self, times: int = 2) -> None:
        """The next requests are answered 502, in plain text."""

        def fail(_: web.Request) -> web.Response:
            return web.Response(status=502, text="error code: 502")

        self._plan(_is_any, fail, times)

    async def upload_too_large(self, times: int = 1) -> None:
        """The next requests with files are answered 413."""

        def fail(_: web.Request) -> None:
            raise too_large()

        self._plan(is_upload, fail, times)

    async def reconnect(self) -> None:
        """Ask the bot to reconnect and resume (op 7)."""
        for connection in self._gateway.connections:
            connection.send(frame(7))

    async def invalid_session(self, resumable: bool = False) -> None:
        """Tell the bot that its session is over (op 9)."""
        for connection in self._gateway.connections:
            connection.send(frame(9, resumable))
        if not resumable:
            self._gateway.forget_sessions()

    async def close(self, code: int = 4000) -> None:
        """Close the connection with a code."""
        for connection in self._gateway.connections:
            connection.close(code)

    async def zombie(self) -> None:
        """Say nothing more on the open connections, not even to heartbeats."""
        for connection in self._gateway.connections:
            connection.silent = True

    async def cut(self) -> None:
        """Cut the open connections, as a lost network does."""
        for connection in self._gateway.connections:
            connection.abort()

    async def offline(self) -> None:
        """Cut the connections and take no new ones until `heal`."""
        self._gateway.refuse_connections = True
        await self.cut()

    async def expired_links(self) -> None:
        """Let all links to files be over their time."""
        self._cdn.expire_links()

    async def deleted_files(self, message: str) -> None:
        """Lose the files of a message, which keeps linking to them."""
        found = self._chat.messages.get(message)
        for attachment in found.attachments if found else ():
            await self._chat.composer.files.delete(attachment.id)

    async def deleted_message(self, message: str) -> None:
        """Delete a message, as a moderator might at any moment."""
        found = self._chat.messages.get(message)
        if found is None:
            raise Refused("This message is no longer there.", 10008, 404)
        await self._chat.delete(found)

    async def deleted_channel(self, channel: str) -> None:
        """Delete a channel of the guild, with all that is in it."""
        found = self._channel(channel)
        del self._world.channels[channel]
        for message in self._chat.messages.in_channel(channel):
            self._chat.messages.remove(message.id)
        data = shapes.channel(self._world, found)
        self._gateway.dispatch("CHANNEL_DELETE", data, Intent.GUILDS)
        self._world_changed()

    async def permissions(
        self,
        channel: str,
        deny: list[str] | None = None,
        allow: list[str] | None = None,
        target: str = BOT_ID,
    ) -> None:
        """Deny or allow permissions in a channel (`["SEND_MESSAGES"]`), of the bot or `target`."""
        self._channel(channel)
        is_role = any(target in guild.roles for guild in self._world.guilds.values())
        kind = "role" if is_role else "member"
        overwrite = Overwrite(target, kind, _permissions(allow), _permissions(deny))
        self._channel_changed(self._world.set_overwrite(channel, overwrite))

    async def activities(self) -> None:
        """Enable the app's Activities: a bulk overwrite of commands must bring their command."""
        self._commands.enable_activities()

    async def no_more_commands(self) -> None:
        """Let the day's worth of new commands be used up, until a day has passed."""
        self._commands.use_up_creates()

    async def file_limit(self, mib: float, guild: str = GUILD_ID) -> None:
        """Let a file have so many MiB in a guild, as boosts do; a request has 25 MiB at most."""
        self._world.guilds[guild] = replace(self._guild(guild), file_limit=int(mib * MIB))

    async def bot_removed(self, guild: str = GUILD_ID) -> None:
        """Take the bot out of a guild, which keeps the app's commands, as if never invited."""
        found = self._guild(guild)
        members = {id_: member for id_, member in found.members.items() if id_ != BOT_ID}
        self._world.guilds[guild] = replace(found, members=members)
        self._gateway.dispatch("GUILD_DELETE", {"id": guild}, Intent.GUILDS)

    async def closed_dms(self, user: str) -> None:
        """Let someone take no messages from bots any more."""
        if user not in self._world.users:
            raise Refused("There is no such person.", 10013, 404)
        self._world.users[user] = replace(self._world.users[user], takes_dms=False)

    async def time_passes(self, seconds: float) -> None:
        """Make it that much later."""
        self._chat.clock.advance(seconds)

    async def heal(self) -> None:
        """Plan no more failures, take connections again, have guilds and channels as they were."""
        self._planned.clear()
        self._gateway.refuse_connections = False
        for guild in self._guilds_before.values():
            self._heal_guild(guild)
        for channel_id, channel in self._channels_before.items():
            there = self._world.channels.get(channel_id)
            self._world.channels[channel_id] = channel
            if there is None:
                data = shapes.channel(self._world, channel)
                self._gateway.dispatch("CHANNEL_CREATE", data, Intent.GUILDS)
            elif there != channel:
                self._channel_changed(channel)
        self._world_changed()

    def _heal_guild(self, before: Guild) -> None:
        now = self._world.guilds[before.id]
        members = {**before.members, **now.members}
        healed = replace(now, file_limit=before.file_limit, members=members)
        self._world.guilds[before.id] = healed
        if BOT_ID not in now.members and BOT_ID in healed.members:
            data = shapes.guild_create(self._world, healed, see_all_members=False)
            del data["unavailable"]  # which stands only where a guild had been away
            self._gateway.dispatch("GUILD_CREATE", data, Intent.GUILDS)

    def _plan(self, fits: Fits, fail: Fail, times: int) -> None:
        self._planned += [(fits, fail)] * times

    def _guild(self, guild_id: str) -> Guild:
        found = self._world.guilds.get(guild_id)
        if found is None:
            raise Refused("There is no such guild.", 10004, 404)
        return found

    def _channel(self, channel_id: str) -> Channel:
        found = self._world.channels.get(channel_id)
        if found is None or found.is_dm:
            raise Refused("There is no such channel.", 10003, 404)
        return found

    def _channel_changed(self, channel: Channel) -> None:
        data = shapes.channel(self._world, channel)
        self._gateway.dispatch("CHANNEL_UPDATE", data, Intent.GUILDS)
        self._world_changed()


def cut_after(request: web.Request) -> None:
    """Let the line be cut once `request` has been carried out."""
    request[CUT_AFTER] = True


async def _handle(request: web.Request, handler: Handler) -> web.StreamResponse:
    response = await handler(request)
    if request.get(CUT_AFTER) and request.transport is not None:
        request.transport.abort()
    return response


def _is_any(_: web.Request) -> bool:
    return True


def is_callback(request: web.Request) -> bool:
    """Whether it is the first response to an interaction."""
    return request.path.endswith("/callback")


def is_upload(request: web.Request) -> bool:
    """Whether it carries files, or could."""
    return request.content_type == "multipart/form-data"


def _permissions(names: list[str] | None) -> Permission:
    try:
        return named_permissions(names or ())
    except ValueError as error:
        raise Refused(f"{str(error).capitalize()}.", 50035, 400) from None
