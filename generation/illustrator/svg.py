"""SVG text by small helpers. Every mark of the illustrator goes through these functions.

Colours are `#rrggbb` in lower case (or `none`, or `url(#id)`), so that a drawing style can recolour
a finished picture by reading its attributes. Numbers have fixed decimals, so that the text is the
same in every process.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

VIEW_BOX = 256
"""The canvas is a square of this many units."""

Point = tuple[float, float]


def path(
    d: str,
    fill: str = "none",
    stroke: str | None = None,
    width: float = 2.6,
    opacity: float = 1.0,
) -> str:
    """A path with round joins and ends; no line where `stroke` is None."""
    return f'<path d="{d}" fill="{fill}"{_line(stroke, width)}{_opacity(opacity)}/>'


def line(d: str, stroke: str, width: float = 2.2, opacity: float = 1.0) -> str:
    """An unfilled line along `d`."""
    return path(d, "none", stroke, width, opacity)


def tape(
    d: str,
    color: str,
    width: float,
    *,
    rim: str | None = None,
    rim_width: float = 2.0,
    opacity: float = 1.0,
) -> str:
    """A stripe of colour along `d`, with an outline on both sides where `rim` is a colour.

    A tape is paint: a drawing style treats it as a filled shape and not as a pencil's line.
    """
    under = f'<path d="{d}" fill="none" class="rim"{_line(rim, width + 2 * rim_width)}/>'
    over = f'<path d="{d}" fill="none" class="tape"{_line(color, width)}{_opacity(opacity)}/>'
    return under + over if rim else over


def ellipse(
    cx: float,
    cy: float,
    rx: float,
    ry: float,
    fill: str = "none",
    stroke: str | None = None,
    width: float = 2.6,
    opacity: float = 1.0,
) -> str:
    """An ellipse by centre and radii."""
    return (
        f'<ellipse cx="{cx:.1f}" cy="{cy:.1f}" rx="{rx:.1f}" ry="{ry:.1f}" fill="{fill}"'
        f"{_line(stroke, width)}{_opacity(opacity)}/>"
    )


def rect(x: float, y: float, width: float, height: float, fill: str, opacity: float = 1.0) -> str:
    """A filled rectangle."""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}"'
        f"{_opacity(opacity)}/>"
    )


def group(body: str, transform: str = "", opacity: float = 1.0) -> str:
    """`body` under one transform and one opacity; `body` itself where neither is wanted."""
    if not body or (not transform and opacity == 1.0):
        return body
    moved = f' transform="{transform}"' if transform else ""
    return f"<g{moved}{_opacity(opacity)}>{body}</g>"


def mirror(body: str) -> str:
    """`body` and its mirror image about the vertical middle of the canvas."""
    return body + mirrored(body)


def mirrored(body: str) -> str:
    """The mirror image of `body` about the vertical middle of the canvas, alone."""
    return group(body, f"translate({VIEW_BOX},0) scale(-1,1)")


def clipped(body: str, clip_id: str, d: str) -> str:
    """`body` where the path `d` covers it. Give every clip of a picture its own id."""
    return (
        f'<clipPath id="{clip_id}"><path d="{d}"/></clipPath>'
        f'<g clip-path="url(#{clip_id})">{body}</g>'
    )


def without_box(body: str, clip_id: str, box: tuple[float, float, float]) -> str:
    """`body` but for what lies between `box`'s left and right edges and above its lower one.

    Unlike what is `clipped` to a shape, it still belongs to the figure's silhouette.
    """
    left, right, bottom = box
    cut = f"L{left},-64 L{left},{bottom} L{right},{bottom} L{right},-64"
    d = f"M-64,-64 {cut} L320,-64 L320,400 L-64,400Z"
    return (
        f'<clipPath id="{clip_id}"><path d="{d}"/></clipPath>'
        f'<g class="under-hat" clip-path="url(#{clip_id})">{body}</g>'
    )


def vertical_gradient(gradient_id: str, y1: float, y2: float, *stops: tuple[float, str]) -> str:
    """Define `url(#gradient_id)`, running from `y1` down to `y2` in user units."""
    inner = "".join(f'<stop offset="{at:.2f}" stop-color="{color}"/>' for at, color in stops)
    return (
        f'<linearGradient id="{gradient_id}" gradientUnits="userSpaceOnUse" x1="0" y1="{y1:.1f}"'
        f' x2="0" y2="{y2:.1f}">{inner}</linearGradient>'
    )


def polygon(points: Iterable[Point]) -> str:
    """Path data of a closed polygon."""
    return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points) + "Z"


def heart(
    x: float, y: float, size: float, fill: str, stroke: str | None = None, width: float = 2.0
) -> str:
    """A heart about (x, y), some 2 x `size` wide."""
    s = size
    d = (
        f"M{x:.1f},{y + s * 0.9:.1f} C{x - s * 1.5:.1f},{y - s * 0.1:.1f} {x - s * 0.8:.1f},"
        f"{y - s * 1.1:.1f} {x:.1f},{y - s * 0.35:.1f} C{x + s * 0.8:.1f},{y - s * 1.1:.1f} "
        f"{x + s * 1.5:.1f},{y - s * 0.1:.1f} {x:.1f},{y + s * 0.9:.1f}Z"
    )
    return path(d, fill, stroke, width)


def star(
    x: float,
    y: float,
    size: float,
    fill: str,
    stroke: str | None = None,
    width: float = 2.0,
    *,
    points: int = 5,
    waist: float = 0.45,
    turn: float = 0.0,
) -> str:
    """A star of radius `size`, its first point up, turned by `turn` degrees."""
    corners: list[Point] = []
    for i in range(2 * points):
        radius = size if i % 2 == 0 else size * waist
        angle = math.radians(turn - 90 + 180 * i / points)
        corners.append((x + radius * math.cos(angle), y + radius * math.sin(angle)))
    return path(polygon(corners), fill, stroke, width)


def blossom(
    x: float,
    y: float,
    size: float,
    fill: str,
    stroke: str | None = None,
    width: float = 2.0,
    *,
    heart_fill: str = "#ffd65c",
    petals: int = 5,
) -> str:
    """A flower of radius `size` with round petals."""
    ring, petal = size * 0.58, size * 0.46
    turns = (2 * math.pi * i / petals - math.pi / 2 for i in range(petals))
    body = "".join(
        ellipse(x + ring * math.cos(t), y + ring * math.sin(t), petal, petal, fill, stroke, width)
        for t in turns
    )
    return body + ellipse(x, y, size * 0.34, size * 0.34, heart_fill, stroke and "#a8711c", width)


def document(body: str, *, crisp: bool = False) -> str:
    """A whole SVG file around `body`; `crisp` draws without smoothed edges."""
    edges = ' shape-rendering="crispEdges"' if crisp else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{VIEW_BOX}" height="{VIEW_BOX}" '
        f'viewBox="0 0 {VIEW_BOX} {VIEW_BOX}"{edges}>{body}</svg>'
    )


def _line(stroke: str | None, width: float) -> str:
    if stroke is None:
        return ""
    return (
        f' stroke="{stroke}" stroke-width="{width:.2f}" stroke-linejoin="round"'
        ' stroke-linecap="round"'
    )


def _opacity(opacity: float) -> str:
    return "" if opacity == 1.0 else f' opacity="{opacity:.2f}"'
