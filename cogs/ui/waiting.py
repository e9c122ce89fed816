"""What the message of a drawing looks like until it is done. Pure: data in, a view out."""

from __future__ import annotations

from typing import Any, assert_never

import discord
from discord import ui

from bot.messenger import Content, File
from bot.storage.records import Drawing, Generation
from bot.texts import Sentences
from cogs.actions import act, button, card
from generation.backends.base import Progress
from generation.job import JobEvent, Queued
from generation.scheduler import Scheduler

_PREVIEW = "preview.webp"
_CELLS = 10
"""Of a progress bar that has more steps than it has room."""
_MEGABYTE = 1_000_000


def waiting_content(
    event: JobEvent[Drawing],
    generation: Generation,
    t: Sentences,
    preview: bytes | None = None,
) -> Content:
    """The message while the job waits or is drawn."""
    items: list[ui.Item[Any]] = [ui.TextDisplay[Any](_waiting_text(event, generation, t))]
    if preview:
        alt = t("waiting.preview_alt")
        shown = discord.MediaGalleryItem(f"attachment://{_PREVIEW}", description=alt)
        items.append(ui.MediaGallery[Any](shown))
    cancel = button(act("cancel", generation=generation.id), label=t("button.cancel"))
    files = (File(_PREVIEW, preview),) if preview else ()
    return Content(card(*items, ui.ActionRow[Any](cancel)), files)


def _waiting_text(event: JobEvent[Drawing], generation: Generation, t: Sentences) -> str:
    member = f"<@{generation.owner_id}>"
    match event:
        case Queued():
            return _queued_text(event, member, t)
        case Progress():
            return _progress_text(event, generation, member, t)
        case _:
            return t("waiting.started", member=member)


def _queued_text(event: Queued, member: str, t: Sentences) -> str:
    if event.ahead == 0:
        key = "waiting.queued_next"
    elif event.ahead < Scheduler.PLACES:
        key = "waiting.queued"
    else:
        key = "waiting.queued_far"
    text = t(key, member=member, ahead=event.ahead)
    if event.ready_at is None:
        return text
    when = discord.utils.format_dt(event.ready_at, "R")
    return f"{text}\n{t('waiting.ready', when=when)}"


def _progress_text(event: Progress, generation: Generation, member: str, t: Sentences) -> str:
    def text(key: str, **params: object) -> str:
        return t(f"waiting.{key}", member=member, **params)

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
