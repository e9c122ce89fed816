"""`Accessory`: where its parts go in the drawing order, and what the figure must make room for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from generation.illustrator.display import Drawing, Point
from generation.illustrator.look import Look
from generation.traits import ACCESSORIES

Part = Callable[[Look], Drawing]

Box = tuple[float, float, float, float]
"""Left, top, right, lower edge."""


@dataclass(frozen=True, slots=True)
class Accessory:
    """One accessory, drawn in the head's frame; what is worn at the neck, in the body's.

    `back` lies behind the hair, `front` where the accessory's slot is drawn; both are optional.
    """

    front: Part | None = None
    back: Part | None = None
    reach: tuple[Point, ...] = ()
    """Its outermost points: how far from the middle, and y."""
    fills: tuple[Box, ...] = ()
    """Where, beside the head, it leaves no room for signs of feeling.

    What is worn on both sides names its left place only.
    """
    presses_hair: bool = False
    """The hair lies flat under it."""
    hides_hair: tuple[float, float, float] | None = None
    """Left, right and lower edge of a region, open above, in which a narrow hat leaves no hair."""
    takes_ears: bool = False
    """The character's own ears are not seen."""


def worn(look: Look, slot: str) -> str | None:
    """The accessory that the character wears in `slot`."""
    names = look.traits.accessories or ()
    return next((name for name in names if ACCESSORIES[name] == slot), None)


def is_hatted(look: Look) -> bool:
    """Whether a hat covers the crown of the head; crowns and tiaras leave it free."""
    return worn(look, "hat") not in (None, "crown", "tiara")
