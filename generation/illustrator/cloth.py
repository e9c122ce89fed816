"""Cloth, for outfits and accessories: the body of a garment, colours that set it off, bows."""

from __future__ import annotations

from collections.abc import Iterable

from generation.colors import distance, mix
from generation.illustrator import palette
from generation.illustrator.display import (
    Drawing,
    ellipse,
    group,
    joined,
    line,
    mirror,
    moved,
    path,
    scaled,
    tape,
)
from generation.illustrator.look import ARMS, TORSO, Look
from generation.illustrator.palette import Tones

PAPER = Tones(
    line="#6d6888", deep="#b9b4d2", shade=palette.PAPER_SHADE, fill=palette.PAPER, light="#ffffff"
)
"""White cotton: shirts, aprons, piping."""
GOLD = Tones(
    line=palette.GOLD_LINE, deep="#b07f22", shade="#dba534", fill=palette.GOLD, light="#fff0b0"
)
SILVER = palette.tones("#e6e8f2")

_ACCENTS = ("#d9484b", "#f3c84b", "#4f7fd0", "#35477d", palette.PAPER)
_SHIRTS = (palette.PAPER, "#4c4a5e", "#f3d9a0", "#7fa6dc")

_INNER_ARM = "M82,230 Q87,242 86,262 L88,344 L76,344 L79,272 Q80,248 82,230Z"
_OUTER_ARM = "M192,228 L198,300 L200,344 L184,344 L185,280 Q186,238 178,211 Q190,218 192,228Z"
_BARE_OUTER_ARM = "M187.8,226 L190.8,344 L182,344 L183,280 Q184,238 177,214 Q186,219 187.8,226Z"
_TRUNK_SIDE = "M174,230 Q169,242 170,262 L168,344 L152,344 Q160,292 160,250 Q164,236 174,230Z"
_WIDE_SLEEVE = "M92,202 C72,208 60,220 54,244 C46,278 38,312 34,344 L88,344 L86,262 Q86,240 84,228Z"
_WIDE_SLEEVE_SHADE = (
    "M188,218 C194,224 200,234 202,244 C210,278 218,312 222,344 L194,344 Q196,270 188,218Z"
)
_UNDER_CHIN = "M103,196 Q128,238 153,196 Q149,194 145,193 Q128,214 111,193Z"


def shaded(
    d: str, tones: Tones, shadow: str, *, fill: str | None = None, width: float = 2.6
) -> Drawing:
    """The shape `d` with the shape `shadow` upon it, and the outline over both."""
    return path(d, fill or tones.fill) + path(shadow, tones.shade) + line(d, tones.line, width)


def garment(tones: Tones) -> Drawing:
    """Shoulders, long sleeves and trunk in one cloth, shaded; the arms' lines included."""
    outline = line(TORSO, tones.line, 2.6) + line(ARMS, tones.line)
    return path(TORSO, tones.fill) + garment_shade(tones) + outline


def garment_shade(tones: Tones) -> Drawing:
    """The shadows that lie on every garment: inner arm, far side, under the chin."""
    shadow = path(_INNER_ARM + _OUTER_ARM + _TRUNK_SIDE, tones.shade) + path(
        _UNDER_CHIN, tones.shade
    )
    return group(shadow, opacity=0.8)


def wide_sleeves(tones: Tones) -> Drawing:
    """Sleeves that widen down to the hem, over those of a garment."""
    return (
        mirror(path(_WIDE_SLEEVE, tones.fill))
        + path(_WIDE_SLEEVE_SHADE, tones.shade)
        + mirror(line(_WIDE_SLEEVE, tones.line, 2.6))
    )


def bare_arms(skin: Tones) -> Drawing:
    """The shade and lines of arms without sleeves, on the bare shoulders that are there."""
    return path(_INNER_ARM + _BARE_OUTER_ARM, skin.shade, opacity=0.8) + line(ARMS, skin.line)


def open_neck(skin: Tones, depth_y: float) -> Drawing:
    """Bare skin from the neck down to a point at `depth_y`, over a garment's neckline."""
    return path(f"M110,190 L128,{depth_y:.0f} L146,190 Q128,209 110,190Z", skin.fill)


def accent(look: Look) -> Tones:
    """A colour for ties, bows and prints: the accessories' own where it stands out on the cloth."""
    wishes = (look.accessory.fill, *_ACCENTS)
    return palette.tones(next(c for c in wishes if stands_out(c, look.cloth.fill)))


def metal(cloth: Tones) -> Tones:
    """Gold for rims and buckles, or silver where gold would not show on `cloth`."""
    return GOLD if stands_out(GOLD.fill, cloth.fill) else SILVER


def trim(look: Look) -> Tones:
    """A colour for piping, stripes and hems: white, or the accent on pale cloth."""
    return PAPER if stands_out(palette.PAPER, look.cloth.fill) else accent(look)


def shirt(look: Look) -> Tones:
    """A colour for what is worn under the cloth and under a tie in the accent's colour."""
    cloth, tie = look.cloth.fill, accent(look).fill
    fits = (c for c in _SHIRTS if stands_out(c, cloth) and stands_out(tie, c))
    color = next(fits, palette.PAPER)
    return PAPER if color == palette.PAPER else palette.tones(color)


def stands_out(color: str, ground: str) -> bool:
    """Whether a mark of `color` is plainly seen on `ground`."""
    return distance(color, ground) > 0.25


def seam(d: str, tones: Tones, width: float = 1.8) -> Drawing:
    """A line within the cloth, quieter than its outline."""
    return line(d, mix(tones.fill, tones.line, 0.6), width)


def bow(x: float, y: float, size: float, tones: Tones) -> Drawing:
    """A bow of two loops about its knot at (x, y), some 44 x `size` wide."""
    loop = path(
        "M128,128 C119,117 108,114 105,120 C103,128 104,138 107,142 C112,145 121,140 128,130Z",
        tones.fill,
        tones.line,
        2.2 / size,
    ) + line("M124,128 Q116,126 112,123 M124,130 Q117,133 113,136", tones.deep, 1.6 / size)
    knot = path(
        "M123,124 Q128,121 133,124 Q135,129 133,134 Q128,137 123,134 Q121,129 123,124Z",
        tones.light,
        tones.line,
        2.0 / size,
    )
    place = moved(x, y) @ scaled(size) @ moved(-128, -129)
    return group(mirror(loop) + knot, place)


def necktie(tones: Tones) -> Drawing:
    """A tie from the collar's knot at y=208 down the chest."""
    blade = "M123,219 L133,219 L137,264 L128,274 L119,264Z"
    knot = "M121,206 Q128,209 135,206 L133,220 L123,220Z"
    return (
        path(blade, tones.fill, tones.line, 2.0)
        + tape("M121,240 L135,232 M120,252 L136,244", tones.light, 2.6)
        + path(knot, tones.fill, tones.line, 2.0)
        + tape("M124,210 L125,218", tones.light, 1.6)
    )


def buttons(points: Iterable[tuple[float, float]], tones: Tones, radius: float = 3.0) -> Drawing:
    """Round buttons at `points`."""
    return joined(
        ellipse(x, y, radius, radius, tones.fill, tones.line, 1.5)
        + ellipse(x - 0.8, y - 0.9, radius * 0.35, radius * 0.35, tones.light)
        for x, y in points
    )
