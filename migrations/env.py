"""How Alembic reaches the database.

The bot hands over a connection (`bot.storage.database`). On the command line name the file:
`alembic -x database=data/moevatar.sqlite3 current`.
"""

from typing import Literal

from alembic import context
from alembic.util import CommandError
from sqlalchemy import URL, Connection, create_engine
from sqlalchemy.pool import NullPool

from bot.storage.tables import Row, UtcDateTime


def _render_item(kind: str, item: object, _context: object) -> str | Literal[False]:
    """A migration must not depend on code of ours that changes after it: write the plain type."""
    return "sa.DateTime()" if kind == "type" and isinstance(item, UtcDateTime) else False


def run(connection: Connection) -> None:
    """Run what was asked for, in the transaction that the caller has begun."""
    context.configure(
        connection=connection,
        target_metadata=Row.metadata,
        render_as_batch=True,  # SQLite changes a table by rebuilding it
        render_item=_render_item,
    )
    context.run_migrations()
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise CommandError("a migration has left rows that refer to nothing")


def run_on_file() -> None:
    """Run on the database named by `-x database=PATH`."""
    path = context.get_x_argument(as_dictionary=True).get("database")
    if not isinstance(path, str):
        raise CommandError("name the database: alembic -x database=PATH …")
    # Foreign keys are off unless asked for, so rebuilding a table deletes no rows elsewhere.
    engine = create_engine(URL.create("sqlite", database=path), poolclass=NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        run(connection)


if given := context.config.attributes.get("connection"):
    run(given)
else:
    run_on_file()
