"""A batch in work: what is told of it from anywhere becomes one stream, with one end an item."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from functools import partial
from typing import Any

import pytest

from generation.backends.base import (
    Batch,
    BatchEvent,
    ItemCancelled,
    ItemFailed,
    ItemFinished,
    ItemProgress,
    Progress,
    Released,
    Result,
)
from generation.backends.runs import Run, Runs, Stopped, in_thread, reports
from generation.errors import DrawingFailed, OutOfMemory
from generation.problems import problem_of
from tests.generation import batches, requests

ONE, TWO = (batches.item(requests.draw(seed=n), id=str(n)) for n in (1, 2))
BOTH = Batch((ONE, TWO))
NOTHING = Result(())
FAILED = problem_of(DrawingFailed("test"))


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as executor:
        yield executor


async def told(
    work: Callable[[Run], Coroutine[Any, Any, object]], runs: Runs | None = None
) -> list[BatchEvent]:
    return [event async for event in (runs or Runs("test")).events(BOTH, work)]


async def test_what_a_thread_tells_arrives_in_order(executor: ThreadPoolExecutor) -> None:
    def draw(run: Run) -> None:
        run.report(Progress(1, 2))
        run.report(Progress(2, 2), TWO)
        run.release()
        run.finish(ONE, NOTHING)
        run.finish(TWO, NOTHING)

    async def work(run: Run) -> None:
        await run.in_thread(executor, partial(draw, run))

    assert await told(work) == [
        ItemProgress("1", Progress(1, 2)),
        ItemProgress("2", Progress(1, 2)),
        ItemProgress("2", Progress(2, 2)),
        Released(),
        ItemFinished("1", NOTHING),
        ItemFinished("2", NOTHING),
    ]


async def test_an_item_ends_once_and_is_not_told_of_any_more() -> None:
    async def work(run: Run) -> None:
        run.finish(ONE, NOTHING)
        run.fail(ONE, OutOfMemory("anime"))
        run.report(Progress(1, 1))
        run.finish(TWO, NOTHING)

    assert await told(work) == [
        ItemFinished("1", NOTHING),
        ItemProgress("2", Progress(1, 1)),
        ItemFinished("2", NOTHING),
    ]


async def test_what_breaks_the_work_is_the_end_of_what_is_left_and_stays_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def work(run: Run) -> None:
        run.finish(ONE, NOTHING)
        raise ZeroDivisionError("secret")

    events = await told(work)

    assert events == [ItemFinished("1", NOTHING), ItemFailed("2", FAILED)]
    assert "secret" in caplog.text


async def test_an_error_of_ours_is_told_as_it_is() -> None:
    async def work(run: Run) -> None:
        raise OutOfMemory("anime")

    problem = problem_of(OutOfMemory("anime"))
    assert await told(work) == [ItemFailed("1", problem), ItemFailed("2", problem)]


async def test_work_that_forgets_an_item_has_failed_it() -> None:
    async def work(run: Run) -> None:
        run.finish(TWO, NOTHING)

    assert await told(work) == [ItemFinished("2", NOTHING), ItemFailed("1", FAILED)]


async def test_cancelling_one_leaves_the_other_drawing() -> None:
    runs = Runs("test")

    async def work(run: Run) -> None:
        runs.cancel("1")
        runs.cancel("1")
        await asyncio.sleep(0)
        run.finish(ONE, NOTHING)
        run.finish(TWO, NOTHING)

    assert await told(work, runs) == [ItemCancelled("1"), ItemFinished("2", NOTHING)]


async def test_once_none_is_wanted_the_thread_is_stopped_before_the_stream_ends(
    executor: ThreadPoolExecutor,
) -> None:
    runs, left = Runs("test"), threading.Event()

    def draw(run: Run) -> None:
        run.report(Progress(0, 1), ONE)
        run.stop.wait()
        left.set()
        raise Stopped

    async def work(run: Run) -> None:
        await run.in_thread(executor, partial(draw, run))

    events: list[BatchEvent] = []
    async for event in runs.events(BOTH, work):
        events.append(event)
        if isinstance(event, ItemProgress):
            runs.cancel("1")
            runs.cancel("2")

    assert events[1:] == [ItemCancelled("1"), ItemCancelled("2")]
    assert left.is_set()


async def test_cancelling_what_is_not_here_changes_nothing() -> None:
    Runs("test").cancel("1")


@pytest.mark.parametrize("times", [1, 2])
async def test_cancelling_who_reads_stops_the_thread_first(
    executor: ThreadPoolExecutor, times: int
) -> None:
    started, left = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def draw(run: Run) -> None:
        loop.call_soon_threadsafe(started.set)
        run.stop.wait()
        left.set()
        raise Stopped

    async def work(run: Run) -> None:
        await run.in_thread(executor, partial(draw, run))

    task = asyncio.create_task(told(work))
    await started.wait()
    for _ in range(times):
        task.cancel()
        await asyncio.sleep(0)

    with pytest.raises(asyncio.CancelledError):
        await task
    assert left.is_set()


async def test_a_threads_result_and_its_error_come_back(executor: ThreadPoolExecutor) -> None:
    assert await in_thread(executor, lambda: "done") == "done"
    with pytest.raises(ZeroDivisionError):
        await in_thread(executor, lambda: 1 / 0)


async def test_what_blocking_work_reports_arrives_and_what_it_raises(
    executor: ThreadPoolExecutor,
) -> None:
    def work(tell: Callable[[Progress], object], stop: threading.Event) -> None:
        tell(Progress(1, 2))
        tell(Progress(2, 2))
        raise OutOfMemory("test")

    told: list[Progress] = []

    async def read() -> None:
        async for progress in reports(executor, work):
            told.append(progress)

    with pytest.raises(OutOfMemory):
        await read()
    assert told == [Progress(1, 2), Progress(2, 2)]


async def test_work_whose_reports_nobody_reads_on_stops(executor: ThreadPoolExecutor) -> None:
    stopped = threading.Event()

    def work(tell: Callable[[Progress], object], stop: threading.Event) -> None:
        tell(Progress(1, 2))
        assert stop.wait(10)
        stopped.set()
        raise Stopped

    async with aclosing(reports(executor, work)) as events:
        await anext(events)

    assert stopped.is_set()
