"""deliver(): keep one message in step with one job, from its place in the queue to the pictures."""

from __future__ import annotations

import asyncio
import logging
from typing import Literal

import aiohttp
import discord

from bot.client import Moevatar
from bot.service import Submitted
from bot.storage.errors import StorageError
from cogs.ui.media import files_of
from cogs.ui.result import ended_view, result_view
from cogs.ui.shown import CannotBeShown, ShownMessage
from cogs.ui.waiting import preview_files, waiting_view
from generation.backends.base import Progress
from generation.errors import GenerationNotFound, PictureLost
from generation.job import Cancelled, Failed, Finished, Interrupted

log = logging.getLogger(__name__)

EDIT_INTERVAL_S = 1.0
"""Progress is shown at most this often; Discord allows about five edits in two seconds."""
PREVIEW_INTERVAL_S = 2.0
"""The same with a preview, which is uploaded each time."""
TRY_AGAIN_AFTER_S = (1.0, 5.0, 30.0)
"""How long the end waits between attempts while Discord cannot be reached."""

_UNREACHABLE = (discord.DiscordServerError, aiohttp.ClientError, OSError)
_NOT_SHOWN = (discord.HTTPException, CannotBeShown, aiohttp.ClientError, OSError)


async def deliver(client: Moevatar, submitted: Submitted, shown: ShownMessage) -> None:
    """Edit `shown` as the job goes on, and end with the pictures or with what became of them.

    A message that cannot be edited any more loses nothing: the pictures are stored before the job
    is finished, and the person is told where they are. While Discord cannot be reached, it is left
    to the next start.
    """
    job, locale = submitted.job, submitted.generation.locale
    await _show_progress(client, submitted, shown)
    try:
        await _insist_on_end(client, submitted, shown)
    except _NOT_SHOWN as error:
        log.warning("Job %d: its message cannot be edited (%s)", job.id, error)
        if isinstance(job.latest, Finished):
            await _say_where_they_are(shown, client.texts.text("result.message_lost", locale))
        if not isinstance(error, _UNREACHABLE):
            await _remember(client, submitted, "lost")
    else:
        await _remember(client, submitted, "shown")
    await _tell_operator(client, submitted)


async def _show_progress(client: Moevatar, submitted: Submitted, shown: ShownMessage) -> None:
    """Follow the job until it has ended; the newest event at most every `EDIT_INTERVAL_S`.

    Progress that cannot be shown is skipped: the end may well be shown.
    """
    job, generation = submitted
    is_shown = True  # the message was posted with the first event on it
    preview: bytes | None = None
    async for event in job.events():
        if job.done:
            return
        if isinstance(event, Progress):
            preview = event.preview or preview
        if not is_shown and shown.is_quick:
            try:
                view = waiting_view(event, generation, client.texts, generation.locale, preview)
                await shown.edit(view, preview_files(preview))
            except _NOT_SHOWN as error:
                log.info("Job %d: its progress cannot be shown (%s)", job.id, error)
        is_shown = False
        end = asyncio.ensure_future(job.wait())
        await asyncio.wait([end], timeout=PREVIEW_INTERVAL_S if preview else EDIT_INTERVAL_S)
        end.cancel()


async def _insist_on_end(client: Moevatar, submitted: Submitted, shown: ShownMessage) -> None:
    """Show the end, also if Discord cannot be reached for a while."""
    for pause_s in TRY_AGAIN_AFTER_S:
        try:
            return await _show_end(client, submitted, shown)
        except _UNREACHABLE as error:
            log.warning("Job %d: its end is shown in %g s (%s)", submitted.job.id, pause_s, error)
            await asyncio.sleep(pause_s)
    await _show_end(client, submitted, shown)


async def _show_end(client: Moevatar, submitted: Submitted, shown: ShownMessage) -> None:
    job, generation = submitted
    texts, locale = client.texts, generation.locale
    match job.latest:
        case Finished(drawing):
            try:
                files = await files_of(client.collection, drawing.images)
            except PictureLost as error:
                await shown.edit(ended_view(Failed(error), generation, texts, locale))
            else:
                await shown.edit(result_view(drawing, texts, locale), files)
        case Failed() | Cancelled() as event:
            await shown.edit(ended_view(event, generation, texts, locale))
        case Interrupted():
            log.info("Job %d: interrupted, goes on after the restart", job.id)
        case event:
            raise AssertionError(f"{event} does not end a job")


async def _remember(
    client: Moevatar, submitted: Submitted, delivery: Literal["shown", "lost"]
) -> None:
    """Keep that the end was told, so that the next start does not tell it again."""
    if isinstance(submitted.job.latest, Interrupted):
        return
    try:
        await client.avatars.delivered(submitted.job.id, delivery)
    except (StorageError, GenerationNotFound) as error:
        log.warning("Job %d: its delivery is not remembered (%s)", submitted.job.id, error)


async def _tell_operator(client: Moevatar, submitted: Submitted) -> None:
    job, generation = submitted
    if isinstance(job.latest, Failed):
        await client.alerts.failed(generation.backend, job.latest.error)
    elif isinstance(job.latest, Finished):
        client.alerts.worked(generation.backend)


async def _say_where_they_are(shown: ShownMessage, text: str) -> None:
    try:
        await shown.whisper(text)
    except _NOT_SHOWN as error:
        log.warning("Nor can the owner be told: %s", error)
