"""The bot behind a firewall: Discord's own host names, reached through a proxy alone."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import trustme

from playground.server import Playground
from tests.e2e.conftest import online
from tests.e2e.driving import BotProcess, pictures_of, result_of
from tests.e2e.test_openai import photo
from tests.fence import HOSTS, certificates
from tests.openai_server import KEY, running_openai
from tests.proxy_server import running_proxy

LOGIN = "mona", "p@ss:word"
IN_A_URL = "mona:p%40ss%3Aword"


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
    async with running_proxy(LOGIN, playground.port) as proxy, running_openai() as provider:
        # The provider is at an address of http://, which HTTPS_PROXY is not for.
        monkeypatch.setenv("HTTPS_PROXY", f"{scheme}://{IN_A_URL}@127.0.0.1:{proxy.port}")
        settings = {"discord_url": "", "openai_api_key": KEY, "openai_base_url": provider.url}
        told = BotProcess(playground, tmp_path / "data", **settings)
        async with online(told, forked=False) as bot:  # authorities are read when it is imported
            mika = playground.person("mika")
            photo_id = (await mika.upload("me.jpg", photo())).id
            asked = await mika.invoke(
                "general", "chibi", prompt="cat ears", image=photo_id, model="openai", count=1
            )
            message = await result_of(mika, asked)

        assert len(pictures_of(message)) == 1
        assert set(proxy.hosts) == set(HOSTS)
        assert f"through the proxy 127.0.0.1:{proxy.port}" in bot.log
        assert "p@ss" not in bot.log
        assert "p%40ss" not in bot.log


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("http://mona:wrong@127.0.0.1:{port}", 1, "Discord cannot be reached: 407"),
        ("socks5://mona:wrong@127.0.0.1:{port}", 1, "Discord cannot be reached: through the proxy"),
        ("socks9://mona:wrong@127.0.0.1:{port}", 2, "HTTPS_PROXY: allowed: http://HOST:PORT"),
        ("http://mona:wrong@127.0.0.1:99999", 2, "HTTPS_PROXY: allowed: http://HOST:PORT"),
        ("http://", 2, "HTTPS_PROXY: allowed: http://HOST:PORT"),
    ],
)
async def test_a_proxy_that_cannot_be_used_is_one_sentence(
    address: str,
    status: int,
    said: str,
    playground: Playground,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with running_proxy(LOGIN, playground.port) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", address.format(port=proxy.port))
        bot = BotProcess(playground, tmp_path / "data", discord_url="")
        await bot.launch()

        log = await bot.read_log()

        assert await bot.wait() == status
        assert said in log
        assert "Traceback" not in log
        assert "wrong" not in log
