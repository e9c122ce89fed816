"""Signs of feeling: tears on the cheeks, and what floats beside the head."""

from __future__ import annotations

from dataclasses import dataclass

from generation.illustrator import accessories, hair
from generation.illustrator.accessories.accessory import Box, is_hatted, worn
from generation.illustrator.display import (
    IDENTITY,
    Affine,
    Drawing,
    Point,
    group,
    heart,
    line,
    mirror,
    mirrored,
    moved,
    path,
    star,
    tape,
    turned,
)
from generation.illustrator.expressions import EXPRESSIONS
from generation.illustrator.look import Look
from generation.illustrator.palette import WHITE

TEAR = "#a9dcff"
TEAR_LINE = "#5b9bd0"


def on_face(look: Look) -> Drawing:
    """Tears; they lie under the hair."""
    match _mark(look):
        case "streams":
            return mirror(
                path("M84,148 Q75,170 82,183 Q92,187 96,177 Q98,163 94,149Z", TEAR, TEAR_LINE, 1.8)
            )
        case "tear":
            drop = "M176,152 Q184,164 180,170 Q173,174 169,167 Q169,160 176,152Z"
            return path(drop, TEAR, TEAR_LINE, 1.8)
        case _:
            return ()


def beside_head(look: Look) -> Drawing:
    """The floating sign, and its companion on the other side, where nothing worn is in the way."""
    name = _mark(look)
    if name == "gloom":
        return _gloom(look)
    if name not in SIGNS:
        return ()
    body = _placed(SIGNS[name], look)
    return body + _placed(COMPANIONS[name], look) if name in COMPANIONS else body


def reach(look: Look) -> tuple[Point, ...]:
    """The outermost points of the floating signs: how far from the head's middle, and y."""
    points = list[Point]()
    for sign in (table[_mark(look)] for table in (SIGNS, COMPANIONS) if _mark(look) in table):
        x, y = _place(sign, look)
        beside = abs(128 - x)
        points += [
            (beside + sign.half_width, y),
            (beside + 0.7 * sign.half_width, y - 0.8 * sign.half_height),
        ]
    return tuple(points)


def _mark(look: Look) -> str:
    return EXPRESSIONS[look.traits.expression or "neutral"].mark or ""


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign drawn about the origin, and half its size."""

    body: Drawing
    half_width: float
    half_height: float
    places: tuple[Point, ...] = ((44, 92), (31, 116), (31, 148), (34, 74), (30, 48), (26, 194))
    """Where it may stand, the best place first."""


def _placed(sign: Sign, look: Look) -> Drawing:
    x, y = _place(sign, look)
    return group(sign.body, moved(x, y))


def _place(sign: Sign, look: Look) -> Point:
    """The first place that is free, or else the last one, below all that is worn."""
    filled = list[Box]()
    for box in (*accessories.fills(look), *hair.style_of(look).fills):
        left, top, right, lower = box
        filled += [box, (256 - right, top, 256 - left, lower)] if left < 128 else [box]
    free = (place for place in sign.places if not any(_touches(sign, place, b) for b in filled))
    return next(free, sign.places[-1])


def _touches(sign: Sign, place: Point, box: Box) -> bool:
    (x, y), (left, top, right, bottom) = place, box
    beside = x + sign.half_width < left or x - sign.half_width > right
    return not (beside or y + sign.half_height < top or y - sign.half_height > bottom)


def _drawn(d: str, color: str, width: float, move: Affine = IDENTITY) -> Drawing:
    """A line drawing with a white rim, so that it reads on hair as on any background."""
    return group(tape(d, WHITE, width + 4) + tape(d, color, width), move)


def _rimmed_heart(size: float) -> Drawing:
    rim = heart(0, 0, size, WHITE, WHITE, 5.0)
    return rim + heart(0, 0, size, "#f7628f", "#b02f5e")


def _gloom(look: Look) -> Drawing:
    """Lines of gloom on the brow, below a hat and on the side that ornaments leave free."""
    d = "M146,84 L146,104 M155,82 L155,112 M164,83 L164,108 M173,86 L173,116 M182,90 L182,108"
    lines = line(d, "#3f4a94", 2.4, 0.6)
    if worn(look, "hair"):
        lines = mirrored(lines)
    return group(lines, moved(0, 16)) if is_hatted(look) else lines


_VEIN = "M-2,-4 Q-3,-11 -11,-11 M-2,4 Q-3,11 -11,11 M5,-4 Q6,-11 14,-11 M5,4 Q6,11 14,11"
_ZZZ = "M2,2 h13 l-13,15 h13 M-15,-17 h9 l-9,11 h9"
_DASHES = "M5,-16 L13,8 M-11,-4 L9,16"
_QUESTION = "M-8,-10 C-8,-22 10,-22 9,-10 C9,-2 0,-2 0,6 M0,14 L0,14.5"
_DROP = "M0,-13 Q10,4 4,10 Q-5,12 -6,3 Q-5,-4 0,-13Z"

SIGNS: dict[str, Sign] = {
    "vein": Sign(_drawn(_VEIN, "#e23548", 3.8), 17, 15),
    "zzz": Sign(_drawn(_ZZZ, "#5a6bb8", 3.4), 18, 21),
    "dashes": Sign(_drawn(_DASHES, "#e0763a", 4.0), 15, 20),
    "question": Sign(_drawn(_QUESTION, "#5a6bb8", 4.4, turned(-12)), 15, 21),
    "drop": Sign(path(_DROP, TEAR, TEAR_LINE, 1.8), 7, 14),
    "hearts": Sign(_rimmed_heart(12), 14, 12),
    "sparkles": Sign(star(0, 0, 12, WHITE, "#f2b53c", 1.4, points=4, waist=0.3), 13, 13),
}
_RIGHT = ((222, 104), (226, 130), (226, 66), (224, 194))
COMPANIONS: dict[str, Sign] = {
    "hearts": Sign(_rimmed_heart(8.5), 10, 9, _RIGHT),
    "sparkles": Sign(star(0, 0, 8, WHITE, "#f2b53c", 1.4, points=4, waist=0.3), 9, 9, _RIGHT),
}
"""A smaller one on the viewer's right."""
