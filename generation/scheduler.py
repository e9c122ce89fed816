"""Scheduler: the jobs of one backend, fair to servers and their members, batched where it can."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Generator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from typing import ClassVar, Generic, TypeVar, assert_never

from generation.backends.base import (
    Backend,
    Batch,
    BatchEvent,
    BatchItem,
    ItemCancelled,
    ItemFailed,
    ItemFinished,
    ItemProgress,
    Released,
    Result,
)
from generation.capabilities import Description, Model
from generation.errors import DrawingFailed, QueueFull, UnknownBackend
from generation.fairness import FairOrder
from generation.job import (
    Cancelled,
    Failed,
    Finished,
    Interrupted,
    Job,
    JobEvent,
    Priority,
    Queued,
    Started,
    Work,
)
from generation.pace import Effort, Pace, Stopwatch, effort_of
from generation.problems import error_of

log = logging.getLogger(__name__)

R = TypeVar("R")


@dataclass(eq=False, slots=True)
class _Entry(Generic[R]):
    job: Job[R]
    work: Work[R]
    effort: Effort
    """What one of its pictures takes."""
    item_id: str | None = None
    """Known once it is in a batch."""
    storing: asyncio.Task[R] | None = None

    @property
    def images(self) -> int:
        return self.work.request.output.count


@dataclass(eq=False, slots=True)
class _Running(Generic[R]):
    """A batch in work."""

    entries: list[_Entry[R]]
    watch: Stopwatch
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    items: dict[str, _Entry[R]] = field(default_factory=dict[str, "_Entry[R]"])
    released: bool = False
    """Whether the device is free: what is left has only to be encoded."""


class Scheduler(Generic[R]):
    """Keeps a backend busy. Event loop only; the only writer of a job's state.

    When a slot is free, the job whose turn it is starts at once, and takes along those near it that
    may share its batch (`Backend.batch_key`): nobody waits for a batch to fill, and the next one
    forms while one is drawn. What is drawn and not stored yet holds up new batches past `UNSTORED`:
    a slow disk slows the drawing down, and fills no memory.

    Invariants: an entry is in `_waiting`, or in one of `_running`, or being stored, and its job is
    not done; a slot is taken while a batch in `_running` is not released; `_drawn` holds entries
    whose batch is released or that are being stored.
    """

    PLACES: ClassVar[int] = 100
    """How far ahead a place is told exactly, and a partner for a batch looked for; going further
    would cost every job time.
    """
    UNSTORED: ClassVar[int] = 16
    """Jobs that may be drawn and not stored yet when the next batch starts."""

    def __init__(
        self,
        backend: Backend,
        *,
        limit: int = 10_000,
        pace: Pace | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._backend = backend
        self._limit = limit
        self._clock = clock
        self._entries: dict[int, _Entry[R]] = {}
        self._waiting: FairOrder[_Entry[R]] = FairOrder()
        self._running: dict[asyncio.Task[None], _Running[R]] = {}
        self._drawn: set[_Entry[R]] = set()
        self._cancelling: set[asyncio.Task[None]] = set()
        self._pace = pace or Pace()
        self._reserved = 0
        self._closing = False

    def __len__(self) -> int:
        """Jobs that have not ended."""
        return len(self._entries)

    @property
    def waiting(self) -> int:
        """Jobs whose turn has not come."""
        return len(self._waiting)

    def seconds_per_image(self, model: Model) -> float | None:
        """How long a picture of `model` takes at its first size; `None` before one was drawn."""
        return self._pace.seconds(Effort(model.key, model.capabilities.sizes_px[0] ** 2))

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

        `job_id` must not be here already.
        """
        if job_id in self._entries:
            raise ValueError(f"job {job_id} is already queued")
        job: Job[R] = Job(job_id, owner_id, self._cancel, Queued(self.PLACES))
        if self._closing:
            job.publish(Interrupted())
            return job
        entry = self._entries[job_id] = _Entry(job, work, effort_of(work.request))
        self._waiting.add(entry, priority=priority, group=group_id, owner=owner_id)
        self._fill_slots()
        return job

    async def aclose(self, grace_s: float = 5.0) -> None:
        """Start nothing more, give running batches `grace_s` seconds, then stop them.

        What is left is `Interrupted`; what is drawn is stored.
        """
        self._closing = True
        for entry in list(self._waiting):
            self._waiting.remove(entry)
            self._end(entry, Interrupted())
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=grace_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await asyncio.gather(*self._cancelling, return_exceptions=True)
        storing = [entry.storing for entry in self._entries.values() if entry.storing]
        if storing:
            # gather would not do: from 3.12 on it waits for no `_stored`, where all are done.
            await asyncio.wait(storing)

    def _fill_slots(self) -> None:
        free = 0 if self._closing or not self._waiting else self._free_slots()
        for _ in range(free):
            if not self._waiting or len(self._drawn) >= self.UNSTORED:
                break
            self._start(self._next_together())
        self._tell_places()

    def _free_slots(self) -> int:
        taken = sum(not running.released for running in self._running.values())
        return self._backend.describe().concurrency - taken

    def _start(self, entries: list[_Entry[R]]) -> None:
        effort, images = entries[0].effort, sum(entry.images for entry in entries)
        running = _Running(entries, Stopwatch(self._pace, effort, images, self._clock))
        left_s = running.watch.left_s(_loaded(self._backend.describe()))
        for entry in entries:
            self._waiting.take(entry)
            entry.job.publish(Started(None if left_s is None else _in_s(left_s)))
        task = asyncio.create_task(self._draw(running), name=f"job-{entries[0].job.id}")
        self._running[task] = running
        task.add_done_callback(self._batch_ended)

    def _next_together(self) -> list[_Entry[R]]:
        """The entry whose turn it is, and those near it that may share its batch."""
        near = islice(self._waiting, self.PLACES)
        first = next(near)
        request = first.work.request
        if (key := self._backend.batch_key(request)) is None:
            return [first]
        try:
            model = self._backend.describe().model(request.model)
        except UnknownBackend:  # taken away just now: the backend says so
            return [first]
        together, room = [first], model.capabilities.candidates_per_call - first.images
        for entry in near:
            if room <= 0:
                break
            if entry.images <= room and self._backend.batch_key(entry.work.request) == key:
                together.append(entry)
                room -= entry.images
        return together

    async def _draw(self, running: _Running[R]) -> None:
        read: list[BatchItem] = []
        for entry in running.entries:
            try:
                item = await entry.work.item()
            except Exception as error:  # its own images are lost; the others' are not
                self._end(entry, Failed(error))
                continue
            entry.item_id = item.id
            running.items[item.id] = entry
            read.append(item)
        wanted = tuple(item for item in read if not running.items[item.id].job.done)
        if wanted:
            async with aclosing(self._backend.run(Batch(wanted))) as events:
                async for event in events:
                    self._take(event, running)

    def _take(self, event: BatchEvent, running: _Running[R]) -> None:
        if isinstance(event, Released):
            self._release(running)
            return
        entry = running.items[event.item_id]
        if entry.job.done:
            return
        match event:
            case ItemProgress():
                running.watch.note(event.progress.stage)
                entry.job.publish(event.progress)
            case ItemFinished():
                self._store(entry, event.result, running)
            case ItemFailed():
                self._end(entry, Failed(error_of(event.problem)))
            case ItemCancelled():
                self._end(entry, Cancelled())
            case _:
                assert_never(event)

    def _release(self, running: _Running[R]) -> None:
        """The device is free for the next batch."""
        if running.released:
            return
        running.released = True
        running.watch.drawn()
        self._drawn.update(entry for entry in running.items.values() if not entry.job.done)
        self._fill_slots()

    def _batch_ended(self, task: asyncio.Task[None]) -> None:
        """Publish how those ended of which the batch has told no end.

        A done callback, since a task cancelled early never runs its body.
        """
        running = self._running.pop(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, Exception):
            raise error  # SystemExit and the like are not ours to keep
        for entry in running.entries:
            if not entry.job.done and entry.storing is None:
                left = error or DrawingFailed(self._backend.describe().name)
                self._end(entry, Interrupted() if task.cancelled() else Failed(left))
        if not running.released:
            self._fill_slots()

    def _store(self, entry: _Entry[R], result: Result, running: _Running[R]) -> None:
        if len(result.images) != entry.images:
            name = self._backend.describe().name
            log.error("%s gave %d images of %d", name, len(result.images), entry.images)
            self._end(entry, Failed(DrawingFailed(name)))
            return
        running.watch.drawn()
        self._drawn.add(entry)
        finishing = entry.work.finish(result, running.started_at)
        entry.storing = asyncio.ensure_future(finishing)
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
        elif entry.item_id is not None:
            task = asyncio.ensure_future(self._backend.cancel(entry.item_id))
            self._cancelling.add(task)
            task.add_done_callback(self._cancelling.discard)

    def _end(self, entry: _Entry[R], event: JobEvent[R]) -> None:
        holds_up = entry in self._drawn and len(self._drawn) >= self.UNSTORED
        del self._entries[entry.job.id]
        self._drawn.discard(entry)
        entry.job.publish(event)
        if holds_up:
            self._fill_slots()

    def _tell_places(self) -> None:
        """Tell those who wait how many are ahead of them, and when they will probably be done."""
        if not self._waiting:
            return
        backend = self._backend.describe()
        concurrency, loaded = backend.concurrency, _loaded(backend)
        work_s = self._rest_of_batches_s(loaded)
        for ahead, entry in enumerate(islice(self._waiting, self.PLACES)):
            ready_at = None
            if work_s is not None:  # else nobody knows how long those ahead take
                own_s = self._pace.takes_s(entry.effort, entry.images, loaded)
                ready_at = None if own_s is None else _in_s(work_s / concurrency + own_s)
                work_s = None if own_s is None else work_s + own_s
            entry.job.publish(Queued(ahead, ready_at))

    def _rest_of_batches_s(self, loaded: set[str]) -> float | None:
        """How much the running batches have left; `None` where nobody knows."""
        rest_s = 0.0
        for running in self._running.values():
            if not running.released:
                left_s = running.watch.left_s(loaded)
                if left_s is None:
                    return None
                rest_s += left_s
        return rest_s


def _loaded(backend: Description) -> set[str]:
    """The keys of its models that are in memory."""
    return {model.key for model in backend.models if model.loaded}


def _in_s(seconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)
