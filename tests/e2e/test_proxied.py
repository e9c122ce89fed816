"""The bot behind a firewall: Discord's own host names, reached through a proxy alone."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trustme

from playground.server import Playground
from tests.e2e.conftest import online
from tests.e2e.driving import BotProcess, pictures_of, result_of
from tests.e2e.test_openai import photo
from tests.fence import HOSTS, certificates
from tests.openai_server import KEY, running_openai

NAME, PASSWORD = "mona", "p@ss:word"
IN_A_URL = "mona:p%40ss%3Aword"


class Proxy:
    """A proxy that speaks HTTP's CONNECT and SOCKS 5, and knows one place to connect to."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.asked: set[str] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection, and carry what it says until either side ends."""
        first = await reader.readexactly(1)
        host = await (self._socks if first == b"\x05" else self._connect)(reader, writer)
        if host is None:
            writer.close()
            return
        self.asked.add(host)
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", self._port)
        await asyncio.gather(_carry(reader, inner_writer), _carry(inner_reader, writer))

    async def _connect(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> str | None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        known = base64.b64encode(f"{NAME}:{PASSWORD}".encode()).decode()
        if f"Proxy-Authorization: Basic {known}\r\n" not in head:
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            return None
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        return head.split()[1].partition(":")[0]

    async def _socks(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> str | None:
        """RFC 1928 and 1929: with name and password, to a host by its name."""
        methods = await _counted(reader)
        assert 2 in methods
        writer.write(b"\x05\x02")
        assert await reader.readexactly(1) == b"\x01"
        given = (await _counted(reader)).decode(), (await _counted(reader)).decode()
        if given != (NAME, PASSWORD):
            writer.write(b"\x01\x01")
            return None
        writer.write(b"\x01\x00")
        assert await reader.readexactly(4) == b"\x05\x01\x00\x03"
        host = (await _counted(reader)).decode()
        await reader.readexactly(2)
        writer.write(b"\x05\x00\x00\x01" + bytes(6))
        return host


async def _counted(reader: asyncio.StreamReader) -> bytes:
    return await reader.readexactly((await reader.readexactly(1))[0])


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(2**16):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


@asynccontextmanager
async def proxying(port: int) -> AsyncIterator[tuple[Proxy, int]]:
    """A proxy, and where it listens on 127.0.0.1."""
    proxy = Proxy(port)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    yield proxy, server.sockets[0].getsockname()[1]
    server.close()


@pytest.fixture
async def playground(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Playground]:
    """A playground by Discord's own names, which the bot's environment lets it believe."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    playground = Playground()
    await playground.start(ssl_context=certificates(authority)[0])
    yield playground
    await playground.close()


@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_all_of_discord_is_reached_through_the_proxy(
    scheme: str, playground: Playground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with proxying(playground.port) as (proxy, port), running_openai() as provider:
        # The provider is at an address of http://, which HTTPS_PROXY is not for.
        monkeypatch.setenv("HTTPS_PROXY", f"{scheme}://{IN_A_URL}@127.0.0.1:{port}")
        settings = {"discord_url": "", "openai_api_key": KEY, "openai_base_url": provider.url}
        async with online(BotProcess(playground, tmp_path / "data", **settings)) as bot:
            mika = playground.person("mika")
            photo_id = (await mika.upload("me.jpg", photo())).id
            asked = await mika.invoke(
                "general", "chibi", prompt="cat ears", image=photo_id, backend="openai", count=1
            )
            message = await result_of(mika, asked)

        assert len(pictures_of(message)) == 1
        assert proxy.asked == set(HOSTS)
        assert f"through the proxy 127.0.0.1:{port}" in bot.log
        assert "p@ss" not in bot.log
        assert "p%40ss" not in bot.log


@pytest.mark.parametrize(
    ("proxy", "status", "said"),
    [
        ("http://mona:wrong@127.0.0.1:{port}", 1, "Discord cannot be reached: 407"),
        ("socks5://mona:wrong@127.0.0.1:{port}", 1, "Discord cannot be reached: through the proxy"),
        ("socks9://mona:wrong@127.0.0.1:{port}", 2, "HTTPS_PROXY: allowed: http://HOST:PORT"),
        ("http://mona:wrong@127.0.0.1:99999", 2, "HTTPS_PROXY: allowed: http://HOST:PORT"),
        ("http://", 2, "HTTPS_PROXY: allowed: http://HOST:PORT"),
    ],
)
async def test_a_proxy_that_cannot_be_used_is_one_sentence(
    proxy: str,
    status: int,
    said: str,
    playground: Playground,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with proxying(playground.port) as (_, port):
        monkeypatch.setenv("HTTPS_PROXY", proxy.format(port=port))
        bot = BotProcess(playground, tmp_path / "data", discord_url="")
        await bot.launch()

        log = await bot.read_log()

        assert await bot.wait() == status
        assert said in log
        assert "Traceback" not in log
        assert "wrong" not in log
