"""The real bot, online in a playground: one for a module's tests, each with people of its own.

Starting the bot takes longer than most tests do. A test that changes more than what belongs to its
people (the server's settings, its channels) is marked `own_bot`, and shares neither with another.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from playground.page.people import Person
from playground.server import Playground
from tests.e2e.driving import BotProcess, Json, in_general
from tests.openai_server import OpenAIServer, running_openai


@asynccontextmanager
async def serving() -> AsyncIterator[Playground]:
    """An empty playground on a free port."""
    playground = Playground()
    await playground.start()
    yield playground
    await playground.close()


@asynccontextmanager
async def online(bot: BotProcess, *, forked: bool = True) -> AsyncIterator[BotProcess]:
    """The bot until its tests are over. Whatever it logs as an error fails the last of them."""
    await bot.start(forked=forked)
    yield bot
    await bot.stop()
    assert_quiet(bot.log)


def assert_quiet(log: str) -> None:
    assert "ERROR" not in log, log
    assert "Traceback" not in log, log


@pytest.fixture(scope="module")
def settings() -> Mapping[str, str]:
    """What the bot of this module's tests is told, beside where its Discord is."""
    return {}


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[OpenAIServer]:
    """An image server on the loopback; a module whose bot is to draw with it says so in its
    `settings`.
    """
    async with running_openai(OpenAIServer(picture_px=128)) as server:
        yield server


@pytest.fixture
def provider(server: OpenAIServer) -> OpenAIServer:
    """The image server, as before its first request."""
    server.forget()
    return server


@pytest.fixture(scope="module")
async def shared_playground() -> AsyncIterator[Playground]:
    async with serving() as playground:
        yield playground


@pytest.fixture(scope="module")
async def shared_bot(
    shared_playground: Playground,
    settings: Mapping[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[BotProcess]:
    folder = tmp_path_factory.mktemp("bot") / "data"
    async with online(BotProcess(shared_playground, folder, **settings)) as bot:
        yield bot


@pytest.fixture
async def own_playground() -> AsyncIterator[Playground]:
    async with serving() as playground:
        yield playground


@pytest.fixture
async def own_bot(
    own_playground: Playground, settings: Mapping[str, str], tmp_path: Path
) -> AsyncIterator[BotProcess]:
    async with online(BotProcess(own_playground, tmp_path / "data", **settings)) as bot:
        yield bot


@pytest.fixture
def playground(request: pytest.FixtureRequest) -> Playground:
    """The playground of this module's tests, or of this one alone."""
    is_own = request.node.get_closest_marker("own_bot")
    return request.getfixturevalue("own_playground" if is_own else "shared_playground")


@pytest.fixture
def started_bot(request: pytest.FixtureRequest) -> BotProcess:
    is_own = request.node.get_closest_marker("own_bot")
    return request.getfixturevalue("own_bot" if is_own else "shared_bot")


@pytest.fixture
async def bot(started_bot: BotProcess) -> AsyncIterator[BotProcess]:
    """The bot, online; again, where a test before has ended it. Errors in its log fail the test."""
    if not started_bot.is_running:
        await started_bot.start()
    started_bot.log = ""
    yield started_bot
    assert_quiet(started_bot.log)


@pytest.fixture
def mika(playground: Playground, bot: BotProcess) -> Person:
    """A member who speaks English."""
    return playground.newcomer("mika")


@pytest.fixture
def yue(playground: Playground, bot: BotProcess) -> Person:
    """A member who speaks Chinese."""
    return playground.newcomer("yue")


@pytest.fixture
def ren(playground: Playground, bot: BotProcess) -> Person:
    """A moderator."""
    return playground.newcomer("ren")


@pytest.fixture
def posted(playground: Playground) -> Callable[[], list[Json]]:
    """What this test has brought into #general, oldest first."""
    before = {message["id"] for message in in_general(playground)}
    return lambda: [message for message in in_general(playground) if message["id"] not in before]
