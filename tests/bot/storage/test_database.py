import asyncio
import sqlite3
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.storage.database import PATIENCE_S, Database
from bot.storage.leases import JobStore
from bot.storage.storage_errors import (
    DatabaseBusy,
    DatabaseTooNew,
    DiskFails,
    DiskFull,
    FolderNotWritable,
    NotADatabase,
)
from tests.bot.storage.making import new_generation, put_file_at


def add_guild(id: int) -> Callable[[Session], int]:
    """Work that adds a guild, and returns its id."""

    def add(session: Session) -> int:
        session.execute(text("INSERT INTO guilds (id) VALUES (:id)"), {"id": id})
        return id

    return add


def overfill(session: Session) -> None:
    """Work that needs more room than there is."""
    pages = session.scalar(text("PRAGMA max_page_count"))
    session.execute(text("PRAGMA max_page_count = 1"))
    try:
        session.execute(text("INSERT INTO guilds (id, language) VALUES (99, :long)"), LONG)
    finally:
        session.execute(text(f"PRAGMA max_page_count = {pages}"))


LONG = {"long": "x" * 100_000}


async def guild_ids(database: Database) -> set[int]:
    async with database.reading() as session:
        return set(await session.scalars(text("SELECT id FROM guilds")))


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
        newer = text("UPDATE alembic_version SET version_num = '9999'")
        await database.write(lambda session: session.execute(newer))

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
    def fail(session: Session) -> None:
        add_guild(1)(session)
        raise LookupError

    with pytest.raises(LookupError):
        await database.write(fail)

    async with database.reading() as session:
        assert await session.scalar(text("SELECT count(*) FROM guilds")) == 0


async def test_a_reader_sees_one_state_while_another_writes(database: Database):
    count = text("SELECT count(*) FROM guilds")
    async with database.reading() as reader:
        before = await reader.scalar(count)
        await database.write(add_guild(1))

        assert await reader.scalar(count) == before


@pytest.fixture
async def line(database: Database) -> AsyncIterator[Callable[..., list[asyncio.Task[Any]]]]:
    """Has work wait in line behind a transaction that goes on until all of it waits."""
    entered, left = threading.Event(), threading.Event()

    def hold(_: Session) -> None:
        entered.set()
        left.wait()

    holding = asyncio.create_task(database.write(hold))
    await asyncio.to_thread(entered.wait)

    def wait(*works: Callable[[Session], Any]) -> list[asyncio.Task[Any]]:
        tasks = [asyncio.create_task(database.write(work)) for work in works]
        asyncio.get_running_loop().call_soon(left.set)
        return tasks

    yield wait
    await holding


async def test_what_waits_is_written_in_one_transaction(
    database: Database, line: Callable[..., list[asyncio.Task[Any]]]
):
    transactions: list[object] = []

    def work(id: int) -> Callable[[Session], None]:
        def add(session: Session) -> None:
            transactions.append(session.connection().get_transaction())
            add_guild(id)(session)

        return add

    await asyncio.gather(*line(*(work(id) for id in range(20))))

    assert await guild_ids(database) == set(range(20))
    assert len(transactions) == 20
    assert len(set(transactions)) == 1


async def test_what_fails_takes_nothing_back_of_what_is_written_with_it(
    database: Database, line: Callable[..., list[asyncio.Task[Any]]]
):
    def fail(session: Session) -> None:
        add_guild(2)(session)
        raise LookupError

    ends = await asyncio.gather(*line(add_guild(1), fail, add_guild(3)), return_exceptions=True)

    assert [type(end) for end in ends] == [int, LookupError, int]
    assert await guild_ids(database) == {1, 3}


async def test_what_breaks_a_transaction_breaks_its_own_alone(
    database: Database, line: Callable[..., list[asyncio.Task[Any]]]
):
    ends = await asyncio.gather(
        *line(add_guild(1), overfill, add_guild(1), add_guild(3)), return_exceptions=True
    )

    assert [type(end) for end in ends] == [int, DiskFull, IntegrityError, int]
    assert await guild_ids(database) == {1, 3}


async def test_whoever_is_not_waited_for_any_more_hinders_nobody(
    database: Database, line: Callable[..., list[asyncio.Task[Any]]]
):
    first, second = line(add_guild(1), add_guild(2))
    await asyncio.sleep(0)  # both are in line
    first.cancel()

    await second

    assert 2 in await guild_ids(database)


async def test_whoever_writes_to_a_closed_database_is_told(tmp_path: Path):
    async with Database.open(tmp_path / "moevatar.sqlite3") as database:
        await database.migrate()

    async with asyncio.timeout(5):
        ends = await asyncio.gather(
            *(database.write(add_guild(id)) for id in range(3)), return_exceptions=True
        )

    assert [type(end) for end in ends] == [RuntimeError] * 3


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
    with pytest.raises(DiskFull):
        await database.write(overfill)

    assert await guild_ids(database) == set()


def _overwrite(path: Path, *, after: int) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:after] + b"\xff" * (len(content) - after))


def _names(path: Path) -> set[str]:
    connection = sqlite3.connect(path)
    try:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    finally:
        connection.close()
