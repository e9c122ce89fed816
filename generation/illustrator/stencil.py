"""Where parts of a drawing are to be seen: their layers in white, everything else in black."""

from __future__ import annotations

from collections.abc import Collection
from typing import assert_never

from generation.illustrator.display import (
    VIEW_BOX,
    Clip,
    Drawing,
    Ellipse,
    Group,
    Layer,
    LayerName,
    Node,
    Path,
    Stroke,
    rect,
)
from generation.illustrator.figure import scene
from generation.illustrator.styles import STYLES
from generation.illustrator.svg import document, rasterise
from generation.traits import Traits

_WHITE, _BLACK = "#ffffff", "#000000"


def stencil(traits: Traits, seed: int, layers: Collection[LayerName], size_px: int) -> bytes:
    """An opaque PNG, `size_px` wide: white where complete `traits` show `layers`, else black.

    What is drawn with little opacity hardly hides what is under it, and counts as little itself.
    """
    pixels = STYLES[traits.style or ""].pixels
    ground = rect(0, 0, VIEW_BOX, VIEW_BOX, _WHITE if "background" in layers else _BLACK)
    cut = ground + _cut(scene(traits, seed), layers, _BLACK)
    return rasterise(document(cut, crisp=pixels is not None), size_px, pixels, opaque=True)


def _cut(drawing: Drawing, layers: Collection[LayerName], color: str) -> Drawing:
    nodes: list[Node] = []
    for node in drawing:
        match node:
            case Path(d, fill, stroke, opacity):
                nodes.append(Path(d, fill and color, _line(stroke, color), opacity))
            case Ellipse(cx, cy, rx, ry, fill, stroke, opacity):
                line = _line(stroke, color)
                nodes.append(Ellipse(cx, cy, rx, ry, fill and color, line, opacity))
            case Group(body, transform, opacity):
                nodes.append(Group(_cut(body, layers, color), transform, opacity))
            case Clip(body, d, cuts):
                nodes.append(Clip(_cut(body, layers, color), d, cuts))
            case Layer(name, body, anchor):
                shown = _WHITE if name in layers else _BLACK
                nodes.append(Layer(name, _cut(body, layers, shown), anchor))
            case _:
                assert_never(node)
    return tuple(nodes)


def _line(stroke: Stroke | None, color: str) -> Stroke | None:
    return stroke and Stroke(color, stroke.width, stroke.kind)
