"""The bridge between an executor thread and the loop."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from generation.backends.base import Progress, Report
from generation.backends.thread import Stopped, run_in_thread


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as executor:
        yield executor


async def test_the_result_comes_back(executor: ThreadPoolExecutor) -> None:
    assert await run_in_thread(executor, lambda report, stop: "done", print) == "done"


async def test_progress_arrives_on_the_loop(executor: ThreadPoolExecutor) -> None:
    seen: list[tuple[Progress, int]] = []

    def work(report: Report, stop: threading.Event) -> None:
        report(Progress(1, 2))
        report(Progress(2, 2))

    await run_in_thread(executor, work, lambda p: seen.append((p, threading.get_ident())))

    here = threading.get_ident()
    assert seen == [(Progress(1, 2), here), (Progress(2, 2), here)]


async def test_an_error_comes_back(executor: ThreadPoolExecutor) -> None:
    def work(report: Report, stop: threading.Event) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await run_in_thread(executor, work, print)


async def test_cancelling_twice_does_not_leave_the_thread_behind(
    executor: ThreadPoolExecutor,
) -> None:
    started, finish, left = asyncio.Event(), threading.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def work(report: Report, stop: threading.Event) -> None:
        loop.call_soon_threadsafe(started.set)
        finish.wait()
        left.set()
        raise Stopped

    task = asyncio.create_task(run_in_thread(executor, work, print))
    await started.wait()
    task.cancel()
    await asyncio.sleep(0)
    task.cancel()
    loop.call_soon(finish.set)

    with pytest.raises(asyncio.CancelledError):
        await task
    assert left.is_set()


async def test_cancelling_stops_the_thread_before_it_returns(executor: ThreadPoolExecutor) -> None:
    started, left = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def work(report: Report, stop: threading.Event) -> None:
        loop.call_soon_threadsafe(started.set)
        stop.wait()
        left.set()
        raise Stopped

    task = asyncio.create_task(run_in_thread(executor, work, print))
    await started.wait()
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert left.is_set()
