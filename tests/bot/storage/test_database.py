import asyncio
import sqlite3
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.storage.database import PATIENCE_S, Database
from bot.storage.errors import (
    DatabaseBusy,
    DatabaseTooNew,
    DiskFails,
    DiskFull,
    FolderNotWritable,
    NotADatabase,
)
from bot.storage.leases import JobStore
from tests.bot.storage.making import new_generation, put_file_at


async def test_a_missing_folder_is_made(tmp_path: Path):
    path = tmp_path / "not" / "there yet" / "100% new.sqlite3"

    async with Database.open(path) as database:
        await database.migrate()

    assert path.is_file()


async def test_two_programs_may_start_on_a_new_database_at_once(database_path: Path):
    async def start() -> None:
        async with Database.open(database_path) as database:
            await database.migrate()

    await asyncio.gather(start(), start())

    assert _names(database_path) >= {"generations", "images"}


async def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path):
    put_file_at(tmp_path / "taken")

    with pytest.raises(FolderNotWritable) as caught:
        async with Database.open(tmp_path / "taken" / "moevatar.sqlite3"):
            pass

    assert caught.value.folder == tmp_path / "taken"


@pytest.mark.parametrize("content", [b"no database " * 1000, b"short"], ids=["long", "short"])
async def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path: Path, content: bytes):
    path = tmp_path / "moevatar.sqlite3"
    path.write_bytes(content)

    with pytest.raises(NotADatabase) as caught:
        async with Database.open(path):
            pass

    assert caught.value.path == path
    assert path.read_bytes() == content


async def test_a_folder_in_place_of_the_database_is_named(tmp_path: Path):
    with pytest.raises(NotADatabase):
        async with Database.open(tmp_path):
            pass


async def test_damage_inside_a_database_is_named(database_path: Path):
    async with Database.open(database_path) as database:
        await database.migrate()
    _overwrite(database_path, after=4096)  # the first page is well, so it still looks like one

    with pytest.raises(NotADatabase):  # when it is opened, or once its tables are looked at
        async with Database.open(database_path) as database:
            await database.migrate()


async def test_a_database_of_a_newer_version_is_refused_and_kept(database_path: Path):
    async with Database.open(database_path) as database:
        await database.migrate()
        async with database.writing() as session:
            await session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

        with pytest.raises(DatabaseTooNew) as caught:
            await database.migrate()

    assert caught.value.revision == "9999"
    assert _names(database_path) >= {"generations", "images"}


async def test_connections_are_configured(database: Database):
    pragmas = {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 2000, "synchronous": 1}

    async with database.reading() as session:
        found = {name: await session.scalar(text(f"PRAGMA {name}")) for name in pragmas}

    assert found == pragmas


async def test_a_failed_transaction_changes_nothing(database: Database):
    async def fail() -> None:
        async with database.writing() as session:
            await session.execute(text("INSERT INTO guilds (id) VALUES (1)"))
            raise LookupError

    with pytest.raises(LookupError):
        await fail()

    async with database.reading() as session:
        assert await session.scalar(text("SELECT count(*) FROM guilds")) == 0


async def test_a_reader_sees_one_state_while_another_writes(database: Database):
    count = text("SELECT count(*) FROM guilds")
    async with database.reading() as reader:
        before = await reader.scalar(count)
        async with database.writing() as writer:
            await writer.execute(text("INSERT INTO guilds (id) VALUES (1)"))

        assert await reader.scalar(count) == before


async def test_many_writers_wait_for_one_another(database: Database):
    async def write(id: int) -> None:
        async with database.writing() as session:
            await session.execute(text(f"INSERT INTO guilds (id) VALUES ({id})"))

    await asyncio.gather(*(write(id) for id in range(50)))

    async with database.reading() as session:
        assert await session.scalar(text("SELECT count(*) FROM guilds")) == 50


@pytest.fixture
def other(database_path: Path, database: Database) -> Iterator[sqlite3.Connection]:
    """Another program's connection."""
    other = sqlite3.connect(database_path, isolation_level=None, check_same_thread=False)
    yield other
    other.close()


async def test_a_database_held_by_another_program_is_busy(
    other: sqlite3.Connection, jobs: JobStore
):
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseBusy):
        await jobs.accept(new_generation(), None)
    other.execute("ROLLBACK")

    assert (await jobs.accept(new_generation(), None)).id == 1


async def test_all_who_wait_for_a_held_database_are_told_in_time(
    other: sqlite3.Connection, jobs: JobStore
):
    other.execute("BEGIN IMMEDIATE")

    started = time.monotonic()
    answers = await asyncio.gather(
        *(jobs.accept(new_generation(), None) for _ in range(6)), return_exceptions=True
    )

    assert [type(answer) for answer in answers] == [DatabaseBusy] * 6
    assert time.monotonic() - started < PATIENCE_S + 0.7  # Discord waits 3 s for an answer


async def test_what_is_held_for_a_moment_is_waited_for(other: sqlite3.Connection, jobs: JobStore):
    other.execute("BEGIN IMMEDIATE")
    asyncio.get_running_loop().call_later(PATIENCE_S / 2, other.execute, "ROLLBACK")

    begun = await asyncio.gather(*(jobs.accept(new_generation(), None) for _ in range(3)))

    assert [generation.id for generation in begun] == [1, 2, 3]


@pytest.mark.skipif(sys.platform == "win32", reason="no way to limit the size of a file")
async def test_a_disk_that_answers_with_errors_is_named(database_path: Path):
    import resource

    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    async with Database.open(database_path) as database:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
        try:
            with pytest.raises(DiskFails) as caught:
                await database.migrate()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert str(database_path) in str(caught.value)


async def test_a_full_disk_is_named_and_nothing_is_stored(database: Database):
    async def fill() -> None:
        async with database.writing() as session:
            await session.execute(text("PRAGMA max_page_count = 1"))
            await session.execute(text("INSERT INTO guilds (id) VALUES (1)"))
            long = {"long": "x" * 100_000}
            await session.execute(text("UPDATE guilds SET language = :long"), long)

    with pytest.raises(DiskFull):
        await fill()

    async with database.reading() as session:
        assert await session.scalar(text("SELECT count(*) FROM guilds")) == 0


def _overwrite(path: Path, *, after: int) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:after] + b"\xff" * (len(content) - after))


def _names(path: Path) -> set[str]:
    connection = sqlite3.connect(path)
    try:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    finally:
        connection.close()
