"""`HairStyle`: what makes one way of wearing hair different from another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from generation.illustrator.accessories.base import Box
from generation.illustrator.look import Look
from generation.illustrator.svg import Point

Part = Callable[[Look], str]

BACK_FILL = "url(#hair-back)"
FRONT_FILL = "url(#hair)"
LOCK_FILL = "url(#hair-locks)"

ROUND = "M52,118 C46,54 84,27 128,27 C172,27 210,54 204,118"
"""The crown of a well-behaved head, from the left temple over the top to the right one."""


@dataclass(frozen=True, slots=True)
class HairStyle:
    """A hair style: what hangs behind, and how the front is cut.

    The front is the crown, the two sides and the bangs in one outline, unless `front` draws it.
    """

    back: Part
    crown: str = ROUND
    sides: str = "tapered"
    reach: float = 184.0
    """How far down the front's sides hang."""
    front: Part | None = None
    edge: Part | None = None
    """The hairline as path data from the right temple to the left one, where it is no fringe."""
    over: Part | None = None
    """Drawn on the hair: ties, buns, a pompadour."""
    locks: Part | None = None
    """Drawn before the shoulders."""
    top: float = 25.0
    """Highest y."""
    half_width: float = 88.0
    """How far it reaches from the middle."""
    tips: tuple[Point, ...] = ()
    """What stands out at a slant: how far from the middle, and y."""
    fills: tuple[Box, ...] = ()
    """Where ties leave no room for signs of feeling, as in `Accessory.fills`."""
    length: float = 190.0
    """Lowest y, where the colour of the tips is full."""
    upright: bool = False
    """Whether it stands up, so that even headphones press it down."""
    ears: bool = False
    """Whether the ears are free."""
