"""`Accessory`: where its parts go in the drawing order, and what the figure must make room for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from generation.illustrator.look import Look
from generation.traits import ACCESSORIES

Part = Callable[[Look], str]

BARE_TOP_Y = 22.0
"""The highest y of a head that wears nothing, its hair included."""


@dataclass(frozen=True, slots=True)
class Accessory:
    """One accessory, drawn in the head's frame; what is worn at the neck, in the body's.

    `back` lies behind the hair, `front` where the accessory's slot is drawn; both are optional.
    """

    front: Part | None = None
    back: Part | None = None
    top: float = BARE_TOP_Y
    """The highest y it reaches."""
    half_width: float = 0.0
    """How far it reaches sideways from the middle."""
    lift: float = 0.0
    """How far signs of feeling beside the head must rise to stay clear of it."""
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
