"""JobQueue: runs async work in a few slots, fair to servers and to their members."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from itertools import islice
from typing import ClassVar, Generic, TypeVar

from generation.backends.base import Report
from generation.job import Cancelled, Failed, Finished, Interrupted, Job, JobEvent, Queued, Started

R = TypeVar("R")
Work = Callable[[Report], Awaitable[R]]


class JobQueue(Generic[R]):
    """Runs at most `slots` jobs at a time. Event loop only; the only writer of a job's state.

    Waiting jobs are taken in turn over the groups (servers), within a group in turn over the
    owners, and first come first served within an owner. Invariants: a job is in `_waiting` or in
    `_tasks` or done, never in two of them; a slot is taken exactly while its task is in `_tasks`;
    no group or owner without a job is kept.
    """

    PLACES: ClassVar[int] = 100
    """How far ahead a place is told exactly; counting further would cost every job time."""

    def __init__(self, slots: int) -> None:
        self._slots = slots
        self._work: dict[int, tuple[Job[R], Work[R], int]] = {}
        self._waiting: OrderedDict[int, OrderedDict[int, deque[Job[R]]]] = OrderedDict()
        self._tasks: dict[int, asyncio.Task[R]] = {}
        self._cancelled: set[int] = set()
        self._closing = False

    def __len__(self) -> int:
        """Jobs that wait or run."""
        return len(self._work)

    def job(self, job_id: int) -> Job[R] | None:
        """The job with this id, as long as it waits or runs."""
        entry = self._work.get(job_id)
        return entry[0] if entry else None

    def submit(self, work: Work[R], *, job_id: int, owner_id: int, group_id: int) -> Job[R]:
        """Accept `work`; it starts at once where a slot is free.

        `job_id` must not be in the queue already.
        """
        if job_id in self._work:
            raise ValueError(f"job {job_id} is already queued")
        job: Job[R] = Job(job_id, owner_id, self._cancel, Queued(self.PLACES))
        self._work[job_id] = (job, work, group_id)
        owners = self._waiting.setdefault(group_id, OrderedDict())
        owners.setdefault(owner_id, deque()).append(job)
        if self._closing:
            self._leave(job)
            job.publish(Interrupted())
        else:
            self._fill_slots()
        return job

    async def aclose(self, grace_s: float = 5.0) -> None:
        """Start nothing more, give running jobs `grace_s` seconds, then stop them.

        What is left is `Interrupted`.
        """
        self._closing = True
        for job in list(self._in_order()):
            self._leave(job)
            job.publish(Interrupted())
        if self._tasks:
            _, late = await asyncio.wait(self._tasks.values(), timeout=grace_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _fill_slots(self) -> None:
        while not self._closing and self._waiting and len(self._tasks) < self._slots:
            job = next(self._in_order())
            self._take(job)
            job.publish(Started())
            task = asyncio.create_task(self._run(job), name=f"job-{job.id}")
            task.add_done_callback(partial(self._ended, job))
            self._tasks[job.id] = task
        for ahead, job in enumerate(islice(self._in_order(), self.PLACES)):
            job.publish(Queued(ahead))

    async def _run(self, job: Job[R]) -> R:
        return await self._work[job.id][1](job.publish)

    def _ended(self, job: Job[R], task: asyncio.Task[R]) -> None:
        """Publish how it ended.

        A done callback, since a task cancelled early never runs its body.
        """
        del self._work[job.id], self._tasks[job.id]
        job.publish(self._outcome(job, task))
        self._cancelled.discard(job.id)
        self._fill_slots()

    def _outcome(self, job: Job[R], task: asyncio.Task[R]) -> JobEvent[R]:
        if task.cancelled():
            return Cancelled() if job.id in self._cancelled else Interrupted()
        if (error := task.exception()) is None:
            return Finished(task.result())
        if not isinstance(error, Exception):  # SystemExit and the like are not ours to keep
            raise error
        return Failed(error)

    def _cancel(self, job: Job[R]) -> None:
        if task := self._tasks.get(job.id):
            self._cancelled.add(job.id)
            task.cancel()
        elif job.id in self._work:
            self._leave(job)
            job.publish(Cancelled())
            self._fill_slots()

    def _take(self, job: Job[R]) -> None:
        """Remove the job whose turn it is, and send its owner and its group to the end of their
        rounds.
        """
        group_id = self._work[job.id][2]
        owners = self._waiting[group_id]
        owners[job.owner_id].popleft()
        owners.move_to_end(job.owner_id)
        self._waiting.move_to_end(group_id)
        self._forget_empty(group_id, job.owner_id)

    def _leave(self, job: Job[R]) -> None:
        """Remove a waiting job without having had its turn."""
        _, _, group_id = self._work.pop(job.id)
        self._waiting[group_id][job.owner_id].remove(job)
        self._forget_empty(group_id, job.owner_id)

    def _forget_empty(self, group_id: int, owner_id: int) -> None:
        owners = self._waiting[group_id]
        if not owners[owner_id]:
            del owners[owner_id]
        if not owners:
            del self._waiting[group_id]

    def _in_order(self) -> Iterator[Job[R]]:
        """The waiting jobs in the order in which they would start if nothing else came."""
        rounds = deque(
            deque(iter(jobs) for jobs in owners.values()) for owners in self._waiting.values()
        )
        while rounds:
            owners = rounds.popleft()
            jobs = owners.popleft()
            if (job := next(jobs, None)) is not None:
                yield job
                owners.append(jobs)
                rounds.append(owners)
            elif owners:
                rounds.appendleft(owners)  # an owner without jobs costs the group no turn
