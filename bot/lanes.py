"""Lanes: every backend with the scheduler before it, and the models that can be chosen."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.storage.records import Drawing
from generation.backends.base import Backend
from generation.capabilities import Model
from generation.errors import ModelGone, UnknownBackend
from generation.job import Job
from generation.naming import find_model, unknown
from generation.pace import Pace
from generation.request import backend_of
from generation.scheduler import Scheduler

DEFAULT_QUEUE_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Lane:
    """A backend and its scheduler."""

    backend: Backend
    scheduler: Scheduler[Drawing]

    async def aclose(self, grace_s: float) -> None:
        """End the scheduler first: the backend's threads are idle then."""
        await self.scheduler.aclose(grace_s)
        await self.backend.aclose()


@dataclass(frozen=True, slots=True)
class Business:
    """How a model is doing here."""

    waiting: int
    """Jobs that wait for it and for others of its backend."""
    seconds_per_image: float | None
    """As measured lately; `None` where nothing has been drawn with it."""


class Lanes:
    """All lanes, by the name of their backend. Event loop only."""

    def __init__(
        self,
        backends: Iterable[Backend],
        queue_limit: int = DEFAULT_QUEUE_LIMIT,
        pace: Pace | None = None,
    ) -> None:
        pace = pace or Pace()
        self._lanes = {
            backend.describe().name: Lane(backend, Scheduler(backend, limit=queue_limit, pace=pace))
            for backend in backends
        }

    async def open(self) -> None:
        """Let every backend look at what it has."""
        for lane in self._lanes.values():
            await lane.backend.open()

    def all(self) -> tuple[Lane, ...]:
        """Every lane, in the order of the backends."""
        return tuple(self._lanes.values())

    def lane(self, backend: str) -> Lane:
        """Raises `UnknownBackend`, which lists what can be chosen."""
        try:
            return self._lanes[backend]
        except KeyError:
            raise UnknownBackend(backend, tuple(model.key for model in self.models())) from None

    def models(self) -> Iterator[Model]:
        """What members can choose from, usable now or not."""
        for lane in self._lanes.values():
            yield from _models_of(lane)

    def model(self, key: str) -> Model:
        """The model for a key that is stored; the name of a backend alone stands for its first.

        Raises `ModelGone`.
        """
        if lane := self._lanes.get(backend_of(key)):
            for model in _models_of(lane):
                if key in (model.key, model.backend):
                    return model
        models = tuple(self.models())
        raise ModelGone(key, tuple(model.key for model in models), unknown(key, models).near)

    def named(self, typed: str) -> Model:
        """The model that somebody means by what they typed or chose.

        Raises `ModelGone`, `AmbiguousModel` or `UnknownBackend`.
        """
        try:
            return self.model(typed)
        except ModelGone:
            return find_model(typed, self.models())

    def job(self, job_id: int) -> Job[Drawing] | None:
        """The job with this id, as long as it has not ended."""
        jobs = (lane.scheduler.job(job_id) for lane in self._lanes.values())
        return next((job for job in jobs if job), None)

    async def aclose(self, grace_s: float = 5.0) -> None:
        """End every lane, side by side: one grace is for all."""
        await asyncio.gather(*(lane.aclose(grace_s) for lane in self._lanes.values()))


def _models_of(lane: Lane) -> Iterator[Model]:
    return (model for model in lane.backend.describe().models if model.capabilities.tasks)
