"""Pictures on messages: the files that travel along, and the gallery that shows them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import discord
from discord import ui

from bot.collection import Collection
from bot.storage.records import Image
from bot.texts import Catalogue
from generation.errors import PictureLost
from generation.lexicon import describe
from generation.traits import Traits

_ALT_LENGTH = 1024  # Discord's limit for the description of a picture


async def files_of(collection: Collection, images: Sequence[Image]) -> list[discord.File]:
    """The pictures to attach, from our own disk. Raises `PictureLost`."""
    pngs = await asyncio.gather(*(collection.picture(image) for image in images))
    return [
        discord.File(BytesIO(png), _filename(image))
        for png, image in zip(pngs, images, strict=True)
    ]


async def present(collection: Collection, images: Sequence[Image]) -> tuple[Image, ...]:
    """Those of `images` whose files are there: one that is lost must not hide the others."""
    read = await asyncio.gather(*map(collection.picture, images), return_exceptions=True)
    return tuple(
        image for image, png in zip(images, read, strict=True) if not isinstance(png, PictureLost)
    )


def gallery_of(images: Sequence[Image], texts: Catalogue, locale: str) -> ui.MediaGallery[Any]:
    """A gallery of what `files_of` attaches, with words for those who do not see it."""
    return ui.MediaGallery(
        *(
            discord.MediaGalleryItem(
                f"attachment://{_filename(image)}", description=_alt(image.traits, texts, locale)
            )
            for image in images
        )
    )


def _filename(image: Image) -> str:
    return f"avatar-{image.id}.png"


def _alt(traits: Traits, texts: Catalogue, locale: str) -> str:
    return texts.text("result.alt", locale, description=describe(traits, locale))[:_ALT_LENGTH]
