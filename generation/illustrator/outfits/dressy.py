"""For summer days and cool evenings: a dress, a jacket."""

from __future__ import annotations

from generation.illustrator import palette
from generation.illustrator.cloth import GOLD, bare_arms, bow, garment, seam, shaded, shirt, trim
from generation.illustrator.display import (
    Drawing,
    blossom,
    ellipse,
    joined,
    line,
    mirror,
    path,
    tape,
)
from generation.illustrator.look import ARMS, Look
from generation.illustrator.palette import Tones

_BODICE = (
    "M96,204 C98,214 108,221 128,221 C148,221 158,214 160,204 L166,232 Q163,256 168,286 "
    "L192,344 L64,344 L88,286 Q93,256 90,232Z"
)


def summer_dress(look: Look) -> Drawing:
    """A flowered dress with broad straps that leaves the arms bare."""
    cloth, lace = look.cloth, trim(look)
    strap = "M97,199 L107,195 L109,216 L94,212Z"
    frill = (
        "M90,214 Q109,228 128,228 Q147,228 166,214 L170,228 q-5,6 -10,4 q-5,6 -11,3 q-5,6 -10,2 "
        "q-5,5 -11,1 q-6,4 -11,-1 q-5,4 -10,-2 q-6,3 -11,-3 q-5,2 -10,-4Z"
    )
    return (
        bare_arms(look.skin)
        + shaded(
            _BODICE, cloth, "M156,226 L166,232 Q163,256 168,286 L192,344 L166,344 Q158,290 156,226Z"
        )
        + _flowers(lace)
        + mirror(path(strap, cloth.fill, cloth.line, 2.2))
        + path(frill, lace.fill, lace.line, 2.0)
        + seam("M88,284 Q128,292 168,284", cloth)
        + tape("M89,280 Q128,288 167,280", lace.fill, 4.0)
        + bow(128, 230, 0.7, lace)
    )


def _flowers(tones: Tones) -> Drawing:
    spots = ((104, 254), (128, 266), (152, 252), (98, 302), (126, 310), (156, 306), (80, 330))
    return joined(blossom(x, y, 6.5, tones.fill) for x, y in spots)


def bomber_jacket(look: Look) -> Drawing:
    """An open jacket with ribbed collar and zip over a shirt."""
    cloth, under, rib = look.cloth, shirt(look), _rib(look)
    sleeve = trim(look)
    left = "M64,228 L58,300 L56,344 L88,344 L86,262 Q87,242 82,230 Q86,214 92,203 Q70,210 64,228Z"
    collar = "M108,188 C96,192 90,198 88,206 L116,238 L122,232 Q104,210 111,192Z"
    opening = "M111,193 L118,228 L114,344 L142,344 L138,228 L145,193 Q128,214 111,193Z"
    return (
        garment(cloth)
        + mirror(path(left, sleeve.fill))
        + path("M192,228 L198,300 L200,344 L184,344 L185,280 Q186,238 178,211Z", sleeve.shade)
        + mirror(line(left, cloth.line, 2.6))
        + line(ARMS, cloth.line)
        + path(opening, under.fill, cloth.line, 2.2)
        + path("M111,193 L113,203 Q128,226 143,203 L145,193 Q128,214 111,193Z", under.shade)
        + line("M113,203 Q128,220 143,203", under.line, 1.8)
        + tape("M117,232 L113,344 M139,232 L143,344", "#c9ccd8", 2.6)
        + ellipse(139, 244, 2.4, 4.0, "#e4e6ee", "#56526c", 1.4)
        + mirror(path(collar, rib.fill, cloth.line, 2.2))
        + tape("M97,203 L118,228 M159,203 L138,228", trim(look).fill, 2.4)
        + seam("M91,272 L105,264 M165,272 L151,264", cloth, 2.4)
        + ellipse(157, 240, 5.5, 5.5, GOLD.fill, GOLD.line, 1.6)
    )


def _rib(look: Look) -> Tones:
    return palette.tones(palette.shade(look.cloth.fill, 0.8))
