"""Out of a story: heroes, knights and wizards."""

from __future__ import annotations

from generation.colors import mix
from generation.illustrator import palette
from generation.illustrator.cloth import (
    GOLD,
    accent,
    buttons,
    garment,
    garment_shade,
    metal,
    seam,
    shaded,
    shirt,
    trim,
    wide_sleeves,
)
from generation.illustrator.display import Drawing, ellipse, joined, line, mirror, path, star, tape
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
