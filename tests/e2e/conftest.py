"""The real bot, online in a playground of the test's own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from playground.page.people import Person
from playground.server import Playground
from tests.e2e.driving import BotProcess


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    """An empty playground on a free port."""
    playground = Playground()
    await playground.start()
    yield playground
    await playground.close()


@pytest.fixture
async def bot(playground: Playground, tmp_path: Path) -> AsyncIterator[BotProcess]:
    """The bot, online. Whatever it logs as an error fails the test."""
    bot = BotProcess(playground, tmp_path / "data")
    await bot.start()
    yield bot
    await bot.stop()
    print(bot.log)
    assert "ERROR" not in bot.log, bot.log
    assert "Traceback" not in bot.log, bot.log


@pytest.fixture
def mika(playground: Playground, bot: BotProcess) -> Person:
    """A member who speaks English."""
    return playground.person("mika")


@pytest.fixture
def yue(playground: Playground, bot: BotProcess) -> Person:
    """A member who speaks Chinese."""
    return playground.person("yue")


@pytest.fixture
def ren(playground: Playground, bot: BotProcess) -> Person:
    """A moderator."""
    return playground.person("ren")
