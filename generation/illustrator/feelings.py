"""Marks of feeling: tears on the cheeks, and signs that float beside the head."""

from __future__ import annotations

from collections.abc import Callable

from generation.illustrator import accessories
from generation.illustrator.expressions import EXPRESSIONS
from generation.illustrator.look import Look
from generation.illustrator.palette import WHITE
from generation.illustrator.svg import group, heart, line, mirror, path, star, tape

TEAR = "#a9dcff"
TEAR_LINE = "#5b9bd0"


def on_face(look: Look) -> str:
    """Tears; they lie under the hair."""
    match EXPRESSIONS[look.traits.expression or "neutral"].mark:
        case "streams":
            return mirror(
                path("M84,148 Q75,170 82,183 Q92,187 96,177 Q98,163 94,149Z", TEAR, TEAR_LINE, 1.8)
            )
        case "tear":
            drop = "M176,152 Q184,164 180,170 Q173,174 169,167 Q169,160 176,152Z"
            return path(drop, TEAR, TEAR_LINE, 1.8)
        case _:
            return ""


def beside_head(look: Look) -> str:
    """The floating sign, on the side that hair ornaments leave free."""
    name = EXPRESSIONS[look.traits.expression or "neutral"].mark
    if name not in SIGNS:
        return ""
    lift = accessories.lift(look)
    return group(SIGNS[name](look), f"translate(0,{-lift:.0f})" if lift else "")


def half_width(look: Look) -> float:
    """How far from the middle the floating sign reaches; 0 where there is none."""
    return 114.0 if EXPRESSIONS[look.traits.expression or "neutral"].mark in SIGNS else 0.0


def _sign(d: str, color: str, width: float, x: float, y: float) -> str:
    """A line drawing with a white rim, so that it reads on hair as on any background."""
    body = tape(d, WHITE, width + 4) + tape(d, color, width)
    return group(body, f"translate({x},{y})")


def _vein(look: Look) -> str:
    d = "M-2,-4 Q-3,-11 -11,-11 M-2,4 Q-3,11 -11,11 M5,-4 Q6,-11 14,-11 M5,4 Q6,11 14,11"
    return _sign(d, "#e23548", 3.8, 46, 96)


def _zzz(look: Look) -> str:
    return _sign("M0,0 h13 l-13,15 h13 M-19,-20 h9 l-9,11 h9", "#5a6bb8", 3.4, 45, 82)


def _dashes(look: Look) -> str:
    return _sign("M-2,-6 L6,18 M-18,6 L2,26", "#e0763a", 4, 34, 66)


def _question(look: Look) -> str:
    d = "M-8,-8 C-8,-20 10,-20 9,-8 C9,0 0,0 0,8 M0,16 L0,16.5"
    return group(_sign(d, "#5a6bb8", 4.4, 0, 0), "translate(32,82) rotate(-12)")


def _drop(look: Look) -> str:
    return path("M42,80 Q52,97 46,103 Q37,105 36,96 Q37,89 42,80Z", TEAR, TEAR_LINE, 1.8)


def _hearts(look: Look) -> str:
    big = heart(30, 84, 12, "#f7628f", "#b02f5e")
    return big + heart(222, 100, 8.5, "#f7628f", "#b02f5e")


def _sparkles(look: Look) -> str:
    return star(30, 84, 12, WHITE, "#f2b53c", 1.4, points=4, waist=0.3) + star(
        228, 104, 8, WHITE, "#f2b53c", 1.4, points=4, waist=0.3
    )


def _gloom(look: Look) -> str:
    d = "M146,84 L146,104 M155,82 L155,112 M164,83 L164,108 M173,86 L173,116 M182,90 L182,108"
    return line(d, "#3f4a94", 2.4, 0.6)


SIGNS: dict[str, Callable[[Look], str]] = {
    "vein": _vein,
    "gloom": _gloom,
    "zzz": _zzz,
    "dashes": _dashes,
    "question": _question,
    "drop": _drop,
    "hearts": _hearts,
    "sparkles": _sparkles,
}
