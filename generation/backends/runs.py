"""A batch in work: from what coroutines and threads tell of it to one stream of events."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import AsyncGenerator, Callable, Coroutine
from concurrent.futures import Executor
from typing import Any, Protocol, TypeVar

from generation.backends.base import (
    Batch,
    BatchEvent,
    BatchItem,
    Faulty,
    ItemCancelled,
    ItemFailed,
    ItemFinished,
    ItemProgress,
    Progress,
    Released,
    Result,
    StockEvent,
    Whole,
)
from generation.capabilities import Description
from generation.errors import DrawingFailed, GenerationError, UnknownBackend
from generation.problems import problem_of

log = logging.getLogger(__name__)

T = TypeVar("T")
Report = Callable[[Progress], object]
"""Told how far something is, from any thread."""


class Stopped(Exception):
    """Raised by blocking work that has seen that nobody wants it any more."""


class Runs:
    """The batches that a backend has in work. Event loop only."""

    def __init__(self, backend: str) -> None:
        self._backend = backend
        self._by_item: dict[str, Run] = {}

    def events(
        self, batch: Batch, work: Callable[[Run], Coroutine[Any, Any, object]]
    ) -> AsyncGenerator[BatchEvent]:
        """See `Backend.run`: `work` draws what its run asks for, and tells the run of it.

        What it raises, if anything, is the end of all that it has left open.
        """
        return Run(batch, self._backend, self._by_item).events(work)

    def cancel(self, item_id: str) -> None:
        """See `Backend.cancel`."""
        if run := self._by_item.get(item_id):
            run.cancel(item_id)


class Run:
    """One batch in work. Any thread may tell of it.

    Invariant: `_open` holds the items that have not ended; nothing is told of any other.
    """

    def __init__(self, batch: Batch, backend: str, registry: dict[str, Run]) -> None:
        self.items = batch.items
        self.stop = threading.Event()
        """Set once nobody wants any of it; blocking work looks at it, and raises `Stopped`."""
        self._backend = backend
        self._registry = registry
        self._open = {item.id for item in batch.items}
        self._events: asyncio.Queue[BatchEvent | None] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._task: asyncio.Task[None] | None = None

    def report(self, progress: Progress, *items: BatchItem) -> None:
        """Tell how far `items` are; all of them where none is named."""
        for item in items or self.items:
            self._tell(ItemProgress(item.id, progress))

    def release(self) -> None:
        """Tell that the device is free."""
        self._tell(Released())

    def finish(self, item: BatchItem, result: Result) -> None:
        """End `item` with `result`."""
        self._tell(ItemFinished(item.id, result))

    def fail(self, item: BatchItem, error: Exception) -> None:
        """End `item` with `error`. One that is not ours stays in the log."""
        self._tell(ItemFailed(item.id, problem_of(self._ours(error))))

    async def in_thread(self, executor: Executor, work: Callable[[], T]) -> T:
        """What blocking `work` returns; cancelling sets `stop`."""
        return await in_thread(executor, work, self.stop)

    def cancel(self, item_id: str) -> None:
        """End an item that nobody wants any more; with the last one, the work. Event loop only."""
        if item_id not in self._open:
            return
        self._put(ItemCancelled(item_id))
        if not self._open:
            self._stop_work()

    async def events(
        self, work: Callable[[Run], Coroutine[Any, Any, object]]
    ) -> AsyncGenerator[BatchEvent]:
        """See `Runs.events`."""
        self._registry.update(dict.fromkeys(self._open, self))
        self._task = task = asyncio.create_task(self._work(work))
        # not in the task itself: one that is cancelled before its first step never runs its body
        task.add_done_callback(lambda _: self._events.put_nowait(None))
        try:
            while (event := await self._events.get()) is not None:
                yield event
        finally:
            for item in self.items:
                self._registry.pop(item.id, None)
            if not task.done():
                self._stop_work()
            while not task.done():
                with contextlib.suppress(asyncio.CancelledError):  # stopped is stopped
                    await asyncio.wait([task])

    async def _work(self, work: Callable[[Run], Coroutine[Any, Any, object]]) -> None:
        """Do `work`, and end what it has left open."""
        error: GenerationError | None = None
        try:
            await work(self)
        except Exception as raised:
            error = self._ours(raised) if self._open else None
        finally:
            for item in self.items:
                if item.id in self._open:
                    left = problem_of(error or DrawingFailed(self._backend))
                    self._put(ItemFailed(item.id, left))

    def _stop_work(self) -> None:
        self.stop.set()
        if self._task is not None:
            self._task.cancel()

    def _ours(self, error: Exception) -> GenerationError:
        if isinstance(error, DrawingFailed) and error.__cause__ is not None:
            log.error("%s could not draw", self._backend, exc_info=error)
        if isinstance(error, GenerationError):
            return error
        log.error("%s could not draw", self._backend, exc_info=error)
        return DrawingFailed(self._backend)

    def _tell(self, event: BatchEvent) -> None:
        if threading.get_ident() == self._thread:
            self._put(event)
        else:
            self._loop.call_soon_threadsafe(self._put, event)

    def _put(self, event: BatchEvent) -> None:
        match event:
            case ItemProgress(item_id):
                if item_id not in self._open:
                    return
            case Released():
                pass
            case ItemFinished(item_id) | ItemFailed(item_id) | ItemCancelled(item_id):
                if item_id not in self._open:
                    return
                self._open.discard(item_id)
        self._events.put_nowait(event)


class Describing(Protocol):
    """Whatever says which models it has."""

    def describe(self) -> Description:
        """See `Backend.describe`."""
        ...


class WithoutFiles:
    """`Backend.fetch` and `Backend.verify` of one that keeps no files."""

    async def fetch(self: Describing, model: str) -> AsyncGenerator[StockEvent]:
        """See `Backend.fetch`: a model is here, or cannot be used."""
        try:
            problem = self.describe().model(model).problem
        except UnknownBackend as error:
            problem = problem_of(error)
        yield Whole() if problem is None else Faulty(problem)

    verify = fetch


async def reports(
    executor: Executor, work: Callable[[Callable[[T], object], threading.Event], object]
) -> AsyncGenerator[T]:
    """What blocking `work` reports until it has ended; raises what it raises.

    Closing it, or cancelling the task that iterates, sets the event that `work` is given, and
    returns once the thread is done with it.
    """
    stop, loop = threading.Event(), asyncio.get_running_loop()
    told: asyncio.Queue[T | None] = asyncio.Queue()

    def tell(event: T) -> None:
        loop.call_soon_threadsafe(told.put_nowait, event)

    task = asyncio.create_task(in_thread(executor, lambda: work(tell, stop), stop))
    task.add_done_callback(lambda _: told.put_nowait(None))
    try:
        while (event := await told.get()) is not None:
            yield event
        task.result()
    finally:
        task.cancel()
        while not task.done():
            with contextlib.suppress(asyncio.CancelledError):  # stopped is stopped
                await asyncio.wait([task])
        if not task.cancelled():
            task.exception()  # retrieved, or asyncio would log it as lost


async def in_thread(
    executor: Executor, work: Callable[[], T], stop: threading.Event | None = None
) -> T:
    """What blocking `work` returns. Cancelling sets `stop`.

    Returns or raises only after the thread is done with it, so that whoever holds a slot for it
    frees the slot at the right time.
    """
    future = asyncio.get_running_loop().run_in_executor(executor, work)
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        if stop is not None:
            stop.set()
        while not future.done():
            with contextlib.suppress(asyncio.CancelledError):  # stopped is stopped
                await asyncio.wait([future])
        if not future.cancelled():
            future.exception()  # retrieved, or asyncio would log it as lost
        raise
