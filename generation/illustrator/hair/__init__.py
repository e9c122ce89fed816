"""Hair: 23 styles and 7 bangs, in any colour and in two.

A style is a `HairStyle` in one of the tables below; see `hair.hairstyle`.
"""

from __future__ import annotations

from generation.illustrator import accessories
from generation.illustrator.display import Drawing, Point, group, path, scaled, without_box
from generation.illustrator.hair import bangs, front, loose, tied
from generation.illustrator.hair.hairstyle import ROUND, HairStyle, front_fill
from generation.illustrator.look import Look, worn

PRESSED_TOP_Y = 27.0
COWLICK_TOP_Y = 3.0
SIDE_Y = 118.0
"""Where hair that hangs or stands out is taken to be widest."""

STYLES: dict[str, HairStyle] = {**loose.STYLES, **tied.STYLES}


def style_of(look: Look) -> HairStyle:
    """The character's hair style."""
    return STYLES[look.traits.hair_style or ""]


def shows_ears(look: Look) -> bool:
    """Whether the hair leaves the ears free."""
    return style_of(look).ears


def shadow(look: Look) -> str:
    """Path data of the shadow that the hair throws on the face, from the brow up."""
    edge = style_of(look).edge or bangs.fringe
    return "M196,40 L196,112 L190,112" + edge(look) + "L60,112 L60,40Z"


def is_pressed(look: Look) -> bool:
    """Whether a hat, or a headband of phones, presses the hair flat."""
    under_band = style_of(look).upright and look.wears("headphones")
    return under_band or accessories.presses_hair(look)


def reach(look: Look) -> tuple[Point, ...]:
    """The outermost points of the hair: how far from the head's middle, and y."""
    style = style_of(look)
    side = (style.half_width, SIDE_Y)
    if is_pressed(look):
        return ((0.0, PRESSED_TOP_Y), side)
    top = min(style.top, COWLICK_TOP_Y if _has_cowlick(look) else PRESSED_TOP_Y)
    return ((0.0, top), side, *style.tips)


def back(look: Look) -> Drawing:
    """The hair behind the head."""
    style = style_of(look)
    body = style.back(look)
    if is_pressed(look) and style.top < 22:
        squash = (190 - 30) / (190 - style.top)
        body = group(body, scaled(1, squash, about=(0, 190)))
    return _under_hat(look, body)


def fronts(look: Look) -> Drawing:
    """The hair before the face."""
    style, pressed = style_of(look), is_pressed(look)
    if style.front is not None:
        return _under_hat(look, style.front(look))
    body = front.layered(look, style, crown=ROUND if pressed else style.crown)
    if style.over is not None and not (pressed and style.top < 22):
        body += style.over(look)
    if _has_cowlick(look):
        body = _cowlick(look) + body
    return _under_hat(look, body)


def _under_hat(look: Look, body: Drawing) -> Drawing:
    """`body` without the hair that would show beside a narrow hat."""
    box = accessories.hides_hair(look)
    return without_box(body, box) if box else body


def _has_cowlick(look: Look) -> bool:
    """One head in three has one, where nothing is worn or tied on top."""
    bare = not any(worn(look, slot) for slot in ("hat", "hair", "halo")) and not look.wears(
        "headphones"
    )
    style = style_of(look)
    return bare and look.jitter[5] > 0.35 and style.front is None and style.top >= 24


def _cowlick(look: Look) -> Drawing:
    """The lock that always stands up."""
    if look.jitter[6] > 0:
        d = "M120,32 C112,14 128,0 148,7 C137,10 131,18 134,32Z"
    else:
        d = "M136,32 C140,18 126,8 108,10 C116,14 122,22 121,32Z"
    return path(d, front_fill(look), look.hair.line, 2.4)


def locks(look: Look) -> Drawing:
    """The hair that falls before the shoulders."""
    style = style_of(look)
    return style.locks(look) if style.locks is not None else ()
