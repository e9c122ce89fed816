"""What a feeling does to the face: gaze, brows, mouth and the mark that floats beside the head."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from generation.colors import mix
from generation.illustrator import accessories, hair
from generation.illustrator.display import (
    IDENTITY,
    Affine,
    Drawing,
    Point,
    ellipse,
    group,
    heart,
    line,
    mirror,
    mirrored,
    moved,
    path,
    scaled,
    star,
    tape,
    turned,
)
from generation.illustrator.look import Box, Look, is_hatted, worn
from generation.illustrator.palette import WHITE


@dataclass(frozen=True, slots=True)
class Gaze:
    """How one eye is held. `open` 1 is at rest; `aside` and `down` move the iris, in units."""

    kind: str = "open"
    """open, heart, smiling (shut, curved up), shut (curved down) or squeezed (a wink)."""
    open: float = 1.0
    squint: float = 0.0
    iris: float = 1.0
    aside: float = 0.0
    down: float = 0.0
    slant: float = 0.0
    """How far the inner half of the lid comes down, in units; up where negative."""
    droop: float = 0.0
    """How far the outer corner sinks, from 0 to 1."""
    dull: bool = False
    teary: bool = False


@dataclass(frozen=True, slots=True)
class Expression:
    """One feeling. `brow` is the brow on the viewer's left; `mouth` and `mark` name drawings."""

    left_gaze: Gaze
    right_gaze: Gaze
    brow: str
    mouth: str
    mark: str | None = None
    right_brow: str | None = None
    """The other brow as if it were the left one, where the two differ."""


def _both(gaze: Gaze, brow: str, mouth: str, mark: str | None = None) -> Expression:
    return Expression(gaze, gaze, brow, mouth, mark)


_CALM = "M83,108 Q95,101 110,106"
_WORRIED = "M82,113 Q94,105 110,102"
_RAISED = "M84,100 Q96,91 110,96"
_FROWN = "M82,103 Q96,107 111,115"

EXPRESSIONS: dict[str, Expression] = {
    "neutral": _both(Gaze(), _CALM, "smile"),
    "happy": _both(Gaze(), "M83,106 Q95,98 110,104", "open smile", "sparkles"),
    "laughing": _both(Gaze("smiling"), "M83,105 Q95,97 110,103", "laugh", "sparkles"),
    "grinning": _both(Gaze(squint=0.25), "M83,107 Q95,99 110,106", "grin"),
    "sad": _both(Gaze(open=0.88, teary=True, down=1.5, slant=-4), _WORRIED, "frown", "tear"),
    "crying": _both(Gaze("shut"), _WORRIED, "wail", "streams"),
    "angry": _both(Gaze(open=0.86, iris=0.92, slant=8), "M82,102 L111,117", "snarl", "vein"),
    "surprised": _both(Gaze(open=1.1, iris=0.86), _RAISED, "oh", "dashes"),
    "shocked": _both(Gaze(open=1.14, iris=0.5), "M84,98 Q98,90 111,97", "gasp", "gloom"),
    "shy": _both(Gaze(open=0.9, aside=3.5, down=2, teary=True), _WORRIED, "wobble", "drop"),
    "smug": Expression(
        Gaze(open=0.5, aside=3.0, squint=0.15),
        Gaze(open=0.5, aside=-3.0, squint=0.15),
        "M83,110 Q96,108 110,113",
        "cat",
        right_brow="M83,101 Q95,94 110,104",
    ),
    "sleepy": _both(
        Gaze(open=0.18, dull=True, down=3, droop=1), "M82,109 Q95,101 110,103", "yawn", "zzz"
    ),
    "winking": Expression(Gaze(), Gaze("squeezed"), _CALM, "tongue"),
    "love": _both(Gaze("heart"), "M83,106 Q95,98 110,104", "open smile", "hearts"),
    "confused": Expression(
        Gaze(iris=0.9), Gaze(open=0.78, iris=0.84), _RAISED, "skew", "question", right_brow=_FROWN
    ),
    "serious": _both(Gaze(open=0.72, slant=3), "M82,106 Q96,107 111,112", "firm"),
}


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
