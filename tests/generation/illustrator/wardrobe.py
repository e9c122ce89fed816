"""Complete traits and rasterised parts for the wardrobe's tests."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pyvips

from generation.illustrator.display import Drawing
from generation.illustrator.look import Look, look_at
from generation.illustrator.svg import document
from generation.traits import ACCESSORIES, Traits

COLORS = ("white", "black", "red", "pink", "yellow", "navy", "#3fae5c")
MARGIN = 64
"""Units around the canvas that `picture` shows as well."""

_TRAITS = Traits(
    gender="feminine", age="teen", skin="light", hair_style="bob cut", hair_color="brown",
    hair_tips_color="brown", bangs="straight", eye_shape="round", eye_color="blue",
    left_eye_color="blue", expression="happy", marks=(), outfit="hoodie", outfit_color="blue",
    accessories=(), accessory_color="red", background="plain", background_color="sky blue",
    chibiness=70, style="bold",
)  # fmt: skip


def look_with(seed: int = 1, **traits: Any) -> Look:
    """The look of a complete character, changed by `traits`."""
    return look_at(replace(_TRAITS, **traits), seed)


def picture(body: Drawing) -> pyvips.Image:
    """`body` at one pixel a unit, transparent, `MARGIN` wider than the canvas on every side."""
    side = 256 + 2 * MARGIN
    svg = document(body).replace(
        'viewBox="0 0 256 256"', f'viewBox="{-MARGIN} {-MARGIN} {side} {side}"'
    )
    return pyvips.Image.svgload_buffer(svg.encode(), scale=side / 256)


def bounds(body: Drawing) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what `body` paints, in canvas units."""
    left, top, width, height = picture(body)[3].find_trim(threshold=40, background=[0])
    return left - MARGIN, top - MARGIN, left + width - MARGIN, top + height - MARGIN


def random_outfits(count: int) -> list[tuple[str, ...]]:
    """`count` sets of accessories, at most one a slot, many at once."""
    chance = Random("accessories")
    by_slot: dict[str, list[str]] = {}
    for name, slot in ACCESSORIES.items():
        by_slot.setdefault(slot, []).append(name)
    some = (
        tuple(chance.choice(names) for names in by_slot.values() if chance.random() < 0.6)
        for _ in range(count)
    )
    return [names for names in some if names]
