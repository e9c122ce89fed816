"""The queue: slots, fairness, cancelling, closing."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from generation.backends.base import Progress, Report
from generation.job import Cancelled, Failed, Finished, Interrupted, Job, Queued, Started
from generation.queue import JobQueue


class Bench:
    """A queue whose jobs end when the test says so, and the order in which they started."""

    def __init__(self, slots: int) -> None:
        self.queue: JobQueue[str] = JobQueue(slots)
        self.started: list[int] = []
        self.gates: dict[int, asyncio.Event] = {}

    def add(self, job_id: int, *, owner: int = 1, group: int = 1) -> Job[str]:
        gate = self.gates[job_id] = asyncio.Event()

        async def work(report: Report) -> str:
            self.started.append(job_id)
            report(Progress(1, 2))
            await gate.wait()
            return f"picture {job_id}"

        return self.queue.submit(work, job_id=job_id, owner_id=owner, group_id=group)

    async def finish_all_in_order(self, jobs: list[Job[str]]) -> None:
        for gate in self.gates.values():
            gate.set()
        for job in jobs:
            await job.wait()


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    bench = Bench(slots=1)
    yield bench
    await bench.queue.aclose(grace_s=0)


async def running(job: Job[str]) -> None:
    async for event in job.events():
        if isinstance(event, Progress):
            return


async def test_a_finished_job_carries_its_result(bench: Bench) -> None:
    job = bench.add(1)
    bench.gates[1].set()

    assert await job.wait() == Finished("picture 1")


async def test_a_reader_that_comes_late_sees_the_end_at_once(bench: Bench) -> None:
    job = bench.add(1)
    bench.gates[1].set()
    await job.wait()

    assert [event async for event in job.events()] == [Finished("picture 1")]


async def test_owners_of_a_server_take_turns(bench: Bench) -> None:
    jobs = [bench.add(n, owner=1) for n in (1, 2, 3)] + [bench.add(n, owner=2) for n in (4, 5)]

    await bench.finish_all_in_order(jobs)

    assert bench.started == [1, 2, 4, 3, 5]


async def test_servers_take_turns_whatever_their_size(bench: Bench) -> None:
    big = [bench.add(n, owner=n, group=1) for n in range(1, 6)]
    small = [bench.add(n, owner=n, group=2) for n in (11, 12)]

    await bench.finish_all_in_order(big + small)

    assert bench.started == [1, 2, 11, 3, 12, 4, 5]


async def test_a_place_counts_those_who_go_first(bench: Bench) -> None:
    bench.add(1, owner=1)
    second = bench.add(2, owner=1)
    third = bench.add(3, owner=1)
    other = bench.add(4, owner=2)

    assert second.latest == Queued(0)
    assert third.latest == Queued(2)
    assert other.latest == Queued(1)


async def test_a_job_that_finds_a_free_slot_never_waits(bench: Bench) -> None:
    assert bench.add(1).latest == Started()


async def test_a_place_too_far_back_to_count_is_not_said_to_be_the_next(bench: Bench) -> None:
    jobs = [bench.add(n) for n in range(JobQueue.PLACES + 3)]

    assert jobs[-3].latest == Queued(JobQueue.PLACES - 1)
    assert jobs[-2].latest == Queued(JobQueue.PLACES)
    assert jobs[-1].latest == Queued(JobQueue.PLACES)


async def test_no_more_jobs_run_than_there_are_slots() -> None:
    bench = Bench(slots=2)
    jobs = [bench.add(n, owner=n) for n in (1, 2, 3)]
    await running(jobs[0])
    await running(jobs[1])

    assert bench.started == [1, 2]
    await bench.finish_all_in_order(jobs)


async def test_cancelling_a_waiting_job_lets_the_next_move_up(bench: Bench) -> None:
    bench.add(1)
    waiting, behind = bench.add(2), bench.add(3)

    waiting.cancel()

    assert waiting.latest == Cancelled()
    assert behind.latest == Queued(0)


async def test_cancelling_a_running_job_frees_its_slot(bench: Bench) -> None:
    first, second = bench.add(1), bench.add(2)
    await running(first)

    first.cancel()

    assert await first.wait() == Cancelled()
    await running(second)
    assert bench.started == [1, 2]


async def test_a_job_cancelled_before_its_task_had_a_turn_frees_its_slot(bench: Bench) -> None:
    first, second = bench.add(1), bench.add(2)

    first.cancel()

    assert await first.wait() == Cancelled()
    await running(second)
    assert bench.started == [2]


async def test_cancelling_a_finished_job_changes_nothing(bench: Bench) -> None:
    job = bench.add(1)
    bench.gates[1].set()
    await job.wait()

    job.cancel()

    assert job.latest == Finished("picture 1")


async def test_a_failing_job_says_why_and_the_next_one_runs(bench: Bench) -> None:
    error = RuntimeError("no ink")

    async def work(report: Report) -> str:
        raise error

    failing = bench.queue.submit(work, job_id=1, owner_id=1, group_id=1)
    bench.add(2)

    assert await failing.wait() == Failed(error)
    bench.gates[2].set()


async def test_closing_interrupts_what_waits_and_what_outlasts_the_grace(bench: Bench) -> None:
    running_job, waiting = bench.add(1), bench.add(2)
    await running(running_job)

    await bench.queue.aclose(grace_s=0)

    assert running_job.latest == Interrupted()
    assert waiting.latest == Interrupted()
    assert len(bench.queue) == 0


async def test_a_job_that_comes_while_closing_is_interrupted(bench: Bench) -> None:
    await bench.queue.aclose()

    assert bench.add(1).latest == Interrupted()


async def test_an_id_is_queued_once(bench: Bench) -> None:
    bench.add(1)

    with pytest.raises(ValueError, match="already queued"):
        bench.add(1)


async def test_events_begin_with_the_newest_and_end_with_the_terminal_one(bench: Bench) -> None:
    job = bench.add(1)
    seen = []

    async for event in job.events():
        seen.append(type(event))
        if isinstance(event, Progress):
            bench.gates[1].set()

    assert seen[-1] is Finished
    assert Started in seen or Progress in seen
