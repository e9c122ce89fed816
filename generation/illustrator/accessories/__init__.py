"""The accessories, one small function each, and in which order they lie on the character.

The figure calls `behind`, `on_neck`, `on_face` and `on_head` where its drawing order has them; the
order among accessories that are worn together is settled here.
"""

from __future__ import annotations

from generation.illustrator.accessories.facewear import FACE_WEAR, NECK_WEAR
from generation.illustrator.accessories.hats import HATS
from generation.illustrator.accessories.ornaments import (
    ANIMAL,
    BRIMMED,
    EARS_BESIDE_CROWN,
    HALO_RISE,
    ORNAMENTS,
    halo_y,
)
from generation.illustrator.display import Drawing, Point, joined
from generation.illustrator.look import Accessory, Box, Look, worn
from generation.traits import ACCESSORIES

PARTS: dict[str, Accessory] = {**HATS, **ANIMAL, **ORNAMENTS, **FACE_WEAR, **NECK_WEAR}
"""Every value of the trait `accessories`."""

_ON_FACE = ("face", "eyes")
_ON_HEAD = ("ears", "hat", "animal ears", "horns", "hair", "halo")
"""Slots in drawing order: hair ornaments lie on a hat, ears grow through it."""
_BEFORE_EARS = ("crown", "tiara")
"""Hats that sit between animal ears, and in front of them."""


def behind(look: Look) -> Drawing:
    """What lies behind the back hair, in the head's frame."""
    return joined(part.back(look) for part in _worn(look) if part.back)


def on_neck(look: Look) -> Drawing:
    """What lies on the outfit and under the chin, in the body's frame."""
    return _fronts(look, ("neck",))


def on_face(look: Look) -> Drawing:
    """What lies on the face and under the front hair, in the head's frame."""
    return _fronts(look, _ON_FACE)


def on_head(look: Look) -> Drawing:
    """What lies on the front hair, in the head's frame."""
    return _fronts(look, _ON_HEAD)


def reach(look: Look) -> tuple[Point, ...]:
    """The outermost points of what the head wears: how far from its middle, and y."""
    points = tuple(point for part in _worn(look) for point in part.reach)
    if worn(look, "animal ears") and worn(look, "hat") in BRIMMED:
        points += EARS_BESIDE_CROWN
    if not look.wears("halo"):
        return points
    y = halo_y(look)
    return (*points, (0.0, y - HALO_RISE), (52.0, y - 8))


def fills(look: Look) -> tuple[Box, ...]:
    """Where, beside the head, what is worn leaves no room, as `Accessory.fills` has it."""
    return tuple(box for part in _worn(look) for box in part.fills)


def presses_hair(look: Look) -> bool:
    """Whether a hat presses the hair flat."""
    return any(part.presses_hair for part in _worn(look))


def hides_hair(look: Look) -> tuple[float, float, float] | None:
    """Left, right and lower edge of the region, open above, in which a hat leaves no hair."""
    return next((part.hides_hair for part in _worn(look) if part.hides_hair), None)


def takes_ears(look: Look) -> bool:
    """Whether the character's own ears are not to be drawn."""
    return any(part.takes_ears for part in _worn(look))


def _worn(look: Look) -> list[Accessory]:
    return [PARTS[name] for name in look.traits.accessories or ()]


def _fronts(look: Look, slots: tuple[str, ...]) -> Drawing:
    names = [name for name in look.traits.accessories or () if ACCESSORIES[name] in slots]
    names.sort(key=lambda name: (slots.index(_layer(name)), name in _BEFORE_EARS))
    parts = (PARTS[name].front for name in names)
    return joined(part(look) for part in parts if part)


def _layer(name: str) -> str:
    return "animal ears" if name in _BEFORE_EARS else ACCESSORIES[name]
