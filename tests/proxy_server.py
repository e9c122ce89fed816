"""A proxy on loopback, for names that nobody else knows: it takes every host for this computer.

It speaks SOCKS 5 (RFC 1928, with the names and passwords of RFC 1929) and HTTP's CONNECT.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

_OPEN, _WITH_PASSWORD = 0, 2
_NAME = 3
_PIECE_BYTES = 2**16


class _Refused(Exception):
    """Whoever asks has not said the password."""


@dataclass
class ProxyServer:
    """What was connected through it."""

    login: tuple[str, str] | None = None
    """The name and the password that have to be said."""
    only_port: int | None = None
    """Where everything is connected to, whichever port is asked for."""
    port: int = 0
    hosts: list[str] = field(default_factory=list[str])
    connections: set[asyncio.Task[None] | None] = field(default_factory=set)

    @property
    def url(self) -> str:
        """Its address, for whoever speaks SOCKS and leaves names to it."""
        return f"socks5h://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until one of the two sides, or whoever runs this, ends it."""
        task = asyncio.current_task()
        self.connections.add(task)
        # asyncio would log it as an error
        with contextlib.suppress(asyncio.CancelledError, _Refused):
            await self._forward(reader, writer)
        writer.close()
        self.connections.discard(task)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Asked for a name and a port, and forwarded to our own port."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            first = await reader.readexactly(1)
            asked = self._socks if first == b"\x05" else self._connect
            host, port = await asked(reader, writer)
            self.hosts.append(host)
            there, back = await asyncio.open_connection("127.0.0.1", self.only_port or port)
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(_pass_on(reader, back))
                    group.create_task(_pass_on(there, writer))
            finally:
                back.close()

    async def _connect(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> tuple[str, int]:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        known = base64.b64encode(":".join(self.login or ()).encode()).decode()
        if self.login and f"Proxy-Authorization: Basic {known}\r\n" not in head:
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            raise _Refused
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        host, _, port = head.split()[1].partition(":")
        return host, int(port)

    async def _socks(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> tuple[str, int]:
        methods, wanted = await _counted(reader), _WITH_PASSWORD if self.login else _OPEN
        assert wanted in methods
        writer.write(bytes((5, wanted)))
        if self.login:
            await self._check_password(reader, writer)
        _, _, _, kind = await reader.readexactly(4)
        assert kind == _NAME
        host = await _counted(reader)
        port = int.from_bytes(await reader.readexactly(2), "big")
        writer.write(b"\x05\x00\x00\x01" + bytes(6))
        return host.decode(), port

    async def _check_password(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        assert await reader.readexactly(1) == b"\x01"
        given = (await _counted(reader)).decode(), (await _counted(reader)).decode()
        writer.write(b"\x01\x00" if given == self.login else b"\x01\x01")
        if given != self.login:
            raise _Refused


async def _counted(reader: asyncio.StreamReader) -> bytes:
    return await reader.readexactly((await reader.readexactly(1))[0])


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while piece := await reader.read(_PIECE_BYTES):
            writer.write(piece)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def running_proxy(
    login: tuple[str, str] | None = None, only_port: int | None = None
) -> AsyncIterator[ProxyServer]:
    """A proxy on a free port."""
    proxy = ProxyServer(login, only_port)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        left = [task for task in proxy.connections if task is not None]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
