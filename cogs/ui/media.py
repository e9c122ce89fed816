"""Pictures on messages: the files that show them, within what Discord takes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot.messenger import FILE_LIMIT_BYTES, REQUEST_LIMIT_BYTES, File
from bot.storage.disk import PictureFiles
from bot.storage.records import Image
from bot.texts import Sentences
from generation.errors import PictureLost
from generation.lexicon import describe
from generation.rendition import fit_all, numbered

_BANNER = 2
"""A picture so many times as wide as high is one."""
_ALT_LENGTH = 1024  # Discord's limit for the description of a picture


@dataclass(frozen=True, slots=True)
class Shown:
    """A stored picture, and the file that shows it: `None` where nothing can."""

    image: Image
    file: File | None


async def fitted(
    pictures: PictureFiles, images: Sequence[Image], file_limit_bytes: int = FILE_LIMIT_BYTES
) -> tuple[Shown, ...]:
    """The pictures as they are where they fit a message together, else smaller."""
    pngs = await _read(pictures, images)
    present = [png for png in pngs if png is not None]
    made = iter(
        await asyncio.to_thread(fit_all, present, file_limit_bytes, REQUEST_LIMIT_BYTES)
        if sum(map(len, present)) > min(file_limit_bytes, REQUEST_LIMIT_BYTES)
        else ()
    )
    shown: list[Shown] = []
    for image, png in zip(images, pngs, strict=True):
        file = None
        if png is not None:
            rendition = next(made, None)
            extension = rendition.extension if rendition else ".png"
            file = File(f"avatar-{image.id}{extension}", rendition.data if rendition else png)
        shown.append(Shown(image, file))
    return tuple(shown)


async def thumbnails(pictures: PictureFiles, images: Sequence[Image]) -> tuple[Shown, ...]:
    """The pictures as the tiles of a page, with their numbers on them, from 1."""

    async def tile(number: int, image: Image) -> Shown:
        try:
            small = await pictures.thumbnail(image.sha256)
        except PictureLost:  # one that is lost must not hide the others
            return Shown(image, None)
        made = await asyncio.to_thread(numbered, small, number)
        return Shown(image, File(f"avatar-{image.id}.webp", made))

    return tuple(await asyncio.gather(*(tile(n, image) for n, image in enumerate(images, 1))))


def gallery_of(shown: Sequence[Shown], t: Sentences) -> ui.MediaGallery[Any]:
    """A gallery of those that can be shown, with words for those who do not see it."""
    return ui.MediaGallery(
        *(
            discord.MediaGalleryItem(
                f"attachment://{one.file.name}", description=_alt(one.image, t)
            )
            for one in shown
            if one.file
        )
    )


def galleries_of(shown: Sequence[Shown], t: Sentences) -> list[ui.MediaGallery[Any]]:
    """The same, with one for each banner: of several pictures in one gallery Discord shows the
    middle, which of those would be a third.
    """
    if all(one.image.width < _BANNER * one.image.height for one in shown):
        return [gallery_of(shown, t)]
    return [gallery_of([one], t) for one in shown if one.file]


def files_of(shown: Sequence[Shown]) -> tuple[File, ...]:
    """What travels with such a gallery."""
    return tuple(one.file for one in shown if one.file)


async def _read(pictures: PictureFiles, images: Sequence[Image]) -> list[bytes | None]:
    """The PNGs, `None` for what is lost: one that is must not hide the others."""
    reads = (pictures.read(image.sha256) for image in images)
    read = await asyncio.gather(*reads, return_exceptions=True)
    pngs: list[bytes | None] = []
    for png in read:
        if isinstance(png, BaseException) and not isinstance(png, PictureLost):
            raise png
        pngs.append(None if isinstance(png, BaseException) else png)
    return pngs


def _alt(image: Image, t: Sentences) -> str:
    return t("result.alt", description=describe(image.traits, t.locale))[:_ALT_LENGTH]
