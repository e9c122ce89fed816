"""keep_row(): keep the row of a job in step with it, but for its pictures."""

from __future__ import annotations

import asyncio
import logging
from typing import Literal

from bot.lanes import Drawing
from bot.storage.avatars import AvatarStore
from bot.storage.errors import DatabaseBusy, DiskFull, GenerationClosed
from generation.errors import DrawingFailed, GenerationError, GenerationNotFound
from generation.job import Cancelled, Failed, Job, Queued

log = logging.getLogger(__name__)

TRY_AGAIN_AFTER_S = (1.0, 10.0, 60.0, 600.0)
"""How long an end that cannot be stored waits between attempts."""


async def keep_row(avatars: AvatarStore, job: Job[Drawing]) -> None:
    """Keep the row in step with the job: running, and an end that is no picture.

    An interrupted job stays open, to be resumed.
    """
    try:
        await _record_start(avatars, job)
        match await job.wait():
            case Failed(error):
                _log(job.id, error)
                await _insist_on_close(avatars, job.id, "failed", type(error).__name__)
            case Cancelled():
                log.info("Job %d cancelled", job.id)
                await _insist_on_close(avatars, job.id, "cancelled", None)
            case _:
                pass
    except (GenerationClosed, GenerationNotFound) as error:
        # The pictures were being saved, or all of it deleted, at that very moment.
        log.info("Job %d: %s", job.id, error)


def _log(job_id: int, error: Exception) -> None:
    """In a line where the cause is known by name, with a traceback where it is ours to find."""
    if isinstance(error, GenerationError) and not isinstance(error, DrawingFailed):
        log.warning("Job %d failed: %s", job_id, error)
    else:
        log.warning("Job %d failed", job_id, exc_info=error)


async def _record_start(avatars: AvatarStore, job: Job[Drawing]) -> None:
    """Mark the row as running. Nothing depends on it, so nothing waits for it."""
    async for event in job.events():
        if job.done:
            return
        if not isinstance(event, Queued):
            try:
                await avatars.started(job.id)
            except (GenerationClosed, DatabaseBusy, DiskFull) as error:
                log.info("Job %d: its start is not recorded (%s)", job.id, error)
            return


async def _insist_on_close(
    avatars: AvatarStore,
    generation_id: int,
    status: Literal["failed", "cancelled"],
    error: str | None,
) -> None:
    """Close a row, also if the disk is full for a while: open ones count against the limit."""
    for pause_s in TRY_AGAIN_AFTER_S:
        try:
            return await avatars.close(generation_id, status, error)
        except (DatabaseBusy, DiskFull) as refusal:
            log.warning("Job %d is closed in %g s (%s)", generation_id, pause_s, refusal)
            await asyncio.sleep(pause_s)
    await avatars.close(generation_id, status, error)
