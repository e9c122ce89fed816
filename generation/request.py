"""AvatarRequest: what somebody asked for, whole and frozen.

A reroll is `dataclasses.replace` on one.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from generation.traits import Traits

MAX_SEED = 2**31 - 1
"""Seeds fit what every backend takes (a signed 32-bit integer)."""
COUNTS = (1, 2, 3, 4)
SIZES_PX = (256, 512, 1024)
DEFAULT_SIZE_PX = 512


@dataclass(frozen=True, slots=True)
class Candidate:
    """One picture to draw. What `traits` leaves open is the backend's choice, by `seed`."""

    traits: Traits
    seed: int


@dataclass(frozen=True, slots=True)
class AvatarRequest:
    """`count` pictures of a character, square, `size_px` wide.

    `traits` is what was read from `prompt`, `leftover` the words that were not. The pictures of a
    plain request have the seeds `seed`, `seed + 1`, …, so any of them can be asked for again by its
    own seed. With `variation_of` they are small variations of that complete character instead.
    """

    prompt: str
    traits: Traits
    leftover: tuple[str, ...]
    count: int
    seed: int
    size_px: int
    variation_of: Traits | None = None

    def candidates(self) -> tuple[Candidate, ...]:
        """The pictures to draw, in order; the same for the same request."""
        seeds = [(self.seed + i) % (MAX_SEED + 1) for i in range(self.count)]
        if self.variation_of is None:
            return tuple(Candidate(self.traits, seed) for seed in seeds)
        from generation.vary import vary

        return tuple(Candidate(vary(self.variation_of, seed), seed) for seed in seeds)


def new_seed() -> int:
    """A seed nobody can guess, from 0 to `MAX_SEED`."""
    return secrets.randbelow(MAX_SEED + 1)
