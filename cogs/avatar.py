"""/avatar: the gallery, showing one's avatar, deleting pictures."""

from __future__ import annotations

import re
from typing import Any, Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import Services
from bot.messenger import Content, Messenger
from cogs.actions import MAX_NUMBER, FormText, Press, action
from cogs.delivery import Delivery
from cogs.picture import PictureCog
from cogs.ui.album import Place, album_content, page_form
from cogs.ui.media import fitted, thumbnails
from cogs.ui.panel import single_content
from cogs.ui.wording import as_line
from generation.lexicon import describe

_CHOICES = 25  # Discord shows at most this many while somebody types
_CHOICE_LENGTH = 100
_NUMBER = re.compile(r"[0-9]{1,18}")  # what is longer need not fit the database's 64 bits


class AvatarCog(commands.GroupCog, name="avatar"):
    """What belongs to a member."""

    def __init__(
        self, services: Services, messenger: Messenger, delivery: Delivery, pictures: PictureCog
    ) -> None:
        self._collection = services.collection
        self._files = services.pictures
        self._texts = services.texts
        self._messenger = messenger
        self._delivery = delivery
        self._pictures = pictures
        super().__init__()

    @app_commands.command()
    async def gallery(self, interaction: discord.Interaction[Any]) -> None:
        """Open the gallery, privately."""
        content = await self._album(interaction, 0, favourites=False)
        await self._messenger.answer(interaction, content, private=True)

    @app_commands.command()
    async def show(
        self, interaction: discord.Interaction[Any], member: discord.User | None = None
    ) -> None:
        """Post the avatar that somebody has picked."""
        shown = member or interaction.user
        context = await self._delivery.context(interaction, private=False)
        image = await self._collection.avatar_to_show(shown.id, context)
        t = self._texts.bound(context.locale)
        title = t("show.title", member=shown.mention)
        text = f"{title}\n{as_line(describe(image.traits, t.locale))}"
        (file,) = await fitted(self._files, [image], interaction.filesize_limit)
        await self._messenger.answer(interaction, single_content(file, text, t), private=False)

    @app_commands.command()
    async def delete(self, interaction: discord.Interaction[Any], picture: str) -> None:
        """Ask once more, with the picture in sight."""
        if not _NUMBER.fullmatch(picture):
            t = self._texts.bound(interaction.locale.value)
            fitting = await self._collection.search(interaction.user.id, picture, 1)
            key = "delete.pick_one" if fitting else "delete.none_found"
            return await self._messenger.say(interaction, t(key))
        content = await self._pictures.question(interaction, int(picture))
        await self._messenger.answer(interaction, content, private=True)

    @delete.autocomplete("picture")
    async def own_pictures(
        self, interaction: discord.Interaction[Any], current: str
    ) -> list[app_commands.Choice[str]]:
        """The asker's own pictures that fit what they have typed so far."""
        locale = interaction.locale.value
        images = await self._collection.search(interaction.user.id, current, _CHOICES)
        return [
            app_commands.Choice(
                name=f"{image.id} · {describe(image.traits, locale)}"[:_CHOICE_LENGTH],
                value=str(image.id),
            )
            for image in images
        ]

    @action("gallery", "page", "favourites")
    async def turn(
        self,
        press: Press,
        page: int,
        favourites: bool,
        by: Literal["first", "previous", "next", "last", "filter"] = "next",
    ) -> None:
        """Turn to a page of the gallery, in place; `by` only keeps the buttons apart."""
        await self._messenger.replace(press, await self._album(press, page, favourites=favourites))

    @action("jump")
    async def jump(self, press: Press, page: int, pages: int, favourites: bool) -> None:
        """Ask for the number of a page."""
        t = self._texts.bound(press.locale.value)
        await press.response.send_modal(page_form(page, pages, favourites, t))

    @action("jumped")
    async def jumped(self, press: Press, favourites: bool, page: FormText) -> None:
        """Turn to the page whose number was typed, or the nearest there is."""
        typed = page.strip()
        number = min(int(typed), MAX_NUMBER) if _NUMBER.fullmatch(typed) else 1
        content = await self._album(press, max(number - 1, 0), favourites=favourites)
        await self._messenger.replace(press, content)

    async def _album(
        self, interaction: discord.Interaction[Any], page: int, *, favourites: bool
    ) -> Content:
        """Page `page` (from 0) of the gallery of whoever asks, pictures from our own disk."""
        member = interaction.user.id
        found = await self._collection.page(member, page, favourites=favourites)
        entries = await self._collection.entries(member, found.images)
        shown = await thumbnails(self._files, found.images)
        place = Place(page=found.page, pages=found.pages, total=found.total, favourites=favourites)
        return album_content(place, entries, shown, self._texts.bound(interaction.locale.value))
