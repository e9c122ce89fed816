"""The scheduler: slots, batches, cancelling, storing, places, closing."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from generation.backends.base import BatchItem, Progress, Result
from generation.backends.fake import FakeBackend
from generation.errors import DrawingFailed, PictureLost, QueueFull
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
)
from generation.request import Draw, Request
from generation.scheduler import Scheduler
from tests.generation import batches, requests


def request(seed: int = 0, **output: Any) -> Draw:
    return requests.draw(seed=seed, model="fake", **output)


@dataclass(eq=False)
class Order:
    """Work whose result is the text of its picture."""

    request: Request
    lost: bool = False
    full: bool = False
    storing: asyncio.Event = field(default_factory=asyncio.Event)
    stored: asyncio.Event | None = None

    async def item(self) -> BatchItem:
        if self.lost:
            raise PictureLost("a" * 64)
        return batches.item(self.request)

    async def finish(self, result: Result, started_at: datetime) -> str:
        assert started_at <= datetime.now(UTC)
        self.storing.set()
        if self.stored:
            await self.stored.wait()
        if self.full:
            raise OSError("no space")
        return f"picture {result.images[0].seed}"


class Bench:
    """A scheduler before a backend that the test holds back."""

    def __init__(self, *, concurrency: int = 1, together: int = 1, limit: int = 1000) -> None:
        self.backend = FakeBackend(concurrency=concurrency, together=together, open_gate=False)
        self.now = 0.0
        self.scheduler: Scheduler[str] = Scheduler(
            self.backend, limit=limit, clock=lambda: self.now
        )

    def add(
        self,
        job_id: int,
        order: Order | None = None,
        *,
        owner: int = 1,
        group: int = 1,
        priority: Priority = Priority.NORMAL,
    ) -> Job[str]:
        return self.scheduler.submit(
            order or Order(request(job_id)),
            job_id=job_id,
            owner_id=owner,
            group_id=group,
            priority=priority,
        )

    async def finish(self, *jobs: Job[str]) -> list[JobEvent[str]]:
        """Let everything be drawn; how the jobs ended."""
        self.backend.gate.set()
        return [await job.wait() for job in jobs]

    def order(self) -> list[int]:
        """The seeds (here: ids) in the order in which they were drawn."""
        return [seed for batch in self.batches() for seed in batch]

    def batches(self) -> list[list[int]]:
        """The seeds of each batch."""
        return [[one.request.output.seed for one in b.items] for b in self.backend.batches]


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    bench = Bench()
    yield bench
    await bench.scheduler.aclose(grace_s=0)


@pytest.fixture
async def batching() -> AsyncIterator[Bench]:
    bench = Bench(together=4)
    yield bench
    await bench.scheduler.aclose(grace_s=0)


async def running(job: Job[str]) -> None:
    async for event in job.events():
        if isinstance(event, Progress):
            return


async def drawn_together(batching: Bench) -> list[Job[str]]:
    """Three jobs: the first is cancelled, and the others are being drawn in one batch."""
    jobs = [batching.add(n, owner=n) for n in (1, 2, 3)]
    await running(jobs[0])
    jobs[0].cancel()
    await running(jobs[2])
    assert batching.batches() == [[1], [2, 3]]
    return jobs


async def test_a_finished_job_carries_its_result(bench: Bench) -> None:
    assert await bench.finish(bench.add(1)) == [Finished("picture 1")]


async def test_a_reader_that_comes_late_sees_the_end_at_once(bench: Bench) -> None:
    job = bench.add(1)
    await bench.finish(job)

    assert [event async for event in job.events()] == [Finished("picture 1")]


async def test_owners_of_a_server_take_turns(bench: Bench) -> None:
    jobs = [bench.add(n, owner=1) for n in (1, 2, 3)] + [bench.add(n, owner=2) for n in (4, 5)]

    await bench.finish(*jobs)

    assert bench.order() == [1, 2, 4, 3, 5]


async def test_servers_take_turns_whatever_their_size(bench: Bench) -> None:
    big = [bench.add(n, owner=n, group=1) for n in range(1, 6)]
    small = [bench.add(n, owner=n, group=2) for n in (11, 12)]

    await bench.finish(*big, *small)

    assert bench.order() == [1, 2, 11, 3, 12, 4, 5]


async def test_what_was_accepted_before_a_restart_comes_first(bench: Bench) -> None:
    jobs = [bench.add(n, owner=n) for n in (1, 2)]
    resumed = bench.add(3, owner=3, priority=Priority.RESUMED)

    await bench.finish(*jobs, resumed)

    assert bench.order() == [1, 3, 2]


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
    jobs = [bench.add(n) for n in range(Scheduler.PLACES + 3)]

    assert jobs[-3].latest == Queued(Scheduler.PLACES - 1)
    assert jobs[-2].latest == Queued(Scheduler.PLACES)
    assert jobs[-1].latest == Queued(Scheduler.PLACES)


async def test_nobody_knows_when_before_something_was_drawn(bench: Bench) -> None:
    bench.add(1)

    waiting = bench.add(2).latest

    assert isinstance(waiting, Queued)
    assert waiting.ready_at is None


async def test_when_it_will_be_ready_is_told_by_what_was_drawn_before(bench: Bench) -> None:
    first = bench.add(1)
    await running(first)
    bench.now += 60
    await bench.finish(first)
    bench.backend.gate.clear()
    bench.add(2)
    bench.now += 20
    jobs = [bench.add(3), bench.add(4, Order(request(4, count=2)))]

    waits = [
        (job.latest.ready_at - datetime.now(UTC)).total_seconds()
        for job in jobs
        if isinstance(job.latest, Queued) and job.latest.ready_at
    ]

    # 40 s are left of what is being drawn, then a minute a picture.
    assert waits == [pytest.approx(100, abs=1), pytest.approx(220, abs=1)]


async def test_who_starts_at_once_is_told_when_it_will_be_ready_too(bench: Bench) -> None:
    first = bench.add(1)
    await running(first)
    bench.now += 60
    await bench.finish(first)

    second = bench.add(2, Order(request(2, count=2)))

    assert second.ready_at is not None
    assert (second.ready_at - datetime.now(UTC)).total_seconds() == pytest.approx(120, abs=1)


async def test_no_more_batches_run_than_there_are_slots() -> None:
    bench = Bench(concurrency=2)
    jobs = [bench.add(n, owner=n) for n in (1, 2, 3)]
    await running(jobs[0])
    await running(jobs[1])

    assert bench.order() == [1, 2]
    await bench.finish(*jobs)


async def test_those_who_wait_share_the_next_batch(batching: Bench) -> None:
    jobs = [batching.add(n, owner=n) for n in (1, 2, 3, 4)]

    ends = await batching.finish(*jobs)

    assert batching.batches() == [[1], [2, 3, 4]]
    assert ends == [Finished(f"picture {n}") for n in (1, 2, 3, 4)]


async def test_a_batch_holds_no_more_pictures_than_the_model_draws_at_once(batching: Bench) -> None:
    jobs = [batching.add(1)]
    jobs += [batching.add(n, Order(request(n, count=2)), owner=n) for n in (2, 3, 4)]

    await batching.finish(*jobs)

    assert batching.batches() == [[1], [2, 3], [4]]


async def test_what_may_not_share_a_batch_waits_for_its_turn(batching: Bench) -> None:
    jobs = [batching.add(1)]
    sizes = {2: 512, 3: 256, 4: 512, 5: 256}
    jobs += [batching.add(n, Order(request(n, size_px=s)), owner=n) for n, s in sizes.items()]

    await batching.finish(*jobs)

    assert batching.batches() == [[1], [2, 4], [3, 5]]


async def test_a_model_that_was_just_taken_away_is_left_to_the_backend(batching: Bench) -> None:
    taken = batching.add(1, Order(requests.draw(seed=1, model="fake/gone")))
    following = batching.add(2)
    batching.backend.gate.set()

    assert await taken.wait() == Finished("picture 1")
    assert await following.wait() == Finished("picture 2")


async def test_a_failed_item_does_not_fail_its_neighbours(batching: Bench) -> None:
    batching.backend.failures[2] = DrawingFailed("fake")
    jobs = [batching.add(n) for n in (1, 2, 3)]

    ends = await batching.finish(*jobs)

    assert ends[::2] == [Finished("picture 1"), Finished("picture 3")]
    assert isinstance(ends[1], Failed)
    assert isinstance(ends[1].error, DrawingFailed)


async def test_a_lost_init_image_fails_its_own_job_alone(batching: Bench) -> None:
    jobs = [batching.add(1), batching.add(2, Order(request(2), lost=True)), batching.add(3)]

    ends = await batching.finish(*jobs)

    assert isinstance(ends[1], Failed)
    assert isinstance(ends[1].error, PictureLost)
    assert batching.batches() == [[1], [3]]


async def test_cancelling_one_of_a_batch_leaves_the_others_drawing(batching: Bench) -> None:
    _, second, third = await drawn_together(batching)

    second.cancel()

    assert second.latest == Cancelled()
    assert await batching.finish(third) == [Finished("picture 3")]
    assert batching.backend.cancelled == 1  # the first one's


async def test_when_everyone_has_cancelled_the_batch_is_stopped(batching: Bench) -> None:
    _, second, third = await drawn_together(batching)

    second.cancel()
    third.cancel()
    after = batching.add(4)

    assert await batching.finish(after) == [Finished("picture 4")]
    assert batching.backend.cancelled == 2


async def test_cancelling_a_waiting_job_lets_the_next_move_up(bench: Bench) -> None:
    bench.add(1)
    waiting, behind = bench.add(2), bench.add(3)

    waiting.cancel()

    assert waiting.latest == Cancelled()
    assert behind.latest == Queued(0)


async def test_cancelling_a_running_job_is_said_at_once_and_frees_its_slot(bench: Bench) -> None:
    first, second = bench.add(1), bench.add(2)
    await running(first)

    first.cancel()

    assert first.latest == Cancelled()
    assert second.latest == Queued(0)  # the slot is free once nothing works on the first
    await running(second)
    assert bench.order() == [1, 2]
    assert bench.backend.cancelled == 1


async def test_a_job_cancelled_before_its_task_had_a_turn_frees_its_slot(bench: Bench) -> None:
    first, second = bench.add(1), bench.add(2)

    first.cancel()

    assert await first.wait() == Cancelled()
    await running(second)
    assert bench.order() == [2]


async def test_what_is_being_stored_is_not_cancelled_any_more(bench: Bench) -> None:
    order = Order(request(1), stored=asyncio.Event())
    job = bench.add(1, order)
    bench.backend.gate.set()
    await order.storing.wait()

    job.cancel()
    assert order.stored
    order.stored.set()

    assert await job.wait() == Finished("picture 1")


async def test_the_next_is_drawn_while_the_last_is_stored(bench: Bench) -> None:
    slow = Order(request(1), stored=asyncio.Event())
    first, second = bench.add(1, slow), bench.add(2)

    assert await bench.finish(second) == [Finished("picture 2")]

    assert not first.done
    assert slow.stored
    slow.stored.set()
    assert await first.wait() == Finished("picture 1")


async def test_a_picture_that_cannot_be_stored_fails_its_job(bench: Bench) -> None:
    job = bench.add(1, Order(request(1), full=True))

    (end,) = await bench.finish(job)

    assert isinstance(end, Failed)
    assert isinstance(end.error, OSError)


async def test_cancelling_a_finished_job_changes_nothing(bench: Bench) -> None:
    job = bench.add(1)
    await bench.finish(job)

    job.cancel()

    assert job.latest == Finished("picture 1")


async def test_a_failing_batch_says_why_and_the_next_one_runs(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.backend.breaks = RuntimeError("no ink")
    (end,) = await bench.finish(bench.add(1))
    assert isinstance(end, Failed)
    assert isinstance(end.error, DrawingFailed)
    assert "no ink" in caplog.text, "what broke stays in the log"

    bench.backend.breaks = None

    assert await bench.finish(bench.add(2)) == [Finished("picture 2")]


async def test_a_full_queue_refuses_and_says_how_many_wait() -> None:
    bench = Bench(limit=2)
    for n in (1, 2, 3):
        with bench.scheduler.place():
            bench.add(n)

    with pytest.raises(QueueFull) as caught, bench.scheduler.place():
        pytest.fail("there is no place")

    assert caught.value.waiting == 2
    await bench.scheduler.aclose(grace_s=0)


async def test_places_are_kept_for_those_who_are_being_stored() -> None:
    bench = Bench(limit=1)
    bench.add(1)

    with bench.scheduler.place(), pytest.raises(QueueFull), bench.scheduler.place():
        pytest.fail("there is no place")

    with bench.scheduler.place():
        assert bench.scheduler.waiting == 0
    await bench.scheduler.aclose(grace_s=0)


async def test_closing_interrupts_what_waits_and_what_outlasts_the_grace(bench: Bench) -> None:
    running_job, waiting = bench.add(1), bench.add(2)
    await running(running_job)

    await bench.scheduler.aclose(grace_s=0)

    assert running_job.latest == Interrupted()
    assert waiting.latest == Interrupted()
    assert len(bench.scheduler) == 0


async def test_closing_waits_for_what_is_drawn_within_the_grace(bench: Bench) -> None:
    job = bench.add(1)
    await running(job)
    asyncio.get_running_loop().call_soon(bench.backend.gate.set)

    await bench.scheduler.aclose()

    assert job.latest == Finished("picture 1")


async def test_a_job_that_comes_while_closing_is_interrupted(bench: Bench) -> None:
    await bench.scheduler.aclose()

    assert bench.add(1).latest == Interrupted()
    assert len(bench.scheduler) == 0


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
            bench.backend.gate.set()

    assert seen[-1] is Finished
    assert Started in seen or Progress in seen


@pytest.mark.parametrize("count", [1, 2])
async def test_a_backend_that_gives_too_little_has_failed(bench: Bench, count: int) -> None:
    bench.backend.lacking = 1

    (end,) = await bench.finish(bench.add(1, Order(request(1, count=count))))

    assert isinstance(end, Failed)
    assert isinstance(end.error, DrawingFailed)


async def test_drawing_waits_while_too_much_is_not_stored() -> None:
    bench, slow = Bench(concurrency=2), asyncio.Event()
    jobs = [bench.add(n, Order(request(n), stored=slow)) for n in range(1, 41)]
    bench.backend.gate.set()
    await settled(bench)

    drawn = len(bench.backend.batches)
    slow.set()

    assert Scheduler.UNSTORED <= drawn <= Scheduler.UNSTORED + 1
    assert [await job.wait() for job in jobs] == [Finished(f"picture {n}") for n in range(1, 41)]


async def settled(bench: Bench) -> None:
    """Until nothing more begins."""
    before = -1
    while before != len(bench.backend.batches):
        before = len(bench.backend.batches)
        for _ in range(50):
            await asyncio.sleep(0)


async def test_what_is_drawn_is_stored_also_when_closing(bench: Bench) -> None:
    order = Order(request(1), stored=asyncio.Event())
    job = bench.add(1, order)
    bench.backend.gate.set()
    await order.storing.wait()
    assert order.stored
    asyncio.get_running_loop().call_soon(order.stored.set)

    await bench.scheduler.aclose(grace_s=0)

    assert job.latest == Finished("picture 1")
