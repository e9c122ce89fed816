"""The bot with nothing changed in discord.py: Discord's own host names, over TLS."""

import asyncio
from pathlib import Path

import aiohttp
import pytest

from bot.app import open_bot
from bot.settings import Settings
from playground.server import Playground
from tests.e2e.driving import draw, pictures_of, result_of
from tests.fence import Fence, certificates


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)  # where no `.env` is
    return Settings(data_dir=tmp_path / "data")


async def test_a_drawing_and_a_press_by_discords_own_names(settings: Settings) -> None:
    server, client = certificates()
    playground = Playground()
    await playground.start(ssl_context=server)
    fence = Fence(playground.port)
    connector = aiohttp.TCPConnector(resolver=fence, ssl=client)

    async with open_bot(settings, connector=connector) as bot, bot:
        running = asyncio.create_task(bot.start(playground.token))
        mika = playground.person("mika")
        await mika.wait("bot_status", lambda data: data["online"])
        message = await draw(mika)
        again = await result_of(mika, await mika.press(message, "Reroll"))
        invite = bot.invite_url()
        await bot.close()
        await running
    await playground.close()

    assert len(pictures_of(again)) == 4
    assert invite.startswith("https://discord.com/oauth2/authorize?client_id=")
    assert "permissions=274877942784" in invite
    assert fence.asked == {"discord.com", "gateway.discord.gg"}
