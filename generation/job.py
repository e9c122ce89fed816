"""Job: one request in flight, what there is to do for it, and all that can be said of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Generic, Protocol, TypeVar

from generation.backends.base import BatchItem, Progress, Result
from generation.request import Request

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class Priority(IntEnum):
    """Who comes before whom, whatever the turns."""

    RESUMED = 0
    """Accepted by an earlier run of the program: it has waited once already."""
    NORMAL = 1


class Work(Protocol[R_co]):
    """What a job is about."""

    @property
    def request(self) -> Request:
        """What is asked for."""
        ...

    async def item(self) -> BatchItem:
        """What a backend is given: read when its turn has come."""
        ...

    async def finish(self, result: Result, started_at: datetime) -> R_co:
        """Keep the images; what it returns is the job's result. Nobody's turn waits for this."""
        ...


@dataclass(frozen=True, slots=True)
class Queued:
    """Waiting, with `ahead` others to start first (`Scheduler.PLACES`: that many or more)."""

    ahead: int
    ready_at: datetime | None = field(default=None, compare=False)
    """When it will probably be done, by what recent jobs took; `None` while there were none. It
    changes all the time, so by itself it is no news.
    """


@dataclass(frozen=True, slots=True)
class Started:
    """A slot is taken; nothing is drawn yet."""

    ready_at: datetime | None = field(default=None, compare=False)
    """As of `Queued`."""


@dataclass(frozen=True, slots=True)
class Finished(Generic[R]):
    """Done, and stored."""

    result: R


@dataclass(frozen=True, slots=True)
class Failed:
    """Ended by an error; `bot.user_errors` has the words for it."""

    error: Exception


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Ended by its owner or a moderator."""


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The program is stopping. The request stays accepted and runs again at the next start."""


JobEvent = Queued | Started | Progress | Finished[R] | Failed | Cancelled | Interrupted
TERMINAL = (Finished, Failed, Cancelled, Interrupted)


class Job(Generic[R]):
    """One request in flight. Event loop only.

    Holds the newest event and no others: a slow reader skips stale progress and cannot miss the
    end. Exactly one terminal event is published, and it is the last.
    """

    def __init__(
        self, job_id: int, owner_id: int, on_cancel: Callable[[Job[R]], None], event: JobEvent[R]
    ) -> None:
        self.id = job_id
        self.owner_id = owner_id
        self._on_cancel = on_cancel
        self._latest: JobEvent[R] = event
        self.ready_at: datetime | None = None
        """When it will probably be done, as far as was known when it started."""
        self._turn = asyncio.Event()

    @classmethod
    def ended(cls, job_id: int, owner_id: int, event: JobEvent[R]) -> Job[R]:
        """A job of an earlier run of the program, of which only the end is left to be told."""
        return cls(job_id, owner_id, lambda job: None, event)

    @property
    def latest(self) -> JobEvent[R]:
        """The newest event."""
        return self._latest

    @property
    def done(self) -> bool:
        """Whether the terminal event is out."""
        return isinstance(self._latest, TERMINAL)

    def publish(self, event: JobEvent[R]) -> None:
        """Make `event` the newest one; ignored once a terminal event is out."""
        if self.done or event == self._latest:
            return
        self._latest = event
        if isinstance(event, Started):
            self.ready_at = event.ready_at
        turn, self._turn = self._turn, asyncio.Event()
        turn.set()

    async def events(self) -> AsyncIterator[JobEvent[R]]:
        """Yield the newest event whenever it changes, ending with the terminal one.

        Any number of readers, any time.
        """
        while True:
            event, turn = self._latest, self._turn
            yield event
            if isinstance(event, TERMINAL):
                return
            await turn.wait()

    async def news(self, seen: JobEvent[R]) -> JobEvent[R]:
        """The newest event, as soon as it is another than `seen`."""
        while self._latest == seen:
            await self._turn.wait()
        return self._latest

    async def wait(self) -> JobEvent[R]:
        """The terminal event, as soon as it is out."""
        async for _ in self.events():
            pass
        return self._latest

    def cancel(self) -> None:
        """Ask for the end: `Cancelled`, unless the pictures are there already and being stored.

        Harmless when it is done.
        """
        if not self.done:
            self._on_cancel(self)
