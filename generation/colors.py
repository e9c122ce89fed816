"""Colours: what their names mean, and how they look beside each other.

A colour in our data is one of the names below or a `#rrggbb` string (sRGB). How far two colours lie
apart, which name is nearest and what comes of a mixture is reckoned in OKLab, where equal steps
look equal (Björn Ottosson, "A perceptual color space for image processing", 2020; CSS Color Module
Level 4 has the same figures). It is written out here since libraries for it take longer to load
than a picture takes to draw.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache

Triple = tuple[float, float, float]

COLORS: dict[str, str] = {
    "black": "#2f2d3a",
    "charcoal": "#4a4a57",
    "gray": "#8f94a3",
    "silver": "#cfd3e4",
    "white": "#f7f5f8",
    "cream": "#fbf1dc",
    "beige": "#e6d3b3",
    "brown": "#7d5040",
    "dark brown": "#4b3029",
    "chestnut": "#8f4a32",
    "caramel": "#c68642",
    "blonde": "#f5cf6e",
    "platinum": "#f3e9c9",
    "gold": "#e9b83a",
    "yellow": "#f3c84b",
    "amber": "#eba024",
    "orange": "#f08a3c",
    "ginger": "#d9692f",
    "coral": "#ff7f66",
    "peach": "#ffc4a3",
    "salmon": "#fa8f7d",
    "red": "#d8453c",
    "crimson": "#b3202e",
    "maroon": "#7b2333",
    "wine": "#722f45",
    "rose": "#e8627f",
    "pink": "#f79ab8",
    "hot pink": "#f0479a",
    "magenta": "#c93fae",
    "violet": "#8a4fd0",
    "purple": "#8f6fc4",
    "lavender": "#bfaee8",
    "indigo": "#4a43a5",
    "navy": "#2f3f73",
    "blue": "#4f7fd0",
    "royal blue": "#3559c7",
    "sky blue": "#8cc8f2",
    "light blue": "#a9d5f5",
    "ice blue": "#d3ecf8",
    "turquoise": "#38bfc3",
    "cyan": "#3ccbe0",
    "teal": "#249a98",
    "mint": "#9fe0c3",
    "green": "#55a86b",
    "dark green": "#2d6a49",
    "emerald": "#1f9d6b",
    "lime": "#a6d84a",
    "olive": "#80843c",
    "khaki": "#bdb27a",
}
"""What a word means in general; `generation.illustrator.palette` tunes some of them for hair, eyes,
skin or cloth.
"""


@lru_cache(maxsize=4096)
def rgb(color: str) -> Triple:
    """Red, green, blue in 0..1."""
    return (int(color[1:3], 16) / 255, int(color[3:5], 16) / 255, int(color[5:7], 16) / 255)


def hex_of(red: float, green: float, blue: float) -> str:
    """The inverse of `rgb`; parts outside 0..1 are cut off."""
    return "#" + "".join(f"{max(0, min(255, round(v * 255))):02x}" for v in (red, green, blue))


@lru_cache(maxsize=4096)
def oklab(color: str) -> Triple:
    """Lightness from 0 to 1, then how red (or green) and how yellow (or blue) a colour looks."""
    red, green, blue = (_linear(part) for part in rgb(color))
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def from_oklab(lightness: float, a: float, b: float) -> str:
    """The inverse of `oklab`; what no screen shows becomes the nearest edge of each channel."""
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return hex_of(
        _gamma(4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short),
        _gamma(-1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short),
        _gamma(-0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short),
    )


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _gamma(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055


@lru_cache(maxsize=8192)
def distance(one: str, other: str) -> float:
    """How different two colours look: 0 (equal), 1 (black and white), more for the most vivid.

    Both chroma axes count twice, as in the ΔEOK2 of CSS Color: so the nearest name is the one that
    CIEDE2000 calls nearest more often than by the plain distance (147 against 135 of 200 colours).
    """
    (l1, a1, b1), (l2, a2, b2) = oklab(one), oklab(other)
    return math.hypot(l1 - l2, 2 * (a1 - a2), 2 * (b1 - b2))


@lru_cache(maxsize=4096)
def mix(color: str, other: str, share: float) -> str:
    """`color` with `share` (0..1) of `other` in it."""
    return from_oklab(
        *(x + (y - x) * share for x, y in zip(oklab(color), oklab(other), strict=True))
    )


def nearest(color: str, named: Mapping[str, str]) -> str:
    """The name in `named` (name → `#rrggbb`) of the colour that looks most like `color`."""
    return min(named, key=lambda name: distance(color, named[name]))


@lru_cache(maxsize=4096)
def luminance(color: str) -> float:
    """Relative luminance, 0 (black) to 1 (white), as WCAG defines it."""
    red, green, blue = (_linear(part) for part in rgb(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 (none) to 21, as WCAG defines it."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def hue_distance(one: str, other: str) -> float:
    """How far two hues lie apart on the wheel, 0 to 0.5; 0.25 where one of them is a grey."""
    (_, a1, b1), (_, a2, b2) = oklab(one), oklab(other)
    if min(math.hypot(a1, b1), math.hypot(a2, b2)) < 0.02:
        return 0.25
    apart = abs(math.atan2(b1, a1) - math.atan2(b2, a2)) / math.tau
    return min(apart, 1 - apart)
