"""JobQueue: the jobs of one backend, fair to servers and to their members, batched where it can."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from typing import ClassVar, Generic, TypeVar

from generation.backends.base import Backend, Outcome, Share, drawn_of, model_of
from generation.errors import GenerationError, QueueFull
from generation.fairness import FairOrder
from generation.job import Cancelled, Failed, Finished, Interrupted, Job, JobEvent, Queued, Started
from generation.pace import Pace
from generation.work import Priority, Work

R = TypeVar("R")


@dataclass(eq=False, slots=True)
class _Entry(Generic[R]):
    job: Job[R]
    work: Work[R]
    storing: asyncio.Task[R] | None = None


@dataclass(eq=False, slots=True)
class _Call(Generic[R]):
    """Jobs that are drawn together, and since when (seconds by the queue's clock)."""

    entries: list[_Entry[R]]
    model: str
    began_s: float
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def pictures(self) -> int:
        return sum(entry.work.request.output.count for entry in self.entries)


class JobQueue(Generic[R]):
    """Keeps a backend busy. Event loop only; the only writer of a job's state.

    When a slot is free, the job whose turn it is starts at once, and takes along those near it that
    may share its call (`Backend.batch_key`): nobody waits for a batch to fill, and the next one
    forms while one is drawn. Invariants: an entry is in `_waiting`, or in one of `_calls`, or being
    stored, and its job is not done; a slot is taken exactly while its task is in `_calls`.
    """

    PLACES: ClassVar[int] = 100
    """How far ahead a place is told exactly, and a partner for a call looked for; going further
    would cost every job time.
    """

    def __init__(
        self,
        backend: Backend,
        *,
        limit: int = 10_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._backend = backend
        self._limit = limit
        self._clock = clock
        self._entries: dict[int, _Entry[R]] = {}
        self._waiting: FairOrder[_Entry[R]] = FairOrder()
        self._calls: dict[asyncio.Task[None], _Call[R]] = {}
        self._pace = Pace()
        self._reserved = 0
        self._closing = False

    def __len__(self) -> int:
        """Jobs that have not ended."""
        return len(self._entries)

    @property
    def waiting(self) -> int:
        """Jobs whose turn has not come."""
        return len(self._waiting)

    def job(self, job_id: int) -> Job[R] | None:
        """The job with this id, as long as it has not ended."""
        entry = self._entries.get(job_id)
        return entry.job if entry else None

    @contextmanager
    def place(self) -> Generator[None]:
        """Keep a place free while a request is being stored, before it is submitted.

        Raises `QueueFull` if too many wait.
        """
        if len(self._waiting) + self._reserved >= self._limit:
            raise QueueFull(len(self._waiting))
        self._reserved += 1
        try:
            yield
        finally:
            self._reserved -= 1

    def submit(
        self,
        work: Work[R],
        *,
        job_id: int,
        owner_id: int,
        group_id: int,
        priority: Priority = Priority.NORMAL,
    ) -> Job[R]:
        """Accept `work`; it starts at once where a slot is free.

        `job_id` must not be in the queue already.
        """
        if job_id in self._entries:
            raise ValueError(f"job {job_id} is already queued")
        job: Job[R] = Job(job_id, owner_id, self._cancel, Queued(self.PLACES))
        if self._closing:
            job.publish(Interrupted())
            return job
        entry = self._entries[job_id] = _Entry(job, work)
        self._waiting.add(entry, priority=priority, group=group_id, owner=owner_id)
        self._fill_slots()
        return job

    async def aclose(self, grace_s: float = 5.0) -> None:
        """Start nothing more, give running calls `grace_s` seconds, then stop them.

        What is left is `Interrupted`; what is drawn is stored.
        """
        self._closing = True
        for entry in list(self._waiting):
            self._waiting.remove(entry)
            self._end(entry, Interrupted())
        if self._calls:
            _, late = await asyncio.wait(self._calls, timeout=grace_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        storing = [entry.storing for entry in self._entries.values() if entry.storing]
        await asyncio.gather(*storing, return_exceptions=True)

    def _fill_slots(self) -> None:
        while not self._closing and self._waiting and len(self._calls) < self._backend.concurrency:
            entries = self._next_together()
            for entry in entries:
                self._waiting.take(entry)
                entry.job.publish(Started())
            call = _Call(entries, entries[0].work.request.model, self._clock())
            task = asyncio.create_task(self._draw(call), name=f"job-{entries[0].job.id}")
            self._calls[task] = call
            task.add_done_callback(self._call_ended)
        self._tell_places()

    def _next_together(self) -> list[_Entry[R]]:
        """The entry whose turn it is, and those near it that may share its call."""
        near = islice(self._waiting, self.PLACES)
        first = next(near)
        request = first.work.request
        if (key := self._backend.batch_key(request)) is None:
            return [first]
        room = model_of(self._backend, request.model).capabilities.candidates_per_call
        together, room = [first], room - request.output.count
        for entry in near:
            if room <= 0:
                break
            other = entry.work.request
            if other.output.count <= room and self._backend.batch_key(other) == key:
                together.append(entry)
                room -= other.output.count
        return together

    async def _draw(self, call: _Call[R]) -> None:
        shares: dict[_Entry[R], Share] = {}
        for entry in call.entries:
            try:
                shares[entry] = await self._share(entry)
            except Exception as error:  # its own pictures are lost; the others' are not
                self._end(entry, Failed(error))
        if not shares:
            return
        outcomes = await self._backend.generate(tuple(shares.values()))
        self._pace.record(call.model, call.pictures, self._clock() - call.began_s)
        for entry, outcome in zip(shares, outcomes, strict=True):
            if entry.job.done:
                continue
            if isinstance(outcome, GenerationError):
                self._end(entry, Failed(outcome))
            else:
                self._store(entry, outcome, call.started_at)

    async def _share(self, entry: _Entry[R]) -> Share:
        work = entry.work
        inputs = await work.inputs()
        return Share(
            request=work.request,
            report=entry.job.publish,
            key=work.key,
            start=inputs.start,
            mask=inputs.mask,
        )

    def _call_ended(self, task: asyncio.Task[None]) -> None:
        """Publish how those ended that have no pictures.

        A done callback, since a task cancelled early never runs its body.
        """
        call = self._calls.pop(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, Exception):
            raise error  # SystemExit and the like are not ours to keep
        for entry in call.entries:
            if not entry.job.done and entry.storing is None:
                self._end(entry, Failed(error) if error else Interrupted())
        self._fill_slots()

    def _store(self, entry: _Entry[R], outcome: Outcome, started_at: datetime) -> None:
        async def finish() -> R:
            return await entry.work.finish(await drawn_of(outcome), started_at)

        entry.storing = asyncio.create_task(finish(), name=f"store-{entry.job.id}")
        entry.storing.add_done_callback(partial(self._stored, entry))

    def _stored(self, entry: _Entry[R], task: asyncio.Task[R]) -> None:
        if task.cancelled():
            self._end(entry, Interrupted())
        elif (error := task.exception()) is None:
            self._end(entry, Finished(task.result()))
        elif isinstance(error, Exception):
            self._end(entry, Failed(error))
        else:
            raise error

    def _cancel(self, job: Job[R]) -> None:
        entry = self._entries.get(job.id)
        if entry is None or entry.storing is not None:
            return
        self._end(entry, Cancelled())
        if entry in self._waiting:
            self._waiting.remove(entry)
            self._tell_places()
            return
        for task, call in self._calls.items():
            if entry in call.entries and all(other.job.done for other in call.entries):
                task.cancel()  # nobody waits for the call any more

    def _end(self, entry: _Entry[R], event: JobEvent[R]) -> None:
        del self._entries[entry.job.id]
        entry.job.publish(event)

    def _tell_places(self) -> None:
        """Tell those who wait how many are ahead of them, and when they will probably be done."""
        work_s = self._rest_of_calls_s()
        for ahead, entry in enumerate(islice(self._waiting, self.PLACES)):
            request = entry.work.request
            own_s = self._pace.seconds(request.model, request.output.count)
            ready_at = None
            if work_s is not None and own_s is not None:
                wait = timedelta(seconds=work_s / self._backend.concurrency + own_s)
                ready_at = datetime.now(UTC) + wait
                work_s += own_s
            else:
                work_s = None
            entry.job.publish(Queued(ahead, ready_at))

    def _rest_of_calls_s(self) -> float | None:
        """How much drawing the running calls have left; `None` where nobody knows."""
        rest_s = 0.0
        for call in self._calls.values():
            whole_s = self._pace.seconds(call.model, call.pictures)
            if whole_s is None:
                return None
            rest_s += max(0.0, whole_s - (self._clock() - call.began_s))
        return rest_s
