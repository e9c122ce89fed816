"""What many tests stand on: a migrated temporary database and the stores over it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage.avatars import AvatarStore
from bot.storage.database import Database
from bot.storage.guilds import GuildStore
from bot.storage.pictures import PictureFiles


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
