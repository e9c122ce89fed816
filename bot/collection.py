"""Collection: what belongs to a member (gallery, favourites, chosen avatar), and nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from bot.policy import Context
from bot.storage.images import ImageStore
from bot.storage.records import Entry, GalleryPage, Image
from bot.user_errors import NoAvatarYet, NotForEverybody, NotYours, OtherHasNoAvatar
from generation.errors import ImageNotFound
from generation.prompt import read_prompt
from generation.prompt_errors import PromptError
from generation.traits import Traits

_LOOKED_THROUGH = 500
"""How many pictures that show one thing asked for are looked at for the others."""


class Collection:
    """A member's own pictures. Whatever changes them raises `NotYours` for anybody else's."""

    PER_PAGE = 6
    """Two rows of three: with its buttons, a page fits a small window."""

    def __init__(self, images: ImageStore) -> None:
        self._images = images

    async def page(self, member_id: int, page: int, *, favourites: bool) -> GalleryPage:
        """Page `page` (from 0), newest first; the nearest that exists if there is none."""
        return await self._images.gallery(member_id, page, self.PER_PAGE, favourites=favourites)

    async def entries(self, member_id: int, images: Sequence[Image]) -> tuple[Entry, ...]:
        """The pictures of a page, with what the page tells of each."""
        return await self._images.entries(member_id, images)

    async def search(self, member_id: int, text: str, limit: int) -> tuple[Image, ...]:
        """The member's newest pictures whose traits or prompt contain `text`, or that show what it
        says, in any language that the reader reads.
        """
        found = {image.id: image for image in await self._images.search(member_id, text, limit)}
        if wanted := _traits_in(text):
            word = _words(next(iter(wanted.values())))[0]
            alike = await self._images.search(member_id, word, _LOOKED_THROUGH)
            found |= {image.id: image for image in alike if _shows(image.traits, wanted)}
        newest = sorted(found.values(), key=lambda image: image.id, reverse=True)
        return tuple(newest[:limit])

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

    async def avatar_to_show(self, member_id: int, context: Context) -> Image:
        """The same, to be posted where everybody there sees it.

        Raises `NotForEverybody` too, where neither it nor what it was made of may be.
        """
        image = await self.avatar_of(member_id, asked_by=context.member_id)
        if context.rating == "safe" and not await self._is_safe(image):
            raise NotForEverybody
        return image

    async def _is_safe(self, image: Image) -> bool:
        """Whether it and all that it was made of, as far as that is left, was drawn as safe."""
        generation = await self._images.generation(image.generation_id)
        while generation.request.output.rating == "safe":
            try:
                parent = await self._images.parent(generation)
            except ImageNotFound:
                return True
            if parent is None:
                return True
            generation = parent
        return False

    async def is_avatar(self, member_id: int, image_id: int) -> bool:
        """Whether the picture is the member's avatar."""
        avatar = await self._images.avatar_of(member_id)
        return avatar is not None and avatar.id == image_id


def _traits_in(text: str) -> dict[str, Any]:
    """What the reader makes of `text`, as stored; empty where that is nothing."""
    try:
        return read_prompt(text).traits.to_json()
    except PromptError:
        return {}


def _words(value: Any) -> list[str]:
    """A stored value, or each of several."""
    return [*map(str, cast(list[str], value))] if isinstance(value, list) else [str(value)]


def _shows(traits: Traits, wanted: dict[str, Any]) -> bool:
    shown = traits.to_json()
    return all(
        set(_words(value)) <= set(_words(shown.get(name, [])))
        for name, value in wanted.items()
        if name != "without"
    )
