"""Hats. Those that cover the crown (x 54..202 at y=66) press the hair; ears grow through them."""

from __future__ import annotations

from generation.colors import mix
from generation.illustrator import palette
from generation.illustrator.cloth import GOLD, bow, shaded, stands_out
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
    star,
    tape,
)
from generation.illustrator.look import Accessory, Look, worn
from generation.illustrator.palette import Tones


def _band(tones: Tones) -> Tones:
    """A ribbon's colour that shows on `tones`."""
    return GOLD if stands_out(GOLD.fill, tones.fill) else palette.tones("#d9484b")


def _beret(look: Look) -> Drawing:
    wool = look.accessory
    shape = (
        "M46,84 C20,46 66,12 132,14 C192,16 232,42 216,70 C206,84 172,68 128,70 C92,72 64,96 46,84Z"
    )
    rim = (
        "M216,70 C206,84 172,68 128,70 C92,72 64,96 46,84 Q44,80 43,77 Q92,58 128,57 Q176,54 "
        "219,58 Q220,64 216,70Z"
    )
    return (
        line("M134,16 Q131,8 139,3", wool.line, 7.0)
        + shaded(
            shape,
            wool,
            "M219,58 Q196,24 150,16 C196,18 230,42 216,70 C210,77 190,74 168,72 Q204,70 219,58Z",
        )
        + path(rim, wool.shade, wool.line, 2.0)
        + tape("M70,46 Q88,28 116,25", wool.light, 4.5)
        + tape("M134,16 Q132,9 138,5", wool.fill, 3.4)
    )


def _witch_hat(look: Look) -> Drawing:
    felt = look.accessory
    band = _band(felt)
    cone = "M66,70 C88,52 94,10 140,-16 Q162,-22 174,-4 Q162,-6 158,2 C168,24 174,52 192,70Z"
    brim = "M16,82 C36,58 220,58 242,82 C224,100 172,88 128,88 C84,88 34,100 16,82Z"
    return (
        shaded(
            cone,
            felt,
            "M158,2 C168,24 174,52 192,70 L156,70 Q156,30 146,6 Q150,-8 174,-4 Q162,-6 158,2Z",
        )
        + tape("M104,40 Q112,16 134,2", felt.light, 3.5, opacity=0.7)
        + shaded(
            brim,
            felt,
            "M242,82 C224,100 172,88 128,88 C84,88 34,100 16,82 Q70,78 128,79 Q190,78 242,82Z",
        )
        + path("M68,68 Q128,84 190,68 L183,52 Q128,66 78,52Z", band.fill, band.line, 2.2)
        + tape("M117,56 h22 v19 h-22Z", band.light, 3.2, rim=felt.line, rim_width=1.4)
        + star(166, 40, 7, band.fill)
        + star(112, 34, 5, band.fill)
    )


def _crown(look: Look) -> Drawing:
    gem = look.accessory
    shape = "M84,56 L76,14 L102,34 L128,4 L154,34 L180,14 L172,56 Q128,68 84,56Z"
    body = (
        shaded(shape, GOLD, "M150,36 L154,34 L180,14 L172,56 Q158,60 146,61Z")
        + path("M84,56 Q128,68 172,56 L174,46 Q128,58 82,46Z", GOLD.shade, GOLD.line, 1.8)
        + tape("M92,40 L88,26 M128,16 L122,30", GOLD.light, 2.6)
        + joined(
            ellipse(x, y, 4.6, 4.6, GOLD.light, GOLD.line, 1.8)
            for x, y in ((76, 14), (128, 5), (180, 14))
        )
        + ellipse(128, 40, 6.5, 7.5, gem.fill, gem.line, 2.0)
        + ellipse(126, 37, 2.0, 2.4, "#ffffff")
        + mirror(ellipse(98, 43, 4.0, 4.6, gem.fill, gem.line, 1.6))
    )
    return group(body, moved(36, 14) @ scaled(0.72) if worn(look, "animal ears") else IDENTITY)


def _tiara(look: Look) -> Drawing:
    gem, silver = look.accessory, palette.tones("#eceaf6")
    arc = (
        "M62,78 Q74,52 100,44 Q112,40 118,26 Q122,16 128,10 Q134,16 138,26 Q144,40 156,44 "
        "Q182,52 194,78 L186,80 Q172,60 150,54 Q128,48 106,54 Q84,60 70,80Z"
    )
    return (
        path(arc, silver.fill, silver.line, 2.2)
        + path(
            "M128,22 Q120,34 114,46 Q128,42 142,46 Q136,34 128,22Z",
            look.hair.shade,
            silver.line,
            1.6,
        )
        + path("M128,28 L135,37 L128,46 L121,37Z", gem.fill, gem.line, 1.8)
        + path("M128,31 L132,37 L124,37Z", gem.light)
        + mirror(
            ellipse(98, 51, 3.4, 3.4, gem.fill, gem.line, 1.4)
            + ellipse(80, 62, 2.6, 2.6, gem.light, gem.line, 1.2)
        )
        + ellipse(128, 11, 4.0, 4.0, "#ffffff", silver.line, 1.6)
    )


def _cap(look: Look) -> Drawing:
    cloth, badge = look.accessory, _band(look.accessory)
    dome = "M48,84 C44,34 88,12 128,12 C168,12 212,34 208,84 Q128,62 48,84Z"
    peak = "M54,80 C80,62 176,62 202,80 C216,90 218,100 210,102 Q128,76 46,102 C38,100 40,90 54,80Z"
    return (
        shaded(dome, cloth, "M208,84 C212,34 168,12 150,14 Q186,34 186,76Z")
        + line("M128,13 L128,66 M92,20 Q76,40 74,74 M164,20 Q180,40 182,74", cloth.shade, 2.2)
        + tape("M66,54 Q72,38 84,30", cloth.light, 4.0)
        + ellipse(128, 12, 7, 4, cloth.shade, cloth.line, 2.0)
        + path(peak, mix(cloth.fill, cloth.deep, 0.45), cloth.line)
        + tape("M60,86 Q128,62 196,86", cloth.light, 1.8, opacity=0.7)
        + star(128, 46, 14, badge.fill, badge.line, 2.0)
    )


def _straw_hat(look: Look) -> Drawing:
    straw, ribbon = palette.tones("#f1d48a"), look.accessory
    brim = "M12,86 C30,58 226,58 244,86 C226,104 172,90 128,90 C84,90 30,104 12,86Z"
    dome = "M62,74 C60,26 94,8 128,8 C162,8 196,26 194,74 Q128,84 62,74Z"
    weave = "M70,44 Q128,30 186,44 M80,28 Q128,16 176,28 M40,78 Q66,70 70,70 M216,78 Q190,70 186,70"
    return (
        shaded(
            brim,
            straw,
            "M244,86 C226,104 172,90 128,90 C84,90 30,104 12,86 Q70,80 128,81 Q190,80 244,86Z",
        )
        + shaded(dome, straw, "M194,74 C196,26 162,8 146,10 Q178,30 176,77Z")
        + line(weave, straw.shade, 2.2)
        + line("M84,14 L96,30 M128,9 L128,24 M172,14 L160,30", straw.shade, 1.8)
        + path("M62,74 Q128,84 194,74 L194,56 Q128,66 62,56Z", ribbon.fill, ribbon.line, 2.2)
        + (() if worn(look, "animal ears") else _trimmings(ribbon))
    )


def _trimmings(ribbon: Tones) -> Drawing:
    """A bow and a blossom at the sides of a straw hat, where ears would stand."""
    return bow(72, 66, 0.75, ribbon) + blossom(186, 64, 11, "#ffffff", "#b08aa0", 1.6)


def _beanie(look: Look) -> Drawing:
    wool = look.accessory
    dome = "M50,78 C48,30 88,10 128,10 C168,10 208,30 206,78Z"
    fold = "M46,92 C42,84 42,74 48,68 Q128,46 208,68 C214,74 214,84 210,92 Q128,68 46,92Z"
    ribs = "".join(
        f"M{x},{90 - (1 - ((x - 128) / 82) ** 2) * 17:.1f} L{128 + (x - 128) * 0.97:.1f},"
        f"{69 - (1 - ((x - 128) / 82) ** 2) * 12:.1f} "
        for x in range(62, 196, 11)
    )
    return (
        shaded(dome, wool, "M206,78 C208,30 168,10 150,13 Q184,34 184,70Z")
        + line("M100,18 Q84,36 82,58 M128,14 L128,54 M156,18 Q172,36 174,58", wool.shade, 2.4)
        + path(fold, mix(wool.fill, wool.light, 0.35), wool.line)
        + line(ribs, wool.shade, 2.2)
        + _pompon(palette.tones(mix(wool.fill, palette.PAPER, 0.75)))
    )


def _pompon(tones: Tones) -> Drawing:
    fluff = (
        "M128,-12 q6,-3 9,2 q7,0 7,6 q5,4 1,9 q1,6 -5,7 q-4,5 -9,2 q-6,3 -9,-2 q-6,-1 -6,-7 "
        "q-5,-5 0,-9 q1,-6 6,-6 q2,-4 6,-2Z"
    )
    return shaded(fluff, tones, "M143,5 q1,6 -5,7 q-4,5 -9,2 q9,-2 14,-9Z", width=2.2)


def _top_hat(look: Look) -> Drawing:
    silk = look.accessory
    band = _band(silk)
    tube = "M78,68 C76,40 72,10 68,-10 Q128,-24 188,-10 C184,10 180,40 178,68Z"
    brim = (
        "M26,74 Q42,64 72,66 Q128,76 184,66 Q214,64 230,74 Q222,92 168,88 Q128,84 88,88 "
        "Q34,92 26,74Z"
    )
    return (
        shaded(tube, silk, "M188,-10 C184,10 180,40 178,68 L154,70 Q158,20 158,-16Z")
        + tape("M84,2 Q88,24 89,40", silk.light, 4.0, opacity=0.8)
        + path("M78,68 Q128,80 178,68 L180,50 Q128,60 76,50Z", band.fill, band.line, 2.2)
        + shaded(
            brim,
            silk,
            "M230,74 Q222,92 168,88 Q128,84 88,88 Q34,92 26,74 Q80,82 128,79 Q176,82 230,74Z",
        )
    )


HATS: dict[str, Accessory] = {
    "beret": Accessory(
        _beret, reach=((12, -1), (64, 20), (93, 60)), fills=((35, 20, 220, 92),), presses_hair=True
    ),
    "witch hat": Accessory(
        _witch_hat,
        reach=((30, -22), (47, -8), (116, 80)),
        fills=((14, 52, 244, 98),),
        presses_hair=True,
        hides_hair=(16, 242, 80),
    ),
    "crown": Accessory(_crown, reach=((0, -2), (56, 9))),
    "tiara": Accessory(_tiara, reach=((0, 6),)),
    "cap": Accessory(
        _cap, reach=((0, 5), (60, 26), (88, 84)), fills=((38, 20, 218, 104),), presses_hair=True
    ),
    "straw hat": Accessory(
        _straw_hat,
        reach=((0, 7), (48, 16), (118, 84)),
        fills=((10, 58, 246, 102),),
        presses_hair=True,
        hides_hair=(12, 244, 82),
    ),
    "beanie": Accessory(
        _beanie,
        reach=((14, -15), (50, 20), (86, 76)),
        fills=((40, 20, 216, 94),),
        presses_hair=True,
    ),
    "top hat": Accessory(
        _top_hat,
        reach=((0, -19), (62, -13), (103, 70)),
        fills=((24, 62, 232, 94), (66, -16, 190, 70)),
        presses_hair=True,
        hides_hair=(16, 240, 77),
    ),
}
