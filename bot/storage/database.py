"""Database: one SQLite file, opened, configured and brought up to date.

Transactions are begun by us, not by `sqlite3`, which would begin one only before the first change:
a writer could then count rows, wait for another writer, and insert on a stale count.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, event
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.pool import NullPool, Pool

from bot.storage.errors import FolderNotWritable, StorageError, sqlite_errors_as_ours
from bot.storage.migration import is_current, upgrade

__all__ = ["Database", "StorageError"]

_BUSY_MS = 1500  # under the 3 s in which Discord wants an answer
_BUSY_AT_START_MS = 30_000  # another program may be bringing the database up to date
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
)
_BEGIN = "moevatar_begin"


class Database:
    """An open database. Event loop only; sessions stay inside `bot.storage`.

    Invariant: at most one writing transaction of this program is under way. The others wait their
    turn in the order they came, where SQLite itself would let them poll.
    """

    def __init__(self, path: Path, engine: AsyncEngine) -> None:
        self._path = path
        self._one_writer = asyncio.Lock()
        self._readers = async_sessionmaker(engine, expire_on_commit=False)
        self._writers = async_sessionmaker(
            engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"}), expire_on_commit=False
        )

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path) -> AsyncGenerator[Database]:
        """The database at `path`, made with its folder if it is not there; closed at the end.

        Raises `FolderNotWritable` or `NotADatabase`. Its tables may be old or missing until
        `migrate`.
        """
        await asyncio.to_thread(_make_writable, path.parent)
        engine = _engine(path, foreign_keys=True)
        try:
            with sqlite_errors_as_ours(path):
                async with engine.connect():
                    pass
            yield cls(path, engine)
        finally:
            await engine.dispose()

    async def migrate(self) -> None:
        """Bring the tables up to date, in one transaction: all of it happens, or nothing.

        Raises `DatabaseTooNew` if a newer version has been here.
        """
        async with self.reading() as session:
            connection = await session.connection()
            if await connection.run_sync(is_current, self._path):
                return
        # A table that SQLite has to rebuild is dropped on the way, and with foreign keys on,
        # dropping it would delete every row that refers to it.
        engine = _engine(
            self._path, foreign_keys=False, busy_ms=_BUSY_AT_START_MS, poolclass=NullPool
        )
        async with self._one_writer:
            try:
                with sqlite_errors_as_ours(self._path):
                    writing = engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
                    async with writing.begin() as connection:
                        await connection.run_sync(upgrade, self._path)
            finally:
                await engine.dispose()

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[AsyncSession]:
        """A session that sees one state of the database throughout, whatever others write."""
        with sqlite_errors_as_ours(self._path):
            async with self._readers() as session:
                yield session

    @asynccontextmanager
    async def writing(self) -> AsyncGenerator[AsyncSession]:
        """A session that alone may write: committed at the end, undone if an exception leaves."""
        async with self._one_writer:
            with sqlite_errors_as_ours(self._path):
                async with self._writers.begin() as session:
                    yield session


def _make_writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise FolderNotWritable(folder) from error


def _engine(
    path: Path, *, foreign_keys: bool, busy_ms: int = _BUSY_MS, poolclass: type[Pool] | None = None
) -> AsyncEngine:
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path)),
        connect_args={"isolation_level": None},  # sqlite3 begins no transaction by itself
        poolclass=poolclass,
    )
    pragmas = (
        f"PRAGMA busy_timeout = {busy_ms}",
        *_PRAGMAS,
        f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}",
    )

    @event.listens_for(engine.sync_engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        for pragma in pragmas:
            connection.execute(pragma).close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))

    return engine
