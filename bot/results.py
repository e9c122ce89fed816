"""Results: what is drawn, until it is stored."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from bot.storage.leases import Completion, JobStore
from bot.storage.records import Drawing
from bot.storage.storage_errors import MayPass

log = logging.getLogger(__name__)

TRY_AGAIN_AFTER_S = (1.0, 10.0, 60.0, 600.0)
"""How long what cannot be stored waits between attempts."""
_STORED_TOGETHER = 50
"""Results in one transaction."""

T = TypeVar("T")
_Unstored = tuple[Completion, "asyncio.Future[Drawing]"]
"""A result, and who waits for it to be stored."""


class Stopping(Exception):
    """The program stops before something could be stored."""


class Results:
    """Stores results, as many together as are there, and insists on it. Event loop only.

    Invariant: while anything is in `_unstored`, what stores it is running.
    """

    def __init__(self, store: JobStore) -> None:
        self.messages: dict[int, int] = {}
        """The message of each generation, as far as it is not stored yet."""
        self.closing = asyncio.Event()
        """Set once the program stops: what waits is tried once more, and let go."""
        self._store = store
        self._unstored: list[_Unstored] = []
        self._storing: asyncio.Task[None] | None = None

    async def keep(self, completion: Completion) -> Drawing:
        """Store a result, with whatever else is there to be stored."""
        kept: asyncio.Future[Drawing] = asyncio.get_running_loop().create_future()
        self._unstored.append((completion, kept))
        if self._storing is None or self._storing.done():
            self._storing = asyncio.create_task(self._store_all(), name="storing")
        return await kept

    async def _store_all(self) -> None:
        while batch := self._unstored[:_STORED_TOGETHER]:
            del self._unstored[: len(batch)]
            try:
                await self._store_together(batch)
            except Exception as error:
                if len(batch) == 1 or isinstance(error, (MayPass, Stopping)):
                    _tell(batch, [error] * len(batch))
                else:  # it may be the fault of one of them
                    await self._store_each(batch)

    async def _store_each(self, batch: Sequence[_Unstored]) -> None:
        for one in batch:
            try:
                await self._store_together([one])
            except Exception as error:
                _tell([one], [error])

    async def _store_together(self, batch: Sequence[_Unstored]) -> None:
        ids = [completion.generation_id for completion, _ in batch]
        completions = [
            replace(completion, message_id=self.messages.get(completion.generation_id))
            for completion, _ in batch
        ]
        outcomes = await self.insist(
            lambda: self._store.complete(completions), f"the images of jobs {ids}"
        )
        for generation_id in ids:
            self.messages.pop(generation_id, None)
        _tell(batch, outcomes)

    async def insist(self, write: Callable[[], Awaitable[T]], what: str) -> T:
        """Do `write`, also if the database is held or the disk is full for a while.

        Raises `Stopping` where the program is stopping and it still cannot be done.
        """
        for pause_s in TRY_AGAIN_AFTER_S:
            try:
                return await write()
            except MayPass as refusal:
                if self.closing.is_set():
                    log.warning("Left to the next start: %s (%s)", what, refusal)
                    raise Stopping from refusal
                log.warning("Stored in %g s: %s (%s)", pause_s, what, refusal)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(pause_s):
                        await self.closing.wait()
        return await write()


def _tell(batch: Sequence[_Unstored], outcomes: Sequence[Drawing | Exception]) -> None:
    """Let those go on who wait for their results to be stored."""
    for (_, kept), outcome in zip(batch, outcomes, strict=True):
        match outcome:
            case Drawing():
                kept.set_result(outcome)
            case Stopping():
                kept.cancel()
            case Exception():
                kept.set_exception(outcome)
