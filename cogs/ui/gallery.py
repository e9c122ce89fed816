"""A page of somebody's gallery."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import discord
from discord import ui

from bot.client import Moevatar
from bot.storage.records import GalleryPage
from bot.texts import Catalogue
from cogs.actions import act, button, card, menu
from cogs.ui.media import files_of, gallery_of, present
from cogs.ui.picture import Message
from generation.lexicon import describe

_LABEL_LENGTH = 100  # Discord's limit for the label of a menu's option


async def gallery_message(
    interaction: discord.Interaction[Moevatar], page: int, *, favourites: bool
) -> Message:
    """Page `page` (from 0) of the gallery of whoever asks, pictures from our own disk."""
    collection = interaction.client.collection
    found = await collection.page(interaction.user.id, page, favourites=favourites)
    shown = replace(found, images=await present(collection, found.images))
    texts, locale = interaction.client.texts, interaction.locale.value
    view = _view(shown, favourites, texts, locale)
    return view, await files_of(collection, shown.images)


def _view(found: GalleryPage, favourites: bool, texts: Catalogue, locale: str) -> ui.LayoutView:
    suffix = "_favourites" if favourites else ""
    title = ui.TextDisplay[Any](texts.text(f"gallery.title{suffix}", locale))
    if not found.images:
        why = "error.picture_lost" if found.total else f"gallery.empty{suffix}"
        empty = ui.TextDisplay[Any](texts.text(why, locale))
        return card(title, empty, _turning_row(found, favourites, texts, locale))
    place = texts.text(
        "gallery.page", locale, page=found.page + 1, pages=found.pages, count=found.total
    )
    return card(
        title,
        gallery_of(found.images, texts, locale),
        ui.TextDisplay(place),
        ui.ActionRow(_opening_menu(found, favourites, texts, locale)),
        _turning_row(found, favourites, texts, locale),
    )


def _opening_menu(
    found: GalleryPage, favourites: bool, texts: Catalogue, locale: str
) -> ui.Select[Any]:
    options = [
        discord.SelectOption(
            label=texts.text(
                "gallery.option",
                locale,
                number=number,
                description=describe(image.traits, locale),
            )[:_LABEL_LENGTH],
            value=f"image={image.id}",
        )
        for number, image in enumerate(found.images, start=1)
    ]
    return menu(
        act("open", page=found.page, favourites=favourites),
        placeholder=texts.text("gallery.open", locale),
        options=options,
    )


def _turning_row(
    found: GalleryPage, favourites: bool, texts: Catalogue, locale: str
) -> ui.ActionRow[Any]:
    """Back, forward, and the filter. custom_ids stay distinct: back and forward never meet."""
    filter_word = "favourites_off" if favourites else "favourites_on"
    return ui.ActionRow(
        button(
            act("gallery", page=max(found.page - 1, 0), favourites=favourites),
            label=texts.text("button.previous", locale),
            emoji="◀️",
            disabled=found.page == 0,
        ),
        button(
            act("gallery", page=found.page + 1, favourites=favourites),
            label=texts.text("button.next", locale),
            emoji="▶️",
            disabled=found.page + 1 >= found.pages,
        ),
        button(
            act("gallery", page=0, favourites=not favourites),
            label=texts.text(f"button.{filter_word}", locale),
            emoji="⭐",
        ),
    )
