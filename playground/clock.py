"""The time in the playground, which a test can move forward, and the ids that begin with it."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

# The first moment of 2015, where Discord's ids begin to count.
EPOCH_MS = 1_420_070_400_000


@dataclass(eq=False, slots=True)
class Timer:
    """A call to come; `due` is in the clock's time."""

    due: float
    action: Callable[[], None]
    handle: asyncio.TimerHandle


class Clock:
    """Seconds since 1970, plus what `advance` added; runs its timers as they fall due."""

    def __init__(self) -> None:
        self._ahead_s = 0.0
        self._timers: set[Timer] = set()

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time() + self._ahead_s

    def call_later(self, delay_s: float, action: Callable[[], None]) -> None:
        """Call `action` once, `delay_s` from now."""

        def run() -> None:
            self._timers.discard(timer)
            action()

        handle = asyncio.get_running_loop().call_later(delay_s, run)
        timer = Timer(self.now() + delay_s, run, handle)
        self._timers.add(timer)

    def advance(self, seconds: float) -> None:
        """Make it `seconds` later; whatever falls due meanwhile happens now."""
        self._ahead_s += seconds
        now = self.now()
        for timer in sorted((t for t in self._timers if t.due <= now), key=lambda t: t.due):
            timer.handle.cancel()
            timer.action()

    def close(self) -> None:
        """Forget all timers."""
        for timer in self._timers:
            timer.handle.cancel()
        self._timers.clear()


def iso(seconds: float) -> str:
    """A moment as Discord writes it: ISO 8601 with microseconds and offset, in UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")


class Snowflakes:
    """Makes Discord's ids: 64 bits that begin with the time they were made.

    They only ever grow, also where several are made in one millisecond.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._last = 0

    def next(self) -> str:
        """A new id."""
        self._last = max(self._last + 1, (int(self._now() * 1000) - EPOCH_MS) << 22)
        return str(self._last)


def made_at(snowflake: str) -> float:
    """When an id was made, in seconds since 1970."""
    return ((int(snowflake) >> 22) + EPOCH_MS) / 1000
