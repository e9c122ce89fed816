"""Hair that is tied: tails, braids, buns and drills."""

from __future__ import annotations

from generation.colors import mix
from generation.illustrator import accessories
from generation.illustrator.display import (
    IDENTITY,
    Drawing,
    ellipse,
    group,
    line,
    mirror,
    moved,
    path,
    turned,
)
from generation.illustrator.hair.hairstyle import HairStyle, back_fill, front_fill, lock_fill
from generation.illustrator.hair.loose import CAP
from generation.illustrator.look import Look, worn

SKULL = (
    CAP + "C208,146 202,162 188,172 Q184,166 180,162 Q172,174 160,178 L96,178 Q84,174 76,162 "
    "Q72,166 68,172 C54,162 48,146 50,120Z"
)
NECK_LONG = (
    CAP + "C210,150 206,170 194,184 Q186,180 180,174 Q170,186 160,190 L96,190 Q86,186 76,174 "
    "Q70,180 62,184 C50,170 46,150 50,120Z"
)


def _strands(look: Look, d: str) -> Drawing:
    return line(d, mix(look.hair.deep, look.hair.line, 0.45), 2.0)


def _piece(look: Look, d: str, strands: str = "") -> Drawing:
    body = path(d, back_fill(look), look.hair.line, 2.8)
    return body + _strands(look, strands) if strands else body


def _tie(look: Look, x: float, y: float, rx: float, ry: float, turn: float) -> Drawing:
    color = look.accessory
    return group(ellipse(x, y, rx, ry, color.fill, color.line, 2.2), turned(turn, about=(x, y)))


def _twin_tails(look: Look) -> Drawing:
    tail = (
        "M50,84 C22,74 10,108 12,160 C14,196 22,222 16,246 C36,236 46,226 48,214 "
        "C52,224 52,232 50,240 C66,222 72,190 68,150 C66,118 62,96 50,84Z"
    )
    strands = "M44,98 C26,110 22,150 30,196 M52,106 C40,130 42,170 46,210"
    return mirror(_piece(look, tail, strands)) + _piece(look, SKULL)


def _twin_ties(look: Look) -> Drawing:
    return mirror(_tie(look, 52, 84, 8, 11, -25))


def _low_twin_tails(look: Look) -> Drawing:
    return _piece(look, NECK_LONG)


def _low_tail_locks(look: Look) -> Drawing:
    hair = look.hair
    tail = (
        "M58,172 C40,180 34,206 40,232 C42,250 36,262 34,272 C48,270 58,262 62,252 "
        "C64,260 62,268 60,274 C78,262 84,236 80,210 C78,192 72,178 68,172Z"
    )
    body = path(tail, lock_fill(look), hair.line, 2.6)
    body += _strands(look, "M54,188 C46,206 50,232 50,252 M66,190 C70,212 70,236 66,254")
    return mirror(body + _tie(look, 62, 176, 9, 6, -12))


def _ponytail(look: Look) -> Drawing:
    tail = (
        "M150,48 C192,14 236,56 230,128 C227,172 236,196 224,232 C213,222 205,212 203,200 "
        "C200,212 194,218 187,222 C195,180 180,120 160,84Z"
    )
    strands = "M184,56 C214,80 218,140 210,204 M176,76 C202,110 206,150 200,196"
    return _piece(look, tail, strands) + _piece(look, SKULL)


def _ponytail_tie(look: Look) -> Drawing:
    return _tie(look, 182, 46, 8, 12, -42)


def _side_ponytail(look: Look) -> Drawing:
    tail = (
        "M54,92 C22,86 12,124 18,168 C23,200 38,214 32,246 C50,238 60,222 62,206 "
        "C68,216 68,224 66,232 C84,210 82,160 72,124Z"
    )
    strands = "M46,104 C32,126 34,170 46,212 M56,110 C46,140 54,180 60,204"
    return _piece(look, tail, strands) + _piece(look, SKULL)


def _side_tie(look: Look) -> Drawing:
    return _tie(look, 54, 95, 8, 11, -15)


def _braid_back(look: Look) -> Drawing:
    return _piece(look, NECK_LONG)


def _plait(look: Look, x: float, y: float, slope: float, knots: int) -> Drawing:
    """A plait hanging from (x, y), drifting by `slope` a knot, tied at its end."""
    hair = look.hair
    body: Drawing = ()
    for i in range(knots):
        rx, cx, cy = 14.5 - i * 0.7, x + i * slope, y + i * 18.5
        d = (
            f"M{cx:.1f},{cy - 13:.1f} C{cx - rx * 1.5:.1f},{cy - 10:.1f} {cx - rx * 1.3:.1f},"
            f"{cy + 10:.1f} {cx:.1f},{cy + 13:.1f} C{cx + rx * 1.3:.1f},{cy + 10:.1f} "
            f"{cx + rx * 1.5:.1f},{cy - 10:.1f} {cx:.1f},{cy - 13:.1f}Z"
        )
        fold = f"M{cx - 6:.1f},{cy - 7:.1f} Q{cx + 2:.1f},{cy + 1:.1f} {cx - 3:.1f},{cy + 9:.1f}"
        body += path(d, lock_fill(look), hair.line, 2.4) + line(fold, hair.deep, 1.9)
    ex, ey = x + knots * slope, y + knots * 18.5 - 4
    tuft = (
        f"M{ex:.1f},{ey - 4:.1f} Q{ex - 14:.1f},{ey + 8:.1f} {ex - 10:.1f},{ey + 22:.1f} "
        f"Q{ex - 2:.1f},{ey + 16:.1f} {ex:.1f},{ey + 10:.1f} Q{ex + 4:.1f},{ey + 18:.1f} "
        f"{ex + 11:.1f},{ey + 18:.1f} Q{ex + 11:.1f},{ey + 4:.1f} {ex:.1f},{ey - 4:.1f}Z"
    )
    return path(tuft, lock_fill(look), hair.line, 2.4) + body + _tie(look, ex, ey - 3, 8.5, 5, 0)


def _braids(look: Look) -> Drawing:
    return mirror(_plait(look, 66, 180, 1.6, 4))


def _side_braid(look: Look) -> Drawing:
    return _plait(look, 74, 184, 2.6, 5)


def _double_buns(look: Look) -> Drawing:
    bun = ellipse(66, 50, 30, 28, front_fill(look), look.hair.line, 2.8)
    bun += _strands(look, "M48,50 Q62,32 84,46 M52,62 Q66,74 84,60 M60,48 Q70,44 74,54")
    lower = moved(-10, 58) if _buns_make_way(look) else IDENTITY
    return mirror(group(bun, lower)) + _piece(look, SKULL)


def _buns_make_way(look: Look) -> bool:
    """Whether the place of two buns is taken by a hat, or by ears or horns that grow there."""
    grown = worn(look, "animal ears") or worn(look, "horns")
    return grown is not None or accessories.presses_hair(look)


def _bun(look: Look) -> Drawing:
    bun = ellipse(128, 26, 33, 28, front_fill(look), look.hair.line, 2.8)
    bun += _strands(look, "M102,26 Q122,6 152,20 M106,38 Q130,44 154,30 M118,22 Q132,16 140,26")
    below_hat = moved(66, 138) if accessories.presses_hair(look) else IDENTITY
    return group(bun, below_hat) + _piece(look, SKULL)


def _drill(look: Look) -> Drawing:
    body: Drawing = ()
    ink = mix(look.hair.deep, look.hair.line, 0.3)
    for x, y, rx in ((38, 240, 12), (38, 218, 17), (38, 194, 20), (40, 168, 22), (46, 142, 22)):
        d = (
            f"M{x - rx},{y - 8} C{x - rx - 3},{y + 14} {x + rx + 3},{y + 18} {x + rx},{y - 6} "
            f"C{x + rx},{y - 24} {x - rx},{y - 22} {x - rx},{y - 8}Z"
        )
        body += path(d, back_fill(look), look.hair.line, 2.8)
        body += line(f"M{x - rx + 3},{y - 3} Q{x},{y + 12} {x + rx - 3},{y - 4}", ink, 2.0)
    return _piece(look, NECK_LONG) + mirror(body)


STYLES: dict[str, HairStyle] = {
    "twin tails": HairStyle(
        _twin_tails,
        over=_twin_ties,
        fills=((42, 72, 62, 96),),
        half_width=118,
        ears=True,
    ),
    "low twin tails": HairStyle(_low_twin_tails, locks=_low_tail_locks, half_width=96),
    "ponytail": HairStyle(
        _ponytail,
        over=_ponytail_tie,
        half_width=104,
        top=22,
        ears=True,
        tips=((70, 40), (94, 70)),
    ),
    "side ponytail": HairStyle(
        _side_ponytail, over=_side_tie, fills=((44, 82, 64, 108),), half_width=114
    ),
    "braids": HairStyle(_braid_back, locks=_braids),
    "side braid": HairStyle(_braid_back, locks=_side_braid),
    "double buns": HairStyle(
        _double_buns, half_width=96, top=20, ears=True, tips=((80, 26), (92, 44))
    ),
    "bun": HairStyle(_bun, half_width=100, top=-4, ears=True),
    "drill hair": HairStyle(_drill, half_width=114),
}
