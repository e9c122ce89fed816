"""Chance that stays put: what a seed chooses, value by value.

Every value of a choice gets a mark of its own from the seed, the choice's name and the value, and
the best mark wins (weighted rendezvous hashing, D. G. Thaler and C. V. Ravishankar, 1998). So a new
value takes its share of the seeds and leaves all others as they were, and one choice knows nothing
of another.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Chance:
    """The choices of one seed, the same in every process."""

    seed: int | str

    def number(self, purpose: object) -> float:
        """A number between 0 and 1, both excluded, evenly spread over the seeds."""
        digest = blake2b(f"{self.seed}/{purpose}".encode(), digest_size=8).digest()
        return (int.from_bytes(digest) + 0.5) / 2**64

    def whole(self, purpose: str, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self.number(purpose) * (high - low + 1))

    def happens(self, purpose: str, share: float) -> bool:
        """True for `share` (0..1) of the seeds."""
        return self.number(purpose) < share

    def ranked(self, choice: str, weights: Mapping[T, float]) -> list[T]:
        """The values that have a weight, the chosen one first, then who would be chosen without it.

        Each comes first for its weight's share of the seeds.
        """
        marks = {
            value: -math.log(self.number(f"{choice}/{value}")) / weight
            for value, weight in weights.items()
            if weight > 0
        }
        return sorted(marks, key=marks.__getitem__)

    def choose(self, choice: str, weights: Mapping[T, float]) -> T:
        """One of the values, by weight. Raises `IndexError` where none has any."""
        return self.ranked(choice, weights)[0]


def even(values: Iterable[T]) -> dict[T, float]:
    """The same weight for each of `values`; twice as much for what stands there twice."""
    weights: dict[T, float] = {}
    for value in values:
        weights[value] = weights.get(value, 0.0) + 1.0
    return weights
