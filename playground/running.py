"""Tasks that run beside a connection."""

import asyncio
import logging

log = logging.getLogger(__name__)


async def end_task(task: asyncio.Task[None]) -> None:
    """Cancel `task` and wait for its end; if it had failed by itself, that is in the log."""
    task.cancel()
    await asyncio.wait({task})
    error = None if task.cancelled() else task.exception()
    if error is not None and not isinstance(error, ConnectionError):
        log.error("A connection's writer failed", exc_info=error)
