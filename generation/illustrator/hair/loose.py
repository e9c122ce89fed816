"""Hair that is worn open, short to long.

Long hair ends at the hips, for figures with a small head show it.
"""

from __future__ import annotations

from generation.colors import mix
from generation.illustrator.display import IDENTITY, Drawing, clipped, group, line, path, scaled
from generation.illustrator.hair import bangs, front
from generation.illustrator.hair.hairstyle import HairStyle, arc, back_fill, front_fill, scallops
from generation.illustrator.look import Look

CAP = "M50,120 C44,54 86,30 128,30 C170,30 212,54 206,120"


def _back(look: Look, d: str) -> Drawing:
    return path(d, back_fill(look), look.hair.line, 2.8)


def _short(look: Look) -> Drawing:
    return _back(
        look,
        CAP + "C208,140 204,160 194,172 Q190,168 188,164 Q182,178 172,184 Q166,180 162,176 "
        "Q150,186 140,186 L116,186 Q106,186 94,176 Q90,180 84,184 Q74,178 68,164 "
        "Q66,168 62,172 C52,160 48,140 50,120Z",
    )


def _pixie(look: Look) -> Drawing:
    return _back(
        look,
        CAP + "C206,136 202,148 196,158 Q192,156 190,152 Q186,168 174,176 L82,176 "
        "Q70,168 66,152 Q64,156 60,158 C54,148 50,136 50,120Z",
    )


def _nape(look: Look) -> Drawing:
    return _back(look, CAP + "C202,132 196,144 184,154 L72,154 C60,144 54,132 50,120Z")


def _bob(look: Look) -> Drawing:
    y = 190 + look.jitter[2] * 3.6
    return _back(
        look,
        CAP + f"C216,160 214,{y - 6:.1f} 196,{y:.1f} Q176,{y + 6:.1f} 160,{y - 4:.1f} "
        f"L96,{y - 4:.1f} Q80,{y + 6:.1f} 60,{y:.1f} C42,{y - 6:.1f} 40,160 50,120Z",
    )


def _messy(look: Look) -> Drawing:
    return _back(
        look,
        CAP + "Q214,140 218,154 Q208,156 206,154 Q208,170 206,180 Q196,180 190,174 "
        "Q186,188 174,196 Q168,190 164,184 L92,184 Q88,190 82,196 Q70,188 66,174 "
        "Q60,180 50,180 Q48,170 50,154 "
        "Q48,156 38,154 Q42,140 50,120Z",
    )


def _spiky(look: Look) -> Drawing:
    return _back(
        look,
        "M50,120 Q40,112 30,112 Q38,100 48,94 Q38,82 32,72 Q46,72 56,72 Q54,54 54,42 "
        "Q68,48 78,54 Q82,36 90,22 Q100,34 106,44 Q116,26 130,14 Q136,30 138,44 "
        "Q152,30 168,24 Q168,40 168,52 Q184,46 200,46 Q196,60 194,72 Q208,74 222,76 "
        "Q212,88 206,98 Q218,104 226,116 Q214,118 206,122 Q212,140 210,156 L196,150 "
        "Q192,168 184,178 Q178,172 174,168 L82,168 Q78,172 72,178 Q64,168 60,150 "
        "L46,156 Q44,140 50,120Z",
    )


def _curly(look: Look) -> Drawing:
    points = arc(128, 118, 76, 82, 128, 412, 15)
    x, y = points[0]
    return _back(look, f"M{x:.1f},{y:.1f}" + scallops(points, 13) + "Z")


def _wolf(look: Look) -> Drawing:
    return _back(
        look,
        CAP + "C212,140 212,156 222,168 Q212,172 206,168 Q208,186 220,198 Q208,202 200,196 "
        "Q200,212 208,228 Q190,226 180,212 Q176,226 166,236 Q156,228 152,216 L104,216 "
        "Q100,228 90,236 Q80,226 76,212 Q66,226 48,228 Q56,212 56,196 "
        "Q48,202 36,198 Q48,186 50,168 Q44,172 34,168 C44,156 44,140 50,120Z",
    )


def _afro(look: Look) -> Drawing:
    points = arc(128, 100, 90, 90, 112, 428, 17)
    x, y = points[0]
    d = f"M{x:.1f},{y:.1f}" + scallops(points, 12) + "Z"
    return path(d, front_fill(look), look.hair.line, 2.8)


_AFRO_HAIRLINE = (
    (192, 122), (188, 104), (174, 92), (156, 86), (138, 83), (120, 83), (101, 86), (83, 92),
    (69, 104), (64, 122),
)  # fmt: skip
_AFRO_DROPS = {
    "straight": (0, 5, 9, 11, 12, 12, 11, 9, 5, 0),
    "swept": (0, -6, -8, -6, -2, 4, 10, 14, 10, 0),
    "parted": (0, 8, 12, 8, -4, -12, 4, 12, 8, 0),
    "spiky": (0, 0, 7, -2, 8, -2, 8, -2, 5, 0),
    "between eyes": (0, -2, -2, 5, 18, 18, 5, -2, -2, 0),
    "fluffy": (0, 9, 16, 19, 20, 20, 19, 16, 9, 0),
    "none": (0, -5, -8, -9, -10, -10, -9, -8, -5, 0),
}
"""Bangs → how far down each point of an afro's hairline hangs."""


def _afro_edge(look: Look) -> str:
    drops = _AFRO_DROPS[look.traits.bangs or "none"]
    points = [(x, y + drop) for (x, y), drop in zip(_AFRO_HAIRLINE, drops, strict=True)]
    return "L192,122" + scallops(points, -9)


def _afro_front(look: Look) -> Drawing:
    """A scalloped hairline that melts into the cloud behind it, and curls of light and shade."""
    hair = look.hair
    edge = _afro_edge(look)
    top = "M64,122 C44,120 40,60 72,36 C100,16 156,16 184,36 C216,60 212,120 192,122"
    curls = ((66, 50), (92, 30), (128, 22), (164, 30), (190, 50), (78, 74), (108, 52), (148, 52),
             (178, 74), (56, 84), (200, 84), (128, 66))  # fmt: skip
    light = "".join(f"M{x - 8},{y + 3} q4,-11 14,-6 " for x, y in curls[:7])
    dark = "".join(f"M{x - 7},{y} q7,9 14,0 " for x, y in curls[5:])
    return (
        path(top + edge + "Z", front_fill(look))
        + line(dark.strip(), hair.line, 2.0, 0.55)
        + line(light.strip(), hair.light, 3.2, 0.6)
        + line("M192,122" + edge, hair.line, 2.8)
    )


def _buzz_front(look: Look) -> Drawing:
    """Stubble: the skull's shape, a sharp hairline, hardly any height."""
    hair = look.hair
    skull = "M58,122 C52,62 88,36 128,36 C168,36 204,62 198,122 C196,126 193,126 190,112"
    d = skull + _buzz_edge(look) + "C63,126 60,126 58,122Z"
    specks = look.random("stubble")
    dots = "".join(
        f"M{specks.uniform(72, 184):.1f},{specks.uniform(44, 84):.1f} l1.6,2.4 " for _ in range(46)
    )
    glow = path("M76,76 Q96,50 128,48 Q112,58 98,80Z", hair.light, opacity=0.35)
    inner = line(dots.strip(), hair.deep, 1.5, 0.6) + path(
        front.SIDE_SHADE, hair.shade, opacity=0.4
    )
    fill = mix(hair.fill, look.skin.fill, 0.14)
    return path(d, fill) + clipped(inner + glow, d) + path(d, None, hair.line, 2.6)


def _buzz_edge(look: Look) -> str:
    return bangs.cropped(look, 83)


def _bald_back(look: Look) -> Drawing:
    return ()


_SWEPT_OVER = (
    "L196,102 Q196,92 188,84 Q184,104 170,114 Q174,98 168,86 Q152,112 122,120 Q134,106 136,94 "
    "Q114,116 84,122 Q92,112 94,102 Q78,106 64,98"
)
_SWEPT_STRANDS = (
    "M168,86 Q164,56 140,40 M136,94 Q142,64 128,44 M94,102 Q110,74 108,50 M188,84 Q184,58 162,40"
)


def _undercut_edge(look: Look) -> str:
    """Swept over in one, or the fringe that was asked for."""
    return _SWEPT_OVER if look.traits.bangs == "swept" else bangs.fringe(look) + "L64,98"


def _undercut_front(look: Look) -> Drawing:
    """Shaved sides under a long top."""
    hair = look.hair
    shaved = mix(hair.shade, look.skin.shade, 0.35)
    sides = (
        "M56,126 C52,92 62,66 84,54 L172,54 C194,66 204,92 200,126 Q196,134 192,126 L190,96 "
        "C184,74 160,64 128,64 C96,64 72,74 66,96 L64,126 Q60,134 56,126Z"
    )
    top = (
        "M64,98 C52,84 56,62 70,52 C76,30 112,16 142,20 C176,18 204,40 202,74 "
        "C206,84 202,94 196,102"
    )
    swept = look.traits.bangs == "swept"
    d = f"{top}{'' if swept else 'L190,112'}{_undercut_edge(look)}Z"
    strands = line(_SWEPT_STRANDS, hair.line, 1.9) if swept else front.strands(look)
    inner = path(front.SIDE_SHADE, hair.shade, opacity=0.38) + front.shine(look, -6)
    long_top = (
        path(d, front_fill(look)) + clipped(inner, d) + strands + path(d, None, hair.line, 2.8)
    )
    narrow = IDENTITY if swept else scaled(0.89, 1, about=(128, 0))
    return path(sides, shaved, hair.line, 2.4) + group(long_top, narrow)


def _side_part_over(look: Look) -> Drawing:
    """The parting's line, and the strands that run from it."""
    hair = look.hair
    return line(
        "M166,36 Q160,52 164,70 M150,32 Q120,34 96,52 M136,30 Q104,34 82,60", hair.line, 1.8
    )


SPIKY_CROWN = (
    "M52,118 Q46,104 42,92 Q54,84 60,74 Q58,58 62,48 Q76,48 86,48 Q94,34 102,28 Q112,36 120,40 "
    "Q130,26 142,22 Q146,34 150,42 Q166,38 178,40 Q180,52 182,62 Q196,66 206,72 Q202,86 203,96 "
    "Q206,108 204,118"
)
MESSY_CROWN = (
    "M52,118 C46,90 54,66 68,54 Q60,46 52,46 Q70,38 88,40 Q110,26 128,27 Q138,16 150,12 "
    "Q146,22 148,29 Q158,28 166,34 Q182,36 194,34 Q186,44 186,52 C204,68 210,92 204,118"
)
WOLF_CROWN = (
    "M52,118 C48,96 54,74 66,60 Q60,56 54,56 Q66,46 82,44 Q100,28 128,27 Q158,26 176,44 "
    "Q190,46 202,56 Q196,56 190,60 C204,76 208,96 204,118"
)
SIDE_CROWN = (
    "M52,118 C46,92 50,66 66,52 C78,30 108,18 142,22 C158,20 168,26 168,34 C194,42 210,74 204,118"
)
_CURLS = arc(128, 112, 77, 82, 176, 364, 11)
CURLY_CROWN = f"M52,118L{_CURLS[0][0]:.1f},{_CURLS[0][1]:.1f}" + scallops(_CURLS, 10) + "L204,118"


def _strand_color(look: Look) -> str:
    return mix(look.hair.deep, look.hair.line, 0.45)


def _straight(look: Look) -> Drawing:
    d = (
        CAP + "C216,170 214,230 220,300 Q214,318 204,330 Q200,320 196,314 Q186,330 170,336 "
        "L86,336 Q70,330 60,314 Q56,320 52,330 Q42,318 36,300 C42,230 40,170 50,120Z"
    )
    strands = (
        "M54,170 Q50,240 54,316 M66,190 Q62,240 68,310 M202,170 Q206,240 202,316 "
        "M190,190 Q194,240 188,310"
    )
    return path(d, back_fill(look), look.hair.line, 2.8) + line(strands, _strand_color(look), 2.0)


def _hime(look: Look) -> Drawing:
    d = CAP + "C216,170 214,230 218,326 L38,326 C42,230 40,170 50,120Z"
    strands = (
        "M54,170 Q50,240 52,322 M66,190 Q62,240 66,322 M202,170 Q206,240 204,322 "
        "M190,190 Q194,240 190,322"
    )
    return path(d, back_fill(look), look.hair.line, 2.8) + line(strands, _strand_color(look), 2.0)


def _wavy(look: Look) -> Drawing:
    d = (
        CAP + "C222,146 206,160 218,180 C230,200 212,214 226,236 C238,258 216,272 228,296 "
        "Q222,312 208,318 Q202,306 196,304 Q188,324 168,328 L88,328 Q68,324 60,304 "
        "Q54,306 48,318 Q34,312 28,296 C40,272 18,258 30,236 C44,214 26,200 38,180 "
        "C50,160 34,146 50,120Z"
    )
    strands = (
        "M52,160 C44,180 62,196 50,220 C38,244 60,262 50,290 M204,160 C212,180 194,196 206,220 "
        "C218,244 196,262 206,290 M68,186 C62,204 74,222 66,250 M188,186 C194,204 182,222 190,250"
    )
    return path(d, back_fill(look), look.hair.line, 2.8) + line(strands, _strand_color(look), 2.0)


STYLES: dict[str, HairStyle] = {
    "short hair": HairStyle(_short, sides="tapered", reach=158),
    "pixie cut": HairStyle(_pixie, sides="burns", reach=146, ears=True),
    "bob cut": HairStyle(_bob, sides="bob"),
    "messy hair": HairStyle(
        _messy,
        MESSY_CROWN,
        reach=158,
        top=11,
        upright=True,
        half_width=92,
        tips=((66, 34),),
    ),
    "spiky hair": HairStyle(
        _spiky,
        SPIKY_CROWN,
        "burns",
        150,
        top=13,
        upright=True,
        half_width=100,
        tips=((40, 14), (72, 46), (96, 74)),
        ears=True,
    ),
    "curly hair": HairStyle(_curly, CURLY_CROWN, "curly", top=20, half_width=96, tips=((58, 40),)),
    "afro": HairStyle(
        _afro,
        front=_afro_front,
        edge=_afro_edge,
        top=0,
        half_width=102,
        ears=True,
        tips=((48, 12), (82, 44)),
    ),
    "side part": HairStyle(
        _nape, SIDE_CROWN, "burns", 142, over=_side_part_over, top=20, ears=True
    ),
    "undercut": HairStyle(
        _bald_back,
        front=_undercut_front,
        edge=_undercut_edge,
        top=18,
        half_width=80,
        ears=True,
    ),
    "buzz cut": HairStyle(
        _bald_back, front=_buzz_front, edge=_buzz_edge, top=34, half_width=76, ears=True
    ),
    "wolf cut": HairStyle(_wolf, WOLF_CROWN, "flick", 196, half_width=96, tips=((74, 54),)),
    "long straight hair": HairStyle(_straight, half_width=94),
    "long wavy hair": HairStyle(_wavy, half_width=102),
    "hime cut": HairStyle(_hime, sides="blunt", reach=190, half_width=92),
}
