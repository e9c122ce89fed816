"""One picture by itself: just picked, or opened from the gallery."""

from __future__ import annotations

import asyncio
from io import BytesIO

import discord
from discord import ui

from bot.client import Moevatar
from bot.storage.records import Image
from cogs.ui.persistent import button, card
from cogs.ui.result import alt_text
from generation.circles import circle_preview
from generation.lexicon import describe

Message = tuple[ui.LayoutView, list[discord.File]]


async def picked_message(interaction: discord.Interaction[Moevatar], image: Image) -> Message:
    """The picture that has just become somebody's avatar."""
    text = interaction.client.texts.text("picked.title", interaction.locale.value)
    return await _message(interaction, image, text)


async def opened_message(
    interaction: discord.Interaction[Moevatar],
    image: Image,
    *,
    favourite: bool,
    page: int,
    favourites: bool,
) -> Message:
    """A picture opened from page `page` of the gallery, with what can be done with it."""
    texts, locale = interaction.client.texts, interaction.locale.value
    text = texts.text("picked.opened", locale, id=image.id)
    star = "unfavourite" if favourite else "favourite"
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow(
        button(
            "make-mine",
            image.id,
            label=texts.text("button.make_mine", locale),
            style=discord.ButtonStyle.primary,
        ),
        button(
            "star",
            image.id,
            int(not favourite),
            page,
            int(favourites),
            label=texts.text(f"button.{star}", locale),
            emoji="⭐",
        ),
        button("vary", image.id, label=texts.text("button.vary_one", locale)),
        button(
            "ask-delete",
            image.id,
            label=texts.text("button.delete", locale),
            style=discord.ButtonStyle.danger,
        ),
        button(
            "gallery", page, int(favourites), label=texts.text("button.back_to_gallery", locale)
        ),
    )
    return await _message(interaction, image, text, row)


async def _message(
    interaction: discord.Interaction[Moevatar],
    image: Image,
    title: str,
    *rows: ui.ActionRow[ui.LayoutView],
) -> Message:
    """Large, then as circles on dark and light."""
    texts, locale = interaction.client.texts, interaction.locale.value
    png = await interaction.client.collection.picture(image)
    circles = await asyncio.to_thread(circle_preview, png)
    name = f"avatar-{image.id}.png"
    when = discord.utils.format_dt(image.created_at, "R")
    view = card(
        ui.TextDisplay(f"{title}\n{describe(image.traits, locale)}"),
        ui.MediaGallery(
            discord.MediaGalleryItem(
                f"attachment://{name}", description=alt_text(image.traits, texts, locale)
            )
        ),
        ui.TextDisplay(texts.text("picked.circles", locale)),
        ui.MediaGallery(
            discord.MediaGalleryItem(
                "attachment://circles.png", description=texts.text("picked.circles_alt", locale)
            )
        ),
        ui.TextDisplay(texts.text("picked.seed", locale, seed=image.seed, when=when)),
        *rows,
    )
    return view, [discord.File(BytesIO(png), name), discord.File(BytesIO(circles), "circles.png")]
