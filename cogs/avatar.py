"""/avatar: the gallery, showing one's avatar, deleting pictures."""

from __future__ import annotations

import re
from typing import Any

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.client import Moevatar
from cogs.actions import Press, act, action, button, card
from cogs.ui.answering import answer, replace
from cogs.ui.gallery import gallery_message
from cogs.ui.media import present
from cogs.ui.picture import Message, opened_message, single_message
from cogs.ui.wording import as_line
from generation.lexicon import describe

_CHOICES = 25  # Discord shows at most this many while somebody types
_CHOICE_LENGTH = 100
_IMAGE_ID = r"\d{1,18}"  # what is longer need not fit the database's 64 bits


class AvatarCog(commands.GroupCog, name="avatar"):
    """What belongs to a member."""

    def __init__(self, bot: Moevatar) -> None:
        self._collection, self._texts, self._configs = (
            bot.collection,
            bot.texts,
            bot.guild_configs,
        )
        super().__init__()

    @app_commands.command()
    async def gallery(self, interaction: discord.Interaction[Moevatar]) -> None:
        """Open the gallery, privately."""
        view, files = await gallery_message(interaction, 0, favourites=False)
        await answer(interaction, view, files)

    @app_commands.command()
    async def show(
        self, interaction: discord.Interaction[Moevatar], member: discord.User | None = None
    ) -> None:
        """Post the avatar that somebody has picked."""
        shown = member or interaction.user
        image = await self._collection.avatar_of(shown.id, asked_by=interaction.user.id)
        config = await self._configs.get(interaction.guild_id)
        locale = config.language or interaction.locale.value
        title = self._texts.text("show.title", locale, member=shown.mention)
        text = f"{title}\n{as_line(describe(image.traits, locale))}"
        view, files = await single_message(interaction.client, image, text, locale)
        await answer(interaction, view, files, ephemeral=False)

    @app_commands.command()
    async def delete(self, interaction: discord.Interaction[Moevatar], picture: str) -> None:
        """Ask once more, with the picture in sight."""
        if not re.fullmatch(_IMAGE_ID, picture):
            text = self._texts.text("delete.none_found", interaction.locale.value)
            await interaction.response.send_message(text, ephemeral=True)
            return
        view, files = await self._question(interaction, int(picture))
        await answer(interaction, view, files)

    @delete.autocomplete("picture")
    async def own_pictures(
        self, interaction: discord.Interaction[Moevatar], current: str
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
    async def turn(self, press: Press, page: int, favourites: bool) -> None:
        """Turn to a page of the gallery, in place."""
        view, files = await gallery_message(press, page, favourites=favourites)
        await replace(press, view, files)

    @action("open", "page", "favourites", "image")
    async def open(self, press: Press, page: int, favourites: bool, image: int) -> None:
        """Show one picture of a page, in place."""
        found = await self._collection.own_image(press.user.id, image)
        starred = await self._collection.is_favourite(press.user.id, image)
        view, files = await opened_message(
            press, found, favourite=starred, page=page, favourites=favourites
        )
        await replace(press, view, files)

    @action("star", "image", "on", "page", "favourites")
    async def star(self, press: Press, image: int, on: bool, page: int, favourites: bool) -> None:
        """Make a picture a favourite, or no longer one, and show it again with the other star."""
        await self._collection.set_favourite(press.user.id, image, on)
        await self.open(press, page, favourites, image)

    @action("ask-delete", "image")
    async def ask_delete(self, press: Press, image: int) -> None:
        """Ask once more, in place: what is deleted must not stay in sight with its buttons."""
        view, files = await self._question(press, image)
        await replace(press, view, files)

    @action("delete-for-good", "image")
    async def delete_for_good(self, press: Press, image: int) -> None:
        """The second, final press: delete, and say so in place."""
        await self._collection.delete(press.user.id, image)
        await self._close(press, "delete.done")

    @action("keep", "image")
    async def keep(self, press: Press, image: int) -> None:
        """The way back from deleting: say that nothing was deleted."""
        await self._close(press, "delete.kept")

    async def _question(self, interaction: discord.Interaction[Any], image_id: int) -> Message:
        """The picture, and whether it is to go for good."""
        texts, locale = self._texts, interaction.locale.value
        image = await self._collection.own_image(interaction.user.id, image_id)
        row: ui.ActionRow[ui.LayoutView] = ui.ActionRow(
            button(
                act("delete-for-good", image=image.id),
                label=texts.text("button.delete_for_good", locale),
                style=discord.ButtonStyle.danger,
            ),
            button(act("keep", image=image.id), label=texts.text("button.keep", locale)),
        )
        text = texts.text("delete.ask", locale)
        if not await present(self._collection, [image]):
            return card(ui.TextDisplay(text), row), []
        return await single_message(interaction.client, image, text, locale, row)

    async def _close(self, press: Press, key: str) -> None:
        texts, locale = self._texts, press.locale.value
        back: ui.ActionRow[Any] = ui.ActionRow(
            button(
                act("gallery", page=0, favourites=False),
                label=texts.text("button.back_to_gallery", locale),
            )
        )
        view = card(ui.TextDisplay(texts.text(key, locale)), back)
        await press.response.edit_message(view=view, attachments=[])
