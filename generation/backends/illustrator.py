"""The built-in illustrator as a backend: no GPU, no key, no download."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from generation.backends.base import Capabilities, GeneratedImage, Progress, Report
from generation.backends.thread import Stopped, run_in_thread
from generation.errors import DrawingFailed
from generation.request import SIZES_PX, AvatarRequest

THREADS = 2
"""Requests drawn at the same time. libvips releases the interpreter lock while it rasterises."""


class IllustratorBackend:
    """Draws on `THREADS` executor threads, one request a thread."""

    name = "illustrator"
    capabilities = Capabilities(sizes_px=SIZES_PX, concurrency=THREADS)

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(THREADS, thread_name_prefix=self.name)

    async def generate(self, request: AvatarRequest, report: Report) -> tuple[GeneratedImage, ...]:
        """See `Backend.generate`; reports once a picture."""

        def work(report: Report, stop: threading.Event) -> tuple[GeneratedImage, ...]:
            return _draw_all(request, report, stop)

        try:
            return await run_in_thread(self._executor, work, report)
        except Exception as error:
            raise DrawingFailed(self.name) from error

    async def aclose(self) -> None:
        """Let the threads end; nothing is drawn any more when this is called."""
        self._executor.shutdown(wait=True, cancel_futures=True)


def _draw_all(
    request: AvatarRequest, report: Report, stop: threading.Event
) -> tuple[GeneratedImage, ...]:
    from generation import illustrator  # libvips loads here, on the thread, and not with the bot

    images: list[GeneratedImage] = []
    for candidate in request.candidates():
        if stop.is_set():
            raise Stopped
        traits = illustrator.complete(candidate.traits, candidate.seed)
        png = illustrator.draw(traits, candidate.seed, request.size_px)
        images.append(GeneratedImage(png, candidate.seed, traits, request.size_px, request.size_px))
        report(Progress(len(images), request.count))
    return tuple(images)
