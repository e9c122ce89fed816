"""A SOCKS5 proxy on loopback (RFC 1928), for names that nobody else knows: it takes every host for
this computer.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

_NO_AUTHENTICATION = b"\x05\x00"
_CONNECTED = b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x00"
_NAME = 3
_PIECE_BYTES = 2**16


@dataclass
class SocksServer:
    """What was connected through it."""

    url: str = ""
    hosts: list[str] = field(default_factory=list[str])
    connections: set[asyncio.Task[None] | None] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until one of the two sides, or whoever runs this, ends it."""
        task = asyncio.current_task()
        self.connections.add(task)
        with contextlib.suppress(asyncio.CancelledError):  # asyncio would log it as an error
            await self._forward(reader, writer)
        writer.close()
        self.connections.discard(task)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Greeted, asked for a name and a port, and forwarded to our own port."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            _, methods = await reader.readexactly(2)
            await reader.readexactly(methods)
            writer.write(_NO_AUTHENTICATION)
            _, _, _, kind = await reader.readexactly(4)
            assert kind == _NAME
            name = await reader.readexactly((await reader.readexactly(1))[0])
            port = int.from_bytes(await reader.readexactly(2), "big")
            self.hosts.append(name.decode())
            there, back = await asyncio.open_connection("127.0.0.1", port)
            writer.write(_CONNECTED)
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(_pass_on(reader, back))
                    group.create_task(_pass_on(there, writer))
            finally:
                back.close()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while piece := await reader.read(_PIECE_BYTES):
            writer.write(piece)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def running_socks() -> AsyncIterator[SocksServer]:
    """A proxy on a free port."""
    socks = SocksServer()
    server = await asyncio.start_server(socks.serve, "127.0.0.1", 0)
    socks.url = f"socks5h://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield socks
    finally:
        server.close()
        left = [task for task in socks.connections if task is not None]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
