"""Collection: what belongs to a member (gallery, favourites, chosen avatar), and nobody else."""

from __future__ import annotations

from bot.errors import NoAvatarYet, NotYours, OtherHasNoAvatar
from bot.storage.images import ImageStore
from bot.storage.records import GalleryPage, Image


class Collection:
    """A member's own pictures. Whatever changes them raises `NotYours` for anybody else's."""

    PER_PAGE = 9

    def __init__(self, images: ImageStore) -> None:
        self._images = images

    async def page(self, member_id: int, page: int, *, favourites: bool) -> GalleryPage:
        """Page `page` (from 0), newest first; the nearest that exists if there is none."""
        return await self._images.gallery(member_id, page, self.PER_PAGE, favourites=favourites)

    async def search(self, member_id: int, text: str, limit: int) -> tuple[Image, ...]:
        """The member's newest pictures whose traits or prompt contain `text`."""
        return await self._images.search(member_id, text, limit)

    async def own_image(self, member_id: int, image_id: int) -> Image:
        """A picture of the member's own. Raises `ImageNotFound` or `NotYours`."""
        image = await self._images.image(image_id)
        if image.owner_id != member_id:
            raise NotYours
        return image

    async def is_favourite(self, member_id: int, image_id: int) -> bool:
        """Whether the member has starred the picture."""
        return await self._images.is_favourite(member_id, image_id)

    async def set_favourite(self, member_id: int, image_id: int, on: bool) -> Image:
        """Star or unstar a picture of the member's own."""
        image = await self.own_image(member_id, image_id)
        await self._images.set_favourite(member_id, image_id, on)
        return image

    async def pick(self, member_id: int, image_id: int) -> Image:
        """Make a picture of the member's own their avatar."""
        image = await self.own_image(member_id, image_id)
        await self._images.pick(member_id, image_id)
        return image

    async def delete(self, member_id: int, image_id: int) -> None:
        """Delete a picture of the member's own for good."""
        await self.own_image(member_id, image_id)
        await self._images.delete_image(image_id)

    async def avatar_of(self, member_id: int, *, asked_by: int) -> Image:
        """The picture a member has picked. Raises `NoAvatarYet` or `OtherHasNoAvatar`."""
        if image := await self._images.avatar_of(member_id):
            return image
        raise NoAvatarYet if member_id == asked_by else OtherHasNoAvatar(member_id)

    async def picture(self, image: Image) -> bytes:
        """The PNG. Raises `PictureLost`."""
        return await self._images.picture(image.sha256)

    async def thumbnail(self, image: Image) -> bytes:
        """A small WebP of the picture, for a page of many. Raises `PictureLost`."""
        return await self._images.thumbnail(image.sha256)
