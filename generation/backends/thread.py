"""The bridge between blocking work on an executor thread and asyncio."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from typing import TypeVar

from generation.backends.base import Report

T = TypeVar("T")


class Stopped(Exception):
    """Raised by blocking work that has seen its stop flag."""


async def run_in_thread(
    executor: Executor, work: Callable[[Report, threading.Event], T], report: Report
) -> T:
    """Run blocking `work(report, stop)`; what it reports arrives on the loop, cancelling sets
    `stop`.

    `work` must look at `stop` at least once a step and raise `Stopped`. Returns or raises only
    after the thread is done with it, so that whoever holds a slot for it frees the slot at the
    right time.
    """
    loop, stop = asyncio.get_running_loop(), threading.Event()
    future = loop.run_in_executor(executor, work, partial(loop.call_soon_threadsafe, report), stop)
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        stop.set()
        while not future.done():
            with contextlib.suppress(asyncio.CancelledError):  # stopped is stopped
                await asyncio.wait([future])
        if not future.cancelled():
            future.exception()  # retrieved, or asyncio would log it as lost
        raise
