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
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from contextlib import asynccontextmanager, contextmanager
from functools import wraps
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from filelock import FileLock, Timeout
from sqlalchemy import URL, Connection, event, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.pool import AsyncAdaptedQueuePool, NullPool, Pool

from bot.storage.disk import PRIVATE_FILE, close_to_others, disk_errors_as_ours, open_folder
from bot.storage.errors import (
    DatabaseBusy,
    DatabaseTooNew,
    DiskFails,
    DiskFull,
    FolderInUse,
    FolderNotWritable,
    NotADatabase,
    StorageError,
)

if TYPE_CHECKING:
    from alembic.config import Config

__all__ = ["Database", "StorageError", "configuration", "only_user_of", "uninterrupted"]

P = ParamSpec("P")
T = TypeVar("T")

PATIENCE_S = 2.0
"""How long a transaction waits for its turn: under the 3 s in which Discord wants an answer."""
_PATIENCE_AT_START_S = 30.0  # another program may be bringing the database up to date
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


@contextmanager
def only_user_of(folder: Path) -> Generator[None]:
    """Keep every other Moevatar off the data folder, which is made if it is not there.

    The lock ends with the process, however that ends. Raises `FolderInUse` or `FolderNotWritable`.
    """
    open_folder(folder)
    path = folder / "moevatar.lock"
    lock = FileLock(path, mode=PRIVATE_FILE, blocking=False, fallback_to_soft=False)
    try:
        lock.acquire()
    except Timeout:
        raise FolderInUse(folder) from None
    except OSError as error:
        raise FolderNotWritable(folder) from error
    try:
        yield
    finally:
        lock.release()


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


class Database:
    """An open database. Event loop only; sessions stay inside `bot.storage`.

    Invariant: at most one writing transaction of this program is under way. The others wait their
    turn in the order they came, where SQLite itself would let them poll.
    """

    def __init__(self, path: Path, readers: AsyncEngine, writers: AsyncEngine) -> None:
        self._path = path
        self._one_writer = asyncio.Lock()
        self._readers = async_sessionmaker(readers, expire_on_commit=False)
        self._writers = async_sessionmaker(writers, expire_on_commit=False)

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path) -> AsyncGenerator[Database]:
        """The database at `path`, made with its folder if it is not there; closed at the end.

        Raises `FolderNotWritable` or `NotADatabase`. Its tables may be old or missing until
        `migrate`.
        """
        await asyncio.to_thread(_make_private, path)
        # A writer changes how long its connection waits, so that no reader may be given it.
        readers, writers = (_engine(path, foreign_keys=True) for _ in range(2))
        try:
            with _errors_as_ours(path):
                async with readers.connect():
                    pass
            yield cls(path, readers, writers)
        finally:
            await readers.dispose()
            await writers.dispose()

    async def migrate(self) -> None:
        """Bring the tables up to date, in one transaction: all of it happens, or nothing.

        Raises `DatabaseTooNew` if a newer version has been here.
        """
        async with self.reading() as session:
            connection = await session.connection()
            if await connection.run_sync(_is_current, self._path):
                return
        # A table that SQLite has to rebuild is dropped on the way, and with foreign keys on,
        # dropping it would delete every row that refers to it.
        engine = _engine(self._path, foreign_keys=False, poolclass=NullPool)
        deadline = time.monotonic() + _PATIENCE_AT_START_S
        async with self._one_writer:
            try:
                with _errors_as_ours(self._path):
                    writing = engine.execution_options(**{_DEADLINE: deadline})
                    async with writing.begin() as connection:
                        await connection.run_sync(_upgrade, self._path)
            finally:
                await engine.dispose()

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[AsyncSession]:
        """A session that sees one state of the database throughout, whatever others write.

        Raises `DatabaseBusy` if it cannot be had in `PATIENCE_S`.
        """
        with _errors_as_ours(self._path):
            async with self._readers() as session:
                yield session

    @asynccontextmanager
    async def writing(self) -> AsyncGenerator[AsyncSession]:
        """A session that alone may write: committed at the end, undone if an exception leaves.

        Raises `DatabaseBusy` if it cannot be had in `PATIENCE_S`: the wait for other writers here
        and the wait for other programs, together.
        """
        deadline = time.monotonic() + PATIENCE_S
        await self._take_turn()
        try:
            with _errors_as_ours(self._path):
                async with self._writers.begin() as session:
                    await session.connection(execution_options={_DEADLINE: deadline})
                    yield session
        finally:
            self._one_writer.release()

    async def _take_turn(self) -> None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._one_writer.acquire()
        except TimeoutError:
            raise DatabaseBusy(self._path) from None


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


def _engine(
    path: Path, *, foreign_keys: bool, poolclass: type[Pool] = AsyncAdaptedQueuePool
) -> AsyncEngine:
    options: dict[str, float] = {} if poolclass is NullPool else {"pool_timeout": PATIENCE_S}
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path)),
        connect_args={"isolation_level": None},  # sqlite3 begins no transaction by itself
        poolclass=poolclass,
        **options,
    )
    pragmas = (
        f"PRAGMA busy_timeout = {round(1000 * PATIENCE_S)}",
        *_PRAGMAS,
        f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}",
    )

    @event.listens_for(engine.sync_engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        for pragma in pragmas:
            connection.execute(pragma).close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        deadline = connection.get_execution_options().get(_DEADLINE)
        if deadline is None:
            connection.exec_driver_sql("BEGIN")
            return
        left_ms = max(0, round(1000 * (deadline - time.monotonic())))
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {left_ms}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


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
