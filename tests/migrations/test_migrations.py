import re
import shutil
import sqlite3
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import pytest
from alembic import command
from alembic.config import CommandLine, Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, create_engine, inspect, text
from sqlalchemy.pool import NullPool

from bot.storage import database as storage
from bot.storage.database import Database, configuration
from bot.storage.images import ImageStore
from bot.storage.leases import JobStore
from bot.storage.tables import Row
from tests.bot.storage.making import OWNER, drawn

ROOT = Path(__file__).parents[2]
OURS = set(Row.metadata.tables)


@contextmanager
def transaction(path: Path) -> Generator[Connection]:
    engine = create_engine(URL.create("sqlite", database=str(path)), poolclass=NullPool)
    with engine.begin() as connection:
        yield connection


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    """To an empty database, as the bot migrates it: in a transaction."""
    with transaction(tmp_path / "empty.sqlite3") as connection:
        yield connection


@pytest.fixture
def config(connection: Connection) -> Config:
    return configuration(connection)


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


def test_migrations_are_numbered_named_and_in_one_line(config: Config):
    scripts = list(ScriptDirectory.from_config(config).walk_revisions())[::-1]

    assert len(scripts) >= 1
    for number, script in enumerate(scripts, start=1):
        assert script.revision == f"{number:04}"
        assert re.fullmatch(rf"{number:04}_[a-z0-9_]+\.py", Path(script.path).name)


def test_up_from_nothing_makes_every_table(config: Config, connection: Connection):
    command.upgrade(config, "head")

    assert tables(connection) == OURS
    assert len(OURS) >= 6


def test_down_to_nothing_and_up_again(config: Config, connection: Connection):
    command.upgrade(config, "head")

    command.downgrade(config, "base")
    assert tables(connection) == set()

    command.upgrade(config, "head")
    assert tables(connection) == OURS


def test_migrations_and_tables_have_not_drifted_apart(config: Config):
    command.upgrade(config, "head")

    command.check(config)


def test_migrations_make_what_the_tables_say_to_the_letter(
    config: Config, connection: Connection, tmp_path: Path
):
    """`check` overlooks much: ON DELETE, AUTOINCREMENT, the names of keys."""
    command.upgrade(config, "head")
    with transaction(tmp_path / "fresh.sqlite3") as fresh:
        Row.metadata.create_all(fresh)

        assert definitions(connection) == definitions(fresh)


def definitions(connection: Connection) -> dict[str, set[str]]:
    """Name of each table and index → the parts of its definition, whatever their order."""
    rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
    return {
        name: {" ".join(part.replace('"', "").split()) for part in re.split(r",\s*\n", body(sql))}
        for name, sql in rows
        if name not in ("alembic_version", "sqlite_sequence")
    }


def body(sql: str) -> str:
    return sql.partition("(")[2].strip().removesuffix(")")


async def test_migrating_again_keeps_every_row(
    database: Database, images: ImageStore, jobs: JobStore
):
    kept = await drawn(jobs, b"1", b"2")

    await database.migrate()

    assert (await images.drawing(kept[0].generation_id)).images == kept


@pytest.fixture
def add_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts a migration after ours. It is patched in, since the real ones are as they are."""
    folder = tmp_path / "migrations"
    shutil.copytree(str(files("migrations")), folder)

    def add(upgrade: str) -> None:
        (folder / "versions" / "9999_next.py").write_text(
            "import sqlalchemy as sa\n"
            "from alembic import op\n"
            f"revision, down_revision = '9999', '{newest()}'\n"
            f"def upgrade():\n{upgrade}"
        )
        monkeypatch.setattr(storage, "files", lambda _package: folder)

    return add


def newest() -> str:
    head = ScriptDirectory(str(files("migrations"))).get_current_head()
    assert head is not None
    return head


async def test_rebuilding_a_table_deletes_nothing_that_refers_to_it(
    database: Database, images: ImageStore, jobs: JobStore, add_migration: Callable[[str], None]
):
    (image,) = await drawn(jobs, b"1")
    await images.set_favourite(OWNER, image.id, True)
    add_migration("""
    for table in ("generations", "images"):
        with op.batch_alter_table(table, recreate="always") as batch:
            batch.add_column(sa.Column("note", sa.Text()))
""")

    await database.migrate()

    assert (await images.drawing(image.generation_id)).images == (image,)
    assert await images.is_favourite(OWNER, image.id)


@pytest.mark.parametrize(
    "failure",
    ["1 / 0", 'op.execute("DELETE FROM generations")'],
    ids=["an error", "rows that refer to nothing"],
)
async def test_a_migration_that_fails_changes_nothing(
    database: Database,
    database_path: Path,
    images: ImageStore,
    jobs: JobStore,
    add_migration: Callable[[str], None],
    failure: str,
):
    kept = await drawn(jobs, b"1")
    add_migration(f"""
    op.create_table("half_done", sa.Column("id", sa.Integer()))
    {failure}
""")

    with pytest.raises((ZeroDivisionError, CommandError)):
        await database.migrate()

    assert (await images.drawing(kept[0].generation_id)).images == kept
    assert "half_done" not in names(database_path)


def names(path: Path) -> set[str]:
    connection = sqlite3.connect(path)
    try:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    finally:
        connection.close()


def test_alembic_works_on_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(ROOT)
    path = tmp_path / "moevatar.sqlite3"
    for arguments in (["upgrade", "head"], ["check"]):
        CommandLine().main(["-x", f"database={path}", *arguments])

    assert names(path) >= OURS


def test_without_a_database_the_command_line_says_how_to_name_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(ROOT)

    with pytest.raises(SystemExit):
        CommandLine().main(["current"])

    assert "alembic -x database=PATH" in "".join(capsys.readouterr())


def test_what_ended_before_deliveries_were_kept_counts_as_shown(
    config: Config, connection: Connection
):
    command.upgrade(config, "0001")
    for number, status in enumerate(("queued", "running", "finished", "failed"), start=1):
        connection.execute(
            text(
                "INSERT INTO generations (id, owner_id, channel_id, private, locale, kind, prompt,"
                " leftover, traits, parameters, backend, status, created_at) VALUES"
                " (:id, 1, 1, 0, 'en-US', 'create', 'a cat', '[]', '{}', '{}', 'illustrator',"
                " :status, '2026-01-01')"
            ),
            {"id": number, "status": status},
        )

    command.upgrade(config, "head")

    found = connection.execute(text("SELECT generation_id, status FROM jobs ORDER BY 1"))
    assert [tuple(job) for job in found] == [(1, "open"), (2, "open")]
