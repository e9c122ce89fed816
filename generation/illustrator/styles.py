"""Styles of drawing: functions over a finished drawing, with their figures as data.

A style changes colours and widths; `sketch` moves the points of every path a little as well, and
`sticker` lays a grown white copy of the figure under it. No part knows of any style.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import assert_never

from generation.colors import mix
from generation.illustrator import palette
from generation.illustrator.display import (
    IDENTITY,
    Clip,
    Drawing,
    Ellipse,
    Gradient,
    Group,
    Layer,
    Node,
    Paint,
    Path,
    Stroke,
    line,
)

PENCIL = "#4d4753"
PAPER = "#fbf7ee"


@dataclass(frozen=True, slots=True)
class Style:
    """How a picture is drawn over."""

    line_width: float = 1.0
    ink: tuple[str, float] = (PENCIL, 0.0)
    """Lines take this share of this colour."""
    fill: tuple[str, float] = (palette.WHITE, 0.0)
    """Fills take this share of this colour."""
    background: tuple[str, float] = (palette.WHITE, 0.0)
    """The background takes this share of this colour."""
    wobble: float = 0.0
    """How far a pencil strays, in units."""
    rim: float = 0.0
    """The width of a white rim, in units."""
    pixels: int | None = None
    """Pixels a side, where the picture is made of visible ones."""


STYLES: dict[str, Style] = {
    "bold": Style(),
    "soft": Style(
        line_width=0.68,
        ink=("#b0708c", 0.42),
        fill=("#fff4f6", 0.2),
        background=(palette.WHITE, 0.3),
    ),
    "sketch": Style(
        line_width=0.62,
        ink=(PENCIL, 0.82),
        fill=(PAPER, 0.46),
        background=(PAPER, 0.72),
        wobble=1.2,
    ),
    "pixel": Style(line_width=1.15, pixels=64),
    "sticker": Style(line_width=1.1, rim=5.0),
}

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_OUTLINE_FROM = 2.2
"""The width from which a line is an outline, which a pencil draws twice, and no crease."""


def draw_over(figure: Drawing, style: Style) -> Drawing:
    """The figure in `style`."""
    if style.wobble:
        figure = _roughened(figure, style.wobble)
    figure = _recolored(figure, style.ink, style.fill)
    figure = _with_lines_scaled(figure, style.line_width)
    if style.rim:
        under = _grown(figure, "#d8d2e0", style.rim + 1.0) + _grown(
            figure, palette.WHITE, style.rim
        )
        figure = under + figure
    return figure


def draw_over_background(background: Drawing, style: Style, crayon: str) -> Drawing:
    """The background in `style`; a sketch's is hatched in the colour `crayon`."""
    drawn = _recolored(background, style.background, style.background)
    return drawn + _hatching(crayon) if drawn and style.wobble else drawn


def _each(
    drawing: Drawing,
    redraw: Callable[[Path | Ellipse], Drawing],
    edge: Callable[[str], str] = lambda d: d,
) -> Drawing:
    """`drawing` with every shape as `redraw` has it, and every clip's path as `edge` has it."""
    nodes: list[Node] = []
    for node in drawing:
        match node:
            case Path() | Ellipse():
                nodes += redraw(node)
            case Group(body, transform, opacity):
                nodes.append(Group(_each(body, redraw, edge), transform, opacity))
            case Clip(body, d, cuts):
                nodes.append(Clip(_each(body, redraw, edge), edge(d), cuts))
            case Layer(name, body, anchor):
                nodes.append(Layer(name, _each(body, redraw, edge), anchor))
            case _:
                assert_never(node)
    return tuple(nodes)


def _painted(shape: Path | Ellipse, fill: Paint | None, stroke: Stroke | None) -> Drawing:
    match shape:
        case Path(d, _, _, opacity):
            return (Path(d, fill, stroke, opacity),)
        case Ellipse(cx, cy, rx, ry, _, _, opacity):
            return (Ellipse(cx, cy, rx, ry, fill, stroke, opacity),)
        case _:
            assert_never(shape)


def _hatching(color: str) -> Drawing:
    """One restless stroke to and fro across the paper."""
    turns = (
        f"L{x + 24},-12 L{x - 250},268 " if x % 2 else f"L{x - 250},268 L{x + 24},-12 "
        for x in range(-6, 520, 13)
    )
    return line(_stray("M-30,-12 " + "".join(turns).strip(), 5.0, "crayon"), color, 2.4, 0.3)


def _recolored(drawing: Drawing, ink: tuple[str, float], fill: tuple[str, float]) -> Drawing:
    if not ink[1] and not fill[1]:
        return drawing

    def paint(color: Paint | None) -> Paint | None:
        match color:
            case None:
                return None
            case str():
                return mix(color, *fill)
            case Gradient(y1, y2, stops):
                return Gradient(y1, y2, tuple((at, mix(c, *fill)) for at, c in stops))

    def redraw(shape: Path | Ellipse) -> Drawing:
        stroke = shape.stroke
        if stroke is not None:
            share = fill if stroke.kind == "tape" else ink
            stroke = Stroke(mix(stroke.color, *share), stroke.width, stroke.kind)
        return _painted(shape, paint(shape.fill), stroke)

    return _each(drawing, redraw)


def _with_lines_scaled(drawing: Drawing, factor: float) -> Drawing:
    """Lines so much wider; what is paint (`display.tape`) keeps its width."""
    if factor == 1.0:
        return drawing

    def redraw(shape: Path | Ellipse) -> Drawing:
        stroke = shape.stroke
        if stroke is None or stroke.kind != "line":
            return (shape,)
        return _painted(shape, shape.fill, Stroke(stroke.color, stroke.width * factor))

    return _each(drawing, redraw)


def _grown(drawing: Drawing, color: str, rim: float) -> Drawing:
    """The silhouette of `drawing` in one colour, `rim` units larger all around.

    Only what has an outline is part of it: what has none is shade.
    """
    nodes: list[Node] = []
    for node in drawing:
        match node:
            case Path() | Ellipse():
                if node.stroke is not None:
                    fill = None if node.fill is None else color
                    stroke = Stroke(color, node.stroke.width + 2 * rim, node.stroke.kind)
                    nodes += _painted(replace(node, opacity=1.0), fill, stroke)
            case Group(body, transform):
                nodes.append(Group(_grown(body, color, rim), transform))
            case Clip(body, d, cuts):
                if cuts:
                    nodes.append(Clip(_grown(body, color, rim), d, cuts))
            case Layer(_, body):
                nodes.append(Group(_grown(body, color, rim), IDENTITY))
            case _:
                assert_never(node)
    return tuple(nodes)


def _roughened(drawing: Drawing, wobble: float) -> Drawing:
    """Every path strays a little, and every outline (not every crease) is drawn twice.

    Equal paths stray alike, so a shape, its outline and its clip stay together.
    """

    def edge(d: str) -> str:
        return _stray(d, wobble, "first")

    def redraw(shape: Path | Ellipse) -> Drawing:
        if isinstance(shape, Ellipse):
            return (shape,)
        first = Path(edge(shape.d), shape.fill, shape.stroke, shape.opacity)
        stroke = shape.stroke
        if stroke is None or stroke.kind != "line" or stroke.width < _OUTLINE_FROM:
            return (first,)
        return (first, Path(_stray(first.d, wobble * 1.4, "second"), None, stroke, 0.45))

    return _each(drawing, redraw, edge)


@lru_cache(maxsize=2048)
def _stray(d: str, wobble: float, hand: str) -> str:
    if "A" in d or "a" in d:  # an arc's flags are no coordinates
        return d
    chance = random.Random(f"{hand}-{d}")

    def move(match: re.Match[str]) -> str:
        return f"{float(match[0]) + chance.uniform(-wobble, wobble):.1f}"

    return _NUMBER.sub(move, d)
