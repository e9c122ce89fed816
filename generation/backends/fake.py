"""A backend that draws nothing and can be told what to do: for whoever tries what uses one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Hashable
from functools import cache

from generation.backends.base import (
    Batch,
    BatchEvent,
    BatchItem,
    Faulty,
    GeneratedImage,
    Progress,
    Result,
    StockEvent,
    Whole,
)
from generation.backends.runs import Run, Runs, WithoutFiles
from generation.capabilities import Capabilities, Description, Model, Task
from generation.errors import GenerationError, UnknownBackend
from generation.problems import problem_of
from generation.request import REFINE_STRENGTHS, Request, candidates
from generation.shapes import SHAPES, frame
from generation.tuning import Adjustable


class FakeBackend(WithoutFiles):
    """Gives plain pictures in a colour of their seed, once `gate` is open. Event loop only.

    What it is to do otherwise, and what it was asked, is in its attributes.
    """

    def __init__(
        self,
        name: str = "fake",
        *,
        concurrency: int = 1,
        together: int = 1,
        models: tuple[str, ...] = ("first", "second"),
        tasks: tuple[Task, ...] = ("text-to-image",),
        references: int = 0,
        poses: bool = False,
        settings: Adjustable | None = None,
        open_gate: bool = True,
        absent: tuple[str, ...] = (),
    ) -> None:
        """`together`: how many images a batch holds; requests of one size and model share it.
        `absent`: those of its models that have to be fetched first.
        """
        self.name = name
        self.concurrency = concurrency
        self.gate = asyncio.Event()
        """Batches wait for it once they have begun."""
        self.batches: list[Batch] = []
        """What was asked for, in the order in which it began."""
        self.begun = asyncio.Event()
        """Set whenever a batch begins."""
        self.failures: dict[int, Exception] = {}
        """By the seed of a request: what becomes of it, in place of images."""
        self.breaks: Exception | None = None
        """What becomes of every batch."""
        self.lacking = 0
        """How many images of each request are left out."""
        self.cancelled = 0
        """Batches that were stopped."""
        self.fetch_gate = asyncio.Event()
        """Downloads wait for it half way."""
        self.fetch_fails: GenerationError | None = None
        """What becomes of the next downloads."""
        self.fetches: list[str] = []
        """What was to be fetched, by key."""
        self._absent = set(absent)
        self._models = models
        self._can = Capabilities(
            tasks=frozenset(tasks),
            sizes_px=(512, 256),
            shapes=SHAPES,
            candidates_per_call=together,
            references=references,
            poses=poses,
            settings=settings,
            refines=frozenset(REFINE_STRENGTHS) if "image-to-image" in tasks else frozenset(),
            finest_px=1024,
        )
        self._runs = Runs(name)
        if open_gate:
            self.gate.set()

    async def open(self) -> None:
        """Nothing to look for."""

    def describe(self) -> Description:
        """As many models as it was made with, all alike."""
        models = (
            Model(
                backend=self.name,
                name=name,
                title=name,
                capabilities=self._can,
                is_here=name not in self._absent,
                can_fetch=name in self._absent,
            )
            for name in self._models
        )
        return Description(name=self.name, concurrency=self.concurrency, models=tuple(models))

    def batch_key(self, request: Request) -> Hashable | None:
        """The model and the size, where batches are shared at all."""
        output, shares = request.output, self._can.candidates_per_call > 1
        return (request.model, output.size_px, output.shape) if shares else None

    def run(self, batch: Batch) -> AsyncGenerator[BatchEvent]:
        """See `Backend.run`; tells a preview at half time."""
        return self._runs.events(batch, self._draw)

    async def cancel(self, item_id: str) -> None:
        """See `Backend.cancel`."""
        self._runs.cancel(item_id)

    async def fetch(self, model: str) -> AsyncGenerator[StockEvent]:
        """See `Backend.fetch`; tells of half the bytes before `fetch_gate`."""
        try:
            name = self.describe().model(model).name
        except UnknownBackend as error:
            yield Faulty(problem_of(error))
            return
        self.fetches.append(model)
        if name in self._absent:
            yield Progress(50_000_000, 100_000_000, "downloading")
            await self.fetch_gate.wait()
            if self.fetch_fails is not None:
                yield Faulty(problem_of(self.fetch_fails), "the test wants it so")
                return
            yield Progress(100_000_000, 100_000_000, "downloading")
            self._absent.discard(name)
        yield Whole()

    async def aclose(self) -> None:
        """Nothing to release."""

    async def _draw(self, run: Run) -> None:
        self.batches.append(Batch(run.items))
        self.begun.set()
        run.report(Progress(1, 2, preview=_png(0, 8, 8)))
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.breaks is not None:
            raise self.breaks
        run.release()
        for item in run.items:
            if error := self.failures.get(item.request.output.seed):
                run.fail(item, error)
            else:
                run.finish(item, self._result(item))

    def _result(self, item: BatchItem) -> Result:
        wanted = candidates(item.request)
        output = item.request.output
        width, height = frame(output.shape, output.size_px, 8)
        images = (
            GeneratedImage(_png(one.seed, width, height), one.seed, one.traits, width, height)
            for one in wanted[: len(wanted) - self.lacking]
        )
        return Result(tuple(images))


@cache
def _png(seed: int, width: int, height: int) -> bytes:
    """A PNG of one colour, which is the seed's own for the first 16 million."""
    import io

    from PIL import Image

    buffer = io.BytesIO()
    color = (seed >> 16 & 255, seed >> 8 & 255, seed & 255)
    Image.new("RGB", (width, height), color).save(buffer, "PNG")
    return buffer.getvalue()
