"""Taste for what a character is born with: hair, eyes, skin, marks; `taste` has what is put on.

Every function draws from the `chance` it is given and from nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence

from generation.colors import contrast
from generation.illustrator import palette
from generation.illustrator.chance import Chance, even
from generation.illustrator.cloth import stands_out
from generation.traits import HAIR_STYLES, Traits

_GIRLS = frozenset(
    ("bob cut", "long straight hair", "long wavy hair", "hime cut", "twin tails",
     "low twin tails", "ponytail", "side ponytail", "braids", "side braid", "double buns", "bun",
     "drill hair")
)  # fmt: skip
_BOYS = frozenset(("spiky hair", "side part", "undercut", "buzz cut"))
_BOYS_LIKE = {"messy hair": 3.0, "short hair": 2.5, "spiky hair": 3.0, "side part": 3.0,
              "undercut": 2.5, "curly hair": 1.5, "wolf cut": 1.2, "ponytail": 0.4,
              "bun": 0.3}  # fmt: skip
_OUT_OF_FASHION = {"buzz cut": 0.5, "afro": 0.6, "drill hair": 0.7, "pixie cut": 0.8}
_GROWN_UP = frozenset(
    ("long straight hair", "long wavy hair", "side part", "undercut", "bun", "ponytail",
     "bob cut", "side braid", "wolf cut")
)  # fmt: skip

_NATURAL = ("black", "dark brown", "brown", "chestnut", "caramel", "blonde", "ginger", "gray")
_FANTASY = ("pink", "lavender", "purple", "blue", "sky blue", "teal", "mint", "red", "silver",
            "white", "platinum", "rose", "coral", "turquoise", "indigo", "emerald", "orange",
            "crimson", "navy", "peach")  # fmt: skip
_TIPS = ("pink", "lavender", "sky blue", "teal", "mint", "red", "white", "indigo", "hot pink",
         "gold", "coral", "blue")  # fmt: skip
EYES = ("blue", "green", "amber", "brown", "purple", "red", "pink", "teal", "sky blue", "gold",
         "emerald", "gray", "violet", "royal blue", "turquoise", "crimson")  # fmt: skip
SKINS = {"porcelain": 10, "fair": 26, "light": 20, "honey": 12, "tan": 11, "bronze": 8, "brown": 7,
          "deep": 6}  # fmt: skip
BOY_EYES = {"round": 1.0, "sharp": 3.0, "droopy": 1.2, "almond": 2.5, "cat": 0.8, "narrow": 2.0}
GIRL_EYES = {"round": 3.0, "sharp": 1.3, "droopy": 1.5, "almond": 2.5, "cat": 1.2, "narrow": 0.6}


def choose_gender(known: Traits, chance: Chance) -> str:
    """A gender that what is known already suggests, or any."""
    if known.marks and {"beard", "mustache"} & {*known.marks}:
        return "masculine"
    if known.hair_style in _GIRLS or known.outfit in ("maid dress", "summer dress", "qipao"):
        return "feminine"
    if known.hair_style in _BOYS:
        return "masculine"
    return chance.choose("gender", {"feminine": 52, "masculine": 36, "neutral": 12})


def choose_age(known: Traits, chance: Chance) -> str:
    """Mostly a teenager; a grown-up where there is a beard or a suit.

    Somebody who says "a boy" or "a girl" does not mean a grown-up; "a man" comes with its age.
    """
    if known.marks and {"beard", "mustache"} & {*known.marks}:
        return "adult"
    weights = {"child": 12, "teen": 68, "adult": 0 if known.gender else 20}
    if known.outfit == "suit":
        weights = {"child": 4, "teen": 40, "adult": 56}
    return chance.choose("age", weights)


def choose_skin(chance: Chance) -> str:
    """Any skin tone."""
    return chance.choose("skin", SKINS)


def hair_styles(asked: Traits, gender: str, age: str) -> dict[str, float]:
    """Styles by gender and age, with their weights; each shows what was asked of the hair."""
    hiding = set[str]()
    if asked.hair_color or asked.hair_tips_color:
        hiding |= {"buzz cut"}
    if asked.bangs:
        hiding |= {"buzz cut", "undercut", "afro"}
    return {s: _hair_weight(s, gender, age) for s in HAIR_STYLES if s not in hiding}


def choose_hair_style(asked: Traits, gender: str, age: str, chance: Chance) -> str:
    """One of `hair_styles`."""
    return chance.choose("hair style", hair_styles(asked, gender, age))


def _hair_weight(style: str, gender: str, age: str) -> float:
    if gender == "masculine":
        weight = _BOYS_LIKE.get(style, 0.0 if style in _GIRLS else 1.0)
    elif gender == "feminine":
        weight = 0.12 if style in _BOYS else 1.0
    else:
        weight = 0.3 if style in _GIRLS | _BOYS else 1.5
    if age == "adult" and style in _GROWN_UP:
        weight *= 1.8
    return weight * _OUT_OF_FASHION.get(style, 1.0)


_BARE_BROWED = ("afro", "buzz cut", "undercut", "bun")
"""Styles that look good without a fringe; a bare brow is seldom cute elsewhere."""


def bangs(style: str, gender: str) -> dict[str, float]:
    """The fringe that the style is known for, or any, with their weights."""
    if style == "hime cut":
        return {"straight": 1.0}
    weights = {
        "straight": 0.4 if gender == "masculine" else 1.0,
        "swept": 1.4,
        "parted": 1.1,
        "spiky": 1.6 if gender == "masculine" else 0.7,
        "between eyes": 1.3,
        "fluffy": 1.2,
        "none": 0.4 if style in _BARE_BROWED else 0.04,
    }
    if style in ("side part", "undercut"):
        weights |= {"swept": 5.0}
    return weights


def choose_bangs(style: str, gender: str, chance: Chance) -> str:
    """One of `bangs`."""
    return chance.choose("bangs", bangs(style, gender))


def choose_hair_color(skin: str, age: str, chance: Chance, *, plain: bool = False) -> str:
    """A colour that stands out against the skin; grown-ups dye less often, and `plain` people."""
    share = 0.75 if plain else 0.62 if age == "adult" else 0.4
    return hair_colors(skin, chance, natural=chance.happens("natural hair", share))[0]


def hair_colors(skin: str, chance: Chance, *, natural: bool) -> list[str]:
    """Every colour that stands out against the skin, in the order of `chance`, `natural` ones first
    or last.
    """
    groups = (_NATURAL, _FANTASY) if natural else (_FANTASY, _NATURAL)
    colors = [c for some in groups for c in chance.ranked("hair color", even(some))]
    ground = palette.SKIN[skin]
    return [c for c in colors if stands_out(palette.named(palette.HAIR, c), ground)] or ["black"]


def choose_tips_color(hair_color: str, chance: Chance) -> str:
    """Mostly `hair_color` itself; now and then a second tone that shows."""
    if not chance.happens("two-tone hair", 0.16):
        return hair_color
    hair = palette.named(palette.HAIR, hair_color)
    for color in chance.ranked("tips color", even(_TIPS)):
        if stands_out(palette.named(palette.HAIR, color), hair):
            return color
    return hair_color


def choose_eye_shape(asked: Traits, gender: str, chance: Chance) -> str:
    """One of `eye_shapes`."""
    return chance.choose("eye shape", eye_shapes(asked, gender))


def eye_shapes(asked: Traits, gender: str) -> dict[str, float]:
    """Shapes with their weights: boys' eyes are rarely round, and none hides a colour asked for."""
    weights = BOY_EYES if gender == "masculine" else GIRL_EYES
    colored = asked.eye_color or asked.left_eye_color
    return {shape: w for shape, w in weights.items() if not (colored and shape == "narrow")}


def choose_eye_color(hair_color: str, skin: str, chance: Chance) -> str:
    """One of `eye_colors`."""
    return eye_colors(hair_color, skin, chance)[0]


def eye_colors(hair_color: str, skin: str, chance: Chance) -> list[str]:
    """Every colour that is seen beside the skin and is not the hair's, in the order of `chance`."""
    hair, ground = palette.named(palette.HAIR, hair_color), palette.SKIN[skin]
    ranked = chance.ranked("eye color", even(EYES))
    irises = {color: palette.named(palette.EYES, color) for color in ranked}
    seen = [c for c, i in irises.items() if contrast(i, ground) > 1.25 and stands_out(i, hair)]
    return seen or ["blue"]


def choose_left_eye_color(eye_color: str, chance: Chance) -> str:
    """Mostly `eye_color` itself; odd eyes are a rare gift."""
    if not chance.happens("odd eyes", 0.04):
        return eye_color
    others = (color for color in EYES if color != eye_color)
    return chance.choose("left eye color", even(others))


def choose_marks(gender: str, age: str, without: Sequence[str], chance: Chance) -> tuple[str, ...]:
    """Mostly none, seldom one."""
    if not chance.happens("any marks", 0.24):
        return ()
    weights = {"freckles": 3.0, "blush": 2.0, "fang": 2.5, "scar": 0.7, "beauty mark": 1.8,
               "bandage": 1.0}  # fmt: skip
    if gender == "masculine":
        weights |= {"blush": 0.3, "scar": 2.0, "beauty mark": 0.6}
        if age == "adult":
            weights |= {"beard": 0.8, "mustache": 0.4}
    if age == "child":
        weights |= {"scar": 0.0, "beauty mark": 0.0, "bandage": 3.0}
    allowed = {name: weight for name, weight in weights.items() if name not in without}
    return tuple(chance.ranked("marks", allowed)[:1])


def choose_chibiness(age: str, style: str | None, chance: Chance) -> int:
    """Bigger heads on the young, and where there are few pixels for the face."""
    if style == "pixel":
        return chance.whole("chibiness", 90, 100)
    low, high = {"child": (84, 100), "teen": (70, 96), "adult": (36, 60)}[age]
    return chance.whole("chibiness", low, high)
