"""What can be pressed for one picture: open it, make it one's avatar, save, vary, work on it,
delete it.
"""

from __future__ import annotations

import asyncio
from typing import Any, Literal

import discord
from discord import ui
from discord.ext import commands

from bot.client import Services
from bot.messenger import Content, File, Messenger
from bot.repainting import Repainting
from bot.storage.records import Generation, Image
from bot.user_errors import NotYours, OutdatedAction
from cogs.actions import Press, act, action, button, card, is_private
from cogs.delivery import Delivery
from cogs.ui.media import fitted
from cogs.ui.panel import Panel, panel_content, single_content
from generation.postprocess import TOOLS
from generation.rendition import avatar_png
from generation.request import ApplyTool, Refine, RefineHow, VaryOnly, VaryStrength

AVATAR_PX = 1024
"""What "Save" gives: Discord shows a profile's avatar at up to that size."""


class PictureCog(commands.Cog):
    """One picture, opened from its drawing or from the gallery."""

    def __init__(
        self,
        services: Services,
        messenger: Messenger,
        delivery: Delivery,
        repainting: Repainting,
    ) -> None:
        self._repainting = repainting
        self._service = services.service
        self._collection = services.collection
        self._pictures = services.pictures
        self._texts = services.texts
        self._messenger = messenger
        self._delivery = delivery

    @action("choose")
    async def choose(self, press: Press, image: int) -> None:
        """Show privately one picture of a drawing, and what can be done with it. Anyone may."""
        found, generation = await self._service.image(image)
        content = await self.panel(press, found, generation)
        await self._messenger.answer(press, content, private=True)

    @action("pick", "image")
    async def pick(self, press: Press, image: int, here: bool = False) -> None:
        """Make one picture the owner's avatar, and show privately how it will look.

        `here`: on the message pressed, where that shows the picture opened.
        """
        picked = await self._collection.pick(press.user.id, image)
        _, generation = await self._service.image(image)
        t = self._texts.bound(press.locale.value)
        content = await self.panel(press, picked, generation, title=t("picked.title"))
        if here and is_private(press):
            await self._messenger.replace(press, content)
        else:
            await self._messenger.answer(press, content, private=True)

    @action("save")
    async def save(self, press: Press, image: int) -> None:
        """Give the owner the file, large enough, and say how it becomes their Discord avatar."""
        found = await self._collection.own_image(press.user.id, image)
        await self._messenger.defer(press, private=True)
        png = await self._pictures.read(found.sha256)
        data = await asyncio.to_thread(avatar_png, png, AVATAR_PX, press.filesize_limit)
        t = self._texts.bound(press.locale.value)
        text = t("save.how", size=AVATAR_PX)
        if found.width != found.height:
            text += "\n" + t("save.cropped")
        await self._messenger.say(press, text, File(f"avatar-{image}.png", data))

    @action("vary", "image")
    async def vary(
        self,
        press: Press,
        image: int,
        strength: VaryStrength = "subtle",
        only: Literal["outfit", "expression", "background", "all"] = "all",
        private: Literal["yes", "no", "same"] = "same",
    ) -> None:
        """Draw variations of one picture. Anyone may; they become theirs."""
        part: VaryOnly | None = None if only == "all" else only
        await self._delivery.order(
            press,
            lambda context: self._service.vary(image, context, strength=strength, only=part),
            private=is_private(press) if private == "same" else private == "yes",
        )

    @action("tool", "image", "tool")
    async def tool(self, press: Press, image: int, tool: str) -> None:
        """Have a tool work on one picture of one's own, for the owner's eyes: they will want to
        look before others.
        """
        name = _tool(tool)
        await self._collection.own_image(press.user.id, image)
        await self._delivery.order(
            press, lambda context: self._service.apply(name, image, context), private=True
        )

    @action("refine")
    async def refine(self, press: Press, image: int, how: RefineHow, model: str) -> None:
        """Have a model go over one picture of one's own a second time, for the owner's eyes, as a
        tool does. To find its face takes a moment.
        """
        await self._collection.own_image(press.user.id, image)
        await self._messenger.defer(press, private=True)
        await self._delivery.order(
            press,
            lambda context: self._service.refining.refine(image, how, model, context),
            private=True,
        )

    @action("open", "page", "favourites", "image")
    async def open(self, press: Press, page: int, favourites: bool, image: int) -> None:
        """Show one picture of a page of the gallery, in place."""
        found = await self._collection.own_image(press.user.id, image)
        _, generation = await self._service.image(image)
        content = await self.panel(press, found, generation, place=(page, favourites))
        await self._messenger.replace(press, content)

    @action("star", "image", "on", "page", "favourites")
    async def star(self, press: Press, image: int, on: bool, page: int, favourites: bool) -> None:
        """Make a picture a favourite, or no longer one, and show it again with the other star."""
        await self._collection.set_favourite(press.user.id, image, on)
        await self.open(press, page, favourites, image)

    @action("ask-delete", "image")
    async def ask_delete(self, press: Press, image: int) -> None:
        """Ask once more, in place: what is deleted must not stay in sight with its buttons."""
        await self._messenger.replace(press, await self.question(press, image))

    @action("delete-for-good", "image")
    async def delete_for_good(self, press: Press, image: int) -> None:
        """The second, final press: delete, and say so in place."""
        await self._collection.delete(press.user.id, image)
        await self._close(press, "delete.done")

    @action("keep", "image")
    async def keep(self, press: Press, image: int) -> None:
        """The way back from deleting: say that nothing was deleted."""
        await self._close(press, "delete.kept")

    async def question(self, interaction: discord.Interaction[Any], image_id: int) -> Content:
        """The picture, and whether it is to go for good. Raises `NotYours` or `ImageNotFound`."""
        t = self._texts.bound(interaction.locale.value)
        image = await self._collection.own_image(interaction.user.id, image_id)
        row: ui.ActionRow[Any] = ui.ActionRow(
            button(
                act("delete-for-good", image=image.id),
                label=t("button.delete_for_good"),
                style=discord.ButtonStyle.danger,
            ),
            button(act("keep", image=image.id), label=t("button.keep")),
        )
        (shown,) = await fitted(self._pictures, [image], interaction.filesize_limit)
        return single_content(shown, t("delete.ask"), t, row)

    async def panel(
        self,
        press: Press,
        image: Image,
        generation: Generation,
        *,
        title: str | None = None,
        place: tuple[int, bool] | None = None,
    ) -> Content:
        """A picture opened for whoever pressed. Raises `NotYours`."""
        t, member = self._texts.bound(press.locale.value), press.user.id
        if generation.private and image.owner_id != member:
            raise NotYours
        is_owner = image.owner_id == member
        panel = Panel(
            image=image,
            generation=generation,
            title=title or t("picked.opened", id=image.id),
            is_owner=is_owner,
            is_avatar=is_owner and await self._collection.is_avatar(member, image.id),
            is_favourite=is_owner and await self._collection.is_favourite(member, image.id),
            can_vary=await self._service.can_vary(generation),
            can_adjust=is_owner and self._can_adjust(generation),
            can_repaint=is_owner and self._repainting.painter(generation) is not None,
            is_known=_is_illustrated(generation),
            refiners=await self._service.refining.refiners(image, press.guild_id)
            if is_owner
            else {},
            page=place[0] if place else 0,
            favourites=bool(place and place[1]),
            is_from_gallery=place is not None,
        )
        (shown,) = await fitted(self._pictures, [image], press.filesize_limit)
        return await panel_content(panel, shown, t)

    def _can_adjust(self, generation: Generation) -> bool:
        """Whether what drew it is there, and can be run otherwise."""
        model = self._service.model_of(generation)
        if model is None or isinstance(generation.request, Refine):
            return False
        return model.problem is None and model.capabilities.settings is not None

    async def _close(self, press: Press, key: str) -> None:
        t = self._texts.bound(press.locale.value)
        back: ui.ActionRow[Any] = ui.ActionRow(
            button(act("gallery", page=0, favourites=False), label=t("button.back_to_gallery"))
        )
        await self._messenger.replace(press, Content(card(ui.TextDisplay(t(key)), back)))


def _is_illustrated(generation: Generation) -> bool:
    """Whether the illustrator drew it, so that all of its traits are known."""
    request = generation.request
    if isinstance(request, ApplyTool):
        return request.traits is not None
    return generation.is_illustrated


def _tool(word: str) -> Any:
    """The tool of that name; older messages name it by its place. Raises `OutdatedAction`."""
    for place, tool in enumerate(TOOLS):
        if word in (tool, str(place)):
            return tool
    raise OutdatedAction
