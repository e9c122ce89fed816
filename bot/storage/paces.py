"""Paces: how long pictures took, kept from one run of the program to the next."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.storage.database import Database, StorageError, uninterrupted
from bot.storage.tables import PaceRow
from generation.pace import Effort, Measured, Pace

log = logging.getLogger(__name__)

KEPT_DAYS = 90
"""A pace that was not measured for so long is forgotten."""
WRITE_AFTER_S = 60.0


class PaceStore:
    """Reads and writes them: a row a model, size and steps, however much is drawn."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self) -> tuple[Measured, ...]:
        """All that are kept."""
        async with self._database.reading() as session:
            rows = await session.scalars(select(PaceRow))
            return tuple(
                Measured(Effort(row.model, row.pixels, row.steps), row.seconds, row.measured_at)
                for row in rows
            )

    @uninterrupted
    async def keep(self, many: Sequence[Measured]) -> None:
        """Remember `many`, and forget what is too old. Raises a `StorageError`."""

        def work(session: Session) -> None:
            oldest = datetime.now(UTC) - timedelta(days=KEPT_DAYS)
            session.execute(delete(PaceRow).where(PaceRow.measured_at < oldest))
            for one in many:
                effort = one.effort
                session.merge(
                    PaceRow(
                        model=effort.model,
                        pixels=effort.pixels,
                        steps=effort.steps,
                        seconds=one.seconds,
                        measured_at=one.at,
                    )
                )

        await self._database.write(work)

    @asynccontextmanager
    async def keeping(self, every_s: float = WRITE_AFTER_S) -> AsyncGenerator[Pace]:
        """The pace as it was kept; what it learns is written now and then, and at the end."""
        pace = Pace(await self.read())
        writing = asyncio.create_task(self._write_often(pace, every_s), name="paces")
        try:
            yield pace
        finally:
            writing.cancel()
            await asyncio.wait([writing])
            await self._write(pace)

    async def _write_often(self, pace: Pace, every_s: float) -> None:
        while True:
            await asyncio.sleep(every_s)
            await self._write(pace)

    async def _write(self, pace: Pace) -> None:
        """What is lost is measured again."""
        if changed := pace.take_changed():
            try:
                await self.keep(changed)
            except StorageError as refusal:
                log.warning("How long pictures take is not remembered: %s", refusal)
