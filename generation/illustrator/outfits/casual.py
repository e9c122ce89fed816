"""What one wears on a free day."""

from __future__ import annotations

from generation.colors import mix
from generation.illustrator.chance import even
from generation.illustrator.cloth import (
    GOLD,
    accent,
    bare_arms,
    buttons,
    garment,
    open_neck,
    seam,
    shaded,
    shirt,
    trim,
)
from generation.illustrator.display import (
    Drawing,
    ellipse,
    group,
    heart,
    joined,
    line,
    mirror,
    moved,
    path,
    scaled,
    star,
    tape,
)
from generation.illustrator.look import ARMS, TORSO, Look
from generation.illustrator.palette import Tones

_TEE = (
    "M111,193 C88,199 70,206 61,236 L59,256 Q72,263 86,260 L87,344 L169,344 L170,260 "
    "Q184,263 197,256 L195,236 C186,206 168,199 145,193 Q128,216 111,193Z"
)
_TEE_SHADE = (
    "M170,260 Q169,244 173,232 Q162,240 160,262 Q160,300 152,344 L169,344Z"
    "M179,207 Q188,226 184,260 Q192,260 197,256 L195,236 Q190,216 179,207Z"
    "M86,260 Q87,244 83,232 Q80,246 80,261Z"
)
_TEE_LINES = "M86,260 Q87,244 83,232 M170,260 Q169,244 173,232"


def tee(look: Look, tones: Tones) -> Drawing:
    """A top with short sleeves over bare arms, its neckline bound."""
    return (
        bare_arms(look.skin)
        + path(_TEE, tones.fill)
        + path(_TEE_SHADE, tones.shade, opacity=0.8)
        + path("M106,195 Q128,232 150,195 Q147,194 145,193 Q128,216 111,193Z", tones.shade)
        + line(_TEE, tones.line, 2.6)
        + line(_TEE_LINES, tones.line)
        + seam("M61,249 Q73,256 86,253 M195,249 Q183,256 170,253", tones)
    )


def t_shirt(look: Look) -> Drawing:
    """A T-shirt with a print."""
    cloth, ink = look.cloth, accent(look)
    kind = look.chance.choose("print", even(("star", "heart", "stripes", "paw")))
    prints = {
        "star": star(128, 235, 14, ink.fill, ink.line, 2.0),
        "heart": heart(128, 233, 13, ink.fill, ink.line, 2.0),
        "stripes": tape("M86,225 Q128,233 170,225 M87,237 Q128,245 169,237", ink.fill, 5.0),
        "paw": _paw(ink),
    }
    return tee(look, cloth) + prints[kind] + _ribbing(trim(look), cloth)


def _ribbing(tones: Tones, cloth: Tones) -> Drawing:
    ring = "M109,194 Q128,222 147,194 L143,193 Q128,212 113,193Z"
    return path(ring, tones.fill, cloth.line, 1.8)


def _paw(ink: Tones) -> Drawing:
    toes = ((113, 231), (122, 223), (134, 223), (143, 231))
    return path(
        "M128,230 C119,230 113,241 118,246 Q123,249 128,246 Q133,249 138,246 C143,241 "
        "137,230 128,230Z",
        ink.fill,
    ) + joined(ellipse(x, y, 4.2, 5.0, ink.fill) for x, y in toes)


def hoodie(look: Look) -> Drawing:
    """A hooded sweater with drawstrings and a front pocket."""
    cloth, cord = look.cloth, trim(look)
    hood = (
        "M107,186 C86,190 74,200 75,213 C86,233 112,241 128,244 C144,241 170,233 181,213 "
        "C182,200 170,190 149,186 Q152,206 128,225 Q104,206 107,186Z"
    )
    lining = (
        "M107,186 Q104,206 128,225 Q152,206 149,186 L145,192 Q144,204 128,216 Q112,204 111,192Z"
    )
    pocket = "M100,276 L156,276 L168,312 L164,322 L92,322 L88,312Z"
    return (
        garment(cloth)
        + path(pocket, mix(cloth.fill, cloth.light, 0.18), cloth.line, 2.2)
        + seam("M103,281 L153,281", cloth)
        + shaded(
            hood,
            cloth,
            "M181,213 C171,232 146,240 128,244 C147,234 165,222 171,198 Q181,203 181,213Z",
            fill=mix(cloth.fill, cloth.light, 0.25),
        )
        + path(lining, cloth.deep, cloth.line, 2.0)
        + seam("M84,206 Q92,222 116,232", cloth)
        + _drawstrings(cord)
    )


def _drawstrings(tones: Tones) -> Drawing:
    cords = "M115,226 Q112,242 114,256 M141,226 Q144,242 142,253"
    return (
        tape(cords, tones.fill, 3.0, rim=tones.line, rim_width=1.2)
        + ellipse(114, 259, 3.4, 4.6, tones.fill, tones.line, 1.6)
        + ellipse(142, 256, 3.4, 4.6, tones.fill, tones.line, 1.6)
    )


def turtleneck_sweater(look: Look) -> Drawing:
    """A cable-knit sweater with a rolled collar."""
    cloth = look.cloth
    collar = (
        "M106,183 Q103,199 101,207 Q114,219 128,219 Q142,219 155,207 Q153,199 150,183 "
        "Q128,198 106,183Z"
    )
    ribs = "".join(
        f"M{x},{214 - abs(x - 128) * 0.28:.1f} l{(128 - x) * 0.06:.1f},-13 "
        for x in range(108, 150, 8)
    )
    cables = "".join(
        f"M{x},{y} q5,6 0,12 q-5,6 0,12 M{x},{y} q-5,6 0,12 q5,6 0,12 "
        for x in (105, 128, 151)
        for y in range(226, 322, 24)
    )
    return (
        garment(cloth)
        + seam(cables, cloth, 1.7)
        + seam("M92,218 L92,340 M164,218 L164,340 M116,226 L116,340 M140,226 L140,340", cloth, 1.2)
        + shaded(
            collar,
            cloth,
            "M150,184 Q153,199 155,207 Q146,216 134,218 Q146,206 146,189Z",
            fill=mix(cloth.fill, cloth.light, 0.3),
        )
        + seam(ribs, cloth, 1.6)
    )


def overalls(look: Look) -> Drawing:
    """Dungarees over a striped long-sleeved shirt."""
    cloth, under = look.cloth, shirt(look)
    stripes = "".join(
        f"M65,{y} Q74,{y + 6} 84,{y + 4} M191,{y} Q182,{y + 6} 172,{y + 4} "
        for y in (238, 254, 270)
    )
    bib = "M95,234 Q128,241 161,234 L163,268 L172,286 L174,344 L82,344 L84,286 L93,268Z"
    strap = "M91,200 L104,197 L112,236 L98,238Z"
    return (
        garment(under)
        + tape(stripes + "M88,220 Q128,234 168,220", accent(look).fill, 4.0)
        + line(TORSO + ARMS, under.line)
        + path("M106,195 Q128,229 150,195 L145,193 Q128,214 111,193Z", under.shade, under.line, 2)
        + shaded(
            bib, cloth, "M150,237 L161,234 L163,268 L172,286 L174,344 L156,344 Q160,290 150,237Z"
        )
        + path("M112,252 L144,252 L143,274 L128,280 L113,274Z", cloth.fill, cloth.line, 2.0)
        + seam("M114,257 L142,257 M99,240 Q128,246 157,240 M93,270 Q128,292 163,270", cloth)
        + mirror(path(strap, cloth.fill, cloth.line, 2.3))
        + buttons(((105, 242), (151, 242)), GOLD, 4.4)
    )


def pajamas(look: Look) -> Drawing:
    """Night clothes with a soft collar, piping and a sleepy pattern."""
    cloth, piping = look.cloth, trim(look)
    lapel = "M111,190 C101,193 95,199 92,206 L104,224 L114,220 L127,240 L128,222Z"
    return (
        garment(cloth)
        + _night_pattern(piping)
        + open_neck(look.skin, 226)
        + line("M128,236 L128,344", cloth.line, 2.0)
        + tape("M132,240 L132,344", piping.fill, 1.8)
        + mirror(
            path(lapel, mix(cloth.fill, cloth.light, 0.4), cloth.line)
            + tape("M97,206 L106,219 L114,215", piping.fill, 1.8)
        )
        + buttons(((128, 254), (128, 276), (128, 298)), piping, 3.6)
        + tape("M146,258 L164,257", piping.fill, 2.4)
        + seam("M146,258 L147,276 Q155,281 163,275 L164,257", cloth)
    )


def _night_pattern(tones: Tones) -> Drawing:
    moon = "M{x},{y} a7,7 0 1,0 7,9 a6,6 0 0,1 -7,-9Z"
    moons = ((76, 224), (100, 246), (180, 246), (150, 296), (70, 282))
    stars = ((106, 270), (75, 256), (181, 224), (158, 232), (182, 284), (104, 310))
    return joined(path(moon.format(x=x, y=y), tones.fill, opacity=0.85) for x, y in moons) + joined(
        star(x, y, 5.5, tones.fill) for x, y in stars
    )


def jersey(look: Look) -> Drawing:
    """A team shirt with a number and striped sides."""
    cloth, stripe = look.cloth, trim(look)
    number = str(look.chance.choose("number", even((1, 3, 7, 8, 10, 11, 23))))
    sides = "M90,262 Q92,300 89,344 L98,344 Q100,300 97,262 Q95,244 88,232Z"
    return (
        tee(look, cloth)
        + mirror(path(sides, stripe.fill, opacity=0.9))
        + tape("M60,242 Q73,249 86,246 M196,242 Q183,249 170,246", stripe.fill, 4.0)
        + path("M109,193 L128,211 L147,193 L152,196 L128,221 L104,196Z", stripe.fill, cloth.line, 2)
        + open_neck(look.skin, 208)
        + _number(number, stripe, cloth)
    )


_DIGITS = {
    "0": "M5,0 C11,0 11,20 5,20 C-1,20 -1,0 5,0Z",
    "1": "M1,4 L6,0 L6,20 M1,20 L11,20",
    "2": "M0,5 Q1,0 5,0 Q10,0 10,5 Q10,9 0,20 L11,20",
    "3": "M1,3 Q3,0 6,0 Q10,1 10,5 Q10,9 5,10 Q11,10 11,15 Q10,20 5,20 Q2,20 0,17",
    "7": "M0,0 L10,0 L4,20",
    "8": "M5,10 C-1,9 -1,0 5,0 C11,0 11,9 5,10 C-3,11 -3,20 5,20 C13,20 13,11 5,10Z",
}
"""Digits as strokes, 10 wide and 20 high: the illustrator uses no fonts."""


def _number(number: str, ink: Tones, cloth: Tones) -> Drawing:
    start = 128 - (21 * len(number) - 10) / 2
    return joined(
        group(
            tape(_DIGITS[digit], ink.fill, 4.6, rim=cloth.line, rim_width=1.7),
            moved(start + 21 * i, 226) @ scaled(1.1),
        )
        for i, digit in enumerate(number)
    )
