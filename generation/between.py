"""From one character to another in even steps.

What is continuous goes evenly: colours in OKLab, where equal steps look equal, skins along their
list, the build. What is not turns over one after another in a fixed order, from the surroundings to
the face, evenly spread over the steps. The ends are exactly the two characters.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from generation.colors import mix
from generation.illustrator import palette
from generation.traits import SKINS, Traits

_TABLES = {
    "hair_color": palette.HAIR,
    "hair_tips_color": palette.HAIR,
    "eye_color": palette.EYES,
    "left_eye_color": palette.EYES,
    "outfit_color": palette.CLOTH,
    "accessory_color": palette.CLOTH,
}
"""What the names of colours mean there; a background's have a rule of their own."""
TURNING = (
    "background", "style", "accessories", "outfit", "hair_style", "bangs", "marks", "expression",
    "eye_shape", "age", "gender",
)  # fmt: skip
"""What is one thing or another, in the order in which it turns over."""


def between(one: Traits, other: Traits, count: int) -> tuple[Traits, ...]:
    """`count` (2 or more) characters from `one` to `other`, both complete and both among them."""
    middle = (_at(one, other, step / (count - 1)) for step in range(1, count - 1))
    return (one, *middle, other)


def _at(one: Traits, other: Traits, share: float) -> Traits:
    changed: dict[str, Any] = {
        name: _color(name, getattr(one, name), getattr(other, name), share)
        for name in (*_TABLES, "background_color")
    }
    if one.accessory_color == one.hair_color and other.accessory_color == other.hair_color:
        changed["accessory_color"] = changed["hair_color"]  # ears stay as the hair is
    first, last = SKINS.index(one.skin or ""), SKINS.index(other.skin or "")
    changed["skin"] = SKINS[round(first + (last - first) * share)]
    build, goal = one.chibiness or 0, other.chibiness or 0
    changed["chibiness"] = round(build + (goal - build) * share)
    differing = [name for name in TURNING if getattr(one, name) != getattr(other, name)]
    for name in differing[: round(share * len(differing))]:
        changed[name] = getattr(other, name)
    return replace(one, **changed)


def _color(name: str, one: str, other: str, share: float) -> str:
    """The colour on the way; the name itself where both have it."""
    if one == other:
        return one
    return mix(_hex(name, one), _hex(name, other), share)


def _hex(name: str, color: str) -> str:
    if name == "background_color":
        return palette.background_color(color)
    return palette.named(_TABLES[name], color)
