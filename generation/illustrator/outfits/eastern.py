"""Robes and dresses of East Asia. The left side crosses over the right, as the living wear it."""

from __future__ import annotations

from generation.colors import mix
from generation.illustrator import palette
from generation.illustrator.cloth import (
    GOLD,
    PAPER,
    accent,
    bare_arms,
    bow,
    garment,
    open_neck,
    shaded,
    trim,
    wide_sleeves,
)
from generation.illustrator.display import (
    Drawing,
    blossom,
    joined,
    line,
    mirror,
    mirrored,
    path,
    tape,
)
from generation.illustrator.look import Look
from generation.illustrator.palette import Tones

_LAPEL = "M108,191 L97,198 C106,220 126,250 148,280 L160,268 C136,244 120,222 108,191Z"
_LAPEL_EDGE = "M113,192 L106,193 C118,222 136,246 158,270 L164,262 C140,238 122,216 113,192Z"


def crossed_collar(outer: Tones, inner: Tones) -> Drawing:
    """Two collars crossing at y=230; the wearer's left lies above."""
    half = path(_LAPEL, outer.fill, outer.line, 2.2) + path(
        _LAPEL_EDGE, inner.fill, inner.line, 1.8
    )
    return half + mirrored(half)


def kimono(look: Look) -> Drawing:
    """A flowered kimono with a white under-collar and a broad sash."""
    cloth, sash = look.cloth, accent(look)
    edge = palette.tones(mix(cloth.fill, cloth.deep, 0.4))
    obi = "M85,262 Q128,272 171,262 L172,304 Q128,312 84,304Z"
    return (
        garment(cloth)
        + wide_sleeves(cloth)
        + _sprigs(trim(look))
        + open_neck(look.skin, 228)
        + crossed_collar(edge, PAPER)
        + shaded(obi, sash, "M150,267 L171,262 L172,304 L152,308Z")
        + tape("M85,282 Q128,292 171,282", GOLD.fill, 5.0, rim=GOLD.line, rim_width=1.2)
    )


def _sprigs(tones: Tones) -> Drawing:
    places = (
        (70, 240, 9),
        (188, 246, 9),
        (56, 282, 8),
        (200, 290, 10),
        (102, 250, 6),
        (74, 312, 9),
    )
    flowers = joined(blossom(x, y, size, tones.fill) for x, y, size in places)
    return flowers + joined(
        blossom(x, y, 4.0, tones.fill) for x, y in ((84, 222), (176, 226), (64, 262), (188, 268))
    )


def qipao(look: Look) -> Drawing:
    """A close dress, slantingly fastened; for boys the long-sleeved jacket that goes with it."""
    cloth, edge = look.cloth, trim(look)
    if look.is_masculine:
        return _tang_jacket(cloth, edge)
    cap = "M94,200 C76,205 66,214 62,232 Q74,240 86,236 Q84,218 94,200Z"
    bodice = (
        "M111,193 C100,197 94,199 90,202 C82,214 84,230 88,240 Q92,262 88,284 L82,344 L174,344 "
        "L168,284 Q164,262 168,240 C172,230 174,214 166,202 C162,199 156,197 145,193Z"
    )
    slant = "M128,211 C122,222 104,222 88,238"
    return (
        bare_arms(look.skin)
        + mirror(path(cap, cloth.fill, cloth.line) + tape("M63,230 Q74,237 85,233", edge.fill, 3.0))
        + shaded(
            bodice,
            cloth,
            "M168,240 C172,230 174,214 166,202 Q164,232 152,260 Q150,300 156,344 L174,344 "
            "L168,284 Q164,262 168,240Z",
        )
        + _cloud_pattern(edge)
        + tape(slant, edge.fill, 3.8, rim=cloth.line, rim_width=1.3)
        + _mandarin_collar(cloth, edge)
        + _knots(((124, 216), (104, 226), (91, 236)), edge, cloth)
    )


def _tang_jacket(cloth: Tones, edge: Tones) -> Drawing:
    return (
        garment(cloth)
        + _cloud_pattern(edge)
        + line("M128,212 L128,344", cloth.line, 2.2)
        + _mandarin_collar(cloth, edge)
        + _knots(((128, 222), (128, 242), (128, 262), (128, 282), (128, 302)), edge, cloth)
    )


def _mandarin_collar(cloth: Tones, edge: Tones) -> Drawing:
    band = "M109,184 Q106,196 105,204 Q116,212 127,212 L128,198 Q116,194 109,184Z"
    top = "M109,184 Q116,194 128,198 L127,212"
    return mirror(path(band, cloth.fill, cloth.line, 2.2) + tape(top, edge.fill, 2.2)) + tape(
        "M105,204 Q128,218 151,204", edge.fill, 2.4
    )


def _knots(places: tuple[tuple[float, float], ...], tones: Tones, cloth: Tones) -> Drawing:
    d = "".join(f"M{x - 5},{y - 1} L{x + 5},{y + 1} " for x, y in places)
    dots = "".join(f"M{x},{y} l0.1,0 " for x, y in places)
    return tape(d, tones.fill, 3.2, rim=cloth.line, rim_width=1.2) + tape(dots, GOLD.fill, 5.0)


def _cloud_pattern(tones: Tones) -> Drawing:
    cloud = "m-9,3 q-5,-8 4,-9 q4,-8 10,-1 q8,-1 5,7 q-4,4 -8,0"
    places = ((140, 240), (112, 264), (146, 290), (108, 312))
    curls = "".join(f"M{x},{y} {cloud} " for x, y in places)
    return tape(curls, tones.fill, 2.2, opacity=0.9) + blossom(150, 262, 8, tones.fill)


def hanfu(look: Look) -> Drawing:
    """A wide-sleeved robe with a crossed collar, a high sash and, for girls, a gauze shawl."""
    cloth, edge, sash = look.cloth, trim(look), accent(look)
    robe = palette.tones(mix(cloth.fill, palette.PAPER, 0.62))
    band = "M87,252 Q128,262 169,252 L170,272 Q128,282 86,272Z"
    apron = "M86,270 Q128,280 170,270 L188,344 L68,344Z"
    return (
        garment(robe)
        + wide_sleeves(robe)
        + open_neck(look.skin, 228)
        + crossed_collar(cloth, edge)
        + path(apron, cloth.fill, cloth.line)
        + line("M104,276 L98,344 M128,278 L128,344 M152,276 L158,344", cloth.deep, 2.0)
        + path(band, sash.fill, sash.line, 2.2)
        + _sash_knot(sash)
        + (_shawl(sash) if not look.is_masculine else ())
    )


def _sash_knot(tones: Tones) -> Drawing:
    tails = "M125,264 L118,320 L125,316 L128,270 L131,316 L138,320 L131,264Z"
    return path(tails, tones.fill, tones.line, 2.0) + bow(128, 264, 0.8, tones)


def _shawl(tones: Tones) -> Drawing:
    drape = (
        "M84,206 C66,214 58,236 60,262 C62,290 54,320 48,344 L66,344 C76,316 80,286 74,258 "
        "C70,236 76,222 92,212Z"
    )
    return mirror(
        path(drape, tones.light, tones.shade, 1.8, 0.8)
        + line("M72,222 C64,240 70,270 68,292", tones.shade, 1.4, 0.7)
    )
