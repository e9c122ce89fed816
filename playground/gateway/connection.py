"""One WebSocket connection of a bot to the gateway, compressed as it asks for: one stream a
connection, flushed after every message.
"""

import asyncio
import importlib
import time
import zlib
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import WSMessage, WSMsgType, web

from playground.gateway.session import Session, frame
from playground.wire import Json, dumps, end_task, loads

MAX_PAYLOAD_BYTES = 4096
MAX_EVENTS, WINDOW_S = 120, 60.0
# A bot that closes with one of these does not mean to come back: Discord drops its session.
GOODBYE = (1000, 1001)
# Discord does not let a session resume after these either.
FATAL = (4004, 4010, 4011, 4012, 4013, 4014)


class CloseWith(Exception):
    """Ends the connection with one of Discord's close codes."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


Receive = Callable[["Connection", int, Any], None]

ROUND_TRIP_S = 0.02
"""How long a heartbeat's answer takes, as if there were a network.

discord.py notes when it sent a heartbeat only after the frame has left. An answer that is there
before that looks a whole interval late, and is warned of.
"""


class Connection:
    """Sends in order what `send` is given; `finished` is set once the socket is closed."""

    def __init__(self, heartbeat_interval_ms: int, query: Mapping[str, str]) -> None:
        self._heartbeat_interval_ms = heartbeat_interval_ms
        self._version = query.get("v", "10")
        self._encoding = query.get("encoding", "json")
        self._compress = compressor(query.get("compress"))
        self._outbox: asyncio.Queue[Json | CloseWith] = asyncio.Queue()
        self._received_at: deque[float] = deque(maxlen=MAX_EVENTS)
        self._socket = web.WebSocketResponse(compress=False, autoping=True)
        self._request: web.Request | None = None
        self._closed_by_client = False
        self.session: Session | None = None
        self.silent = False
        self.finished = asyncio.Event()

    @property
    def ended_for_good(self) -> bool:
        """Whether the connection ended in a way after which its session cannot be resumed."""
        by_client = self._closed_by_client and self._socket.close_code in GOODBYE
        return by_client or self._socket.close_code in FATAL

    def send(self, payload: Json) -> None:
        """Send `payload` after all before it; never, where the connection has gone silent."""
        if not self.silent:
            self._outbox.put_nowait(payload)

    def close(self, code: int, reason: str = "") -> None:
        """End the connection, after what was sent before."""
        self._outbox.put_nowait(CloseWith(code, reason))

    def abort(self) -> None:
        """Cut the line, as a lost network does: no close frame."""
        if self._request is not None and self._request.transport is not None:
            self._request.transport.abort()

    def acknowledge_heartbeat(self, seq: object) -> None:
        """Answer a heartbeat; one with a sequence number that was never sent ends the session."""
        known = self.session.seq if self.session else 0
        if isinstance(seq, int) and self.session is not None and seq > known:
            raise CloseWith(4007, "Invalid seq.")
        asyncio.get_running_loop().call_later(ROUND_TRIP_S, self.send, frame(11))

    async def serve(self, request: web.Request, receive: Receive) -> web.WebSocketResponse:
        """Say HELLO, then pass on what comes in until either side has had enough."""
        self._request = request
        await self._socket.prepare(request)
        self.send(frame(10, {"heartbeat_interval": self._heartbeat_interval_ms, "_trace": []}))
        writer = asyncio.create_task(self._write())
        try:
            await self._read(receive)
        finally:
            await end_task(writer)
            self.finished.set()
        return self._socket

    async def _read(self, receive: Receive) -> None:
        # A bot may be late by a little; one that missed a whole beat is gone.
        patience_s = self._heartbeat_interval_ms / 1000 * 1.5 + 1
        try:
            if self._version not in ("9", "10") or self._encoding != "json":
                raise CloseWith(4012, "Invalid API version.")
            while True:
                async with asyncio.timeout(patience_s):
                    message = await self._socket.receive()
                if message.type in (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED):
                    self._closed_by_client = message.type is WSMsgType.CLOSE
                    return
                if message.type is WSMsgType.ERROR:
                    return
                receive(self, *self._decode(message))
        except TimeoutError:
            await self._socket.close(code=4009, message=b"Session timed out.")
        except CloseWith as end:
            await self._socket.close(code=end.code, message=end.reason.encode())

    def _decode(self, message: WSMessage) -> tuple[int, Any]:
        now = time.monotonic()
        if len(self._received_at) == MAX_EVENTS and now - self._received_at[0] < WINDOW_S:
            raise CloseWith(4008, "Rate limited.")
        self._received_at.append(now)
        raw = message.data.encode() if isinstance(message.data, str) else message.data
        if not isinstance(raw, bytes) or len(raw) > MAX_PAYLOAD_BYTES:
            raise CloseWith(4002, "Error while decoding payload.")
        try:
            payload = loads(raw)
            return int(payload["op"]), payload.get("d")
        except (ValueError, KeyError, TypeError, AttributeError):
            raise CloseWith(4002, "Error while decoding payload.") from None

    async def _write(self) -> None:
        while True:
            item = await self._outbox.get()
            if isinstance(item, CloseWith):
                await self._socket.close(code=item.code, message=item.reason.encode())
                return
            text = dumps(item)
            try:
                if self._compress is None:
                    await self._socket.send_str(text)
                else:
                    await self._socket.send_bytes(self._compress(text.encode()))
            except ConnectionError:
                return  # what was not delivered stays in the session until it is resumed


Compress = Callable[[bytes], bytes]


def _zlib_stream() -> Compress:
    stream = zlib.compressobj()

    def compress(data: bytes) -> bytes:
        return stream.compress(data) + stream.flush(zlib.Z_SYNC_FLUSH)

    return compress


def _zstd_stream() -> Compress | None:
    try:
        zstandard = importlib.import_module("zstandard")
    except ImportError:
        return None
    stream = zstandard.ZstdCompressor().compressobj()

    def compress(data: bytes) -> bytes:
        return stream.compress(data) + stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)

    return compress


def compressor(name: str | None) -> Compress | None:
    """A new stream of that kind; `None` where messages go as plain text.

    discord.py asks for zstd only where it has the module, which is then here too.
    """
    match name:
        case "zlib-stream":
            return _zlib_stream()
        case "zstd-stream":
            return _zstd_stream()
        case _:
            return None
