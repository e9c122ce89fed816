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
SIZES_PX = (256, 512, 768, 1024)
DEFAULT_SIZE_PX = 512
DEFAULT_STRENGTH = 0.6
"""How far a picture goes from what it starts from, where nobody says."""
REPAINT = "repaint"
"""The style that starts from the illustrator's figure."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One picture to draw. What `traits` leaves open is the backend's choice, by `seed`."""

    traits: Traits
    seed: int


@dataclass(frozen=True, slots=True)
class Start:
    """What a picture starts from: a photo, or without one the illustrator's figure ("repaint")."""

    strength: float = DEFAULT_STRENGTH
    """0 (keep everything) to 1 (keep nothing)."""
    photo: str | None = None
    """The sha256 of a stored PNG."""
    mask: str | None = None
    """The sha256 of a stored PNG; what is transparent in it is painted anew, the rest is kept."""


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
    model: str | None = None
    """Which of the backend's models; `None`: its first."""
    start: Start | None = None
    tool: str | None = None
    """One of `generation.postprocess.TOOLS`: what is done to `start`, instead of drawing."""

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
