"""What is done to finished pictures, as a backend: a job like any other, with slots of its own."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from generation.backends.base import (
    Batch,
    BatchEvent,
    BatchItem,
    Fact,
    GeneratedImage,
    Progress,
    Result,
)
from generation.backends.runs import Run, Runs, Stopped, WithoutFiles
from generation.capabilities import Capabilities, Description, Model
from generation.errors import DrawingFailed, GenerationError
from generation.postprocess import MAX_SIDE_PX, TOOLS, apply_tool, traits_after
from generation.request import TOOLS as NAME
from generation.request import ApplyTool, Request

_DESCRIPTION = Description(
    name=NAME,
    concurrency=1,
    models=(
        Model(
            backend=NAME,
            name=NAME,
            title="Tools",
            capabilities=Capabilities(tasks=frozenset(), sizes_px=(MAX_SIDE_PX,)),
            loaded=True,
            device="cpu",
        ),
    ),
)


class ToolsBackend(WithoutFiles):
    """Applies the tool of a request to its picture, on one thread."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(1, thread_name_prefix=NAME)
        self._runs = Runs(NAME)

    async def open(self) -> None:
        """There is nothing to look for: what a tool lacks is said when it is used."""

    def describe(self) -> Description:
        """Itself. It has no task, so nobody is offered it."""
        return _DESCRIPTION

    def batch_key(self, request: Request) -> None:
        """Every picture is worked on alone."""

    def run(self, batch: Batch) -> AsyncGenerator[BatchEvent]:
        """See `Backend.run`; `TooLarge`, `NoFigure` and `NotInstalled` are ends."""
        return self._runs.events(batch, self._work)

    async def cancel(self, item_id: str) -> None:
        """See `Backend.cancel`. What has begun is finished first: seconds, for the largest."""
        self._runs.cancel(item_id)

    async def aclose(self) -> None:
        """Let the thread end; nothing is worked on any more when this is called."""
        self._executor.shutdown(wait=True, cancel_futures=True)

    async def _work(self, run: Run) -> None:
        await run.in_thread(self._executor, partial(_work_on_all, run))


def _work_on_all(run: Run) -> None:
    for item in run.items:
        if run.stop.is_set():
            raise Stopped
        try:
            image = _work_on(item)
        except GenerationError as error:
            run.fail(item, error)
        else:
            run.report(Progress(1, 1), item)
            run.finish(item, Result((image,)))


def _work_on(item: BatchItem) -> GeneratedImage:
    request = item.request
    if not isinstance(request, ApplyTool) or item.init_image is None or request.tool not in TOOLS:
        raise DrawingFailed(NAME)
    seed = request.output.seed
    made = apply_tool(request.tool, item.init_image, request.traits, seed, request.hand)
    metadata: dict[str, Fact] = {"tool": request.tool}
    if made.is_drawing and request.hand is not None:
        metadata["hand"] = request.hand
    return GeneratedImage(
        png=made.png,
        seed=seed,
        traits=traits_after(request.tool, request.traits or request.subject.traits),
        width=made.width,
        height=made.height,
        metadata=metadata,
    )
