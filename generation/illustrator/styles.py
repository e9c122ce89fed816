"""Styles of drawing, as data over the same parts: a finished picture is read and drawn over.

A style changes the colours and widths that `svg` wrote; `sketch` moves the points of every path a
little as well, and `sticker` lays a grown white copy of the figure under it.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from functools import lru_cache

from generation.illustrator import palette
from generation.illustrator.svg import line

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

_PAINT = re.compile(r'(class="tape" )?(fill|stroke|stop-color)="(#[0-9a-f]{6})"')
_STROKE_WIDTH = re.compile(r'(class="\w+" stroke="[^"]+" )?stroke-width="([\d.]+)"')
"""Tapes and their rims (`svg.tape`) keep their width."""
_OUTLINED = re.compile(
    r'<path d="([^"]+)" fill="[^"]+" stroke="[^"]+" stroke-width="(?:2\.[2-9]|[3-9])[^>]*/>'
)
_PATH_DATA = re.compile(r' d="([^"]+)"')
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_INNER = re.compile(
    r'<defs>.*?</defs>|<clipPath.*?</clipPath>|<g clip-path="[^"]+">(?:(?!<g).)*?</g>'
    r"|<(?:path|ellipse)(?:(?!stroke=)[^>])*/>"
)
"""What adds nothing to a silhouette: definitions, clipped parts, shading without an outline."""
_ANY_FILL = re.compile(r'fill="(?!none)[^"]+"')
_ANY_STROKE = re.compile(r'stroke="[^"]+" stroke-width="([\d.]+)"')
_OPACITY = re.compile(r' opacity="[^"]+"')


def draw_over(figure: str, style: Style) -> str:
    """The figure's SVG text in `style`."""
    if style.wobble:
        figure = _roughen(figure, style.wobble)
    figure = _recolor(figure, style.ink, style.fill)
    figure = _scale_lines(figure, style.line_width)
    if style.rim:
        figure = _grown(figure, "#d8d2e0", style.rim + 1.0) + _grown(
            figure, palette.WHITE, style.rim
        ) + figure  # fmt: skip
    return figure


def draw_over_background(background: str, style: Style, crayon: str) -> str:
    """The background's SVG text in `style`; a sketch's is hatched in the colour `crayon`."""
    drawn = _recolor(background, style.background, style.background)
    return drawn + _hatching(crayon) if drawn and style.wobble else drawn


def _hatching(color: str) -> str:
    """One restless stroke to and fro across the paper."""
    turns = (
        f"L{x + 24},-12 L{x - 250},268 " if x % 2 else f"L{x - 250},268 L{x + 24},-12 "
        for x in range(-6, 520, 13)
    )
    return line(_stray("M-30,-12 " + "".join(turns).strip(), 5.0, "crayon"), color, 2.4, 0.3)


def _recolor(text: str, ink: tuple[str, float], fill: tuple[str, float]) -> str:
    if not ink[1] and not fill[1]:
        return text

    def paint(match: re.Match[str]) -> str:
        tape, attribute, color = match.groups(default="")
        other, share = ink if attribute == "stroke" and not tape else fill
        return f'{tape}{attribute}="{palette.mix(color, other, share)}"'

    return _PAINT.sub(paint, text)


def _scale_lines(text: str, factor: float) -> str:
    if factor == 1.0:
        return text

    def scale(match: re.Match[str]) -> str:
        return match[0] if match[1] else f'stroke-width="{float(match[2]) * factor:.2f}"'

    return _STROKE_WIDTH.sub(scale, text)


def _grown(figure: str, color: str, rim: float) -> str:
    """The silhouette of `figure` in one colour, `rim` units larger all around."""
    shape = _OPACITY.sub("", _INNER.sub("", figure))
    shape = _ANY_FILL.sub(f'fill="{color}"', shape)
    return _ANY_STROKE.sub(
        lambda m: f'stroke="{color}" stroke-width="{float(m[1]) + 2 * rim:.2f}"', shape
    )


def _roughen(text: str, wobble: float) -> str:
    """Every path strays a little, and every outline (not every crease) is drawn twice.

    Equal paths stray alike, so a shape, its outline and its clip stay together.
    """
    strayed = _PATH_DATA.sub(lambda m: f' d="{_stray(m[1], wobble, "first")}"', text)

    def twice(match: re.Match[str]) -> str:
        element = _OPACITY.sub("", match[0])
        second = element.replace(match[1], _stray(match[1], wobble * 1.4, "second"))
        return match[0] + _ANY_FILL.sub('fill="none"', second).replace("/>", ' opacity="0.45"/>')

    return _OUTLINED.sub(twice, strayed)


@lru_cache(maxsize=2048)
def _stray(d: str, wobble: float, hand: str) -> str:
    if "A" in d or "a" in d:  # an arc's flags are no coordinates
        return d
    chance = random.Random(f"{hand}-{d}")

    def move(match: re.Match[str]) -> str:
        return f"{float(match[0]) + chance.uniform(-wobble, wobble):.1f}"

    return _NUMBER.sub(move, d)
