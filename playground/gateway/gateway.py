"""The gateway: sessions of bots, their connections, and the events that go out to them."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from playground.gateway.connection import CloseWith, Connection
from playground.gateway.session import HIGHEST, PRIVILEGED, Intent, Session, frame, without_content
from playground.wire import Json, is_object
from playground.world import shapes
from playground.world.world import BOT_ID, World

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class GatewayOptions:
    """How the gateway behaves."""

    heartbeat_interval_ms: int = 41_250
    privileged_intents: Intent = Intent.NONE


class Gateway:
    """Invariants: a session is in `_sessions` exactly while it can be resumed.

    `ready` is set exactly while a bot is online.
    """

    def __init__(
        self,
        world: World,
        token: str,
        options: GatewayOptions,
        url: Callable[[], str],
        status_changed: Callable[[bool], None],
    ) -> None:
        self._world = world
        self._token = token
        self._options = options
        self._url = url
        self._status_changed = status_changed
        self._sessions: dict[str, Session] = {}
        self._connections: set[Connection] = set()
        self.refuse_connections = False
        self.ready = asyncio.Event()

    @property
    def online(self) -> bool:
        """Whether a bot is connected and identified."""
        return any(session.send is not None for session in self._sessions.values())

    @property
    def connections(self) -> tuple[Connection, ...]:
        """The connections that are open now."""
        return tuple(self._connections)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection from its handshake to its end."""
        if self.refuse_connections:
            return web.Response(status=503)
        connection = Connection(self._options.heartbeat_interval_ms, request.query)
        self._connections.add(connection)
        try:
            return await connection.serve(request, self._receive)
        finally:
            self._connections.discard(connection)
            self._detach(connection)

    def dispatch(self, event: str, data: Json, needs: Intent = Intent.NONE) -> None:
        """Send an event to every session that asked for the intent it `needs`."""
        for session in self._sessions.values():
            if needs & ~session.intents:
                continue
            hidden = event.startswith("MESSAGE_") and not session.intents & Intent.MESSAGE_CONTENT
            whole = not hidden or "author" not in data
            session.dispatch(event, data if whole else without_content(data, BOT_ID))

    def forget_sessions(self) -> None:
        """Let no session be resumed any more."""
        self._sessions.clear()

    async def close(self) -> None:
        """Close all connections and wait until they are."""
        for connection in self.connections:
            connection.close(1001)
        await asyncio.gather(*(connection.finished.wait() for connection in self.connections))

    def _receive(self, connection: Connection, op: int, data: Any) -> None:
        match op:
            case 1:
                connection.acknowledge_heartbeat(data)
            case 2:
                self._identify(connection, data)
            case 6:
                self._resume(connection, data)
            case 3 | 4 | 8 | 31 if connection.session is None:
                raise CloseWith(4003, "Not authenticated.")
            case 8 if connection.session is not None:
                self._send_members(connection.session, data)
            case 3 | 4 | 31:
                pass
            case _:
                raise CloseWith(4001, "Unknown opcode.")

    def _identify(self, connection: Connection, data: Any) -> None:
        if connection.session is not None:
            raise CloseWith(4005, "Already authenticated.")
        if not is_object(data) or "intents" not in data:
            raise CloseWith(4002, "Error while decoding payload.")
        if not secrets.compare_digest(str(data.get("token")).encode(), self._token.encode()):
            raise CloseWith(4004, "Authentication failed.")
        self._check_shard(data.get("shard"))
        intents = self._allowed_intents(data["intents"])
        # Who identifies anew has given up the sessions that were cut off.
        self._sessions = {key: s for key, s in self._sessions.items() if s.send is not None}
        session = Session(secrets.token_hex(16), intents)
        self._sessions[session.id] = session
        self._attach(connection, session)
        session.dispatch("READY", self._ready(session, data.get("shard")))
        everyone = bool(intents & Intent.GUILD_MEMBERS)
        for guild in self._world.bot_guilds if intents & Intent.GUILDS else ():
            session.dispatch("GUILD_CREATE", shapes.guild_create(self._world, guild, everyone))

    def _check_shard(self, shard: object) -> None:
        if shard is None:
            return
        match shard:
            case [int(number), int(count)] if 0 <= number < count == 1:
                return
            case [int(number), int(count)] if 0 <= number < count:
                raise CloseWith(4010, "Invalid shard: one guild needs one shard.")
            case _:
                raise CloseWith(4010, "Invalid shard.")

    def _allowed_intents(self, intents: object) -> Intent:
        if not isinstance(intents, int) or intents < 0 or intents >= HIGHEST << 1:
            raise CloseWith(4013, "Invalid intent(s).")
        if intents & PRIVILEGED & ~self._options.privileged_intents:
            raise CloseWith(4014, "Disallowed intent(s).")
        return Intent(intents)

    def _ready(self, session: Session, shard: object) -> Json:
        return {
            "v": 10,
            "user": shapes.user(self._world.bot),
            "guilds": [{"id": g.id, "unavailable": True} for g in self._world.bot_guilds],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": self._url(),
            "application": {"id": BOT_ID, "flags": 0},
            **({"shard": shard} if shard is not None else {}),
        }

    def _resume(self, connection: Connection, data: Any) -> None:
        if connection.session is not None:
            raise CloseWith(4005, "Already authenticated.")
        if not is_object(data):
            raise CloseWith(4002, "Error while decoding payload.")
        if not secrets.compare_digest(str(data.get("token")).encode(), self._token.encode()):
            raise CloseWith(4004, "Authentication failed.")
        session = self._sessions.get(str(data.get("session_id")))
        seq = data.get("seq")
        missed = session.missed_since(seq) if session and isinstance(seq, int) else None
        if session is None or missed is None:
            connection.send(frame(9, False))
            return
        self._attach(connection, session)
        for payload in missed:
            connection.send(payload)
        session.dispatch("RESUMED", {"_trace": []})

    def _send_members(self, session: Session, data: Any) -> None:
        """Answer REQUEST_GUILD_MEMBERS with everyone there is, in one chunk."""
        asked: Json = data if is_object(data) else {}
        guild = self._world.guilds.get(str(asked.get("guild_id")))
        if guild is None or guild not in self._world.bot_guilds:
            return
        found = [shapes.member_with_user(self._world, guild, user_id) for user_id in guild.members]
        chunk: Json = {"guild_id": guild.id, "members": found, "chunk_index": 0, "chunk_count": 1}
        if "nonce" in asked:
            chunk["nonce"] = asked["nonce"]
        session.dispatch("GUILD_MEMBERS_CHUNK", chunk)

    def _attach(self, connection: Connection, session: Session) -> None:
        was_online = self.online
        connection.session = session
        session.send = connection.send
        self.ready.set()
        if not was_online:
            self._status_changed(True)

    def _detach(self, connection: Connection) -> None:
        session = connection.session
        if session is None:
            return
        if connection.ended_for_good:
            self._sessions.pop(session.id, None)
        if session.send == connection.send:
            session.send = None
        if not self.online:
            self.ready.clear()
            self._status_changed(False)
