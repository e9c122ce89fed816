"""How wide pictures are for their height, and how many pixels that comes to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from itertools import product
from typing import Literal, get_args

Shape = Literal["square", "portrait", "landscape", "wide"]
SHAPES: tuple[Shape, ...] = get_args(Shape)
RATIOS: dict[Shape, tuple[int, int]] = {
    "square": (1, 1),
    "portrait": (2, 3),
    "landscape": (3, 2),
    "wide": (3, 1),
}
"""Width to height."""

_TRAINED_FROM_PX = 1024
_TRAINED_STEP_PX = 64
"""SDXL, and most of what came after it, has been trained at 1024 px in sides of such steps
(arXiv:2307.01952, appendix I).
"""
_PER_PIXEL = 0.5
"""What a lack of pixels counts against the same share of a wrong ratio."""


@cache
def frame(shape: Shape, size_px: int, multiple: int) -> tuple[int, int]:
    """Width and height in pixels, both multiples of `multiple`: the nearest to the ratio of `shape`
    and to the pixels of a square of `size_px`, and never more of them.

    A square is exactly that. At 1024 they are sizes that SDXL knows: 832 x 1216, 1728 x 576.
    """
    if shape == "square":
        return size_px, size_px
    step = math.lcm(multiple, _TRAINED_STEP_PX) if size_px >= _TRAINED_FROM_PX else multiple
    width, height = RATIOS[shape]
    sides = range(step, 2 * size_px, step)
    fitting = ((w, h) for w, h in product(sides, sides) if w * h <= size_px * size_px)
    return min(fitting, key=lambda sides: _error(sides, width / height, size_px))


def _error(sides: tuple[int, int], ratio: float, size_px: int) -> float:
    width, height = sides
    lacking = math.log(size_px * size_px / (width * height))
    return abs(math.log(width / height / ratio)) + _PER_PIXEL * lacking


def nearest(aspect: tuple[int, int], shapes: Sequence[Shape]) -> Shape:
    """Which of `shapes` is the most like `aspect`, a width to a height; the first of equals."""
    wanted = math.log(aspect[0] / aspect[1])
    return min(
        shapes, key=lambda shape: abs(wanted - math.log(RATIOS[shape][0] / RATIOS[shape][1]))
    )
