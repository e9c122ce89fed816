"""Uniforms with collars, of school and service; and what is put on to go out: a dress, a jacket."""

from __future__ import annotations

from generation.colors import mix
from generation.illustrator import palette
from generation.illustrator.cloth import (
    GOLD,
    PAPER,
    accent,
    bare_arms,
    bow,
    buttons,
    garment,
    necktie,
    open_neck,
    seam,
    shaded,
    shirt,
    trim,
)
from generation.illustrator.display import (
    Drawing,
    blossom,
    ellipse,
    group,
    joined,
    line,
    mirror,
    path,
    star,
    tape,
)
from generation.illustrator.look import ARMS, Look
from generation.illustrator.palette import Tones

SKIRT = "M86,288 Q128,296 170,288 L188,344 L68,344Z"
_PLEATS = "M104,292 L98,344 M128,293 L128,344 M152,292 L158,344"


def skirt(tones: Tones) -> Drawing:
    """A pleated skirt from the waist down."""
    return path(SKIRT, tones.fill, tones.line) + line(_PLEATS, tones.deep, 2.0)


def sailor_uniform(look: Look) -> Drawing:
    """A white blouse under a collar of the cloth's colour, and a scarf tied in front."""
    cloth, piping, scarf = look.cloth, trim(look), accent(look)
    collar = (
        "M111,191 C95,195 84,199 77,206 C79,222 88,232 122,243 L128,236 L134,243 "
        "C168,232 177,222 179,206 C172,199 161,195 145,191 L128,229Z"
    )
    stripes = "M83,209 Q91,226 121,236 M173,209 Q165,226 135,236"
    return (
        garment(PAPER)
        + (_trousers(cloth) if look.is_masculine else skirt(cloth))
        + shaded(collar, cloth, "M156,238 C170,231 177,220 179,206 L173,201 Q170,224 150,236Z")
        + tape(stripes, piping.fill, 2.6)
        + open_neck(look.skin, 229)
        + line("M111,193 L128,229 L145,193", cloth.line)
        + path("M118,210 Q128,214 138,210 L128,229Z", PAPER.shade, cloth.line, 1.8)
        + _neckerchief(scarf)
    )


def _trousers(tones: Tones) -> Drawing:
    return path("M86,290 Q128,297 170,290 L172,344 L84,344Z", tones.fill, tones.line) + line(
        "M128,300 L128,344", tones.line, 2.0
    )


def _neckerchief(tones: Tones) -> Drawing:
    tails = "M125,238 L116,264 L125,260 L128,252 L131,260 L140,264 L131,238Z"
    return path(tails, tones.fill, tones.line, 2.2) + bow(128, 237, 1.08, tones)


def school_blazer(look: Look) -> Drawing:
    """A piped blazer with a crest over a shirt; a tie, or a bow for girls."""
    cloth, under, piping = look.cloth, shirt(look), trim(look)
    lapel = "M112,192 L99,200 L95,217 L103,221 L99,226 L126,272 L128,262 L116,222Z"
    knot = bow(128, 214, 0.85, accent(look)) if look.traits.gender == "feminine" else ()
    return (
        garment(cloth)
        + path("M111,192 L128,266 L145,192 Q128,212 111,192Z", under.fill, under.line, 2.0)
        + (() if knot else necktie(accent(look)))
        + _shirt_collar(under)
        + knot
        + mirror(
            path(lapel, mix(cloth.fill, cloth.light, 0.3), cloth.line)
            + tape("M101,203 L98,215 M102,228 L124,266", piping.fill, 1.7)
        )
        + line("M127,272 L127,344", cloth.line, 2.0)
        + buttons(((122, 282), (122, 304)), GOLD, 3.4)
        + _crest()
    )


def _shirt_collar(tones: Tones) -> Drawing:
    return mirror(path("M112,191 L104,199 L119,217 L128,208Z", tones.fill, tones.line, 2.0))


def _crest() -> Drawing:
    shield = "M150,240 L164,240 Q165,252 157,257 Q149,252 150,240Z"
    return path(shield, GOLD.fill, GOLD.line, 1.6) + star(157, 247, 4.2, "#fffdf6")


def maid_dress(look: Look) -> Drawing:
    """A dress with puffed sleeves under a frilled apron."""
    cloth, tie = look.cloth, accent(look)
    bib = "M101,214 L97,278 L84,344 L172,344 L159,278 L155,214 Q128,232 101,214Z"
    frill = (
        "M100,198 C88,200 77,207 70,216 Q64,226 64,235 Q72,228 78,236 Q82,228 90,233 "
        "Q93,224 102,226 Q98,212 107,203Z"
    )
    return (
        garment(cloth)
        + shaded(bib, PAPER, "M152,219 L155,214 L159,278 L172,344 L158,344 L148,278Z", width=2.2)
        + line("M97,278 Q128,284 159,278", PAPER.line, 2.0)
        + line("M103,226 q4,5 8,2 q4,5 9,2 q4,5 8,2 q5,3 8,-1 q6,2 9,-2 q5,1 8,-3", PAPER.deep, 1.6)
        + mirror(
            path(frill, PAPER.fill, PAPER.line, 2.2)
            + line("M92,206 L86,224 M82,212 L75,226", PAPER.deep, 1.6)
        )
        + _round_collar(PAPER)
        + bow(128, 218, 0.95, tie)
    )


def _round_collar(tones: Tones) -> Drawing:
    half = "M110,191 C102,195 98,201 98,207 C103,218 118,222 128,213 Q118,206 110,191Z"
    return mirror(path(half, tones.fill, tones.line, 2.0))


def suit(look: Look) -> Drawing:
    """Jacket, waistcoat and tie, with a handkerchief; a bow tie for girls."""
    cloth, under, tie = look.cloth, shirt(look), accent(look)
    vest = palette.tones(palette.shade(cloth.fill, 0.45))
    lapel = "M110,193 L93,202 L96,219 L89,223 L120,282 L126,270 L114,226Z"
    bow_tie = bow(128, 216, 0.85, tie) if look.traits.gender == "feminine" else ()
    return (
        garment(cloth)
        + path("M110,193 L122,290 L134,290 L146,193 Q128,212 110,193Z", under.fill, under.line, 2.0)
        + (() if bow_tie else necktie(tie))
        + path("M108,222 L128,264 L148,222 L140,300 L116,300Z", vest.fill, vest.line, 2.0)
        + buttons(((128, 272), (128, 284)), vest, 2.4)
        + _shirt_collar(under)
        + bow_tie
        + mirror(path(lapel, mix(cloth.fill, cloth.deep, 0.35), cloth.line))
        + seam("M95,221 L101,222 M161,221 L155,222", cloth)
        + _handkerchief(tie)
        + line("M127,284 L127,344", cloth.line, 2.0)
    )


def _handkerchief(tones: Tones) -> Drawing:
    cloth = path("M157,244 L159,235 L163,240 L167,234 L171,243Z", tones.fill, tones.line, 1.6)
    return cloth + group(line("M155,244 L173,242", tones.line, 2.0))


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
