"""Fetches: the downloads of models that somebody has asked for; each once, whoever presses."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Collection
from contextlib import aclosing
from dataclasses import dataclass
from typing import assert_never

from bot.lanes import Lanes
from generation.backends.base import Faulty, Progress, Whole
from generation.problems import Problem
from generation.request import backend_of

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Fetch:
    """How far a download is, or how the last one ended."""

    done_bytes: int = 0
    total_bytes: int = 0
    """0 while nobody knows."""
    bytes_per_s: float | None = None
    is_running: bool = True
    problem: Problem | None = None
    """Why it ended too soon."""

    @property
    def left_s(self) -> float | None:
        """Seconds that it will take, going on like this; `None` while nobody knows."""
        if not self.bytes_per_s:
            return None
        return (self.total_bytes - self.done_bytes) / self.bytes_per_s


class Fetches:
    """Downloads by the key of their model. Event loop only.

    Invariant: a key is in `_tasks` exactly until its download has ended.
    """

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._known: dict[str, Fetch] = {}

    def of(self, key: str) -> Fetch | None:
        """The download of that model, running or failed; `None` where there was none, or it is
        here.
        """
        return self._known.get(key)

    def start(self, key: str) -> None:
        """Download that model, unless somebody does already. Raises `UnknownBackend`."""
        if key not in self._tasks:
            self._lanes.model(key)
            self._known[key] = Fetch()
            self._tasks[key] = task = asyncio.create_task(self._run(key), name=f"fetch-{key}")
            task.add_done_callback(lambda task: self._ended(key, task))

    async def cancel(self, key: str) -> None:
        """Stop that download, if it runs; what has come is kept."""
        if task := self._tasks.get(key):
            task.cancel()
            await asyncio.wait([task])

    async def wait(self, keys: Collection[str], timeout_s: float) -> None:
        """Wait until one of those downloads has ended, but not longer than that."""
        if tasks := [task for key, task in self._tasks.items() if key in keys]:
            await asyncio.wait(tasks, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)

    async def aclose(self) -> None:
        """Stop all of them."""
        for key in tuple(self._tasks):
            await self.cancel(key)

    async def _run(self, key: str) -> None:
        log.info("%s is being downloaded", key)
        backend = self._lanes.lane(backend_of(key)).backend
        first: tuple[float, int] | None = None
        async with aclosing(backend.fetch(key)) as events:
            async for event in events:
                match event:
                    case Progress(done, total):
                        first = first or (time.monotonic(), done)
                        self._known[key] = Fetch(done, total, _rate(first, done))
                    case Whole():
                        log.info("%s is here", key)
                        del self._known[key]
                    case Faulty(problem, cause):
                        log.warning("%s is not downloaded: %s", key, cause or problem.kind)
                        self._known[key] = Fetch(is_running=False, problem=problem)
                    case _:
                        assert_never(event)

    def _ended(self, key: str, task: asyncio.Task[None]) -> None:
        del self._tasks[key]
        if task.cancelled():
            log.info("%s: the download was stopped", key)
            self._known.pop(key, None)
        elif error := task.exception():
            log.error("The download of %s failed", key, exc_info=error)
            self._known.pop(key, None)


def _rate(first: tuple[float, int], done: int) -> float | None:
    """Bytes a second since the first that were told of."""
    since_s = time.monotonic() - first[0]
    return (done - first[1]) / since_s if since_s > 0 else None
