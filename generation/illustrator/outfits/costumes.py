"""Out of a story: heroes, knights and wizards. And robes and dresses of East Asia, whose left side
crosses over the right, as the living wear it.
"""

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
    garment_shade,
    metal,
    open_neck,
    seam,
    shaded,
    shirt,
    trim,
    wide_sleeves,
)
from generation.illustrator.display import (
    Drawing,
    blossom,
    ellipse,
    joined,
    line,
    mirror,
    mirrored,
    path,
    star,
    tape,
)
from generation.illustrator.look import TORSO, Look
from generation.illustrator.palette import Tones


def cape(look: Look) -> Drawing:
    """A hooded cape held by a star over a buttoned shirt."""
    cloth, under, edge = look.cloth, shirt(look), trim(look)
    drape = "M109,192 C82,198 60,210 51,262 L36,344 L92,344 Q110,280 119,222 L119,208Z"
    inner = "M119,214 Q112,276 92,344 L108,344 Q120,280 122,226Z"
    collar = (
        "M106,184 Q94,194 93,206 Q110,218 128,220 Q146,218 163,206 Q162,194 150,184 "
        "Q128,206 106,184Z"
    )
    return (
        garment(under)
        + buttons(((128, 240), (128, 260), (128, 280)), GOLD)
        + mirror(path(inner, cloth.deep, cloth.line, 2.0) + path(drape, cloth.fill))
        + path("M172,203 C190,212 200,230 205,262 L220,344 L190,344 Q192,260 172,203Z", cloth.shade)
        + mirror(line(drape, cloth.line, 2.6))
        + seam("M86,212 Q76,260 64,340 M104,206 Q102,260 84,330", cloth)
        + mirror(tape("M117,222 Q110,276 90,340", edge.fill, 2.6))
        + shaded(
            collar,
            cloth,
            "M150,184 Q162,194 163,206 Q150,215 138,218 Q148,206 146,189Z",
            fill=mix(cloth.fill, cloth.light, 0.25),
        )
        + tape("M98,204 Q128,216 158,204", edge.fill, 2.4)
        + star(128, 219, 10, metal(cloth).fill, metal(cloth).line, 1.8)
    )


def armor(look: Look) -> Drawing:
    """Plate in the cloth's colour with golden rims and a jewel."""
    plate, jewel, gold = look.cloth, accent(look), metal(look.cloth)
    mail = palette.tones(mix(plate.deep, "#6b7085", 0.55))
    breast = (
        "M104,201 Q90,206 86,222 Q86,250 94,268 Q128,284 162,268 Q170,250 170,222 "
        "Q166,206 152,201 Q128,226 104,201Z"
    )
    rim = "M92,214 Q108,236 128,236 Q148,236 164,214"
    return (
        path(TORSO, mail.fill, mail.line)
        + garment_shade(mail)
        + line("M88,344 L86,262 Q87,242 82,230 M168,344 L170,262 Q169,242 174,230", mail.line)
        + _mail_rings(mail)
        + _tassets(plate, gold)
        + shaded(
            breast,
            plate,
            "M150,212 Q158,244 140,276 Q154,273 162,268 Q170,250 170,222 Q166,206 152,201Z",
        )
        + tape("M94,222 Q94,244 101,260", plate.light, 4.0, opacity=0.9)
        + tape(rim, gold.fill, 3.2, rim=gold.line, rim_width=1.2)
        + seam("M128,244 L128,277", plate, 2.2)
        + mirror(_pauldron(plate, gold))
        + _gorget(plate, gold)
        + path("M128,225 L137,236 L128,248 L119,236Z", jewel.fill, jewel.line, 2.2)
        + path("M128,228 L133,235 L124,236Z", jewel.light)
    )


def _mail_rings(tones: Tones) -> Drawing:
    rows = "".join(f"M{x},{y} q4,5 8,0 q4,5 8,0 " for y in range(248, 340, 8) for x in (62, 176))
    return line(rows, tones.deep, 1.2)


def _tassets(plate: Tones, gold: Tones) -> Drawing:
    skirt = "M94,272 Q128,288 162,272 L176,316 L150,330 L128,310 L106,330 L80,316Z"
    return (
        path(skirt, plate.fill, plate.line)
        + tape("M80,314 L106,327 L128,307 L150,327 L176,314", gold.fill, 3.0)
        + line("M128,284 L128,308", plate.line, 2.0)
    )


def _pauldron(plate: Tones, gold: Tones) -> Drawing:
    rim = "M56,234 Q60,244 67,244 Q81,236 90,220"
    dome = "M100,201 C80,194 58,204 52,232 Q54,246 66,248 Q82,240 92,222 Q94,210 100,201Z"
    return (
        path(dome, plate.fill, plate.line)
        + tape(rim, gold.fill, 2.8, rim=gold.line, rim_width=1.1)
        + tape("M64,222 Q68,210 80,206", plate.light, 4.0, opacity=0.9)
        + ellipse(86, 209, 2.6, 2.6, gold.fill, gold.line, 1.4)
    )


def _gorget(plate: Tones, gold: Tones) -> Drawing:
    ring = (
        "M107,186 Q103,198 102,205 Q114,216 128,216 Q142,216 154,205 Q153,198 149,186 "
        "Q128,204 107,186Z"
    )
    return shaded(
        ring, plate, "M149,186 Q153,198 154,205 Q146,212 136,215 Q146,204 144,191Z", width=2.4
    ) + tape("M105,202 Q128,217 151,202", gold.fill, 2.6)


def wizard_robe(look: Look) -> Drawing:
    """A robe strewn with stars, with a broad collar and a brooch."""
    cloth, stone = look.cloth, accent(look)
    gold = metal(cloth)
    mantle = (
        "M108,188 C88,192 68,204 56,234 Q70,240 80,236 Q92,246 108,242 Q118,252 128,262 "
        "Q138,252 148,242 Q164,246 176,236 Q186,240 200,234 C188,204 168,192 148,188 "
        "Q128,214 108,188Z"
    )
    return (
        garment(cloth)
        + wide_sleeves(cloth)
        + path("M118,250 L112,344 L144,344 L138,250Z", cloth.deep, cloth.line, 2.0)
        + tape("M115,262 L110,344 M141,262 L146,344", gold.fill, 2.6)
        + _night_sky(gold)
        + shaded(
            mantle,
            cloth,
            "M172,199 C188,207 196,220 200,234 Q186,240 176,236 Q166,244 150,242 Q170,226 172,199Z",
            fill=mix(cloth.fill, cloth.light, 0.22),
        )
        + tape(
            "M60,231 Q70,235 80,231 Q92,240 108,236 Q118,246 128,255 Q138,246 148,236 "
            "Q164,240 176,231 Q186,235 196,231",
            gold.fill,
            2.6,
        )
        + ellipse(128, 220, 8.5, 9.5, gold.fill, gold.line, 2.0)
        + ellipse(128, 220, 5.2, 6.2, stone.fill, stone.line, 1.4)
        + ellipse(126.4, 217.6, 1.6, 2.0, "#ffffff")
    )


def _night_sky(tones: Tones) -> Drawing:
    stars = (
        (72, 262, 6),
        (96, 262, 5),
        (184, 262, 6),
        (160, 268, 5),
        (62, 296, 6),
        (102, 300, 7),
        (158, 306, 6),
    )
    return joined(star(x, y, size, tones.fill) for x, y, size in stars)


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
