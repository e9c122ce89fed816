"""Outlines that hair is made of."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from generation.illustrator.svg import Point


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
