"""Database: one SQLite file, opened, configured and brought up to date.

Transactions are begun by us, not by `sqlite3`, which would begin one only before the first change:
a writer could then count rows, wait for another writer, and insert on a stale count.

Alembic is loaded only if a migration is missing: it would take a quarter of the time of a start.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import wraps
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from bot.storage.disk import PRIVATE_FILE, close_to_others, disk_errors_as_ours, open_folder
from bot.storage.storage_errors import (
    DatabaseBusy,
    DatabaseTooNew,
    DiskFails,
    DiskFull,
    FolderNotWritable,
    NotADatabase,
    StorageError,
)

if TYPE_CHECKING:
    from alembic.config import Config

__all__ = ["Database", "StorageError", "configuration", "uninterrupted"]

P = ParamSpec("P")
T = TypeVar("T")

PATIENCE_S = 2.0
"""How long a transaction waits for its turn: under the 3 s in which Discord wants an answer."""
_PATIENCE_AT_START_S = 30.0  # another program may be bringing the database up to date
_WRITTEN_TOGETHER = 50
"""Writes in one transaction: some 50 ms, for which the others wait."""
_OPTIONS: dict[str, Any] = {"connect_args": {"isolation_level": None, "check_same_thread": False}}
"""`sqlite3` begins no transaction by itself."""
_JOINED: dict[str, Any] = {"join_transaction_mode": "rollback_only"}
_IN_A_POOL: dict[str, Any] = {"pool_timeout": PATIENCE_S}
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
)
_DEADLINE = "moevatar_deadline"
"""When a writing transaction has to hold the database, by `time.monotonic`."""
_BY_CODE: dict[int, type[NotADatabase | DatabaseBusy | DiskFull | DiskFails]] = {
    sqlite3.SQLITE_NOTADB: NotADatabase,
    sqlite3.SQLITE_CORRUPT: NotADatabase,
    sqlite3.SQLITE_CANTOPEN: NotADatabase,
    sqlite3.SQLITE_BUSY: DatabaseBusy,
    sqlite3.SQLITE_LOCKED: DatabaseBusy,
    sqlite3.SQLITE_PROTOCOL: DatabaseBusy,
    sqlite3.SQLITE_FULL: DiskFull,
    sqlite3.SQLITE_IOERR: DiskFails,
}
_NOT_WRITABLE = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM})


def uninterrupted(
    method: Callable[P, Coroutine[Any, Any, T]],
) -> Callable[P, Coroutine[Any, Any, T]]:
    """Let a call reach its end before its caller feels that it was cancelled.

    SQLite works in a thread that nobody can stop. A transaction abandoned in the middle would keep
    its locks, and a file might be left to a row that is not there. So whatever is a transaction is
    called through this; it may well have succeeded when `CancelledError` is raised.
    """

    @wraps(method)
    async def call(*args: P.args, **kwargs: P.kwargs) -> T:
        work = asyncio.create_task(method(*args, **kwargs))
        cancelled: asyncio.CancelledError | None = None
        while not work.done():
            try:
                await asyncio.wait([work])
            except asyncio.CancelledError as error:
                cancelled = error
        if cancelled is None or work.cancelled():
            return work.result()
        work.exception()  # retrieved, so asyncio does not log it as lost
        raise cancelled

    return call


@dataclass(eq=False, slots=True)
class _Write:
    """A transaction that waits for its turn, which has to come by `deadline` (`time.monotonic`)."""

    work: Callable[[Session], Any]
    deadline: float
    done: asyncio.Future[Any]
    """What `work` has returned, or why nothing is kept of it."""


class _Raised(NamedTuple):
    """Why nothing is kept of a write."""

    error: Exception


class Database:
    """An open database. Event loop only; sessions stay inside `bot.storage`.

    One thread writes. What comes while it does waits in line, and all of it is written in one
    transaction then, each behind a savepoint of its own: while pictures are drawn, every turn of a
    thread takes milliseconds, and many members share one.

    Invariant: while anything is in `_line`, `_writing` runs.
    """

    def __init__(self, path: Path, readers: AsyncEngine, writer: Engine) -> None:
        self._path = path
        self._readers = async_sessionmaker(readers, expire_on_commit=False)
        self._writer = writer
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="database")
        self._line: list[_Write] = []
        self._writing: asyncio.Task[None] | None = None

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path) -> AsyncGenerator[Database]:
        """The database at `path`, made with its folder if it is not there; closed at the end.

        Raises `FolderNotWritable` or `NotADatabase`. Its tables may be old or missing until
        `migrate`.
        """
        await asyncio.to_thread(_make_private, path)
        readers = create_async_engine(
            URL.create("sqlite+aiosqlite", database=str(path)), **_OPTIONS, **_IN_A_POOL
        )
        _configure(readers.sync_engine)
        # A writer changes how long its connection waits, so that no reader may be given it.
        url = URL.create("sqlite", database=str(path))
        writer = create_engine(url, **_OPTIONS, **_IN_A_POOL)
        _configure(writer)
        database = cls(path, readers, writer)
        try:
            with _errors_as_ours(path):
                async with readers.connect():
                    pass
            yield database
        finally:
            await database._close()

    async def migrate(self) -> None:
        """Bring the tables up to date, in one transaction: all of it happens, or nothing.

        Raises `DatabaseTooNew` if a newer version has been here.
        """
        async with self.reading() as session:
            connection = await session.connection()
            if await connection.run_sync(_is_current, self._path):
                return
        await self._in_thread(self._migrate)

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[AsyncSession]:
        """A session that sees one state of the database throughout, whatever others write.

        Raises `DatabaseBusy` if it cannot be had in `PATIENCE_S`.
        """
        with _errors_as_ours(self._path):
            async with self._readers() as session:
                yield session

    async def write(self, work: Callable[[Session], T]) -> T:
        """What `work` returns, once all that it changes is kept; if it raises, nothing is.

        It runs in a thread, in a session that alone may write, and twice where somebody else's work
        in the same transaction breaks that. Raises `DatabaseBusy` if its turn does not come in
        `PATIENCE_S`: the wait in line and the wait for other programs, together.
        """
        loop = asyncio.get_running_loop()
        one = _Write(work, time.monotonic() + PATIENCE_S, loop.create_future())
        self._line.append(one)
        too_late = loop.call_later(PATIENCE_S, self._give_up, one)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all(), name="writing")
        try:
            return await one.done
        finally:
            too_late.cancel()

    def _give_up(self, one: _Write) -> None:
        if one in self._line and not one.done.done():
            self._line.remove(one)
            one.done.set_exception(DatabaseBusy(self._path))

    async def _write_all(self) -> None:
        while self._line:
            together, self._line = self._line[:_WRITTEN_TOGETHER], self._line[_WRITTEN_TOGETHER:]
            try:
                ends: list[Any] = await self._in_thread(self._write_together, together)
            except RuntimeError as error:  # closed: its thread takes no more
                ends = [_Raised(error)] * len(together)
            for one, end in zip(together, ends, strict=True):
                if one.done.done():
                    continue  # nobody waits for it any more
                if isinstance(end, _Raised):
                    one.done.set_exception(end.error)
                else:
                    one.done.set_result(end)

    def _write_together(self, together: Sequence[_Write]) -> list[Any]:
        """What each has returned or raised; where the transaction breaks, each has its own."""
        try:
            return self._transact(together)
        except Exception as error:
            if len(together) == 1:
                return [_Raised(error)]
            return [end for one in together for end in self._write_together([one])]

    def _transact(self, together: Sequence[_Write]) -> list[Any]:
        deadline = min(one.deadline for one in together)
        writer = self._writer.execution_options(**{_DEADLINE: deadline})
        with _errors_as_ours(self._path), writer.begin() as connection:
            if len(together) == 1:
                return [_worked(connection, together[0].work)]
            return [_kept(connection, one.work) for one in together]

    def _migrate(self) -> None:
        # A table that SQLite has to rebuild is dropped on the way, and with foreign keys on,
        # dropping it would delete every row that refers to it.
        engine = create_engine(
            URL.create("sqlite", database=str(self._path)), **_OPTIONS, poolclass=NullPool
        )
        _configure(engine, foreign_keys=False)
        deadline = time.monotonic() + _PATIENCE_AT_START_S
        writer = engine.execution_options(**{_DEADLINE: deadline})
        with _errors_as_ours(self._path), writer.begin() as connection:
            _upgrade(connection, self._path)

    async def _in_thread(self, work: Callable[..., T], *given: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *given)

    async def _close(self) -> None:
        if self._writing is not None:
            await asyncio.wait([self._writing])
        await self._in_thread(self._writer.dispose)
        self._thread.shutdown()
        await self._readers.kw["bind"].dispose()


def _kept(connection: Connection, work: Callable[[Session], T]) -> T | _Raised:
    """What `work` returns, or what it raises, and nothing else of it is left then.

    Raises what the database says against it: SQLite may have undone the whole transaction.
    """
    savepoint = connection.begin_nested()
    try:
        returned = _worked(connection, work)
    except DBAPIError:
        raise
    except Exception as error:
        savepoint.rollback()
        return _Raised(error)
    savepoint.commit()
    return returned


def _worked(connection: Connection, work: Callable[[Session], T]) -> T:
    with Session(connection, expire_on_commit=False, **_JOINED) as session:
        returned = work(session)
        session.flush()
        return returned


def _make_private(path: Path) -> None:
    """Make the database in its folder, or close to others what is there.

    SQLite gives the files beside it the same rights.
    """
    open_folder(path.parent)
    with disk_errors_as_ours(path.parent):
        with contextlib.suppress(FileExistsError):
            path.touch(PRIVATE_FILE, exist_ok=False)
        for file in (path, *(path.with_name(path.name + ending) for ending in ("-wal", "-shm"))):
            if file.is_file():
                close_to_others(file, PRIVATE_FILE)


def _configure(engine: Engine, *, foreign_keys: bool = True) -> None:
    pragmas = (
        f"PRAGMA busy_timeout = {round(1000 * PATIENCE_S)}",
        *_PRAGMAS,
        f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}",
    )

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        for pragma in pragmas:
            connection.execute(pragma).close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        deadline = connection.get_execution_options().get(_DEADLINE)
        if deadline is None:
            connection.exec_driver_sql("BEGIN")
            return
        left_ms = max(0, round(1000 * (deadline - time.monotonic())))
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {left_ms}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def _errors_as_ours(path: Path) -> Generator[None]:
    """Raise a `StorageError` for what SQLite says of the file at `path`.

    What is not about the file (a defect in a query, say) passes unchanged.
    """
    try:
        yield
    except PoolTimeout as error:
        raise DatabaseBusy(path) from error
    except DBAPIError as error:
        # The low byte is the primary code, the rest says more than we tell apart.
        code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
        if code in _NOT_WRITABLE:
            raise FolderNotWritable(path.parent) from error
        if kind := _BY_CODE.get(code):
            raise kind(path) from error
        raise


def configuration(connection: Connection) -> Config:
    """Settings for `alembic.command` on an open connection, from a checkout or from a wheel."""
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(files("migrations")).replace("%", "%%"))
    return config


def _is_current(connection: Connection, path: Path) -> bool:
    """Whether the database has every migration.

    Raises `DatabaseTooNew` if the one at `path` has a migration that we do not know.
    """
    if not inspect(connection).has_table("alembic_version"):
        return False
    revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
    known = _revisions()
    if revision is not None and revision not in known:
        raise DatabaseTooNew(path, revision)
    return revision == known[-1]


def _upgrade(connection: Connection, path: Path) -> None:
    """Run the migrations that are missing, in the transaction of `connection`."""
    # Asked again, now that nobody else can write: another program may have been faster.
    if not _is_current(connection, path):
        from alembic import command

        command.upgrade(configuration(connection), "head")


def _revisions() -> list[str]:
    """Ids of all migrations, oldest first; each file is named by its own."""
    scripts = (files("migrations") / "versions").iterdir()
    return sorted(script.name[:4] for script in scripts if script.name[:4].isdecimal())
