"""AvatarStore: generations and their pictures. One method is one transaction."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import CompoundSelect, func, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from bot.storage.cancelling import uninterrupted
from bot.storage.database import Database
from bot.storage.errors import GenerationClosed
from bot.storage.gallery import Gallery
from bot.storage.pictures import Period, PictureFiles, Swept
from bot.storage.records import OPEN, Generation, Image, NewGeneration
from bot.storage.rows import generation_record, generation_row, image_record, image_row
from bot.storage.tables import GenerationRow, ImageRow
from generation.backends.base import Drawn
from generation.errors import GenerationNotFound, ImageNotFound, LimitReached


class AvatarStore(Gallery):
    """What was asked for and what was drawn, in the database and on the disk.

    Invariant: a row never names a file that is not there. Files are written before their rows and
    removed after them, and `_files` keeps the two from crossing.
    """

    def __init__(self, database: Database, pictures: PictureFiles) -> None:
        super().__init__(database)
        self._pictures = pictures
        self._files = asyncio.Lock()

    @uninterrupted
    async def begin(self, new: NewGeneration, open_jobs_limit: int | None) -> Generation:
        """Accept `new`, as queued. Raises `LimitReached` if its owner has that many open ones."""
        async with self._database.writing() as session:
            if open_jobs_limit is not None:
                owned = GenerationRow.owner_id == new.owner_id
                count = select(func.count()).where(GenerationRow.status.in_(OPEN), owned)
                if (await session.execute(count)).scalar_one() >= open_jobs_limit:
                    raise LimitReached(open_jobs_limit)
            row = generation_row(new, _now())
            session.add(row)
            await session.flush()
            return generation_record(row)

    @uninterrupted
    async def shown(self, generation_id: int, message_id: int) -> None:
        """Remember the message on which it is shown. Raises `GenerationNotFound`."""
        async with self._database.writing() as session:
            (await _generation(session, generation_id)).message_id = message_id

    @uninterrupted
    async def started(self, generation_id: int) -> None:
        """It is being drawn, perhaps once more after a restart.

        Raises `GenerationNotFound` or `GenerationClosed`.
        """
        async with self._database.writing() as session:
            row = await _open_generation(session, generation_id)
            row.status = "running"
            row.started_at = _now()

    @uninterrupted
    async def keep(self, png: bytes) -> str:
        """Keep a picture that a generation will start from; its sha256.

        Raises a `StorageError` of the disk.
        """
        async with self._files:
            return await self._pictures.write(png)

    @uninterrupted
    async def complete(
        self, generation_id: int, drawn: Drawn, started_at: datetime
    ) -> tuple[Image, ...]:
        """Keep the pictures and end the generation as finished; all of it, or nothing.

        Raises `GenerationNotFound`, `GenerationClosed` or a `StorageError` of the disk.
        """
        async with self._files:
            hashes = [await self._pictures.write(image.png) for image in drawn.images]
            async with self._database.writing() as session:
                row = await _open_generation(session, generation_id)
                row.status = "finished"
                row.started_at = started_at
                row.finished_at = now = _now()
                row.usage = dict(drawn.usage)
                row.cost_usd = drawn.cost_usd
                images = [
                    image_row(row, position, picture, sha256, now)
                    for position, (picture, sha256) in enumerate(
                        zip(drawn.images, hashes, strict=True)
                    )
                ]
                session.add_all(images)
                await session.flush()
                return tuple(image_record(image) for image in images)

    @uninterrupted
    async def close(
        self, generation_id: int, status: Literal["failed", "cancelled"], error: str | None
    ) -> None:
        """End it without pictures. Raises `GenerationNotFound` or `GenerationClosed`."""
        async with self._database.writing() as session:
            row = await _open_generation(session, generation_id)
            row.status = status
            row.error = error
            row.finished_at = _now()

    @uninterrupted
    async def delivered(self, generation_id: int, delivery: Literal["shown", "lost"]) -> None:
        """Its owner has seen how it ended, or never will. Raises `GenerationNotFound`."""
        async with self._database.writing() as session:
            row = await _generation(session, generation_id)
            row.delivery = delivery
            row.token = None

    @uninterrupted
    async def undelivered(self) -> tuple[Generation, ...]:
        """What was accepted and whose end has not been shown, open or not, oldest first."""
        found = select(GenerationRow).where(GenerationRow.delivery == "pending")
        async with self._database.reading() as session:
            rows = await session.scalars(found.order_by(GenerationRow.id))
            return tuple(generation_record(row) for row in rows)

    @uninterrupted
    async def generation(self, generation_id: int) -> Generation:
        """Raises `GenerationNotFound`."""
        async with self._database.reading() as session:
            return generation_record(await _generation(session, generation_id))

    @uninterrupted
    async def image(self, image_id: int) -> Image:
        """Raises `ImageNotFound`."""
        async with self._database.reading() as session:
            row = await session.get(ImageRow, image_id)
            if row is None:
                raise ImageNotFound(image_id)
            return image_record(row)

    @uninterrupted
    async def images_of(self, generation_id: int) -> tuple[Image, ...]:
        """What is left of a generation's pictures, in order."""
        found = select(ImageRow).where(ImageRow.generation_id == generation_id)
        async with self._database.reading() as session:
            rows = await session.scalars(found.order_by(ImageRow.position))
            return tuple(image_record(row) for row in rows)

    async def picture(self, sha256: str) -> bytes:
        """The PNG of an image. Raises `PictureLost`."""
        return await self._pictures.read(sha256)

    @uninterrupted
    async def delete_image(self, image_id: int) -> None:
        """Delete one picture for good. Raises `ImageNotFound`."""
        async with self._files:
            async with self._database.writing() as session:
                row = await session.get(ImageRow, image_id)
                if row is None:
                    raise ImageNotFound(image_id)
                await session.delete(row)
                await session.flush()
                unused = await _without_rows(session, {row.sha256})
            await self._pictures.delete(unused)

    async def thumbnail(self, sha256: str) -> bytes:
        """A small WebP of an image. Raises `PictureLost`."""
        return await self._pictures.thumbnail(sha256)

    @uninterrupted
    async def sweep_pictures(self) -> Swept:
        """See `PictureFiles.sweep`. Raises a `StorageError`."""
        times = select(
            func.min(GenerationRow.created_at),
            func.max(func.coalesce(GenerationRow.finished_at, GenerationRow.created_at)),
        )
        async with self._files:
            async with self._database.reading() as session:
                used = {sha256 for sha256 in await session.scalars(_used()) if sha256}
                since, until = (await session.execute(times)).one()
            known = Period(since, until) if since else None  # of no rows there is no first
            return await self._pictures.sweep(used, known)


async def _generation(session: AsyncSession, generation_id: int) -> GenerationRow:
    row = await session.get(GenerationRow, generation_id)
    if row is None:
        raise GenerationNotFound(generation_id)
    return row


async def _open_generation(session: AsyncSession, generation_id: int) -> GenerationRow:
    row = await _generation(session, generation_id)
    if row.status not in OPEN:
        raise GenerationClosed(generation_id, row.status)
    return row


async def _without_rows(session: AsyncSession, hashes: set[str]) -> set[str]:
    """Those of `hashes` that no row names any more."""
    used = _used().subquery()
    found = await session.scalars(select(used.c.sha256).where(used.c.sha256.in_(hashes)))
    return hashes - set(found)


def _used() -> CompoundSelect[str | None]:
    """The hashes of all files that a row names: pictures, and what others start from."""
    return union(
        select(ImageRow.sha256),
        select(GenerationRow.start_sha256),
        select(GenerationRow.mask_sha256),
    )


def _now() -> datetime:
    return datetime.now(UTC)
