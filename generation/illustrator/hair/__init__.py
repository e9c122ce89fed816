"""Hair: 23 styles and 7 bangs, in any colour and in two.

A style is a `HairStyle` in one of the tables below; see `hair.style`.
"""

from __future__ import annotations

from generation.illustrator.hair import bangs, front, long, short, tied
from generation.illustrator.hair.style import ROUND, HairStyle
from generation.illustrator.look import Look
from generation.illustrator.palette import Tones, mix
from generation.illustrator.svg import group, path, vertical_gradient

STYLES: dict[str, HairStyle] = {**short.STYLES, **long.STYLES, **tied.STYLES}


def style_of(look: Look) -> HairStyle:
    """The character's hair style."""
    return STYLES[look.traits.hair_style or ""]


def shows_ears(look: Look) -> bool:
    """Whether the hair leaves the ears free."""
    return style_of(look).ears


def gradients(look: Look) -> str:
    """The definitions that the hair's fills refer to."""
    hair, tips, style = look.hair, look.tips, style_of(look)
    length = style.length
    return (
        _gradient("hair", hair, tips, 28, min(length, 200), (hair.fill, hair.shade, 0.35))
        + _gradient("hair-locks", hair, tips, 120, length, (hair.fill, hair.shade, 0.3))
        + vertical_gradient(
            "hair-back",
            60,
            length,
            (0.0, hair.deep),
            (0.5, hair.shade if hair == tips else mix(hair.shade, tips.shade, 0.35)),
            (1.0, mix(hair.shade, hair.fill, 0.65) if hair == tips else tips.fill),
        )
    )


def _gradient(
    name: str, hair: Tones, tips: Tones, y1: float, y2: float, top: tuple[str, str, float]
) -> str:
    start = mix(*top)
    if hair == tips:
        end = mix(hair.fill, "#ffffff", 0.16)
        return vertical_gradient(name, y1, y2, (0.0, start), (0.35, hair.fill), (1.0, end))
    return vertical_gradient(
        name, y1, y2, (0.0, start), (0.3, hair.fill), (0.72, tips.fill), (1.0, tips.fill)
    )


def shadow(look: Look) -> str:
    """Path data of the shadow that the hair throws on the face, from the brow up."""
    own = style_of(look).shadow
    if own is not None:
        return own
    return "M196,80 L196,112 L190,112" + bangs.fringe(look) + "L60,112 L60,80Z"


def back(look: Look, *, pressed: bool) -> str:
    """The hair behind the head; `pressed` flat under a hat."""
    style = style_of(look)
    body = style.back(look)
    if not pressed or style.top >= 22:
        return body
    squash = (190 - 30) / (190 - style.top)
    return group(body, f"translate(0,190) scale(1,{squash:.3f}) translate(0,-190)")


def fronts(look: Look, *, pressed: bool) -> str:
    """The hair before the face; `pressed` flat under a hat."""
    style = style_of(look)
    if style.front is not None:
        return style.front(look)
    body = front.layered(look, style, crown=ROUND if pressed else style.crown)
    if style.over is not None and not (pressed and style.top < 22):
        body += style.over(look)
    if look.jitter[5] > 0.35 and not pressed and style.top >= 20:
        body = _cowlick(look) + body
    return body


def _cowlick(look: Look) -> str:
    """The lock that always stands up."""
    if look.jitter[6] > 0:
        d = "M120,32 C112,14 128,0 148,7 C137,10 131,18 134,32Z"
    else:
        d = "M136,32 C140,18 126,8 108,10 C116,14 122,22 121,32Z"
    return path(d, "url(#hair)", look.hair.line, 2.4)


def locks(look: Look) -> str:
    """The hair that falls before the shoulders."""
    style = style_of(look)
    return style.locks(look) if style.locks is not None else ""
