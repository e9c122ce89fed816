"""What the message of a drawing looks like until it is done. Pure: data in, a view out."""

from __future__ import annotations

from io import BytesIO
from typing import Any, assert_never

import discord
from discord import ui

from bot.lanes import Drawing
from bot.storage.records import Generation
from bot.texts import Catalogue
from cogs.actions import act, button, card
from generation.backends.base import Progress
from generation.job import JobEvent, Queued
from generation.scheduler import Scheduler

_PREVIEW = "preview.webp"
_CELLS = 10
"""Of a progress bar that has more steps than it has room."""
_MEGABYTE = 1_000_000


def waiting_view(
    event: JobEvent[Drawing],
    generation: Generation,
    texts: Catalogue,
    locale: str,
    preview: bytes | None = None,
) -> ui.LayoutView:
    """The message while the job waits or is drawn; `preview_files` go with it."""
    items: list[ui.Item[Any]] = [
        ui.TextDisplay[Any](_waiting_text(event, generation, texts, locale))
    ]
    if preview:
        alt = texts.text("waiting.preview_alt", locale)
        shown = discord.MediaGalleryItem(f"attachment://{_PREVIEW}", description=alt)
        items.append(ui.MediaGallery[Any](shown))
    cancel = button(
        act("cancel", generation=generation.id), label=texts.text("button.cancel", locale)
    )
    return card(*items, ui.ActionRow[Any](cancel))


def preview_files(preview: bytes | None) -> list[discord.File]:
    """The files of a view with that preview."""
    return [discord.File(BytesIO(preview), _PREVIEW)] if preview else []


def _waiting_text(
    event: JobEvent[Drawing], generation: Generation, texts: Catalogue, locale: str
) -> str:
    member = f"<@{generation.owner_id}>"
    match event:
        case Queued():
            return _queued_text(event, member, texts, locale)
        case Progress():
            return _progress_text(event, generation, member, texts, locale)
        case _:
            return texts.text("waiting.started", locale, member=member)


def _queued_text(event: Queued, member: str, texts: Catalogue, locale: str) -> str:
    if event.ahead == 0:
        key = "waiting.queued_next"
    elif event.ahead < Scheduler.PLACES:
        key = "waiting.queued"
    else:
        key = "waiting.queued_far"
    text = texts.text(key, locale, member=member, ahead=event.ahead)
    if event.ready_at is None:
        return text
    when = discord.utils.format_dt(event.ready_at, "R")
    return f"{text}\n{texts.text('waiting.ready', locale, when=when)}"


def _progress_text(
    event: Progress, generation: Generation, member: str, texts: Catalogue, locale: str
) -> str:
    def text(key: str, **params: object) -> str:
        return texts.text(f"waiting.{key}", locale, member=member, **params)

    match event.stage:
        case "downloading":
            done, total = event.done // _MEGABYTE, event.total // _MEGABYTE
            return text("downloading", done=done, total=total, bar=_bar(event))
        case "loading":
            return text("loading")
        case "drawing" if event.total <= 1:
            return text("started")
        case "drawing":
            key = "steps" if generation.backend == "diffusers" else "progress"
            return text(key, done=event.done, total=event.total, bar=_bar(event))
        case _:
            assert_never(event.stage)


def _bar(event: Progress) -> str:
    if event.total <= 0:
        return ""
    cells = min(event.total, _CELLS)
    full = min(cells, event.done * cells // event.total)
    return "▰" * full + "▱" * (cells - full)
