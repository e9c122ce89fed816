"""Ornaments in the hair, headphones and the halo."""

from __future__ import annotations

from generation.illustrator import palette
from generation.illustrator.accessories.accessory import Accessory, is_hatted, worn
from generation.illustrator.cloth import GOLD, bow
from generation.illustrator.display import (
    Drawing,
    blossom,
    ellipse,
    group,
    joined,
    line,
    mirror,
    moved,
    path,
    tape,
    turned,
)
from generation.illustrator.look import Look
from generation.illustrator.palette import Tones

HALO_RISE = 18.0
"""How far the halo reaches above its centre."""
_CROWDED = ("hat", "animal ears", "horns")
"""Slots that take the crown, so that ornaments move down to the temple."""


def _is_crowded(look: Look) -> bool:
    return any(worn(look, slot) for slot in _CROWDED)


def _ribbon(look: Look) -> Drawing:
    if _is_crowded(look):
        return group(bow(0, 0, 1.15, look.accessory), moved(192, 98) @ turned(24))
    return group(bow(0, 0, 1.95, look.accessory), moved(172, 48) @ turned(18))


def _flower(look: Look) -> Drawing:
    petals = look.accessory
    x, y, size = (192, 100, 17) if _is_crowded(look) else (180, 70, 21)
    leaves = (
        f"M{x + 6},{y + 8} q20,2 24,16 q-18,2 -28,-10Z M{x - 8},{y + 10} q-4,16 8,22 q8,-12 0,-24Z"
    )
    return path(leaves, "#6fbf73", "#2f6b40", 2.0) + blossom(
        x, y, size, petals.fill, petals.line, 2.0
    )


def _hairclip(look: Look) -> Drawing:
    clip = look.accessory
    bar = path("M0,-4 h30 q4,4 0,8 h-30 q-4,-4 0,-8Z", clip.fill, clip.line, 2.2) + tape(
        "M3,-1 h22", clip.light, 2.0
    )
    x, y = (170, 108) if _is_crowded(look) else (162, 88)
    return joined(group(bar, moved(x + 4 * i, y + 12 * i) @ turned(-24)) for i in range(2))


def _headband(look: Look) -> Drawing:
    band = look.accessory
    top = 80 if worn(look, "hat") else 40
    arc = f"M50,112 C62,{top + 14} 96,{top} 128,{top} C160,{top} 194,{top + 14} 206,112"
    return tape(arc, band.fill, 9.6, rim=band.line) + tape(
        f"M74,{top + 24} C88,{top + 10} 106,{top - 1} 124,{top - 2}", band.light, 2.6
    )


def _headphones(look: Look) -> Drawing:
    shell = look.accessory
    frame = palette.tones("#45424f")
    cup = "M34,116 Q50,100 62,112 L64,158 Q52,172 36,160 Q24,138 34,116Z"
    pad = "M58,110 Q72,114 72,136 Q72,160 58,164 Q64,136 58,110Z"
    return (() if is_hatted(look) else _over_the_head(look, frame)) + mirror(
        path(cup, shell.fill, shell.line)
        + path(pad, frame.fill, frame.line, 2.2)
        + ellipse(46, 136, 8, 14, shell.shade, shell.line, 1.8)
        + tape("M40,124 Q36,136 39,148", shell.light, 3.0)
    )


_CROPPED = {"buzz cut": (32, 56), "undercut": (22, 56)}
"""Hair that lies close → the top and the left side of a bow that lies on it."""


def _over_the_head(look: Look, frame: Tones) -> Drawing:
    """The bow from ear to ear, close to the hair however short it is."""
    top, side = _CROPPED.get(look.traits.hair_style or "", (22, 46))
    bow_line = (
        f"M{side},120 C{side - 4},{top + 28} {side + 34},{top} 128,{top} "
        f"C{222 - side},{top} {260 - side},{top + 28} {256 - side},120"
    )
    shine = f"M{side + 18},{top + 40} C{side + 32},{top + 14} 102,{top + 4} 124,{top + 3}"
    return tape(bow_line, frame.fill, 9.4, rim=frame.line) + tape(
        shine, frame.light, 2.4, opacity=0.7
    )


def _earrings(look: Look) -> Drawing:
    gem = look.accessory
    drop = (
        line("M62,150 L62,158", GOLD.line, 3.2)
        + ellipse(62, 150, 4.4, 4.4, GOLD.fill, GOLD.line, 1.8)
        + path(
            "M62,156 C69,166 70,171 67,175 Q62,180 57,175 C54,171 55,166 62,156Z",
            gem.fill,
            gem.line,
            2.0,
        )
        + ellipse(60, 170, 1.6, 2.4, "#ffffff")
    )
    return mirror(drop)


def halo_y(look: Look) -> float:
    """The height of the halo's centre: above the hair, above a low hat, round a tall one."""
    hat = worn(look, "hat")
    if hat in (None, "witch hat", "top hat"):
        return 20.0
    return -14.0 if hat in ("crown", "tiara", "beanie") else -4.0


def _ring(y: float, sweep: int) -> Drawing:
    arc = f"M76,{y} A52,13 0 0,{sweep} 180,{y}"
    return tape(arc, "#ffe27a", 5.4, rim="#c98b1c", rim_width=1.8) + tape(arc, "#fff8d8", 1.6)


def _halo_back(look: Look) -> Drawing:
    return _ring(halo_y(look), 1)


def _halo_front(look: Look) -> Drawing:
    return _ring(halo_y(look), 0)


ORNAMENTS: dict[str, Accessory] = {
    "ribbon": Accessory(
        _ribbon, reach=((70, 12), (92, 30), (96, 78)), fills=((158, 74, 223, 122),)
    ),
    "flower": Accessory(_flower, fills=((158, 74, 221, 128),)),
    "hairclip": Accessory(_hairclip),
    "headband": Accessory(_headband, fills=((42, 58, 70, 116),)),
    "headphones": Accessory(
        _headphones,
        reach=((0, 15), (62, 34), (102, 120)),
        fills=((24, 100, 74, 172), (38, 30, 70, 122)),
        takes_ears=True,
    ),
    "earrings": Accessory(_earrings),
    "halo": Accessory(_halo_front, _halo_back),
}
