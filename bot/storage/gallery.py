"""Gallery: a member's pictures, favourites and chosen avatar. One method is one transaction."""

from __future__ import annotations

from sqlalchemy import String, cast, func, or_, select

from bot.storage.cancelling import uninterrupted
from bot.storage.database import Database
from bot.storage.records import GalleryPage, Image
from bot.storage.rows import image_record
from bot.storage.tables import FavouriteRow, GenerationRow, ImageRow, MemberRow
from generation.errors import ImageNotFound


class Gallery:
    """What belongs to a member."""

    def __init__(self, database: Database) -> None:
        self._database = database

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
        async with self._database.writing() as session:
            if await session.get(ImageRow, image_id) is None:
                raise ImageNotFound(image_id)
            member = await session.get(MemberRow, member_id) or MemberRow(id=member_id)
            member.avatar_image_id = image_id
            session.add(member)

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
        async with self._database.writing() as session:
            if await session.get(ImageRow, image_id) is None:
                raise ImageNotFound(image_id)
            star = await session.get(FavouriteRow, (member_id, image_id))
            if on and star is None:
                session.add(FavouriteRow(member_id=member_id, image_id=image_id))
            elif star is not None and not on:
                await session.delete(star)

    @uninterrupted
    async def is_favourite(self, member_id: int, image_id: int) -> bool:
        """Whether the member has starred the picture."""
        async with self._database.reading() as session:
            return await session.get(FavouriteRow, (member_id, image_id)) is not None
