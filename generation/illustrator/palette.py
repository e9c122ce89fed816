"""Colour arithmetic, and what a colour's name means for hair, eyes, skin, cloth and background.

A colour is a `#rrggbb` string. A name that has no entry in a tuned table means what it means in
`generation.colors`; a `#rrggbb` is taken as it is.
"""

from __future__ import annotations

import colorsys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from generation.colors import COLORS

WHITE = "#ffffff"
GOLD = "#f6cf4e"
GOLD_LINE = "#8a6420"
PAPER = "#fdfcfb"
"""The white of shirts and aprons; a pure white looks like a hole beside it."""
PAPER_SHADE = "#dfdcec"
DARKEST = 0.034
"""The luminance below which an outline is lost."""

HAIR = {
    "black": "#3a3748",
    "brown": "#7d5040",
    "dark brown": "#55382f",
    "blonde": "#f5cf6e",
    "gray": "#9a9fb0",
    "white": "#f3f1f6",
    "blue": "#5b8fe0",
    "purple": "#9a72d0",
    "green": "#5fb480",
    "teal": "#3fb5b8",
    "navy": "#3b4a82",
    "dark green": "#3a7a58",
}
EYES = {
    "black": "#4a4658",
    "charcoal": "#5a5a6c",
    "gray": "#727a90",
    "silver": "#9aa4c0",
    "white": "#b9c2da",
    "brown": "#8a5632",
    "dark brown": "#6b4128",
    "chestnut": "#9a5230",
    "blue": "#3f86e8",
    "light blue": "#5fb0f0",
    "sky blue": "#4fa8ee",
    "ice blue": "#86c6ee",
    "green": "#3fae5c",
    "red": "#e0394a",
    "purple": "#8a52d6",
    "lavender": "#a184e0",
    "yellow": "#efae22",
    "gold": "#e3a21e",
    "pink": "#ef6aa4",
    "teal": "#22a9ac",
    "mint": "#4cc79a",
}
SKIN = {
    "porcelain": "#fff1ea",
    "fair": "#ffe7d6",
    "light": "#ffdcc2",
    "honey": "#f8cda2",
    "tan": "#e9b588",
    "bronze": "#cf9568",
    "brown": "#ac744f",
    "deep": "#8b5942",
}
CLOTH = {
    "white": "#f6f4f2",
    "black": "#3b3a48",
    "charcoal": "#50505e",
    "red": "#d9484b",
    "pink": "#f59ab5",
    "green": "#5fae74",
    "navy": "#35477d",
    "brown": "#8d6248",
}
BACKGROUND = {
    "black": "#34323f",
    "charcoal": "#4c4c5a",
    "gray": "#cfd3dc",
    "silver": "#dfe3ee",
    "white": "#f8f7f5",
    "cream": "#fdf3df",
    "beige": "#f0e3ca",
    "brown": "#c9a184",
    "dark brown": "#6b4a3d",
    "navy": "#3c4d88",
    "indigo": "#6f69c4",
    "maroon": "#94485a",
    "wine": "#8d4b62",
    "dark green": "#4c8a68",
    "pink": "#ffd3df",
    "hot pink": "#ffa9d2",
    "blue": "#b9dafa",
    "royal blue": "#9db8f5",
    "sky blue": "#c9e8fb",
    "light blue": "#d4ecfb",
    "ice blue": "#e3f4fc",
    "green": "#ccebcb",
    "emerald": "#aee3c8",
    "yellow": "#fff0b8",
    "gold": "#fbe19a",
    "purple": "#e0d2f6",
    "violet": "#d3bdf3",
    "lavender": "#e8e0fa",
    "orange": "#ffdcb8",
    "teal": "#bdebe4",
    "mint": "#d4f3e6",
    "red": "#f8b3b0",
    "crimson": "#f0a0a2",
}


@dataclass(frozen=True, slots=True)
class Tones:
    """A colour with its companions, lightest last: line, deep shadow, shadow, fill, highlight."""

    line: str
    deep: str
    shade: str
    fill: str
    light: str


@lru_cache(maxsize=1024)
def tones(color: str) -> Tones:
    """The companions of `color` for cloth and things; skin and hair have their own in `look`."""
    soft = mix(color, shade(color, 0.62), 0.72)
    return Tones(line(color), shade(color, 1.1), soft, color, light(color, 0.55))


def named(table: Mapping[str, str], color: str) -> str:
    """`color` as `#rrggbb`: by `table`, by `generation.colors`, or as it is."""
    return table.get(color) or COLORS.get(color) or color


def lifted(color: str) -> str:
    """`color`, or where it is all but black a lighter one on which lines are still seen."""
    shortfall = 1 - luminance(color) / DARKEST
    return mix(color, "#504b6a", 0.8 * shortfall) if shortfall > 0 else color


def background_color(color: str) -> str:
    """A background's colour: a name means its pastel, a `#rrggbb` means itself."""
    if color.startswith("#"):
        return color
    return BACKGROUND.get(color) or mix(COLORS[color], WHITE, 0.6)


@lru_cache(maxsize=4096)
def rgb(color: str) -> tuple[float, float, float]:
    """Red, green, blue in 0..1."""
    return (int(color[1:3], 16) / 255, int(color[3:5], 16) / 255, int(color[5:7], 16) / 255)


def hex_of(red: float, green: float, blue: float) -> str:
    """The inverse of `rgb`; parts outside 0..1 are cut off."""
    return "#" + "".join(f"{max(0, min(255, round(v * 255))):02x}" for v in (red, green, blue))


@lru_cache(maxsize=4096)
def mix(a: str, b: str, share: float) -> str:
    """`a` with `share` (0..1) of `b` in it."""
    red, green, blue = (x + (y - x) * share for x, y in zip(rgb(a), rgb(b), strict=True))
    return hex_of(red, green, blue)


@lru_cache(maxsize=4096)
def shade(color: str, depth: float = 0.5) -> str:
    """The shadow on `color` as anime paints it: darker, fuller, a little towards violet."""
    hue, lightness, saturation = hls(color)
    darker = from_hls(hue, lightness * (1 - 0.36 * depth), min(1, saturation * (1 + 0.1 * depth)))
    return mix(darker, "#5a3f9a", 0.16 * depth)


@lru_cache(maxsize=1024)
def line(color: str) -> str:
    """The outline that goes with `color`: dark, warm, never black."""
    hue, lightness, saturation = hls(color)
    dark = from_hls(hue, max(0.13, lightness * 0.36), min(0.75, saturation * 0.85))
    warm = mix(dark, "#3a1f38", 0.35)
    return warm if contrast(warm, color) > 1.5 else mix(warm, "#120a18", 0.7)


def light(color: str, amount: float = 0.5) -> str:
    """`color` mixed with `amount` (0..1) of white."""
    return mix(color, WHITE, amount)


def hls(color: str) -> tuple[float, float, float]:
    """Hue, lightness, saturation in 0..1."""
    return colorsys.rgb_to_hls(*rgb(color))


def from_hls(hue: float, lightness: float, saturation: float) -> str:
    """The inverse of `hls`."""
    return hex_of(*colorsys.hls_to_rgb(hue, lightness, saturation))


@lru_cache(maxsize=4096)
def luminance(color: str) -> float:
    """Relative luminance, 0 (black) to 1 (white), as WCAG defines it."""
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in rgb(color)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    """Contrast ratio of two colours, 1 (none) to 21, as WCAG defines it."""
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def is_pale(color: str) -> bool:
    """Whether a white mark on `color` would be lost."""
    return luminance(color) > 0.6


def is_dark(color: str) -> bool:
    """Whether a dark mark on `color` would be lost."""
    return luminance(color) < 0.08


def hue_distance(a: str, b: str) -> float:
    """How far two hues lie apart on the wheel, 0 to 0.5; 0.25 where one of them is a grey."""
    (hue_a, _, saturation_a), (hue_b, _, saturation_b) = hls(a), hls(b)
    if min(saturation_a, saturation_b) < 0.12:
        return 0.25
    apart = abs(hue_a - hue_b)
    return min(apart, 1 - apart)
