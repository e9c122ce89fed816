"""The built-in illustrator as a backend: no GPU, no key, no download."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from generation.backends.base import (
    Capabilities,
    Drawn,
    GeneratedImage,
    Model,
    Progress,
    Report,
    Share,
)
from generation.backends.thread import Stopped, run_in_thread
from generation.errors import DrawingFailed
from generation.request import DEFAULT_SIZE_PX, SIZES_PX, Request, candidates

THREADS = 2
"""Requests drawn at the same time. libvips releases the interpreter lock while it rasterises."""


class IllustratorBackend:
    """Draws on `THREADS` executor threads, one request a thread."""

    name = "illustrator"
    concurrency = THREADS

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(THREADS, thread_name_prefix=self.name)

    async def open(self) -> None:
        """Nothing to look for: libvips is loaded with the first picture, on its thread."""

    def models(self) -> tuple[Model, ...]:
        """The one illustrator."""
        sizes = (DEFAULT_SIZE_PX, *(size for size in SIZES_PX if size != DEFAULT_SIZE_PX))
        return (
            Model(
                backend=self.name,
                name=self.name,
                title="Illustrator",
                capabilities=Capabilities(sizes_px=sizes, transparent=True),
                loaded=True,
                device="cpu",
            ),
        )

    def batch_key(self, request: Request) -> None:
        """Drawing several together would save nothing."""

    async def generate(self, shares: Sequence[Share]) -> tuple[Drawn, ...]:
        """See `Backend.generate`; reports once a picture."""
        return tuple([await self._draw(share) for share in shares])

    async def _draw(self, share: Share) -> Drawn:
        def work(report: Report, stop: threading.Event) -> Drawn:
            return _draw_all(share.request, report, stop)

        try:
            return await run_in_thread(self._executor, work, share.report)
        except Exception as error:
            raise DrawingFailed(self.name) from error

    async def aclose(self) -> None:
        """Let the threads end; nothing is drawn any more when this is called."""
        self._executor.shutdown(wait=True, cancel_futures=True)


def _draw_all(request: Request, report: Report, stop: threading.Event) -> Drawn:
    from generation import illustrator  # libvips loads here, on the thread, and not with the bot

    size_px = request.output.size_px
    images: list[GeneratedImage] = []
    for candidate in candidates(request):
        if stop.is_set():
            raise Stopped
        traits = illustrator.complete(candidate.traits, candidate.seed)
        png = illustrator.draw(traits, candidate.seed, size_px)
        hand = {"hand": illustrator.HAND_VERSION}
        images.append(GeneratedImage(png, candidate.seed, traits, size_px, size_px, hand))
        report(Progress(len(images), request.output.count))
    return Drawn(tuple(images))
