"""Repainting: a part of one's own picture, by its name; seen before it is painted, and undone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from bot.collection import Collection
from bot.derived import as_many
from bot.jobs import Submitted
from bot.policy import Context
from bot.service import AvatarService
from bot.storage.disk import PictureFiles
from bot.storage.records import Generation, Image
from bot.user_errors import NotYours
from generation.capabilities import Model
from generation.errors import CannotDraw, ImageNotFound
from generation.masks.outline import mask_png, outline_of, preview
from generation.postprocess import is_by_todays_hand
from generation.request import Candidate, Part, Repaint


@dataclass(frozen=True, slots=True, kw_only=True)
class PartWish:
    """Which part of which picture, how much around it, and what shall become of it."""

    image_id: int
    part: Part
    growth: int = 0
    """See `generation.masks.outline.GROWTHS`."""
    words: str = ""
    """As typed; none: something new by another seed."""


@dataclass(frozen=True, slots=True)
class PartSeen:
    """What would be painted, before it is."""

    image: Image
    preview: bytes
    """A PNG of the picture with the part in a tint."""
    is_guess: bool
    model: Model
    """What would paint it."""
    count: int


@dataclass(frozen=True, slots=True)
class Undone:
    """The picture that a repainted one came from."""

    image: Image
    generation: Generation
    is_avatar_again: bool


@dataclass(frozen=True, slots=True)
class _PartMask:
    """The mask of a part, made when it is needed."""

    png: bytes
    part: Part
    figure: Candidate | None
    growth: int

    async def read(self) -> bytes:
        """It as a PNG. Raises `PartNotSeen`."""
        return await asyncio.to_thread(self._made)

    def _made(self) -> bytes:
        return mask_png(outline_of(self.png, self.part, self.figure, self.growth))


class Repainting:
    """Parts of members' own pictures. Event loop only; raises `NotYours` for anybody else's."""

    def __init__(
        self, service: AvatarService, collection: Collection, pictures: PictureFiles
    ) -> None:
        self._service = service
        self._collection = collection
        self._pictures = pictures

    def painter(self, generation: Generation) -> Model | None:
        """What can paint a part of its pictures anew: what drew them, or else one that is here, and
        free. `None` where nothing can.
        """
        drawn = self._service.model_of(generation)
        key = None if drawn is None else drawn.key
        able = [m for m in self._service.models() if _can_paint(m)]
        able.sort(key=lambda m: (m.key != key, not m.is_here, m.capabilities.price is not None))
        return next(iter(able), None)

    async def check(self, member_id: int, image_id: int) -> None:
        """Raise `NotYours`, or `CannotDraw` where nothing here can paint a part."""
        _, generation = await self._own(member_id, image_id)
        self._needed(generation)

    async def seen(self, member_id: int, wish: PartWish) -> PartSeen:
        """What `wish` would paint. Raises `PartNotSeen`, or as `check`."""
        image, generation = await self._own(member_id, wish.image_id)
        model = self._needed(generation)
        png = await self._pictures.read(image.sha256)
        figure = await self._figure_of(image, generation, wish.part)

        def look() -> tuple[bytes, bool]:
            outline = outline_of(png, wish.part, figure, wish.growth)
            return preview(png, outline), outline.is_guess

        sight, is_guess = await asyncio.to_thread(look)
        return PartSeen(image, sight, is_guess, model, as_many(generation.request.output))

    async def paint(self, wish: PartWish, context: Context) -> Submitted:
        """Have it painted. Raises as `check`, and as `AvatarService.paint`."""
        image, generation = await self._own(context.member_id, wish.image_id)
        model = self._needed(generation)
        figure = await self._figure_of(image, generation, wish.part)
        png = await self._pictures.read(image.sha256)
        mask = _PartMask(png, wish.part, figure, wish.growth)
        return await self._service.paint(image, wish.part, wish.words, mask, model, context)

    async def undo(self, member_id: int, generation_id: int) -> Undone:
        """The picture from before; the member's avatar again, where a repainted one has become it.

        Raises `ImageNotFound` where that is deleted.
        """
        drawing = await self._service.drawing(generation_id)
        parent = drawing.generation.parent_image_id
        if parent is None:
            raise ImageNotFound(0)
        image, generation = await self._own(member_id, parent)
        picked = [await self._collection.is_avatar(member_id, one.id) for one in drawing.images]
        if any(picked):
            await self._collection.pick(member_id, parent)
        return Undone(image, generation, any(picked))

    async def _own(self, member_id: int, image_id: int) -> tuple[Image, Generation]:
        """A picture of the member's own, and what it came of. Raises `NotYours`."""
        image, generation = await self._service.image(image_id)
        if image.owner_id != member_id:
            raise NotYours
        return image, generation

    def _needed(self, generation: Generation) -> Model:
        model = self.painter(generation)
        if model is None:
            drawn = self._service.model_of(generation)
            raise CannotDraw(drawn.title if drawn else generation.request.model, "inpaint", ())
        return model

    async def _figure_of(
        self, image: Image, generation: Generation, part: Part
    ) -> Candidate | None:
        """What today's illustrator drew the part from, where it did: also under other parts that
        were painted since, but for the background, which these have pushed aside.
        """
        async for one in self._before(image, generation, part):
            if is_by_todays_hand(one.given.get("hand")):
                return Candidate(one.traits, one.seed)
        return None

    async def _before(
        self, image: Image, generation: Generation, part: Part
    ) -> AsyncIterator[Image]:
        """The picture, and those in which the part was the same."""
        yield image
        while part != "background" and _is_of_another(generation, part):
            if generation.parent_image_id is None:
                return
            image, generation = await self._service.image(generation.parent_image_id)
            yield image


def _can_paint(model: Model) -> bool:
    return model.problem is None and "inpaint" in model.capabilities.tasks


def _is_of_another(generation: Generation, part: Part) -> bool:
    request = generation.request
    return isinstance(request, Repaint) and request.part not in (None, part)
