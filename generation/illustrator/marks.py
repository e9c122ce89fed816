"""Marks on the skin: freckles, scar, beard and so on. Fang and blush are with mouth and face."""

from __future__ import annotations

from collections.abc import Callable

from generation.colors import mix
from generation.illustrator.display import (
    Drawing,
    ellipse,
    group,
    joined,
    line,
    mirror,
    moved,
    path,
    turned,
)
from generation.illustrator.look import Look


def marks(look: Look) -> Drawing:
    """Everything the character has on the skin, but for fang and blush."""
    return joined(draw(look) for name, draw in MARKS.items() if look.has(name))


def _freckles(look: Look) -> Drawing:
    color = mix(look.skin.deep, "#8a4a2a", 0.35)
    spots = ((83, 156), (89, 160), (95, 157), (86, 163), (93, 164))
    cheeks = joined(ellipse(x, y, 1.5, 1.3, color, opacity=0.85) for x, y in spots)
    nose = joined(ellipse(x, 151.5, 1.3, 1.1, color, opacity=0.7) for x in (121, 136))
    return mirror(cheeks) + nose


def _scar(look: Look) -> Drawing:
    color = mix(look.skin.deep, "#b03a3a", 0.45)
    return line("M170,150 L182,170", color, 2.6) + line(
        "M171,157 L177,153 M175,163 L181,159 M178,169 L184,165", color, 1.8
    )


def _beard(look: Look) -> Drawing:
    hair = look.hair
    beard = (
        "M67,132 Q72,150 90,160 Q104,166 112,158 Q128,153 144,158 Q152,166 166,160 "
        "Q184,150 189,132 C190,152 184,168 168,180 Q150,200 128,201 Q106,200 88,180 "
        "C72,168 66,152 67,132Z"
    )
    hole = "M114,167 Q128,160 142,167 Q140,178 128,179 Q116,178 114,167Z"
    strands = (
        "M98,180 Q104,188 108,190 M158,180 Q152,188 148,190 M124,188 L126,195 M134,187 L132,194"
    )
    fill = mix(hair.fill, hair.shade, 0.5)
    return (
        path(beard, fill, hair.line, 2.2)
        + path(hole, look.skin.fill)
        + line(strands, hair.line, 1.6, 0.7)
    )


def _mustache(look: Look) -> Drawing:
    hair = look.hair
    d = (
        "M128,159 Q120,155 112,160 Q105,164 101,161 Q104,168 113,167 Q122,167 128,162.5 "
        "Q134,167 143,167 Q152,168 155,161 Q151,164 144,160 Q136,155 128,159Z"
    )
    return path(d, mix(hair.fill, hair.shade, 0.5), hair.line, 1.6)


def _beauty_mark(look: Look) -> Drawing:
    return ellipse(153, 164, 1.9, 1.9, mix(look.skin.line, "#3a1a20", 0.5))


def _bandage(look: Look) -> Drawing:
    strip = (
        path("M-13,-5 Q-16,0 -13,5 L13,5 Q16,0 13,-5Z", "#f3d3a8", "#a8754a", 1.8)
        + path("M-5,-5 L5,-5 L5,5 L-5,5Z", "#fbe9cf")
        + joined(ellipse(x, y, 0.8, 0.8, "#c79a6c") for x in (-9.5, 9.5) for y in (-2.0, 2.0))
    )
    return group(strip, moved(88, 164) @ turned(-14))


MARKS: dict[str, Callable[[Look], Drawing]] = {
    "freckles": _freckles,
    "scar": _scar,
    "beauty mark": _beauty_mark,
    "bandage": _bandage,
    "beard": _beard,
    "mustache": _mustache,
}
