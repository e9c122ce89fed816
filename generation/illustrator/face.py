"""The face: its outline by age and gender, ears, shadow, blush, nose and the marks on its skin, but
for the fang. And the neck beneath.
"""

from __future__ import annotations

from collections.abc import Callable

from generation.colors import mix
from generation.illustrator import accessories, hair
from generation.illustrator.display import (
    Drawing,
    clipped,
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

SKULL = "C189,58 67,58 65,106Z"

OUTLINES = {
    ("feminine", "child"): "M65,106 C61,143 67,165 97,177 Q113,183 128,183 Q143,183 159,177 "
    "C189,165 195,143 191,106 ",
    ("feminine", "teen"): "M65,106 C62,140 72,162 97,175 Q113,184 128,185 Q143,184 159,175 "
    "C184,162 194,140 191,106 ",
    ("feminine", "adult"): "M66,106 C64,138 75,158 98,174 Q115,187 128,188 Q141,187 158,174 "
    "C181,158 192,138 190,106 ",
    ("masculine", "child"): "M65,106 C61,142 68,164 95,176 Q112,184 128,184 Q144,184 161,176 "
    "C188,164 195,142 191,106 ",
    ("masculine", "teen"): "M65,106 C64,139 70,158 92,173 Q110,186 128,187 Q146,186 164,173 "
    "C186,158 192,139 191,106 ",
    ("masculine", "adult"): "M65,106 C65,136 68,153 82,167 Q96,180 110,187 Q128,194 146,187 "
    "Q160,180 174,167 C188,153 191,136 191,106 ",
}
"""Jaw lines by gender and age. A neutral face is a soft one: feminine, without the lashes."""

_BLUSH = {"love": 0.8, "shy": 0.9, "happy": 0.6, "laughing": 0.65, "crying": 0.6, "winking": 0.6}
_HATCHED = ("love", "shy", "laughing")


def outline(look: Look) -> str:
    """Path data of the head without hair."""
    gender = "masculine" if look.is_masculine else "feminine"
    return OUTLINES[gender, look.traits.age or "teen"] + SKULL


def face(look: Look) -> Drawing:
    """Ears, skin and the hair's shadow."""
    skin, d = look.skin, outline(look)
    drop = 5 if look.traits.bangs == "none" else 9
    shadows = group(path(hair.shadow(look), skin.shade), moved(3, drop)) + path(
        "M186,96 Q186,150 150,182 L200,194 L200,96Z", skin.shade, opacity=0.55
    )
    return _ears(look) + path(d, skin.fill) + clipped(shadows, d)


def features(look: Look) -> Drawing:
    """The face's outline and nose, over the blush."""
    return path(outline(look), None, look.skin.line, 2.6) + _nose(look)


def _ears(look: Look) -> Drawing:
    if not hair.shows_ears(look) or accessories.takes_ears(look):
        return ()
    skin = look.skin
    shell = "M68,123 C57,114 49,122 51,134 C53,147 61,154 69,149Z"
    return mirror(
        path(shell, skin.fill, skin.line, 2.4) + line("M58,129 Q64,131 62,142", skin.deep, 2.0)
    )


def blush(look: Look) -> Drawing:
    """The cheeks, as red as the expression wants."""
    expression = look.traits.expression or "neutral"
    opacity = _BLUSH.get(expression, 0.42)
    if look.is_masculine and not look.is_child:
        opacity *= 0.5
    if look.has("blush"):
        opacity = max(opacity, 0.85)
    color = mix(look.skin.fill, "#ff4a5e", 0.62)
    cheek = ellipse(90, 159, 12, 6.5, color, opacity=opacity)
    if look.has("blush") or expression in _HATCHED:
        hatch = mix(color, "#c03048", 0.5)
        cheek += line("M84,161 l4,-6 M90,162 l4,-6 M96,161 l4,-6", hatch, 1.7)
    return mirror(cheek)


def _nose(look: Look) -> Drawing:
    color = mix(look.skin.line, look.skin.fill, 0.25)
    if look.is_masculine and look.is_adult:
        return line("M131,145 Q134,154 131,157 Q128,158.5 125.5,157", color, 2.2)
    if look.is_adult:
        return line("M129.5,150 Q132,155 128,156", color, 2.0)
    return line("M126.5,152 Q128.5,154 130,152.4", color, 2.2)


def neck(look: Look) -> Drawing:
    """Neck and bare shoulders, which every outfit covers as far as it wants."""
    skin = look.skin
    half = {"child": 14, "teen": 16, "adult": 17}[look.traits.age or "teen"]
    if look.is_masculine:
        half += 2 if look.is_child else 3
    left, right = 128 - half, 128 + half
    shoulders = (
        f"M{left},192 C92,199 74,206 67,226 L64,344 L192,344 L189,226 C182,206 164,199 {right},192Z"
    )
    return (
        path(shoulders, skin.fill, skin.line, 2.4)
        + path(f"M{left},166 L{left},194 Q128,206 {right},194 L{right},166Z", skin.fill)
        + path(f"M{left},166 L{left},188 Q128,206 {right},188 L{right},166Z", skin.shade)
        + line(f"M{left},170 L{left},192 M{right},170 L{right},192", skin.line, 2.4)
        + line("M112,206 Q120,208 124,212 M144,206 Q136,208 132,212", skin.deep, 1.6, 0.7)
    )


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
