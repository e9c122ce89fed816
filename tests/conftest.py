"""What many tests stand on: a migrated temporary database, and a browser where there is one."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.async_api import Browser, async_playwright

from bot.storage.avatars import AvatarStore
from bot.storage.database import Database
from bot.storage.guilds import GuildStore
from bot.storage.pictures import PictureFiles

# How long an example takes says something of the machine, and nothing of the code.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("any machine")


@pytest.fixture
def database_path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "moevatar.sqlite3"


@pytest.fixture
async def database(database_path: Path) -> AsyncIterator[Database]:
    async with Database.open(database_path) as database:
        await database.migrate()
        yield database


@pytest.fixture
def pictures_folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "pictures"


@pytest.fixture
def avatars(database: Database, pictures_folder: Path) -> AvatarStore:
    return AvatarStore(database, PictureFiles(pictures_folder))


@pytest.fixture
def guilds(database: Database) -> GuildStore:
    return GuildStore(database, backend="illustrator", open_jobs_limit=3)


BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Quiet on the network, and able to run as root.
BROWSER_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip(f"no browser: none of {', '.join(BROWSERS)} is on the PATH")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=found, args=list(BROWSER_ARGUMENTS)
        )
        yield browser
        await browser.close()


@pytest.fixture
def screenshots() -> Path:
    """Where pictures for looking at are left."""
    folder = Path(__file__).parents[1] / "build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
