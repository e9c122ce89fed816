"""Taste: what goes together, as data, and the choices made by it.

A `Mood` runs through a character's expression, cloth and background; an outfit knows its flattering
colours, who likes to wear it and which accessories fit it. Every function draws from the `chance`
it is given and from nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from generation.colors import distance
from generation.illustrator import palette
from generation.illustrator.chance import Chance, even
from generation.illustrator.cloth import stands_out
from generation.traits import ACCESSORIES


@dataclass(frozen=True, slots=True)
class Mood:
    """Values that go together, the most typical first."""

    expressions: tuple[str, ...]
    cloth: tuple[str, ...]
    backgrounds: tuple[str, ...]
    background_colors: tuple[str, ...]


MOODS: dict[str, Mood] = {
    "sunny": Mood(
        ("happy", "laughing", "grinning", "winking"),
        ("yellow", "white", "orange", "sky blue", "coral", "green", "red"),
        ("sunburst", "clouds", "gradient", "dots", "stripes", "circle"),
        ("sky blue", "yellow", "orange", "peach", "mint", "light blue"),
    ),
    "sweet": Mood(
        ("happy", "shy", "love", "winking", "neutral"),
        ("pink", "white", "lavender", "cream", "rose", "mint", "light blue"),
        ("hearts", "sakura", "bubbles", "checks", "dots", "gradient"),
        ("pink", "lavender", "cream", "mint", "peach", "rose"),
    ),
    "cool": Mood(
        ("neutral", "smug", "serious", "grinning", "winking"),
        ("navy", "black", "royal blue", "teal", "white", "crimson", "charcoal"),
        ("stripes", "plain", "gradient", "circle", "checks", "stars"),
        ("ice blue", "gray", "teal", "blue", "lavender", "royal blue"),
    ),
    "calm": Mood(
        ("neutral", "happy", "sleepy", "shy"),
        ("green", "beige", "olive", "brown", "cream", "blue", "teal", "lavender"),
        ("plain", "gradient", "clouds", "circle", "bubbles", "sakura"),
        ("mint", "green", "cream", "beige", "ice blue", "teal"),
    ),
    "dreamy": Mood(
        ("neutral", "sleepy", "happy", "surprised"),
        ("purple", "indigo", "lavender", "navy", "silver", "turquoise"),
        ("night sky", "stars", "bubbles", "gradient", "clouds"),
        ("indigo", "lavender", "purple", "navy", "ice blue", "violet"),
    ),
    "lively": Mood(
        ("grinning", "laughing", "surprised", "happy", "confused"),
        ("red", "orange", "hot pink", "royal blue", "emerald", "yellow", "violet"),
        ("sunburst", "stars", "dots", "stripes", "circle", "checks"),
        ("yellow", "orange", "pink", "sky blue", "lime", "coral"),
    ),
}


@dataclass(frozen=True, slots=True)
class OutfitTaste:
    """Who likes an outfit (weights; a girl, a boy, a grown-up), its colours and what fits it.

    An accessory that stands twice is chosen twice as often.
    """

    feminine: float
    masculine: float
    adult: float
    colors: tuple[str, ...]
    accessories: tuple[str, ...]


_STREET = ("cap", "beanie", "headphones", "round glasses", "cat ears", "fox ears", "choker", "mask")
_SCHOOL = ("round glasses", "square glasses", "ribbon", "hairclip", "headphones", "cat ears", "cap")
_SMART = ("square glasses", "round glasses", "top hat", "earrings", "eyepatch", "sunglasses")
_REGAL = ("crown", "tiara", "elf ears", "horns", "halo", "eyepatch", "earrings", "fox ears")
_EASTERN = ("flower", "fox ears", "hairclip", "earrings", "ribbon", "horns", "cat ears")
_BRIGHT = ("red", "blue", "royal blue", "green", "yellow", "purple", "orange", "teal", "crimson")
_SOFT = ("pink", "sky blue", "lavender", "mint", "cream", "white", "peach", "light blue")
_DARK = ("navy", "black", "charcoal", "wine", "dark green", "brown", "indigo", "maroon")

OUTFIT_TASTE: dict[str, OutfitTaste] = {
    "sailor uniform": OutfitTaste(
        3, 0.5, 0.3, ("navy", "royal blue", "black", "teal", "crimson", "sky blue", "pink"),
        (*_SCHOOL, "bunny ears", "beret"),
    ),
    "hoodie": OutfitTaste(2, 3, 2, (*_BRIGHT, *_SOFT, "black", "gray"), (*_STREET, "dog ears")),
    "school blazer": OutfitTaste(
        2, 2, 0.5, ("navy", "charcoal", "wine", "dark green", "brown", "beige", "royal blue"),
        (*_SCHOOL, "beret", "scarf"),
    ),
    "maid dress": OutfitTaste(
        1.2, 0, 0.6, ("black", "navy", "wine", "dark green", "pink", "lavender"),
        ("cat ears", "headband", "ribbon", "bunny ears", "bell collar", "fox ears"),
    ),
    "kimono": OutfitTaste(
        1.6, 0.8, 1.2, ("red", "navy", "purple", "pink", "teal", "crimson", "dark green"), _EASTERN
    ),
    "t-shirt": OutfitTaste(
        1.5, 3, 2, (*_BRIGHT, *_SOFT),
        ("cap", "headphones", "sunglasses", "round glasses", "necklace", "dog ears", "straw hat",
         "cat ears"),
    ),
    "turtleneck sweater": OutfitTaste(
        2, 2, 3, (*_SOFT, "beige", "wine", "olive", "caramel", "charcoal", "teal"),
        ("round glasses", "beret", "earrings", "necklace", "beanie", "bear ears", "headphones",
         "cat ears", "bunny ears"),
    ),
    "overalls": OutfitTaste(
        1.6, 1.6, 0.6, ("blue", "navy", "brown", "olive", "green", "red", "mint"),
        ("straw hat", "cap", "bear ears", "mouse ears", "hairclip", "round glasses", "flower"),
    ),
    "suit": OutfitTaste(
        0.5, 2, 4, (*_DARK, "gray", "white", "royal blue"), (*_SMART, "horns", "earrings")
    ),
    "cape": OutfitTaste(
        1, 1.2, 1, ("red", "crimson", "purple", "navy", "dark green", "royal blue", "white"), _REGAL
    ),
    "qipao": OutfitTaste(
        1.2, 0.1, 1.5, ("red", "crimson", "teal", "pink", "navy", "emerald", "white"),
        ("flower", "earrings", "hairclip", "ribbon", "fox ears"),
    ),
    "hanfu": OutfitTaste(
        1.4, 1, 1.2, ("teal", "sky blue", "pink", "red", "emerald", "lavender", "indigo"), _EASTERN
    ),
    "summer dress": OutfitTaste(
        2.2, 0, 1.5, (*_SOFT, "yellow", "coral", "turquoise", "red"),
        ("straw hat", "straw hat", "flower", "ribbon", "necklace", "headband", "sunglasses",
         "cat ears"),
    ),
    "bomber jacket": OutfitTaste(
        1.2, 2.5, 2, ("olive", "black", "navy", "crimson", "purple", "teal", "orange"),
        (*_STREET, "sunglasses", "earrings", "eyepatch"),
    ),
    "armor": OutfitTaste(
        0.6, 1.4, 1.5, ("silver", "gray", "gold", "royal blue", "crimson", "black", "teal"), _REGAL
    ),
    "wizard robe": OutfitTaste(
        1, 1, 1, ("indigo", "purple", "navy", "dark green", "wine", "royal blue", "black"),
        ("witch hat", "witch hat", "elf ears", "round glasses", "cat ears", "horns", "necklace"),
    ),
    "pajamas": OutfitTaste(
        1.2, 1, 0.7, (*_SOFT, "blue", "purple", "yellow"),
        ("bear ears", "bunny ears", "mouse ears", "dog ears", "hairclip", "cat ears"),
    ),
    "jersey": OutfitTaste(
        1, 2.4, 1.2, (*_BRIGHT, "navy", "white"),
        ("headband", "cap", "headphones", "dog ears", "cat ears"),
    ),
}  # fmt: skip

GENTLE = {"neutral": 4.0, "happy": 5.0, "grinning": 1.0}
"""Expressions of somebody of whom no feeling is told, with their weights."""
HIDING_EYES = frozenset(("laughing", "crying", "love", "sleepy", "winking"))
"""Expressions in which not all of both irises is seen."""
ORDINARY_BACKGROUNDS = (
    "plain", "gradient", "dots", "stripes", "circle", "checks", "clouds", "bubbles",
)  # fmt: skip
COSTUMES = frozenset(
    ("maid dress", "kimono", "cape", "qipao", "hanfu", "armor", "wizard robe", "pajamas")
)
"""Outfits that tell a story which nobody may have asked for."""
SMALL = ("hairclip", "flower", "earrings", "necklace")
"""Accessories that change nobody and hide nothing."""
_GIRLISH = frozenset(
    ("ribbon", "flower", "hairclip", "tiara", "headband", "bell collar", "bunny ears", "choker")
)
_COMPANIONS = (
    "round glasses", "square glasses", "scarf", "necklace", "earrings", "choker", "hairclip",
)  # fmt: skip
"""Small things that go with a larger one."""
_NAKED_NECK = frozenset(("t-shirt", "summer dress", "sailor uniform", "jersey", "bomber jacket"))
"""Outfits that show what is worn on the bare neck."""
_PASTELS = ("sky blue", "pink", "lavender", "mint", "cream", "peach", "teal")
_DEEPS = ("indigo", "dark green", "wine", "navy")
"""Background colours for whoever finds none in the mood; the deep ones set off white hair."""
_COUNTS = {0: 35, 1: 45, 2: 20}
"""How often a character that says nothing wears no, one or two accessories."""


def choose_mood(chance: Chance) -> Mood:
    """One of `MOODS`."""
    return MOODS[chance.choose("mood", even(MOODS))]


def choose_expression(mood: Mood, chance: Chance, *, plain: bool = False) -> str:
    """A feeling of the mood, or of somebody `plain`."""
    return chance.choose("expression", GENTLE if plain else even(mood.expressions))


def choose_outfit(gender: str, age: str, chance: Chance, *, plain: bool = False) -> str:
    """One of `outfits`."""
    return chance.choose("outfit", outfits(gender, age, plain=plain))


def outfits(gender: str, age: str, *, plain: bool) -> dict[str, float]:
    """Outfits by `OUTFIT_TASTE`, with their weights; no costumes for who is `plain`."""
    return {
        name: _outfit_weight(taste, gender, age)
        for name, taste in OUTFIT_TASTE.items()
        if not (plain and name in COSTUMES)
    }


def _outfit_weight(taste: OutfitTaste, gender: str, age: str) -> float:
    by_gender = {
        "feminine": taste.feminine,
        "masculine": taste.masculine,
        "neutral": min(taste.feminine, taste.masculine),
    }
    return by_gender[gender] * (taste.adult if age == "adult" else 1.0)


def choose_outfit_color(outfit: str, hair_color: str, mood: Mood, chance: Chance) -> str:
    """A colour that suits the outfit, if possible the mood, and that the hair does not have."""
    return outfit_colors(outfit, hair_color, mood, chance)[0]


def outfit_colors(outfit: str, hair_color: str, mood: Mood, chance: Chance) -> list[str]:
    """Every colour that suits the outfit and that the hair does not have, the mood's first."""
    colors = OUTFIT_TASTE[outfit].colors
    moody = [color for color in colors if color in mood.cloth]
    ranked = [c for some in (moody, colors) for c in chance.ranked("outfit color", even(some))]
    return _apart(ranked, (hair_color,))


def choose_accessories(
    outfit: str, gender: str, without: Sequence[str], chance: Chance
) -> tuple[str, ...]:
    """None to two accessories that fit the outfit, one a slot."""
    count = chance.choose("accessory count", _COUNTS)
    refused = {*without, *(_GIRLISH if gender != "feminine" else ())}
    fitting = [name for name in OUTFIT_TASTE[outfit].accessories if name not in refused]
    if not count or not fitting:
        return ()
    first = chance.choose("accessory", even(fitting))
    companions = [
        name for name in _COMPANIONS if name not in refused and _goes_with(name, first, outfit)
    ]
    if count == 1 or not companions:
        return (first,)
    return (first, chance.choose("companion", even(companions)))


def choose_small_accessories(
    outfit: str, gender: str, without: Sequence[str], chance: Chance, *, colored: bool
) -> tuple[str, ...]:
    """Mostly nothing, seldom one of `SMALL`; something `colored` where a colour is asked for it."""
    fitting = small_accessories(outfit, gender, without)
    if not colored:
        some = chance.happens("small accessory", 0.3)
        return tuple(chance.ranked("accessory", even(fitting))[:1]) if some else ()
    fitting += [name for name in ("scarf", "choker") if name not in without]
    return tuple(chance.ranked("accessory", even(fitting))[:1])


def small_accessories(outfit: str, gender: str, without: Sequence[str]) -> list[str]:
    """Those of `SMALL` that fit."""
    refused = {*without, *(_GIRLISH | {"earrings"} if gender != "feminine" else ())}
    return [
        name
        for name in SMALL
        if name not in refused and (name != "necklace" or outfit in _NAKED_NECK)
    ]


def _goes_with(companion: str, first: str, outfit: str) -> bool:
    if ACCESSORIES[companion] == ACCESSORIES[first]:
        return False
    return ACCESSORIES[companion] != "neck" or outfit in _NAKED_NECK


def choose_accessory_color(outfit_color: str, hair_color: str, mood: Mood, chance: Chance) -> str:
    """A colour that shows on the hair and on the cloth."""
    return accessory_colors(outfit_color, hair_color, mood, chance)[0]


def accessory_colors(outfit_color: str, hair_color: str, mood: Mood, chance: Chance) -> list[str]:
    """Every colour that shows on the hair and on the cloth, the mood's first."""
    ranked = chance.ranked("accessory color", even(mood.cloth))
    colors = [*ranked, "red", "yellow", "royal blue", "white", "navy"]
    return _apart(colors, (hair_color, outfit_color))


def choose_background(
    mood: Mood, chance: Chance, *, plain: bool = False, colored: bool = False
) -> str:
    """A pattern of the mood, an ordinary one for who is `plain`.

    Where it is `colored`, it is one that shows the colour that was asked for: no night sky.
    """
    fitting = even(mood.backgrounds)
    if colored:
        fitting.pop("night sky", None)
    if plain:
        fitting = {name: 1.0 for name in fitting if name in ORDINARY_BACKGROUNDS}
    return chance.choose("background", fitting)


def choose_background_color(hair_color: str, outfit_color: str, mood: Mood, chance: Chance) -> str:
    """A colour of the mood before which the hair stands out and the cloth does not vanish."""
    return background_colors(hair_color, outfit_color, mood, chance)[0]


def background_colors(hair_color: str, outfit_color: str, mood: Mood, chance: Chance) -> list[str]:
    """Every such colour, the mood's first."""
    hair = palette.named(palette.HAIR, hair_color)
    cloth = palette.named(palette.CLOTH, outfit_color)
    groups = (mood.background_colors, _PASTELS, _DEEPS)
    colors = [c for some in groups for c in chance.ranked("background color", even(some))]
    fitting = [c for c in colors if stands_out(hair, palette.background_color(c))] or colors
    return [c for c in fitting if distance(cloth, palette.background_color(c)) > 0.11] or fitting


def _apart(colors: Sequence[str], others: Sequence[str]) -> list[str]:
    """Those of `colors` that are plainly others than each of `others`, or all if there are none."""
    taken = [palette.named(palette.CLOTH, other) for other in others]
    cloths = {color: palette.named(palette.CLOTH, color) for color in colors}
    apart = [c for c, cloth in cloths.items() if all(stands_out(cloth, t) for t in taken)]
    return apart or list(cloths)
