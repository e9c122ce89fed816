"""Mouths, by name. Each is drawn about (128, 166)."""

from __future__ import annotations

from collections.abc import Callable

from generation.colors import mix
from generation.illustrator.display import Drawing, ellipse, group, line, moved, path, scaled
from generation.illustrator.expressions import EXPRESSIONS
from generation.illustrator.look import Look

INSIDE = "#9e2f3b"
TONGUE = "#ff8d8f"
TEETH = "#fffdfb"


def mouth(look: Look) -> Drawing:
    """The expression's mouth, wider on a man and smaller on a child; with its fang, if any."""
    ink = mix(look.skin.line, "#5a1f2a", 0.5)
    if look.is_adult and look.traits.gender == "feminine":
        ink = mix(ink, "#c23a58", 0.45)
    name = EXPRESSIONS[look.traits.expression or "neutral"].mouth
    body = MOUTHS[name](ink)
    if look.has("fang"):
        body += _fang(name, ink)
    width = {"child": 0.92, "teen": 1.0, "adult": 1.04}[look.traits.age or "teen"]
    if look.is_masculine:
        width += 0.1
    drop = (
        look.jitter[10] + (2.0 if look.is_adult else 0.0) + (3.5 if look.has("mustache") else 0.0)
    )
    return group(body, moved(0, drop) @ scaled(width, 1, about=(128, 166)))


def _open(ink: str, size: float, y: float) -> Drawing:
    s = size
    lips = (
        f"M{128 - 13 * s:.1f},{y:.1f} Q128,{y + 4:.1f} {128 + 13 * s:.1f},{y:.1f} "
        f"C{128 + 12 * s:.1f},{y + 17 * s:.1f} {128 - 12 * s:.1f},{y + 17 * s:.1f} "
        f"{128 - 13 * s:.1f},{y:.1f}Z"
    )
    tongue = (
        f"M{128 - 7 * s:.1f},{y + 10.5 * s:.1f} Q128,{y + 4 * s:.1f} {128 + 7 * s:.1f},"
        f"{y + 10.5 * s:.1f} Q128,{y + 14.5 * s:.1f} {128 - 7 * s:.1f},{y + 10.5 * s:.1f}Z"
    )
    return path(lips, INSIDE, ink, 2.4) + path(tongue, TONGUE)


def _open_smile(ink: str) -> Drawing:
    return _open(ink, 0.9, 162)


def _laugh(ink: str) -> Drawing:
    teeth = path("M116,162.5 Q128,166 140,162.5 L138.5,166.5 Q128,169.5 117.5,166.5Z", TEETH)
    return _open(ink, 1.16, 160.5) + teeth


def _grin(ink: str) -> Drawing:
    lips = "M113,162 Q128,168 143,162 C141,177 115,177 113,162Z"
    seams = "M120,165 L121,173 M128,166 L128,174 M136,165 L135,173"
    return path(lips, TEETH, ink, 2.4) + line(seams, "#cbbfcf", 1.3)


def _wail(ink: str) -> Drawing:
    lips = "M116,175 C117,159 139,159 140,175 Q134,171 128,173 Q122,171 116,175Z"
    return path(lips, INSIDE, ink, 2.4)


def _oh(ink: str) -> Drawing:
    return ellipse(128, 168, 6, 7.5, INSIDE, ink, 2.4)


def _gasp(ink: str) -> Drawing:
    lips = "M120,163 Q128,159 136,163 L139,176 Q128,180 117,176Z"
    return path(lips, INSIDE, ink, 2.4) + line("M121,165 Q128,162.5 135,165", TEETH, 2.6)


def _snarl(ink: str) -> Drawing:
    lips = "M114,172 Q128,159 142,172 Q128,176 114,172Z"
    seams = "M121,168.5 L121,173.5 M128,166 L128,174 M135,168.5 L135,173.5"
    return path(lips, TEETH, ink, 2.4) + line(seams, "#cbbfcf", 1.3)


def _tongue(ink: str) -> Drawing:
    tip = path("M130,167.5 Q139,169 138,175 Q132,179 129.5,170Z", TONGUE, ink, 1.8)
    return line("M116,163 Q122,171 128,164 Q134,171 140,163", ink, 2.6) + tip


def _yawn(ink: str) -> Drawing:
    drool = path("M133,170 Q138,176 135,181 Q130,180 133,170Z", "#bfe6ff", "#6aa4d0", 1.4)
    return ellipse(128, 168, 5.4, 4.4, INSIDE, ink, 2.2) + drool


def _lines(d: str, width: float = 2.7) -> Callable[[str], Drawing]:
    return lambda ink: line(d, ink, width)


MOUTHS: dict[str, Callable[[str], Drawing]] = {
    "smile": _lines("M119,165 Q128,172 137,165"),
    "open smile": _open_smile,
    "laugh": _laugh,
    "grin": _grin,
    "frown": _lines("M119,171 Q128,163 137,171", 2.8),
    "wail": _wail,
    "snarl": _snarl,
    "oh": _oh,
    "gasp": _gasp,
    "wobble": _lines("M118,168 Q121,164 124,167 Q127,170 130,167 Q133,164 138,168", 2.6),
    "cat": _lines("M114,164 Q121,173 128,165 Q135,173 143,162"),
    "yawn": _yawn,
    "tongue": _tongue,
    "skew": _lines("M119,170 Q124,164 129,168 Q133,171 138,166"),
    "firm": _lines("M119,168 L137,168", 2.8),
}


def _fang(mouth_name: str, ink: str) -> Drawing:
    y = {"smile": 167.5, "cat": 167, "firm": 168.5, "open smile": 163.5, "laugh": 162.5}.get(
        mouth_name, 167.0
    )
    return path(f"M118,{y:.1f} L124.5,{y + 0.8:.1f} L121.5,{y + 7:.1f}Z", TEETH, ink, 1.5)
