"""`HairStyle`: what makes one way of wearing hair different from another, and its outlines."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from generation.colors import mix
from generation.illustrator.display import Drawing, Gradient, Point
from generation.illustrator.look import Box, Look
from generation.illustrator.palette import Tones

Part = Callable[[Look], Drawing]
Edge = Callable[[Look], str]

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
    edge: Edge | None = None
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
    upright: bool = False
    """Whether it stands up, so that even headphones press it down."""
    ears: bool = False
    """Whether the ears are free."""


LENGTHS = {
    "short hair": 176,
    "pixie cut": 168,
    "messy hair": 186,
    "spiky hair": 172,
    "curly hair": 196,
    "afro": 180,
    "side part": 164,
    "undercut": 150,
    "buzz cut": 150,
    "wolf cut": 222,
    "long straight hair": 280,
    "long wavy hair": 280,
    "hime cut": 280,
    "twin tails": 240,
    "low twin tails": 264,
    "ponytail": 224,
    "side ponytail": 236,
    "braids": 262,
    "side braid": 280,
    "double buns": 176,
    "bun": 170,
    "drill hair": 244,
}
"""Style → its lowest y, where the colour of the tips is full, if that is not `LENGTH`."""
LENGTH = 190.0


def front_fill(look: Look) -> Gradient:
    """The colours of the hair before the face, from the crown down."""
    hair = look.hair
    return _gradient(hair, look.tips, 28, min(_length(look), 200), mix(hair.fill, hair.shade, 0.35))


def lock_fill(look: Look) -> Gradient:
    """The colours of hair that falls before the shoulders."""
    hair = look.hair
    return _gradient(hair, look.tips, 120, _length(look), mix(hair.fill, hair.shade, 0.3))


def back_fill(look: Look) -> Gradient:
    """The colours of the hair behind the head, in its own shadow above."""
    hair, tips = look.hair, look.tips
    one_tone = hair == tips
    return Gradient(
        60,
        _length(look),
        (
            (0.0, hair.deep),
            (0.5, hair.shade if one_tone else mix(hair.shade, tips.shade, 0.35)),
            (1.0, mix(hair.shade, hair.fill, 0.65) if one_tone else tips.fill),
        ),
    )


def _gradient(hair: Tones, tips: Tones, y1: float, y2: float, start: str) -> Gradient:
    if hair == tips:
        end = mix(hair.fill, "#ffffff", 0.16)
        return Gradient(y1, y2, ((0.0, start), (0.35, hair.fill), (1.0, end)))
    return Gradient(y1, y2, ((0.0, start), (0.3, hair.fill), (0.72, tips.fill), (1.0, tips.fill)))


def _length(look: Look) -> float:
    return LENGTHS.get(look.traits.hair_style or "", LENGTH)


def locks(points: Sequence[Point], flow: float = 0.0) -> str:
    """Tapered locks along valley, tip, valley, tip ... valley; `flow` bends them sideways.

    The path is thought to stand on the first valley already.
    """
    d = ""
    for i in range(0, len(points) - 2, 2):
        (ax, ay), (tx, ty), (bx, by) = points[i : i + 3]
        d += (
            f"Q{ax + (tx - ax) * 0.12 + flow:.1f},{ay + (ty - ay) * 0.62:.1f} {tx:.1f},{ty:.1f}"
            f"Q{bx + (tx - bx) * 0.12 + flow:.1f},{by + (ty - by) * 0.62:.1f} {bx:.1f},{by:.1f}"
        )
    return d


def scallops(points: Sequence[Point], bulge: float) -> str:
    """Round curls from point to point, bulging to the left of the direction of travel.

    The path is thought to stand on the first point already.
    """
    d = ""
    for (ax, ay), (bx, by) in pairwise(points):
        length = math.hypot(bx - ax, by - ay) or 1.0
        nx, ny = (by - ay) / length * bulge, -(bx - ax) / length * bulge
        d += f"C{ax + nx:.1f},{ay + ny:.1f} {bx + nx:.1f},{by + ny:.1f} {bx:.1f},{by:.1f}"
    return d


def arc(
    cx: float, cy: float, rx: float, ry: float, start: float, end: float, count: int
) -> list[Point]:
    """`count` + 1 points on an ellipse; angles in degrees, 0 to the right, 90 downwards."""
    angles = (math.radians(start + (end - start) * i / count) for i in range(count + 1))
    return [(cx + rx * math.cos(a), cy + ry * math.sin(a)) for a in angles]
