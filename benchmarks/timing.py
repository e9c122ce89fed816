"""Rounds, medians and a time limit, for measurements that are set beside each other."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True, slots=True)
class Clock:
    """How much of the time that was given is left."""

    seconds: float
    started: float = field(default_factory=time.perf_counter)

    def left(self) -> float:
        """Seconds; negative once it is over."""
        return self.started + self.seconds - time.perf_counter()


def timed(call: Callable[[], object]) -> float:
    """Seconds that `call` takes."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def rounds(
    cases: Mapping[str, Callable[[], object]], count: int, clock: Clock
) -> dict[str, list[float]]:
    """Seconds of each case, in `count` rounds over all: what else a machine does falls on all.

    No further round is begun that the clock has no time for.
    """
    taken: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(count):
        if any(taken.values()) and clock.left() < sum(median(times) for times in taken.values()):
            break
        for name, call in cases.items():
            taken[name].append(timed(call))
    return taken
