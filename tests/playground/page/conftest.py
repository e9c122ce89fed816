"""The page in a real browser, driven and watched: a complaint in its console fails the test."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright, expect

from playground.server import Playground
from tests.playground.bot import point_discord_at
from tests.playground.page.bot import PageBot

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Quiet on the network, and able to run as root.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SCREENSHOTS = Path(__file__).parents[3] / "build" / "screenshots"
WAIT_MS = 10_000


# Starting a browser takes longer than a test: there is one, so all of them share an event loop.
@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip(f"no browser: none of {', '.join(BROWSERS)} is on the PATH")
    expect.set_options(timeout=WAIT_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def playground(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Playground]:
    playground = Playground()
    await playground.start()
    point_discord_at(playground, monkeypatch)
    yield playground
    await playground.close()


@pytest_asyncio.fixture(loop_scope="session")
async def bot(playground: Playground, start_at) -> AsyncIterator[PageBot]:
    async with start_at(playground, PageBot()) as bot:
        yield bot


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, playground: Playground, bot: PageBot) -> AsyncIterator[Page]:
    """The page as the owner sees it, in dark; nothing may complain or leave this machine."""
    page = await browser.new_page(color_scheme="dark", locale="en-US")
    page.set_default_timeout(WAIT_MS)
    complaints: list[str] = []
    hosts: set[str | None] = set()
    page.on("console", lambda message: complaints.extend(_complaint(message)))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    await page.goto(playground.url)
    await page.locator(".example").first.wait_for()
    yield page
    await page.close()
    assert complaints == []
    assert hosts - {None, ""} == {"127.0.0.1"}


def _complaint(message: ConsoleMessage) -> list[str]:
    return [message.text] if message.type in ("error", "warning") else []


@pytest.fixture
def screenshots() -> Path:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    return SCREENSHOTS
