"""Painting a part of a picture anew: by what words, seen before it is painted, and undone."""

from __future__ import annotations

from typing import Any

from discord.ext import commands

from bot.client import Services
from bot.messenger import Content, Messenger, walked
from bot.repainting import PartWish, Repainting
from bot.user_errors import OutdatedAction
from cogs.actions import FormText, Press, action, is_private
from cogs.delivery import Delivery
from cogs.picture import PictureCog
from cogs.refused import given_back
from cogs.ui.painting import part_form, preview_content
from generation.masks.outline import GROWTHS
from generation.masks.parts import part_in
from generation.prompt_errors import NoPartNamed
from generation.request import PARTS, Part


class RepaintCog(commands.Cog):
    """What is pressed to paint a part of one's own picture anew."""

    def __init__(
        self,
        services: Services,
        messenger: Messenger,
        delivery: Delivery,
        pictures: PictureCog,
        repainting: Repainting,
    ) -> None:
        self._repainting = repainting
        self._texts = services.texts
        self._messenger = messenger
        self._delivery = delivery
        self._pictures = pictures

    @action("part")
    async def part(self, press: Press, image: int, part: str) -> None:
        """Ask what shall become of a part, or, with `part` "words", of which and what."""
        await self._repainting.check(press.user.id, image)
        t = self._texts.bound(press.locale.value)
        named = None if part == "words" else _part(part)
        await press.response.send_modal(part_form(image, named, t))

    @action("part-asked")
    async def asked(self, press: Press, image: int, part: str, words: FormText) -> None:
        """Show privately what would be painted, and what it would become."""
        named = part_in(words) if part == "words" else _part(part)
        if named is None:
            raise NoPartNamed(PARTS)
        await self._messenger.defer(press, private=True)
        wish = PartWish(image_id=image, part=named, words=" ".join(words.split()))
        await self._messenger.answer(press, await self._preview(press, wish), private=True)

    @action("part-grow")
    async def grow(self, press: Press, image: int, part: str, step: int) -> None:
        """Show it with more or less around it, in place."""
        wish = self._wish(press, image, part, step)
        await press.response.defer()
        await self._messenger.replace(press, await self._preview(press, wish))

    @action("part-paint")
    async def paint(self, press: Press, image: int, part: str, step: int) -> None:
        """Have it painted, for the owner's eyes; the preview stays, for another try."""
        wish = self._wish(press, image, part, step)
        await self._delivery.order(
            press, lambda context: self._repainting.paint(wish, context), private=True
        )

    @action("part-cancel")
    async def cancel(self, press: Press) -> None:
        """Take the preview away."""
        await self._messenger.remove(press)

    @action("undo")
    async def undo(self, press: Press, generation: int) -> None:
        """Open the picture from before a part was painted anew; an avatar is that again."""
        undone = await self._repainting.undo(press.user.id, generation)
        t = self._texts.bound(press.locale.value)
        key = "undo.avatar_again" if undone.is_avatar_again else "undo.done"
        title = t(key, id=undone.image.id)
        content = await self._pictures.panel(press, undone.image, undone.generation, title=title)
        if is_private(press):
            await self._messenger.replace(press, content)
        else:
            await self._messenger.answer(press, content, private=True)

    def _wish(self, press: Press, image: int, part: str, step: int) -> PartWish:
        """What the preview that was pressed shows. Raises `OutdatedAction`."""
        if step >= len(GROWTHS):
            raise OutdatedAction
        growth, words = GROWTHS[step], _words_on(press)
        return PartWish(image_id=image, part=_part(part), growth=growth, words=words)

    async def _preview(self, press: Press, wish: PartWish) -> Content:
        seen = await self._repainting.seen(press.user.id, wish)
        return preview_content(wish, seen, self._texts.bound(press.locale.value))


def _part(word: str) -> Part:
    """Raises `OutdatedAction` for what is none."""
    for part in PARTS:
        if word == part:
            return part
    raise OutdatedAction


def _words_on(press: Press) -> str:
    """What was typed, as the preview that was pressed says it."""
    components: list[Any] = list(press.message.components) if press.message else []
    texts = (getattr(one, "content", "") for one in walked(components))
    return next(filter(None, map(given_back, texts)), "")
