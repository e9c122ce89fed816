"""10,000 jobs of 1,000 members in one queue, before a backend that takes no time.

The goal is less than 1 ms a job for everything the queue does, beside asyncio running the same
number of tasks. Members of 50 servers ask for 1 to 40 jobs each; fairness is Jain's index of how
many of a member's jobs were done when half of all were (1: all alike), for members who still had
some waiting.
"""

from __future__ import annotations

import asyncio
import time
import tracemalloc
from collections import Counter
from collections.abc import AsyncGenerator, Hashable
from dataclasses import dataclass
from datetime import datetime
from random import Random

from generation.backends.base import (
    Batch,
    BatchEvent,
    BatchItem,
    GeneratedImage,
    ItemFinished,
    Result,
)
from generation.backends.runs import WithoutFiles
from generation.capabilities import Capabilities, Description, Model
from generation.job import Job
from generation.request import Draw, Output, Request, Subject
from generation.scheduler import Scheduler
from generation.traits import Traits

JOBS, MEMBERS, SERVERS, TOGETHER = 10_000, 1_000, 50, 4
IMAGE = GeneratedImage(b"", 0, Traits(), 0, 0)
DRAWN = Result((IMAGE,))


class InstantBackend(WithoutFiles):
    """Draws nothing at once."""

    def __init__(self, together: int) -> None:
        capabilities = Capabilities(sizes_px=(512,), candidates_per_call=together)
        model = Model(backend="instant", name="instant", title="Instant", capabilities=capabilities)
        self._description = Description(name="instant", concurrency=1, models=(model,))
        self._together = together

    async def open(self) -> None:
        """Nothing to look at."""

    def describe(self) -> Description:
        """The one model."""
        return self._description

    def batch_key(self, request: Request) -> Hashable | None:
        """All alike, where batches are shared at all."""
        return "all" if self._together > 1 else None

    async def run(self, batch: Batch) -> AsyncGenerator[BatchEvent]:
        """An image of nothing for each, after one turn of the loop."""
        await asyncio.sleep(0)
        for item in batch.items:
            yield ItemFinished(item.id, DRAWN)

    async def cancel(self, item_id: str) -> None:
        """Nobody cancels here."""

    async def aclose(self) -> None:
        """Nothing to release."""


@dataclass(eq=False, slots=True)
class Work:
    """A job of `member`'s, which notes that it is done."""

    member: int
    request: Request
    done: list[int]

    async def item(self) -> BatchItem:
        """The request and nothing else."""
        return BatchItem(id=str(self.request.output.seed), request=self.request)

    async def finish(self, result: Result, started_at: datetime) -> None:
        """Note whose it was."""
        self.done.append(self.member)


def main() -> None:
    """Measure and print."""
    asyncio.run(_measure())


async def _measure() -> None:
    members = _members()
    print(f"{JOBS:,} jobs of {MEMBERS:,} members in {SERVERS} servers")
    print(f"{'asyncio tasks alone':28}{await _tasks_alone():8.3f} ms a job")
    for together in (1, TOGETHER):
        submit_ms, run_ms, done = await _run(members, together)
        title = f"the queue, {together} together"
        print(
            f"{title:28}{submit_ms + run_ms:8.3f} ms a job"
            f"  (to submit {submit_ms:.3f}, to run {run_ms:.3f})"
            f"  fairness {_fairness(members, done):.3f}"
        )
    print(f"memory a waiting job{'':8}{await _memory_kib(members):8.2f} KiB")


def _members() -> list[int]:
    """Whose each job is, in the order in which they are asked for: a few ask for a lot at once."""
    chance = Random(1)
    wanted = [chance.choice((1, 2, 5, 10, 40)) for _ in range(MEMBERS)]
    jobs = [member for member, count in enumerate(wanted) for _ in range(count)]
    jobs = (jobs * (1 + JOBS // len(jobs)))[:JOBS]
    chance.shuffle(jobs)
    return jobs


async def _tasks_alone() -> float:
    start = time.perf_counter()
    for _ in range(JOBS):
        await asyncio.create_task(asyncio.sleep(0))
    return (time.perf_counter() - start) * 1000 / JOBS


async def _run(members: list[int], together: int) -> tuple[float, float, list[int]]:
    queue: Scheduler[None] = Scheduler(InstantBackend(together))
    done: list[int] = []
    start = time.perf_counter()
    jobs = _submit(queue, members, done)
    submitted = time.perf_counter()
    for job in jobs:
        await job.wait()
    ended = time.perf_counter()
    return (submitted - start) * 1000 / JOBS, (ended - submitted) * 1000 / JOBS, done


def _submit(queue: Scheduler[None], members: list[int], done: list[int]) -> list[Job[None]]:
    return [
        queue.submit(
            Work(member, _request(number), done),
            job_id=number,
            owner_id=member,
            group_id=member % SERVERS,
        )
        for number, member in enumerate(members)
    ]


def _request(seed: int) -> Draw:
    return Draw(
        subject=Subject(prompt="", traits=Traits()),
        output=Output(count=1, seed=seed, size_px=512),
        model="instant",
    )


def _fairness(members: list[int], done: list[int]) -> float:
    """Jain's index, (sum x)² / (n · sum x²), of the jobs done at half time."""
    wanted, got = Counter(members), Counter(done[: len(done) // 2])
    counts = [got[member] for member in wanted if got[member] < wanted[member]]
    return sum(counts) ** 2 / (len(counts) * sum(count**2 for count in counts))


async def _memory_kib(members: list[int]) -> float:
    queue: Scheduler[None] = Scheduler(InstantBackend(1))
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    jobs = _submit(queue, members, [])
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    await queue.aclose(grace_s=0)
    return (after - before) / len(jobs) / 1024
