"""Bringing a database up to date.

Alembic is loaded only if something is missing: it would take a quarter of the time of a start.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from bot.storage.errors import DatabaseTooNew

if TYPE_CHECKING:
    from alembic.config import Config


def configuration(connection: Connection) -> Config:
    """Settings for `alembic.command` on an open connection, from a checkout or from a wheel."""
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(files("migrations")).replace("%", "%%"))
    return config


def is_current(connection: Connection, path: Path) -> bool:
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


def upgrade(connection: Connection, path: Path) -> None:
    """Run the migrations that are missing, in the transaction of `connection`."""
    # Asked again, now that nobody else can write: another program may have been faster.
    if not is_current(connection, path):
        from alembic import command

        command.upgrade(configuration(connection), "head")


def _revisions() -> list[str]:
    """Ids of all migrations, oldest first; each file is named by its own."""
    scripts = (files("migrations") / "versions").iterdir()
    return sorted(script.name[:4] for script in scripts if script.name[:4].isdecimal())
