"""Pictures that a member attaches to a command: read for a drawing, given back with a refusal, and
taken from there by a press.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

import discord

from bot.messenger import UNREACHABLE, File, Messenger
from bot.service import Wishes
from generation.masks.attached import MaskNote, read_mask
from generation.photo import Photo, check_weight, read_photo
from generation.prompt_errors import MaskAlone

log = logging.getLogger(__name__)

REFERENCES = ("reference", "reference2", "reference3", "reference4")
Attached = Mapping[str, discord.Attachment]
"""By the option that each was attached to: "image", "mask", one of `REFERENCES`, "pose"."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """One of them. Says "thinking" while it is fetched and read."""

    interaction: discord.Interaction[Any]
    messenger: Messenger
    private: bool
    image: discord.Attachment

    async def read(self) -> bytes:
        """It as a PNG. Raises `BadPicture`, for a large file before it is fetched."""
        check_weight(self.image.size)
        if not self.interaction.response.is_done():  # by another picture
            await self.messenger.defer(self.interaction, private=self.private)
        return await asyncio.to_thread(read_photo, await self.image.read())


class AttachedMask:
    """A mask, and the picture that it is for, which is fetched and read once."""

    def __init__(self, picture: Photo, mask: discord.Attachment) -> None:
        self._picture = picture
        self._mask = mask
        self._png: bytes | None = None
        self.notes: tuple[MaskNote, ...] = ()
        """What is to be said of the mask, once it has been read."""

    async def picture(self) -> bytes:
        """The picture as a PNG. Raises `BadPicture`."""
        if self._png is None:
            self._png = await self._picture.read()
        return self._png

    async def read(self) -> bytes:
        """The mask as a PNG, as large as the picture. Raises `BadPicture`."""
        check_weight(self._mask.size)
        picture = await self.picture()
        found = await asyncio.to_thread(read_mask, await self._mask.read(), picture)
        self.notes = found.notes
        return found.png


@dataclass(frozen=True, slots=True)
class _Under:
    """The picture that lies under a mask."""

    mask: AttachedMask

    async def read(self) -> bytes:
        return await self.mask.picture()


def with_pictures(
    wishes: Wishes,
    attached: Attached,
    read: Callable[[discord.Attachment], Photo],
    most: int = len(REFERENCES),
) -> Wishes:
    """`wishes` with what is `attached`, and at most that many references. Raises `MaskAlone`."""
    references = [attached[name] for name in REFERENCES if name in attached]
    image, pose = attached.get("image"), attached.get("pose")
    photo, mask = read(image) if image else None, None
    if "mask" in attached:
        if photo is None:
            raise MaskAlone
        mask = AttachedMask(photo, attached["mask"])
        photo = _Under(mask)
    return replace(
        wishes,
        photo=photo,
        mask=mask,
        references=tuple(map(read, references[:most])),
        pose=read(pose) if pose else None,
    )


def attached_to(message: discord.Message | None) -> Attached:
    """What `given_back_with` gave back on `message`."""
    files = message.attachments if message else ()
    return {PurePath(file.filename).stem: file for file in files}


async def given_back_with(
    interaction: discord.Interaction[Any], attached: Attached, messenger: Messenger
) -> tuple[File, ...]:
    """What is `attached`, to go with a private refusal; nothing where it is more than a message
    holds, or cannot be fetched.
    """
    if sum(image.size for image in attached.values()) > interaction.filesize_limit:
        return ()
    await messenger.defer(interaction, private=True)
    try:
        return tuple(
            [
                File(f"{name}{PurePath(image.filename).suffix}", await image.read())
                for name, image in attached.items()
            ]
        )
    except (discord.HTTPException, *UNREACHABLE) as error:
        log.info("An attachment cannot be given back: %s", type(error).__name__)
        return ()
