"""One picture by itself: shown, just picked, or opened from the gallery."""

from __future__ import annotations

import asyncio
from io import BytesIO
from typing import Any

import discord
from discord import ui

from bot.client import Moevatar
from bot.storage.records import Image
from bot.texts import Catalogue
from cogs.actions import act, button, card
from cogs.ui.media import files_of, gallery_of
from cogs.ui.wording import as_line
from generation.circles import circle_preview
from generation.lexicon import describe
from generation.postprocess import possible_tools

Message = tuple[ui.LayoutView, list[discord.File]]
"""What to send, and the files it shows."""


async def single_message(
    client: Moevatar, image: Image, text: str, locale: str, *rows: ui.ActionRow[Any]
) -> Message:
    """`text` above the picture, buttons below."""
    gallery = gallery_of([image], client.texts, locale)
    view = card(ui.TextDisplay(text), gallery, *rows)
    return view, await files_of(client.collection, [image])


async def picked_message(interaction: discord.Interaction[Moevatar], image: Image) -> Message:
    """The picture that has just become somebody's avatar."""
    texts, locale = interaction.client.texts, interaction.locale.value
    title = texts.text("picked.title", locale)
    return await _with_circles(interaction, image, title, _tools_row(image, texts, locale))


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

    def label(word: str) -> str:
        return texts.text(f"button.{word}", locale)

    blue, red = discord.ButtonStyle.primary, discord.ButtonStyle.danger
    star = "unfavourite" if favourite else "favourite"
    row: ui.ActionRow[Any] = ui.ActionRow(
        button(act("pick", image=image.id), label=label("make_mine"), style=blue),
        button(
            act("star", image=image.id, on=not favourite, page=page, favourites=favourites),
            label=label(star),
            emoji="⭐",
        ),
        button(act("vary", image=image.id), label=label("vary_one")),
        button(act("ask-delete", image=image.id), label=label("delete"), style=red),
        button(act("gallery", page=page, favourites=favourites), label=label("back_to_gallery")),
    )
    title = texts.text("picked.opened", locale, id=image.id)
    tools = _tools_row(image, texts, locale)
    return await _with_circles(interaction, image, title, row, tools)


def _tools_row(image: Image, texts: Catalogue, locale: str) -> ui.ActionRow[Any]:
    """What can be made of the picture."""
    return ui.ActionRow(
        *(
            button(
                act("tool", image=image.id, tool=tool), label=texts.text(f"button.{tool}", locale)
            )
            for tool in possible_tools(image.width, image.height, image.bytes, image.traits)
        )
    )


async def _with_circles(
    interaction: discord.Interaction[Moevatar],
    image: Image,
    title: str,
    *rows: ui.ActionRow[Any],
) -> Message:
    """Large, then as circles on dark and light."""
    client, locale = interaction.client, interaction.locale.value
    texts = client.texts
    png = await client.collection.picture(image)
    circles = await asyncio.to_thread(circle_preview, png)
    when = discord.utils.format_dt(image.created_at, "R")
    view = card(
        ui.TextDisplay(f"{title}\n{as_line(describe(image.traits, locale))}"),
        gallery_of([image], texts, locale),
        ui.TextDisplay(texts.text("picked.circles", locale)),
        ui.MediaGallery(
            discord.MediaGalleryItem(
                "attachment://circles.png", description=texts.text("picked.circles_alt", locale)
            )
        ),
        ui.TextDisplay(texts.text("picked.seed", locale, seed=image.seed, when=when)),
        *rows,
    )
    files = await files_of(client.collection, [image])
    return view, [*files, discord.File(BytesIO(circles), "circles.png")]
