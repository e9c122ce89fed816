"""What becomes of a transaction when the task that asked for it is cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def uninterrupted(
    method: Callable[P, Coroutine[Any, Any, T]],
) -> Callable[P, Coroutine[Any, Any, T]]:
    """Let a call reach its end before its caller feels that it was cancelled.

    SQLite works in a thread that nobody can stop. A transaction abandoned in the middle would keep
    its locks, and a file might be left to a row that is not there. So whatever is a transaction is
    called through this; it may well have succeeded when `CancelledError` is raised.
    """

    @wraps(method)
    async def call(*args: P.args, **kwargs: P.kwargs) -> T:
        work = asyncio.create_task(method(*args, **kwargs))
        cancelled: asyncio.CancelledError | None = None
        while not work.done():
            try:
                await asyncio.wait([work])
            except asyncio.CancelledError as error:
                cancelled = error
        if cancelled is None or work.cancelled():
            return work.result()
        work.exception()  # retrieved, so asyncio does not log it as lost
        raise cancelled

    return call
