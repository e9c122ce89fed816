"""Ornaments in the hair, headphones and the halo; and what grows: ears of animals, horns and elf
ears. Ears are like the hair or the skin.

Asked for in a colour of their own, animal ears and horns take that (`Look.grown`).
"""

from __future__ import annotations

from generation.colors import luminance, mix
from generation.illustrator import palette
from generation.illustrator.cloth import GOLD, bow
from generation.illustrator.display import (
    IDENTITY,
    Drawing,
    blossom,
    ellipse,
    group,
    joined,
    line,
    mirror,
    moved,
    path,
    scaled,
    tape,
    turned,
)
from generation.illustrator.look import Accessory, Look, is_hatted, worn
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


_INSIDE = "#ffb3c1"
"""The pink of an ear's inside."""
_THROUGH_FELT = moved(-4, 6) @ turned(-8, about=(74, 70)) @ moved(12, 11) @ scaled(0.84)
_BESIDE_CROWN = moved(-16, 3) @ turned(-8, about=(74, 70)) @ moved(14, 13) @ scaled(0.8)
BRIMMED = ("witch hat", "straw hat", "top hat")
EARS_BESIDE_CROWN = ((97.0, 14.0), (109.0, 56.0))
"""How far ears reach that stand on a brim: from the middle, and y."""
_THROUGH_HAT = {
    "beret": _THROUGH_FELT, "cap": _THROUGH_FELT, "beanie": _THROUGH_FELT,
    **dict.fromkeys(BRIMMED, _BESIDE_CROWN),
}  # fmt: skip
"""Hat → where the left ear finds its place."""
_UPRIGHT = turned(8, about=(74, 70))
_UPRIGHT_SMALLER = _UPRIGHT @ moved(8, 7.5) @ scaled(0.9)
"""Turn what is pointed inwards: the nearer its tip to the middle, the larger the face may be."""


def _fur(look: Look) -> Tones:
    """A colour of their own, or the hair's as it is at the crown, in its own shade."""
    hair = look.grown or look.hair
    return Tones(hair.line, hair.deep, hair.shade, mix(hair.fill, hair.shade, 0.2), hair.light)


def _inside(look: Look) -> str:
    return mix(_INSIDE, (look.grown or look.hair).fill, 0.12)


def _pair(look: Look, ear: Drawing) -> Drawing:
    """Both ears, of which `ear` is the left; smaller and further apart where a hat is worn."""
    place = _THROUGH_HAT[worn(look, "hat") or ""] if is_hatted(look) else IDENTITY
    return mirror(group(ear, place))


def _cat_ears(look: Look) -> Drawing:
    fur = _fur(look)
    ear = "M59,84 C48,56 45,28 50,12 C72,18 98,34 110,54 C92,54 70,66 59,84Z"
    inner = "M65,66 C57,48 55,34 56,24 C70,29 86,40 95,51 C82,52 71,57 65,66Z"
    tuft = "M64,72 Q66,58 75,50 L78,58 L86,50 L88,58 Q74,60 64,72Z"
    drawn = path(ear, fur.fill, fur.line) + path(inner, _inside(look)) + path(tuft, fur.fill)
    return _pair(look, group(drawn, _UPRIGHT))


def _fox_ears(look: Look) -> Drawing:
    fur = _fur(look)
    ear = "M56,88 C38,58 34,20 42,0 C70,10 100,34 112,56 C92,56 68,68 56,88Z"
    tip = "M39,26 C36,16 39,6 42,0 C52,4 62,9 71,16 Q62,20 57,18 Q54,27 48,24 Q44,30 39,26Z"
    inner = "M62,68 C52,50 48,36 50,26 C66,32 84,42 94,53 C80,54 69,59 62,68Z"
    fluff = "M61,76 Q60,62 66,50 L72,58 L80,46 L82,56 L92,52 Q72,60 61,76Z"
    dark = mix(fur.deep, fur.line, 0.55)
    drawn = (
        path(ear, fur.fill)
        + path(tip, dark)
        + path(ear, None, fur.line)
        + path(inner, _inside(look))
        + path(fluff, mix(fur.light, "#ffffff", 0.6))
    )
    return _pair(look, group(drawn, _UPRIGHT_SMALLER))


def _dog_ears(look: Look) -> Drawing:
    fur = _fur(look)
    ear = "M88,38 C66,30 44,44 34,74 C27,96 30,118 42,122 C54,120 60,100 64,84 C68,70 78,58 88,38Z"
    shadow = "M40,118 C34,106 38,84 48,66 C42,90 46,106 52,114 Q46,122 40,118Z"
    return _pair(
        look,
        path(ear, mix(fur.fill, fur.deep, 0.45), fur.line)
        + path(shadow, fur.deep, opacity=0.45)
        + tape("M52,56 Q62,46 72,45", fur.light, 3.0, opacity=0.8),
    )


def _bunny_ears(look: Look) -> Drawing:
    fur = _fur(look)
    ear = "M80,74 C58,36 50,-12 70,-18 C92,-20 108,30 112,58 C100,58 88,64 80,74Z"
    inner = "M85,58 C70,30 64,-2 73,-8 C86,-6 97,30 101,52 C95,52 90,54 85,58Z"
    return _pair(look, path(ear, fur.fill, fur.line) + path(inner, _inside(look)))


def _bear_ears(look: Look) -> Drawing:
    fur = _fur(look)
    ear = "M54,80 C34,66 36,34 60,28 C84,22 102,38 102,52 C84,54 66,64 54,80Z"
    inner = "M58,66 C47,57 49,42 63,38 C77,35 87,43 89,50 C76,53 66,58 58,66Z"
    return _pair(look, path(ear, fur.fill, fur.line) + path(inner, _inside(look)))


def _mouse_ears(look: Look) -> Drawing:
    fur = _fur(look)
    ear = "M60,84 C40,80 26,62 28,44 C31,22 52,14 68,20 C86,26 94,40 92,56 C80,62 70,70 60,84Z"
    inner = ellipse(57, 46, 20, 20, _inside(look))
    fold = "M40,55 Q54,72 74,56 Q66,66 57,66 Q47,66 40,55Z"
    shadow = mix(_inside(look), fur.deep, 0.25)
    return _pair(look, path(ear, fur.fill, fur.line) + inner + path(fold, shadow))


def _elf_ears(look: Look) -> Drawing:
    skin = look.skin
    ear = "M66,120 C52,112 32,108 14,100 C18,122 34,146 56,154 Q64,154 67,148Z"
    inner = "M60,126 C48,120 36,116 26,112 C32,126 42,138 56,144 Q52,134 60,126Z"
    return mirror(path(ear, skin.fill, skin.line) + path(inner, skin.shade))


def _horns(look: Look) -> Drawing:
    """Horns at the temples; small and further in where animal ears need the place."""
    dark_hair = luminance(look.hair.fill) < 0.12
    bone = look.grown or palette.tones("#d8c4a6" if dark_hair else "#5a3f52")
    shape = "M72,66 C48,54 34,30 44,2 C52,20 68,32 98,42 C88,48 78,56 72,66Z"
    rings = "M50,34 L60,25 M57,46 L70,33 M66,56 L82,40"
    horn = path(shape, bone.fill, bone.line) + line(rings, mix(bone.fill, bone.light, 0.6), 2.4)
    small = moved(62, 2) @ scaled(0.6) if worn(look, "animal ears") else _UPRIGHT_SMALLER
    return mirror(group(horn, small))


ANIMAL: dict[str, Accessory] = {
    "cat ears": Accessory(_cat_ears, reach=((72, 9),), fills=((50, 8, 112, 86),)),
    "dog ears": Accessory(_dog_ears, reach=((66, 34), (96, 70)), fills=((28, 30, 90, 124),)),
    "fox ears": Accessory(_fox_ears, reach=((75, 3),), fills=((48, 2, 112, 90),)),
    "bunny ears": Accessory(_bunny_ears, reach=((60, -20), (74, -12)), fills=((54, -20, 114, 76),)),
    "bear ears": Accessory(_bear_ears, reach=((70, 26), (88, 42)), fills=((38, 24, 104, 82),)),
    "mouse ears": Accessory(
        _mouse_ears, reach=((74, 16), (96, 28), (101, 44)), fills=((25, 14, 94, 86),)
    ),
    "elf ears": Accessory(
        _elf_ears, reach=((116, 98),), fills=((12, 97, 68, 156),), takes_ears=True
    ),
    "horns": Accessory(_horns, reach=((73, 5), (81, 22)), fills=((46, 4, 100, 68),)),
}
