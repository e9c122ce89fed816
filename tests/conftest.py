"""What many tests stand on: a migrated temporary database, and a browser where there is one."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.async_api import Browser

from bot.storage.database import Database
from bot.storage.disk import PictureFiles
from bot.storage.guilds import GuildStore
from bot.storage.images import ImageStore
from bot.storage.leases import JobStore
from tests.browser import running_browser

pytest_plugins = ["playground.pytest_plugin"]

TESTS = Path(__file__).parent
END_TO_END = TESTS / "e2e"
NEED_DIFFUSION = (
    TESTS / "generation" / "backends" / "diffusers",
    TESTS / "generation" / "test_ranking.py",
    TESTS / "e2e" / "test_diffusers.py",
)
LONGEST = (
    END_TO_END / "test_diffusers.py",  # before other bots, which then share what it imports
    TESTS / "benchmarks",
    TESTS / "playground" / "page",
    END_TO_END,
    TESTS / "generation" / "backends",
)
"""What takes long, to be begun first, so that no process is alone with it at the end."""
WITHOUT_DIFFUSION = "needs the extra `diffusion`: make diffusion"

# How long an example takes says something of the machine, and nothing of the code.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("any machine")


class WithoutDiffusion(pytest.Module):
    """A module whose tests need packages that are not installed: skipped, and said so, unread."""

    def collect(self) -> list[pytest.Item]:
        pytest.skip(WITHOUT_DIFFUSION, allow_module_level=True)


def pytest_pycollect_makemodule(
    module_path: Path, parent: pytest.Collector
) -> pytest.Module | None:
    """Take the place of the modules that cannot be imported without the extra."""
    if has_diffusion() or not any(module_path.is_relative_to(path) for path in NEED_DIFFUSION):
        return None
    return WithoutDiffusion.from_parent(parent, path=module_path)


def has_diffusion() -> bool:
    return all(map(find_spec, ("torch", "diffusers", "transformers")))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what takes long by what it is, so that no test can be forgotten."""
    for item in items:
        if END_TO_END in item.path.parents:
            item.add_marker(pytest.mark.e2e)
        if any(item.path.is_relative_to(path) for path in NEED_DIFFUSION):
            item.add_marker(pytest.mark.diffusion)
        if item.get_closest_marker("diffusion") and not has_diffusion():
            item.add_marker(pytest.mark.skip(reason=WITHOUT_DIFFUSION))
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: _place(item.path))


def _place(path: Path) -> int:
    """How early its tests are begun; those of one place stay in their order."""
    places = (n for n, longest in enumerate(LONGEST) if path.is_relative_to(longest))
    return next(places, len(LONGEST))


@pytest.fixture
def database_path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "moevatar.sqlite3"


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database, up to date, to be copied: making one takes longer than most tests."""

    async def migrate() -> None:
        async with Database.open(path) as database:
            await database.migrate()

    path = tmp_path_factory.mktemp("migrated") / "moevatar.sqlite3"
    asyncio.run(migrate())
    return path


@pytest.fixture
async def database(database_path: Path, migrated: Path) -> AsyncIterator[Database]:
    database_path.parent.mkdir()
    shutil.copyfile(migrated, database_path)
    async with Database.open(database_path) as database:
        yield database


@pytest.fixture
def pictures_folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "pictures"


@pytest.fixture
def pictures(pictures_folder: Path) -> PictureFiles:
    return PictureFiles(pictures_folder)


@pytest.fixture
def images(database: Database, pictures: PictureFiles) -> ImageStore:
    return ImageStore(database, pictures)


@pytest.fixture
def jobs(database: Database, pictures: PictureFiles) -> JobStore:
    return JobStore(database, pictures, "this process")


@pytest.fixture
def guilds(database: Database) -> GuildStore:
    return GuildStore(database, backend="illustrator", open_jobs_limit=3)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with running_browser() as browser:
        yield browser


@pytest.fixture
def screenshots() -> Path:
    """Where pictures for looking at are left."""
    folder = Path(__file__).parents[1] / "build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
