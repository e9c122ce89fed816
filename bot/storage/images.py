"""ImageStore: finished images, the generations they are results of, and whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import CompoundSelect, String, cast, delete, func, or_, select, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from bot.storage.database import Database, uninterrupted
from bot.storage.disk import Period, PictureFiles, Swept
from bot.storage.records import Drawing, Entry, GalleryPage, Generation, Image
from bot.storage.tables import (
    FavouriteRow,
    GenerationRow,
    ImageRow,
    InputRow,
    JobRow,
    MemberRow,
    generation_record,
    image_record,
)
from generation.errors import GenerationNotFound, ImageNotFound

NOTHING_KEPT = timedelta(days=30)
"""How long a drawing that came to nothing can be rerolled and edited."""


class ImageStore:
    """What was drawn, in the database and on the disk. One method is one transaction.

    Invariant: a row never names a file that is not there. Files are written before their rows and
    removed after them, and `PictureFiles.changing` keeps the two from crossing.
    """

    def __init__(self, database: Database, pictures: PictureFiles) -> None:
        self._database = database
        self._pictures = pictures

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

    async def parent(self, generation: Generation) -> Generation | None:
        """What drew the picture that `generation` came from; `None` where it came from none.

        Raises `ImageNotFound` where that picture has been deleted.
        """
        if generation.parent_image_id is None:
            return None
        image = await self.image(generation.parent_image_id)
        return await self.generation(image.generation_id)

    @uninterrupted
    async def drawing(self, generation_id: int) -> Drawing:
        """A generation with what is left of its images, in order. Raises `GenerationNotFound`."""
        images = select(ImageRow).where(ImageRow.generation_id == generation_id)
        async with self._database.reading() as session:
            row = await _generation(session, generation_id)
            found = await session.scalars(images.order_by(ImageRow.position))
            return Drawing(generation_record(row), tuple(map(image_record, found)))

    @uninterrupted
    async def compared(self, generation_id: int) -> tuple[Drawing, ...]:
        """The drawings on the message that names a generation, in order: that one alone, or those
        it is compared with, also where it stood first and is deleted.

        Raises `GenerationNotFound`.
        """
        own = select(GenerationRow.comparison_id).where(GenerationRow.id == generation_id)
        on_message = or_(
            GenerationRow.id == generation_id,
            GenerationRow.comparison_id == generation_id,
            GenerationRow.comparison_id == own.scalar_subquery(),
        )
        async with self._database.reading() as session:
            generations = select(GenerationRow).where(on_message).order_by(GenerationRow.id)
            rows = (await session.scalars(generations)).all()
            ids = [row.id for row in rows]
            images = select(ImageRow).where(ImageRow.generation_id.in_(ids))
            found = (await session.scalars(images.order_by(ImageRow.position))).all()
        if not rows:
            raise GenerationNotFound(generation_id)
        return tuple(
            Drawing(
                generation_record(row),
                tuple(image_record(image) for image in found if image.generation_id == row.id),
            )
            for row in rows
        )

    @uninterrupted
    async def delete_image(self, image_id: int) -> None:
        """Delete one picture for good, and with the last of a generation all that was asked.

        Raises `ImageNotFound`.
        """
        async with self._pictures.changing:

            def work(session: Session) -> set[str]:
                row = session.get(ImageRow, image_id)
                if row is None:
                    raise ImageNotFound(image_id)
                session.delete(row)
                session.flush()
                left = select(ImageRow.id).where(ImageRow.generation_id == row.generation_id)
                freed = {row.sha256}
                if session.scalar(left.limit(1)) is None:
                    freed |= _forget(session, [row.generation_id])
                return without_rows(session, freed)

            unused = await self._database.write(work)
            await self._pictures.delete(unused)

    @uninterrupted
    async def sweep_pictures(self) -> Swept:
        """See `PictureFiles.sweep`. Raises a `StorageError`."""
        times = select(
            func.min(GenerationRow.created_at),
            func.max(func.coalesce(GenerationRow.finished_at, GenerationRow.created_at)),
        )
        async with self._pictures.changing:
            async with self._database.reading() as session:
                used = set(await session.scalars(_used()))
                since, until = (await session.execute(times)).one()
            known = Period(since, until) if since else None  # of no rows there is no first
            return await self._pictures.sweep(used, known)

    async def has_file(self, sha256: str) -> bool:
        """Whether the picture is kept for something: as an image, or as an input."""
        async with self._database.reading() as session:
            return not await session.run_sync(without_rows, {sha256})

    @uninterrupted
    async def png(self, sha256: str) -> bytes:
        """The picture of that hash. Raises `PictureLost`."""
        return await self._pictures.read(sha256)

    async def forget_expired(self) -> None:
        """Delete inputs after their time, and what was asked in drawings that came to nothing."""
        now = datetime.now(UTC)
        old = InputRow.expires_at < now
        came_to_nothing = select(GenerationRow.id).where(
            GenerationRow.status.in_(("failed", "cancelled")),
            GenerationRow.finished_at < now - NOTHING_KEPT,
            GenerationRow.id.not_in(select(JobRow.generation_id)),
        )
        async with self._pictures.changing:

            def work(session: Session) -> set[str]:
                freed = set(session.scalars(select(InputRow.sha256).where(old)))
                session.execute(delete(InputRow).where(old))
                ids = list(session.scalars(came_to_nothing))
                freed |= _forget(session, ids)
                return without_rows(session, freed)

            unused = await self._database.write(work)
            await self._pictures.delete(unused)

    @uninterrupted
    async def gallery(
        self, member_id: int, page: int, per_page: int = 9, favourites: bool = False
    ) -> GalleryPage:
        """A page (from 0) of the member's pictures, or of those they have starred; newest first.

        A page that does not exist is the nearest one that does.
        """
        ids, theirs = (
            (FavouriteRow.image_id, FavouriteRow.member_id == member_id)
            if favourites
            else (ImageRow.id, ImageRow.owner_id == member_id)
        )
        async with self._database.reading() as session:
            total = (await session.execute(select(func.count()).where(theirs))).scalar_one()
            pages = max(1, -(-total // per_page))
            page = min(max(page, 0), pages - 1)
            on_page = select(ids).where(theirs).order_by(ids.desc())
            on_page = on_page.offset(page * per_page).limit(per_page)
            found = select(ImageRow).where(ImageRow.id.in_(on_page)).order_by(ImageRow.id.desc())
            images = tuple(image_record(row) for row in await session.scalars(found))
        return GalleryPage(images, page, pages, total)

    @uninterrupted
    async def entries(self, member_id: int, images: Sequence[Image]) -> tuple[Entry, ...]:
        """Pictures with what was asked for, and what the member has made of each."""
        asked = select(GenerationRow.id, GenerationRow.prompt).where(
            GenerationRow.id.in_({image.generation_id for image in images})
        )
        starred = select(FavouriteRow.image_id).where(
            FavouriteRow.member_id == member_id,
            FavouriteRow.image_id.in_([image.id for image in images]),
        )
        chosen = select(MemberRow.avatar_image_id).where(MemberRow.id == member_id)
        async with self._database.reading() as session:
            prompts = {row.id: row.prompt for row in await session.execute(asked)}
            stars, avatar = set(await session.scalars(starred)), await session.scalar(chosen)
        return tuple(
            Entry(
                image=image,
                prompt=prompts.get(image.generation_id, ""),
                is_favourite=image.id in stars,
                is_avatar=image.id == avatar,
            )
            for image in images
        )

    @uninterrupted
    async def search(self, member_id: int, text: str, limit: int) -> tuple[Image, ...]:
        """The member's newest pictures whose traits or prompt contain `text`.

        Or whose id starts with it: what is offered is labelled with the id.
        """
        own = select(ImageRow).where(ImageRow.owner_id == member_id)
        matching = own.join(GenerationRow, GenerationRow.id == ImageRow.generation_id).where(
            or_(
                cast(ImageRow.id, String).startswith(text, autoescape=True),
                cast(ImageRow.traits, String).icontains(text, autoescape=True),
                GenerationRow.prompt.icontains(text, autoescape=True),
            )
        )
        async with self._database.reading() as session:
            rows = await session.scalars(matching.order_by(ImageRow.id.desc()).limit(limit))
            return tuple(image_record(row) for row in rows)

    @uninterrupted
    async def pick(self, member_id: int, image_id: int) -> None:
        """Make a picture the member's avatar. Raises `ImageNotFound`."""

        def work(session: Session) -> None:
            if session.get(ImageRow, image_id) is None:
                raise ImageNotFound(image_id)
            member = session.get(MemberRow, member_id) or MemberRow(id=member_id)
            member.avatar_image_id = image_id
            session.add(member)

        await self._database.write(work)

    @uninterrupted
    async def avatar_of(self, member_id: int) -> Image | None:
        """The picture that the member has picked and nobody has deleted since."""
        chosen = select(ImageRow).join(MemberRow, MemberRow.avatar_image_id == ImageRow.id)
        async with self._database.reading() as session:
            row = await session.scalar(chosen.where(MemberRow.id == member_id))
            return image_record(row) if row else None

    @uninterrupted
    async def set_favourite(self, member_id: int, image_id: int, on: bool) -> None:
        """Star or unstar a picture; twice is the same as once. Raises `ImageNotFound`."""

        def work(session: Session) -> None:
            if session.get(ImageRow, image_id) is None:
                raise ImageNotFound(image_id)
            star = session.get(FavouriteRow, (member_id, image_id))
            if on and star is None:
                session.add(FavouriteRow(member_id=member_id, image_id=image_id))
            elif star is not None and not on:
                session.delete(star)

        await self._database.write(work)

    @uninterrupted
    async def is_favourite(self, member_id: int, image_id: int) -> bool:
        """Whether the member has starred the picture."""
        async with self._database.reading() as session:
            return await session.get(FavouriteRow, (member_id, image_id)) is not None


async def _generation(session: AsyncSession, generation_id: int) -> GenerationRow:
    row = await session.get(GenerationRow, generation_id)
    if row is None:
        raise GenerationNotFound(generation_id)
    return row


def _forget(session: Session, generation_ids: Sequence[int]) -> set[str]:
    """Delete generations with their jobs and inputs; the hashes of these inputs."""
    theirs = select(InputRow.sha256).where(InputRow.generation_id.in_(generation_ids))
    freed = set(session.scalars(theirs))
    session.execute(delete(GenerationRow).where(GenerationRow.id.in_(generation_ids)))
    return freed


def without_rows(session: Session, hashes: set[str]) -> set[str]:
    """Those of `hashes` that no row names any more."""
    used = _used().subquery()
    found = session.scalars(select(used.c.sha256).where(used.c.sha256.in_(hashes)))
    return hashes - set(found)


def _used() -> CompoundSelect[str]:
    """The hashes of all files that a row names: pictures, and what others start from."""
    return union(
        select(ImageRow.sha256),
        select(InputRow.sha256),
    )
