"""Ears of animals, horns and elf ears. They grow: ears are like the hair or the skin.

Asked for in a colour of their own, animal ears and horns take that (`Look.grown`).
"""

from __future__ import annotations

from generation.colors import luminance, mix
from generation.illustrator import palette
from generation.illustrator.accessories.accessory import Accessory, is_hatted, worn
from generation.illustrator.display import (
    IDENTITY,
    Drawing,
    ellipse,
    group,
    line,
    mirror,
    moved,
    path,
    scaled,
    tape,
    turned,
)
from generation.illustrator.look import Look
from generation.illustrator.palette import Tones

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
