"""The page in a real browser, driven and watched: a complaint in its console fails the test."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Page, ViewportSize, expect

from playground.server import Playground
from playground.world.world import DEFAULT, World
from tests.browser import running_browser
from tests.playground.bot import point_discord_at
from tests.playground.page.bot import PageBot

SCREENSHOTS = Path(__file__).parents[3] / "build" / "screenshots"
WAIT_MS = 10_000
SIZE: ViewportSize = {"width": 1280, "height": 720}
WELCOME = """
[welcome.hints]
en = "Type /chibi and say what you look like."
zh = "输入 /chibi，说说你的样子。"

[[welcome.examples]]
command = "chibi"
options = { prompt = "银发猫耳少女，笑" }

[[welcome.examples]]
command = "chibi"
options = { prompt = "a grumpy boy with blue spiky hair" }
"""


# Starting a browser takes longer than a test: there is one, so all of them share an event loop.
@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    expect.set_options(timeout=WAIT_MS)
    async with running_browser() as browser:
        yield browser


@pytest.fixture
def playground_world() -> World:
    return World.from_toml(DEFAULT.read_text("utf-8") + WELCOME)


@pytest_asyncio.fixture(loop_scope="session")
async def playground(
    playground_world: World, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Playground]:
    playground = Playground(world=playground_world)
    await playground.start()
    point_discord_at(playground, monkeypatch)
    yield playground
    await playground.close()


@pytest_asyncio.fixture(loop_scope="session")
async def bot(playground: Playground, start_at) -> AsyncIterator[PageBot]:
    async with start_at(playground, PageBot()) as bot:
        yield bot


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def window(browser: Browser) -> AsyncIterator[Page]:
    """One for all tests: opening one takes as long as what most of them do in it."""
    window = await browser.new_page(locale="en-US")
    window.set_default_timeout(WAIT_MS)
    yield window
    await window.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(window: Page, playground: Playground, bot: PageBot) -> AsyncIterator[Page]:
    """The page as the owner sees it, in dark; nothing may complain or leave this machine.

    What is kept in a browser is kept by address, and each playground has a port of its own.
    """
    complaints: list[str] = []
    hosts: set[str | None] = set()
    heard: tuple[tuple[Any, Callable[[Any], None]], ...] = (
        ("console", lambda message: complaints.extend(_complaint(message))),
        ("pageerror", lambda error: complaints.append(str(error))),
        ("request", lambda request: hosts.add(urlsplit(request.url).hostname)),
    )
    for event, hear in heard:
        window.on(event, hear)
    await window.set_viewport_size(SIZE)
    await window.emulate_media(color_scheme="dark")
    await window.goto(playground.url)
    await window.locator(".example").first.wait_for()
    yield window
    await window.evaluate("localStorage.clear()")
    await window.mouse.move(-1, -1)
    await window.unroute_all()
    await window.goto("about:blank")
    for event, hear in heard:
        window.remove_listener(event, hear)
    assert complaints == []
    assert hosts - {None, ""} == {"127.0.0.1"}


def _complaint(message: ConsoleMessage) -> list[str]:
    return [message.text] if message.type in ("error", "warning") else []


@pytest.fixture
def screenshots() -> Path:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    return SCREENSHOTS
