"""What is done to finished pictures, as a backend: a job like any other, on a lane of its own."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from generation.backends.base import (
    Capabilities,
    Drawn,
    Fact,
    GeneratedImage,
    Model,
    Progress,
    Report,
    Share,
)
from generation.backends.thread import Stopped, run_in_thread
from generation.errors import DrawingFailed
from generation.postprocess import MAX_SIDE_PX, TOOLS, apply_tool, traits_after
from generation.request import ApplyTool, Request


class ToolsBackend:
    """Applies the tool of `share.request` to `share.start`, on one thread."""

    name = "tools"
    concurrency = 1

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(1, thread_name_prefix=self.name)

    async def open(self) -> None:
        """There is nothing to look for: all comes with the bot."""

    def models(self) -> tuple[Model, ...]:
        """Itself. It has no task, so nobody is offered it."""
        can = Capabilities(tasks=frozenset(), sizes_px=(MAX_SIDE_PX,), transparent=True)
        return (Model(backend=self.name, name=self.name, title="Tools", capabilities=can),)

    def batch_key(self, request: Request) -> None:
        """Every picture is worked on alone."""

    async def generate(self, shares: Sequence[Share]) -> tuple[Drawn, ...]:
        """See `Backend.generate`; raises `TooLarge` and `NoFigure` as well.

        What has begun is finished before a cancel takes effect: seconds, for the largest pictures.
        """

        def work(report: Report, stop: threading.Event) -> tuple[Drawn, ...]:
            return tuple(_process(share, stop) for share in shares)

        drawn = await run_in_thread(self._executor, work, _ignore)
        for share in shares:
            share.report(Progress(1, 1))
        return drawn

    async def aclose(self) -> None:
        """Let the thread end; nothing is worked on any more when this is called."""
        self._executor.shutdown(wait=True, cancel_futures=True)


def _process(share: Share, stop: threading.Event) -> Drawn:
    if stop.is_set():
        raise Stopped
    request = share.request
    if not isinstance(request, ApplyTool) or share.start is None or request.tool not in TOOLS:
        raise DrawingFailed("tools")
    seed = request.output.seed
    made = apply_tool(request.tool, share.start, request.traits, seed, request.hand)
    given: dict[str, Fact] = {"tool": request.tool}
    if made.is_drawing and request.hand is not None:
        given["hand"] = request.hand
    image = GeneratedImage(
        png=made.png,
        seed=seed,
        traits=traits_after(request.tool, request.traits or request.subject.traits),
        width=made.width,
        height=made.height,
        given=given,
    )
    return Drawn((image,))


def _ignore(progress: Progress) -> None:
    """Progress is told once a share is done, on the loop."""
