"""Backgrounds: quiet patterns in any colour, behind the whole figure."""

from __future__ import annotations

import math
from collections.abc import Callable

from generation.colors import hue_distance, luminance, mix
from generation.illustrator import palette
from generation.illustrator.display import (
    VIEW_BOX,
    Drawing,
    Gradient,
    Paint,
    blossom,
    ellipse,
    heart,
    joined,
    path,
    rect,
    star,
)
from generation.illustrator.look import Look


def _ground(color: Paint) -> Drawing:
    return rect(0, 0, VIEW_BOX, VIEW_BOX, color)


def _graded(top: str, middle: str, bottom: str) -> Drawing:
    stops = ((0.0, top), (0.55, middle), (1.0, bottom))
    return _ground(Gradient(0, VIEW_BOX, stops))


def _mark(color: str) -> str:
    """A pattern's colour: a breath lighter than `color`, or darker where that would not show."""
    if luminance(color) > 0.78:
        return mix(color, palette.shade(color, 0.8), 0.25)
    return mix(color, palette.WHITE, 0.1 + 0.3 * luminance(color))


def _lattice() -> list[tuple[float, float, int]]:
    """Places of a pattern in offset rows, numbered."""
    rows = [(x * 44 + 22 * (y % 2) - 10, y * 40 + 8) for y in range(7) for x in range(7)]
    return [(x, y, index) for index, (x, y) in enumerate(rows)]


def _plain(look: Look) -> Drawing:
    return _ground(look.background.fill)


def _gradient(look: Look) -> Drawing:
    color = look.background.fill
    glow = mix(color, palette.WHITE, 0.15 + 0.5 * luminance(color))
    return _graded(glow, color, palette.shade(color, 0.42))


def _dots(look: Look) -> Drawing:
    mark = _mark(look.background.fill)
    return _plain(look) + joined(ellipse(x, y, 8, 8, mark) for x, y, _ in _lattice())


def _stripes(look: Look) -> Drawing:
    bands = "".join(
        f"M{x},-10 L{x + 24},-10 L{x - 252},266 L{x - 276},266Z" for x in range(0, 560, 52)
    )
    return _plain(look) + path(bands, _mark(look.background.fill))


def _hearts(look: Look) -> Drawing:
    mark = _mark(look.background.fill)
    return _plain(look) + joined(heart(x, y, 9, mark) for x, y, _ in _lattice())


def _stars(look: Look) -> Drawing:
    mark = _mark(look.background.fill)
    return _plain(look) + joined(
        star(x, y, 11, mark, turn=12 * (index % 3 - 1)) for x, y, index in _lattice()
    )


def _sunburst(look: Look) -> Drawing:
    rays: list[str] = []
    for turn in range(7, 367, 30):
        near, far = math.radians(turn), math.radians(turn + 15)
        rays.append(
            f"M128,136 L{128 + 270 * math.cos(near):.1f},{136 + 270 * math.sin(near):.1f} "
            f"L{128 + 270 * math.cos(far):.1f},{136 + 270 * math.sin(far):.1f}Z"
        )
    return _plain(look) + path("".join(rays), _mark(look.background.fill))


def _circle(look: Look) -> Drawing:
    mark = _mark(look.background.fill)
    ring = ellipse(128, 132, 118, 118, None, mark, 2.6)
    return _plain(look) + ellipse(128, 132, 110, 110, mark) + ring


def _checks(look: Look) -> Drawing:
    squares = "".join(
        f"M{x * 32},{y * 32} h32 v32 h-32Z" for y in range(8) for x in range(8) if (x + y) % 2
    )
    color = look.background.fill
    return _plain(look) + path(squares, mix(color, _mark(color), 0.75))


def _bubbles(look: Look) -> Drawing:
    chance, mark = look.random("bubbles"), _mark(look.background.fill)
    out = _gradient(look)
    for index in range(16):
        x = chance.uniform(4, 74) if index % 2 else chance.uniform(182, 252)
        y, radius = index * 16 + chance.uniform(-6, 14), chance.uniform(4, 15)
        out += ellipse(x, y, radius, radius, mark, mark, 1.6, 0.45)
        out += ellipse(
            x - radius * 0.35, y - radius * 0.4, radius * 0.25, radius * 0.2, "#ffffff", opacity=0.8
        )
    return out


_CLOUD = "c-14,-2 -14,-20 0,-20 c2,-16 26,-20 34,-6 c12,-8 28,2 24,14 c12,0 12,13 0,14Z"


def _sky(color: str) -> str:
    """`color`, deep enough for white clouds to show."""
    if luminance(color) < 0.7:
        return color
    grey = palette.hls(color)[2] < 0.3
    deeper = "#b9c8e4" if grey else palette.shade(color, 0.35)
    return mix(color, deeper, 0.6)


def _clouds(look: Look) -> Drawing:
    color = look.background.fill
    sky = _sky(color)
    veil = 0.35 if palette.is_dark(color) else 0.9
    shift = look.jitter[0] * 10
    places = ((14, 66), (188, 48), (-24, 168), (204, 150), (96, 22), (166, 236), (20, 246))
    puffs = "".join(f"M{x + shift:.1f},{y} {_CLOUD}" for x, y in places)
    bottom = mix(sky, palette.WHITE, veil / 2)
    return _graded(palette.shade(sky, 0.2), sky, bottom) + path(puffs, "#ffffff", opacity=veil)


def _sakura(look: Look) -> Drawing:
    chance = look.random("sakura")
    out = _gradient(look)
    color = look.background.fill
    petal = "#ffd1df" if hue_distance(color, "#ffc2d4") > 0.08 else "#fff3f7"
    for index in range(18):
        x = chance.uniform(2, 84) if index % 2 else chance.uniform(172, 250)
        y = index * 14 + chance.uniform(-8, 10)
        out += _petal(x, y, chance.uniform(6, 11), chance.uniform(0, math.tau), petal)
    corner = ((22, 20, 17), (52, 8, 12), (8, 50, 12), (236, 14, 14), (252, 40, 10))
    return out + joined(
        blossom(x, y, size, petal, mix(petal, "#e88aa8", 0.5), 1.4, heart_fill="#f6a5bd")
        for x, y, size in corner
    )


def _petal(x: float, y: float, size: float, turn: float, color: str) -> Drawing:
    """A petal that falls: a pointed oval along `turn` (radians)."""
    dx, dy = size * math.cos(turn), size * math.sin(turn)
    wx, wy = -dy * 0.8, dx * 0.8
    d = (
        f"M{x - dx:.1f},{y - dy:.1f} Q{x + wx:.1f},{y + wy:.1f} {x + dx:.1f},{y + dy:.1f} "
        f"Q{x - wx:.1f},{y - wy:.1f} {x - dx:.1f},{y - dy:.1f}Z"
    )
    return path(d, color, opacity=0.85)


def _night_sky(look: Look) -> Drawing:
    color, chance = look.background.fill, look.random("night sky")
    night = mix(palette.shade(color, 1.2), "#171a44", 0.74)
    dusk = mix(palette.shade(color, 0.6), "#3c3f86", 0.55)
    out = _graded(night, mix(night, dusk, 0.5), dusk)
    for _ in range(40):
        x, y = chance.uniform(0, VIEW_BOX), chance.uniform(0, VIEW_BOX)
        radius = chance.choice((0.8, 1.1, 1.6))
        out += ellipse(x, y, radius, radius, "#fff6d8", opacity=0.85)
    sparks = ((34, 40, 8), (222, 112, 7), (24, 138, 6), (238, 196, 6), (86, 16, 5))
    out += joined(star(x, y, size, "#fff6d8", points=4, waist=0.28) for x, y, size in sparks)
    return out + path("M214,22 a24,24 0 1,0 22,34 a20,20 0 0,1 -22,-34Z", "#ffe9a8")


def _transparent(look: Look) -> Drawing:
    return ()


BACKGROUNDS: dict[str, Callable[[Look], Drawing]] = {
    "plain": _plain,
    "gradient": _gradient,
    "dots": _dots,
    "stripes": _stripes,
    "hearts": _hearts,
    "stars": _stars,
    "sunburst": _sunburst,
    "circle": _circle,
    "checks": _checks,
    "bubbles": _bubbles,
    "clouds": _clouds,
    "sakura": _sakura,
    "night sky": _night_sky,
    "transparent": _transparent,
}
"""Every value of the trait `background`. All but `transparent` cover the whole canvas."""
