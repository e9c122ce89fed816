"""A backend whose calls end when the test says so, and requests for it."""

import asyncio
from collections.abc import Hashable, Sequence
from typing import Any

from generation.backends.base import (
    Capabilities,
    Drawn,
    GeneratedImage,
    Model,
    Progress,
    Share,
    Task,
)
from generation.errors import GenerationError
from generation.request import Draw, Request, candidates
from generation.traits import Traits
from tests.generation.requests import draw


def request(seed: int = 0, *, model: str = "gated", **output: Any) -> Draw:
    return draw(model=model, seed=seed, **output)


class GatedBackend:
    """Draws `picture SEED` once its gate is open. Requests of one size may share a call."""

    name = "gated"

    def __init__(
        self,
        *,
        concurrency: int = 1,
        together: int = 1,
        tasks: tuple[Task, ...] = ("text-to-image",),
    ) -> None:
        self.concurrency = concurrency
        self._together = together
        self._tasks = frozenset(tasks)
        self.starts: list[bytes | None] = []
        self.calls: list[list[int]] = []
        """The seeds of each call, in the order in which they started."""
        self.gate = asyncio.Event()
        self.started = asyncio.Event()
        """Set whenever a call starts."""
        self.outcomes: dict[int, GenerationError] = {}
        self.breaks: Exception | None = None
        self.cancelled = 0

    async def open(self) -> None:
        pass

    def models(self) -> tuple[Model, ...]:
        capabilities = Capabilities(
            tasks=self._tasks, sizes_px=(512, 256), candidates_per_call=self._together
        )
        return tuple(
            Model(backend=self.name, name=name, title=name, capabilities=capabilities)
            for name in ("first", "second")
        )

    def batch_key(self, request: Request) -> Hashable | None:
        return (request.model, request.output.size_px) if self._together > 1 else None

    async def generate(self, shares: Sequence[Share]) -> tuple[Drawn | GenerationError, ...]:
        self.calls.append([share.request.output.seed for share in shares])
        self.starts += [share.start for share in shares]
        self.started.set()
        for share in shares:
            share.report(Progress(1, 2))
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.breaks:
            raise self.breaks
        return tuple(self._drawn(share.request) for share in shares)

    def _drawn(self, request: Request) -> Drawn | GenerationError:
        if error := self.outcomes.get(request.output.seed):
            return error
        seeds = (candidate.seed for candidate in candidates(request))
        return Drawn(
            tuple(
                GeneratedImage(f"picture {seed}".encode(), seed, Traits(), 512, 512)
                for seed in seeds
            )
        )

    async def aclose(self) -> None:
        pass
