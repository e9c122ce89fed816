"""The display list: what a picture is made of, as frozen data, and the small helpers that make it.

A `Drawing` is a tuple of nodes, the hindmost first: outlines and ellipses, and groups, clips and
layers of them. Two drawings are laid upon each other by `+`. Every mark of the illustrator goes
through the functions below; a style is a function from drawing to drawing, and only `svg` knows
how one is printed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

VIEW_BOX = 256
"""The canvas is a square of this many units."""

Point = tuple[float, float]

LayerName = Literal[
    "background", "head wear behind", "hair behind", "neck", "outfit", "neck wear", "face", "blush",
    "features", "marks", "eyes", "mouth", "tears", "face wear", "hair", "brows", "head wear",
    "locks", "signs",
]  # fmt: skip
LAYERS: tuple[LayerName, ...] = get_args(LayerName)
"""In drawing order."""


@dataclass(frozen=True, slots=True)
class Affine:
    """A transform: (x, y) goes to (`a` x + `c` y + `e`, `b` x + `d` y + `f`)."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def __matmul__(self, first: Affine) -> Affine:
        """Both: `first`, then this one."""
        return Affine(
            self.a * first.a + self.c * first.b,
            self.b * first.a + self.d * first.b,
            self.a * first.c + self.c * first.d,
            self.b * first.c + self.d * first.d,
            self.a * first.e + self.c * first.f + self.e,
            self.b * first.e + self.d * first.f + self.f,
        )

    def __call__(self, point: Point) -> Point:
        """Where `point` goes."""
        x, y = point
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f


IDENTITY = Affine()


def moved(x: float, y: float) -> Affine:
    """A shift."""
    return Affine(e=x, f=y)


def scaled(x: float, y: float | None = None, *, about: Point = (0.0, 0.0)) -> Affine:
    """A change of size that leaves `about` where it is, the same both ways without `y`."""
    y = x if y is None else y
    return Affine(a=x, d=y, e=about[0] * (1 - x), f=about[1] * (1 - y))


def turned(degrees: float, *, about: Point = (0.0, 0.0)) -> Affine:
    """A turn about a point, clockwise."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    x, y = about
    return Affine(cos, sin, -sin, cos, x - cos * x + sin * y, y - sin * x - cos * y)


@dataclass(frozen=True, slots=True)
class Gradient:
    """Colours from `y1` down to `y2`, in the units of what is painted."""

    y1: float
    y2: float
    stops: tuple[tuple[float, str], ...]
    """Where, from 0 to 1, and a colour."""


Paint = str | Gradient
"""A colour as `#rrggbb` in lower case, or a gradient."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line. A "tape" is paint, which styles treat as a filled shape; a "rim" is its outline."""

    color: str
    width: float
    kind: Literal["line", "tape", "rim"] = "line"


@dataclass(frozen=True, slots=True)
class Path:
    """A shape or a line along path data as SVG writes it."""

    d: str
    fill: Paint | None
    stroke: Stroke | None
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Ellipse:
    """An ellipse by centre and radii."""

    cx: float
    cy: float
    rx: float
    ry: float
    fill: Paint | None
    stroke: Stroke | None
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Group:
    """A drawing under one transform and one opacity."""

    body: Drawing
    transform: Affine
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Clip:
    """A drawing where the shape `d` covers it."""

    body: Drawing
    d: str
    cuts: bool
    """Whether it takes off what the figure's silhouette has, rather than shade within it."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A part of the picture by its name, so that it can be found, moved and exchanged."""

    name: LayerName
    body: Drawing
    anchor: Point
    """About which it turns and grows, in its own frame."""


Node = Path | Ellipse | Group | Clip | Layer
Drawing = tuple[Node, ...]


def joined(drawings: Iterable[Drawing]) -> Drawing:
    """All of them upon each other, the first hindmost."""
    return tuple(node for drawing in drawings for node in drawing)


def path(
    d: str,
    fill: Paint | None = None,
    stroke: str | None = None,
    width: float = 2.6,
    opacity: float = 1.0,
) -> Drawing:
    """A path with round joins and ends; no line where `stroke` is None."""
    return (Path(d, fill, Stroke(stroke, width) if stroke else None, opacity),)


def line(d: str, stroke: str, width: float = 2.2, opacity: float = 1.0) -> Drawing:
    """An unfilled line along `d`."""
    return (Path(d, None, Stroke(stroke, width), opacity),)


def tape(
    d: str,
    color: str,
    width: float,
    *,
    rim: str | None = None,
    rim_width: float = 2.0,
    opacity: float = 1.0,
) -> Drawing:
    """A stripe of colour along `d`, with an outline on both sides where `rim` is a colour."""
    over = Path(d, None, Stroke(color, width, "tape"), opacity)
    if rim is None:
        return (over,)
    return (Path(d, None, Stroke(rim, width + 2 * rim_width, "rim")), over)


def ellipse(
    cx: float,
    cy: float,
    rx: float,
    ry: float,
    fill: Paint | None = None,
    stroke: str | None = None,
    width: float = 2.6,
    opacity: float = 1.0,
) -> Drawing:
    """An ellipse by centre and radii."""
    return (Ellipse(cx, cy, rx, ry, fill, Stroke(stroke, width) if stroke else None, opacity),)


def rect(x: float, y: float, width: float, height: float, fill: Paint) -> Drawing:
    """A filled rectangle."""
    return path(f"M{x:.1f},{y:.1f} h{width:.1f} v{height:.1f} h{-width:.1f}Z", fill)


def group(body: Drawing, transform: Affine = IDENTITY, opacity: float = 1.0) -> Drawing:
    """`body` under one transform and one opacity; `body` itself where neither is wanted."""
    if not body or (transform is IDENTITY and opacity == 1.0):
        return body
    return (Group(body, transform, opacity),)


def mirror(body: Drawing) -> Drawing:
    """`body` and its mirror image about the vertical middle of the canvas."""
    return body + mirrored(body)


def mirrored(body: Drawing) -> Drawing:
    """The mirror image of `body` about the vertical middle of the canvas, alone."""
    return group(body, _MIRROR)


_MIRROR = scaled(-1, 1, about=(VIEW_BOX / 2, 0))


def clipped(body: Drawing, d: str) -> Drawing:
    """`body` where the path `d` covers it, as shade within a shape."""
    return (Clip(body, d, cuts=False),)


def without_box(body: Drawing, box: tuple[float, float, float]) -> Drawing:
    """`body` but for what lies between `box`'s left and right edges and above its lower one."""
    left, right, bottom = box
    cut = f"L{left},-64 L{left},{bottom} L{right},{bottom} L{right},-64"
    return (Clip(body, f"M-64,-64 {cut} L320,-64 L320,400 L-64,400Z", cuts=True),)


def polygon(points: Iterable[Point]) -> str:
    """Path data of a closed polygon."""
    return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points) + "Z"


def heart(
    x: float, y: float, size: float, fill: str, stroke: str | None = None, width: float = 2.0
) -> Drawing:
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
) -> Drawing:
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
) -> Drawing:
    """A flower of radius `size` with round petals."""
    ring, petal = size * 0.58, size * 0.46
    turns = (2 * math.pi * i / petals - math.pi / 2 for i in range(petals))
    body = joined(
        ellipse(x + ring * math.cos(t), y + ring * math.sin(t), petal, petal, fill, stroke, width)
        for t in turns
    )
    rim = "#a8711c" if stroke else None
    return body + ellipse(x, y, size * 0.34, size * 0.34, heart_fill, rim, width)
