"""CommandStore: what was last published of the commands, so that it is not published again."""

from __future__ import annotations

from bot.storage.database import Database, uninterrupted
from bot.storage.tables import PublicationRow


class CommandStore:
    """A digest of the commands of each application: the data may be used with several in turn."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def digest(self, application_id: int) -> str | None:
        """What `keep` was given last; `None` before that."""
        async with self._database.reading() as session:
            row = await session.get(PublicationRow, application_id)
            return row.digest if row else None

    @uninterrupted
    async def keep(self, application_id: int, digest: str) -> None:
        """Remember what was published. Raises `DatabaseBusy`."""
        async with self._database.writing() as session:
            await session.merge(PublicationRow(application_id=application_id, digest=digest))
