"""Brows: drawn over the hair, as anime does, and bolder on boys and men."""

from __future__ import annotations

from generation.illustrator import palette
from generation.illustrator.expressions import EXPRESSIONS
from generation.illustrator.look import Look
from generation.illustrator.svg import group, line, mirrored


def brows(look: Look) -> str:
    """Both brows, half seen through the fringe."""
    expression = EXPRESSIONS[look.traits.expression or "neutral"]
    color = palette.mix(look.hair.line, look.hair.fill, 0.2)
    if palette.is_pale(look.hair.fill):
        color = palette.mix(color, look.skin.line, 0.5)
    width = 3.0 if expression.mark == "vein" else 2.7
    if look.is_masculine:
        width += 0.9 if look.is_child else 1.9 if look.is_adult else 1.4
    left = line(expression.brow, color, width)
    right = mirrored(line(expression.right_brow or expression.brow, color, width))
    lift = {"child": -1.0, "teen": 1.5, "adult": 3.0}[look.traits.age or "teen"]
    if look.is_masculine:
        lift += 3.0
    lift += look.jitter[9] * 1.5
    return group(left + right, f"translate(0,{lift:.1f})", 0.88)
