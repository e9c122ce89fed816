"""What a colour's name means for hair, eyes, skin, cloth and background, and its companions.

A name that has no entry in a tuned table means what it means in `generation.colors`; a `#rrggbb` is
taken as it is.
"""

from __future__ import annotations

import colorsys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from generation.colors import COLORS, contrast, hex_of, luminance, mix, rgb

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
    if shortfall <= 0:
        return color
    # Next to the limit, rounding can take more of a colour than it is given.
    return max(color, mix(color, "#504b6a", 0.8 * shortfall), key=luminance)


def background_color(color: str) -> str:
    """A background's colour: a name means its pastel, a `#rrggbb` means itself."""
    if color.startswith("#"):
        return color
    return BACKGROUND.get(color) or mix(COLORS[color], WHITE, 0.6)


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


def is_pale(color: str) -> bool:
    """Whether a white mark on `color` would be lost."""
    return luminance(color) > 0.6


def is_dark(color: str) -> bool:
    """Whether a dark mark on `color` would be lost."""
    return luminance(color) < 0.08
