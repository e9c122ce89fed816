"""The built-in illustrator as a backend: no GPU, no key, no download."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

from generation.backends.base import (
    Batch,
    BatchEvent,
    GeneratedImage,
    Progress,
    Result,
)
from generation.backends.runs import Run, Runs, Stopped, WithoutFiles
from generation.capabilities import Capabilities, Description, Model
from generation.request import DEFAULT_SIZE_PX, SIZES_PX, Request, candidates

THREADS = 2
"""Requests drawn at the same time, where a core is left to the event loop. libvips releases the
interpreter lock while it rasterises.
"""
_NICENESS = 10
"""How far the drawing threads stand back. Farther, and one that holds the interpreter lock may not
be let on by other programs for so long that the loop waits for it.
"""


class IllustratorBackend(WithoutFiles):
    """Draws on up to `THREADS` executor threads, one request a thread."""

    NAME = "illustrator"

    def __init__(self) -> None:
        threads = max(1, min(THREADS, (os.cpu_count() or 1) - 1))
        self._executor = ThreadPoolExecutor(threads, self.NAME, initializer=_stand_back)
        self._description = replace(_DESCRIPTION, concurrency=threads)
        self._runs = Runs(self.NAME)

    async def open(self) -> None:
        """Nothing to look for: libvips is loaded with the first picture, on its thread."""

    def describe(self) -> Description:
        """The one illustrator."""
        return self._description

    def batch_key(self, request: Request) -> None:
        """Drawing several together would save nothing."""

    def run(self, batch: Batch) -> AsyncGenerator[BatchEvent]:
        """See `Backend.run`; tells once an image."""
        return self._runs.events(batch, self._draw)

    async def cancel(self, item_id: str) -> None:
        """See `Backend.cancel`; within an image."""
        self._runs.cancel(item_id)

    async def aclose(self) -> None:
        """Let the threads end; nothing is drawn any more when this is called."""
        self._executor.shutdown(wait=True, cancel_futures=True)

    async def _draw(self, run: Run) -> None:
        await run.in_thread(self._executor, partial(_draw_all, run))


def _stand_back() -> None:
    """Leave the processor to the event loop, where this thread and it both want it.

    Linux alone has a niceness for each thread.
    """
    if sys.platform == "linux":
        own = threading.get_native_id()
        niceness = min(19, os.getpriority(os.PRIO_PROCESS, own) + _NICENESS)
        os.setpriority(os.PRIO_PROCESS, own, niceness)


_DESCRIPTION = Description(
    name=IllustratorBackend.NAME,
    concurrency=THREADS,
    models=(
        Model(
            backend=IllustratorBackend.NAME,
            name=IllustratorBackend.NAME,
            title="Illustrator",
            capabilities=Capabilities(
                sizes_px=(DEFAULT_SIZE_PX, *(s for s in SIZES_PX if s != DEFAULT_SIZE_PX)),
                blends=True,
            ),
            loaded=True,
            device="cpu",
        ),
    ),
)


def _draw_all(run: Run) -> None:
    from generation import illustrator  # libvips loads here, on the thread, and not with the bot

    hand = {"hand": illustrator.HAND_VERSION}
    for item in run.items:
        size_px = item.request.output.size_px
        images: list[GeneratedImage] = []
        for candidate in candidates(item.request):
            if run.stop.is_set():
                raise Stopped
            traits = illustrator.complete(candidate.traits, candidate.seed)
            png = illustrator.draw(traits, candidate.seed, size_px)
            images.append(GeneratedImage(png, candidate.seed, traits, size_px, size_px, hand))
            run.report(Progress(len(images), item.request.output.count), item)
        run.finish(item, Result(tuple(images)))
