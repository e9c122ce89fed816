"""The same character on another day: what was asked for stays, what was open varies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, replace

from generation.illustrator import features, palette, taste
from generation.illustrator.chance import Chance, even
from generation.illustrator.choose import describes_a_person
from generation.illustrator.cloth import stands_out
from generation.request import VaryOnly, VaryStrength
from generation.traits import ACCESSORIES, BACKGROUNDS, BANGS, EXPRESSIONS, Traits

SIDE_BY_SIDE = 4
"""So many seeds in a row give as many different characters."""
_SUBTLE = 3
"""How many things a subtle variation changes."""
_MANY = 3
"""How many of the large things a strong one changes, beside all the small ones."""
_MILD = ("neutral", "happy", "grinning", "shy", "smug", "surprised", "serious")
"""Feelings with open eyes, for somebody of whom none was told."""
_BORN_WITH = ("animal ears", "horns")
"""Slots of what grows on a head; elf ears do as well."""


def vary(
    traits: Traits,
    asked: Traits,
    seed: int,
    *,
    strength: VaryStrength = "subtle",
    only: VaryOnly | None = None,
) -> Traits:
    """Complete `traits` of the same character, changed by `seed` where `asked` left them open.

    Subtle changes are of expression, background, fringe, the outfit's colour and what is worn
    beside it; strong ones also of outfit, hair and eyes. Gender, age, skin, proportions, marks,
    grown ears and the manner of drawing stay. With `only`, that and nothing else varies, even if it
    was asked for. Four seeds in a row give four characters wherever so many can be had; where
    nothing at all is open, the traits stay, and the seed alone moves the hair.
    """
    variation = _Variation(traits, asked, seed, only)
    if only is not None:
        variation.lead((_SCOPES[only],))
        return variation.traits
    framed = () if traits.background == "transparent" else (_background,)
    variation.lead((_expression, *framed, *_SMALL, *_BIG))
    small = (_expression, *framed, *variation.shuffled(_SMALL))
    large = variation.shuffled(_BIG)
    if strength == "strong":
        variation.change(small, len(small))
        variation.change(large, variation.changes + _MANY)
    else:
        variation.change(small, _SUBTLE)
        variation.change(large, _SUBTLE - 1)
    variation.change((_any_fringe,), 1)
    return variation.traits


class _Variation:
    """Traits that are being changed. Every field changes once, and only if it is open."""

    def __init__(self, traits: Traits, asked: Traits, seed: int, only: VaryOnly | None) -> None:
        self.traits = traits
        self.asked = asked
        self.only = only
        self.plain = describes_a_person(asked)
        self.chance = Chance(f"vary-{traits!r}")
        """The picture's own while the leading change is made, then the seed's."""
        self.changes = 0
        self._seed = seed
        closed = {f.name for f in fields(Traits) if getattr(asked, f.name) is not None}
        self._closed = set[str]() if only else closed

    def is_open(self, field: str) -> bool:
        """Whether `field` may change."""
        return field not in self._closed

    def shuffled(self, aspects: Iterable[Aspect]) -> list[Aspect]:
        """`aspects` in the seed's order."""
        named = {aspect.__name__: aspect for aspect in aspects}
        return [named[name] for name in Chance(f"vary-{self._seed}").ranked("next", even(named))]

    def lead(self, aspects: Iterable[Aspect]) -> None:
        """Change what sets variations apart: each seed in a row takes the next way."""
        place, ways = self._seed, 1
        for aspect in aspects:
            others = aspect(self)
            if others:
                self._become(others[place % len(others)])
                place, ways = place // len(others), ways * len(others)
            if ways >= SIDE_BY_SIDE:
                break
        self.chance = Chance(f"vary-{self._seed}")

    def change(self, aspects: Iterable[Aspect], wanted: int) -> None:
        """Change one aspect after the other until there are `wanted` changes."""
        for aspect in aspects:
            if self.changes < wanted and (others := aspect(self)):
                self._become(others[0])

    def _become(self, other: Traits) -> None:
        changed = (f.name for f in fields(Traits) if _differ(f.name, self.traits, other))
        self._closed.update(changed)
        self.traits = other
        self.changes += 1


def _differ(field: str, one: Traits, other: Traits) -> bool:
    return getattr(one, field) != getattr(other, field)


Aspect = Callable[[_Variation], list[Traits]]
"""The other ways in which one side of the character may be, the first one preferred."""


def _expression(it: _Variation) -> list[Traits]:
    if not it.is_open("expression"):
        return []
    feelings = {name for mood in taste.MOODS.values() for name in mood.expressions}
    names = EXPRESSIONS if it.only else _MILD if it.plain else sorted(feelings)
    if it.asked.eye_color or it.asked.left_eye_color or it.asked.eye_shape:
        names = [name for name in names if name not in taste.HIDING_EYES]
    ranked = it.chance.ranked("expression", even(names))
    return [replace(it.traits, expression=n) for n in ranked if n != it.traits.expression]


def _background(it: _Variation) -> list[Traits]:
    known, colored = it.traits, it.is_open("background_color")
    mood = taste.choose_mood(it.chance)
    hair, cloth = known.hair_color or "", known.outfit_color or ""
    colors = taste.background_colors(hair, cloth, mood, it.chance)
    if not it.is_open("background"):
        if not colored or known.background == "transparent":
            return []
        others = (color for color in colors if color != known.background_color)
        return [replace(known, background_color=color) for color in others]
    names = taste.ORDINARY_BACKGROUNDS if it.plain and not it.only else BACKGROUNDS
    unfit = {"transparent", known.background, *(() if colored else ("night sky",))}
    ranked = it.chance.ranked("background", even(n for n in names if n not in unfit))
    if not colored:
        return [replace(known, background=name) for name in ranked]
    fresh = [color for color in colors if color != known.background_color] or colors
    return [
        replace(known, background=name, background_color=fresh[i % len(fresh)])
        for i, name in enumerate(ranked)
    ]


def _fringe(it: _Variation) -> list[Traits]:
    if not it.is_open("bangs"):
        return []
    weights = features.bangs(it.traits.hair_style or "", it.traits.gender or "")
    usual = {name: weight for name, weight in weights.items() if weight > 0.1}
    ranked = it.chance.ranked("bangs", usual)
    return [replace(it.traits, bangs=name) for name in ranked if name != it.traits.bangs]


def _any_fringe(it: _Variation) -> list[Traits]:
    """Any fringe at all, where everything else was asked for."""
    if not it.is_open("bangs"):
        return []
    ranked = it.chance.ranked("bangs", even(BANGS))
    return [replace(it.traits, bangs=name) for name in ranked if name != it.traits.bangs]


def _outfit_color(it: _Variation) -> list[Traits]:
    if not it.is_open("outfit_color"):
        return []
    mood = taste.choose_mood(it.chance)
    outfit, hair = it.traits.outfit or "", it.traits.hair_color or ""
    colors = taste.outfit_colors(outfit, hair, mood, it.chance)
    return [replace(it.traits, outfit_color=c) for c in colors if c != it.traits.outfit_color]


def _accessories(it: _Variation) -> list[Traits]:
    """Other things put on, or none; what grows stays, in the colour that it has."""
    worn = it.traits.accessories or ()
    put_on = tuple(name for name in worn if not _is_grown(name))
    if not it.is_open("accessories") or (not put_on and it.traits.accessories_in_color()):
        return []
    taken = {ACCESSORIES[name] for name in worn if _is_grown(name)}
    options = [
        tuple(name for name in option if ACCESSORIES[name] not in taken and not _is_grown(name))
        for option in _things_to_wear(it)
    ]
    grown = tuple(name for name in worn if _is_grown(name))
    return [
        _in_color(it, replace(it.traits, accessories=grown + option))
        for option in dict.fromkeys(options)
        if option != put_on
    ]


def _things_to_wear(it: _Variation) -> list[tuple[str, ...]]:
    known, chance = it.traits, it.chance
    outfit, gender = known.outfit or "", known.gender or ""
    if it.plain:
        small = taste.small_accessories(outfit, gender, known.without)
        options = even([(), *((name,) for name in small)])
        return chance.ranked("accessories", options)
    chances = (Chance(f"{chance.seed}-{again}") for again in range(2 * SIDE_BY_SIDE))
    return [taste.choose_accessories(outfit, gender, known.without, some) for some in chances]


def _in_color(it: _Variation, dressed: Traits) -> Traits:
    """`dressed`, with a colour for what was put on where it has none of its own yet."""
    has_color = dressed.accessory_color != dressed.hair_color
    if has_color or not it.is_open("accessory_color") or not dressed.accessories_in_color():
        return dressed
    mood = taste.choose_mood(it.chance)
    cloth, hair = dressed.outfit_color or "", dressed.hair_color or ""
    color = taste.accessory_colors(cloth, hair, mood, it.chance)[0]
    return replace(dressed, accessory_color=color)


def _accessory_color(it: _Variation) -> list[Traits]:
    put_on = [name for name in it.traits.accessories_in_color() if not _is_grown(name)]
    if not put_on or not it.is_open("accessory_color"):
        return []
    mood = taste.choose_mood(it.chance)
    cloth, hair = it.traits.outfit_color or "", it.traits.hair_color or ""
    colors = taste.accessory_colors(cloth, hair, mood, it.chance)
    return [replace(it.traits, accessory_color=c) for c in colors if c != it.traits.accessory_color]


def _is_grown(accessory: str) -> bool:
    return ACCESSORIES[accessory] in _BORN_WITH or accessory == "elf ears"


def _outfit(it: _Variation) -> list[Traits]:
    if not it.is_open("outfit"):
        return []
    known, mood = it.traits, taste.choose_mood(it.chance)
    weights = taste.outfits(known.gender or "", known.age or "", plain=it.plain and not it.only)
    others = (name for name in it.chance.ranked("outfit", weights) if name != known.outfit)
    dressed = [replace(known, outfit=name) for name in others]
    if not it.is_open("outfit_color"):
        return dressed
    hair = known.hair_color or ""
    colors = (taste.outfit_colors(d.outfit or "", hair, mood, it.chance)[0] for d in dressed)
    return [replace(d, outfit_color=color) for d, color in zip(dressed, colors, strict=True)]


def _hair_style(it: _Variation) -> list[Traits]:
    if not it.is_open("hair_style"):
        return []
    known = it.traits
    weights = features.hair_styles(it.asked, known.gender or "", known.age or "")
    ranked = it.chance.ranked("hair style", weights)
    return [replace(known, hair_style=style) for style in ranked if style != known.hair_style]


def _hair_color(it: _Variation) -> list[Traits]:
    """Another colour that stands out from skin and background; tips and ears go with it."""
    known = it.traits
    if not it.is_open("hair_color"):
        return []
    natural = it.chance.happens("natural hair", 0.5)
    colors = features.hair_colors(known.skin or "", it.chance, natural=natural)
    ground = palette.background_color(known.background_color or "white")
    seen = [c for c in colors if stands_out(palette.named(palette.HAIR, c), ground)]
    return [_dyed(it, color) for color in seen if color != known.hair_color]


def _dyed(it: _Variation, color: str) -> Traits:
    known = it.traits
    tips, things = known.hair_tips_color, known.accessory_color
    if it.is_open("hair_tips_color"):
        tips = color
    if it.is_open("accessory_color") and things == known.hair_color:
        things = color
    return replace(known, hair_color=color, hair_tips_color=tips, accessory_color=things)


def _eye_color(it: _Variation) -> list[Traits]:
    """Another colour for both eyes, or for the one whose colour is open."""
    known = it.traits
    if not it.is_open("eye_color"):
        return []
    follows = it.is_open("left_eye_color") and known.left_eye_color == known.eye_color
    colors = features.eye_colors(known.hair_color or "", known.skin or "", it.chance)
    return [
        replace(known, eye_color=c, left_eye_color=c if follows else known.left_eye_color)
        for c in colors
        if c != known.eye_color
    ]


def _eye_shape(it: _Variation) -> list[Traits]:
    if not it.is_open("eye_shape"):
        return []
    weights = features.eye_shapes(it.asked, it.traits.gender or "")
    ranked = it.chance.ranked("eye shape", weights)
    return [replace(it.traits, eye_shape=name) for name in ranked if name != it.traits.eye_shape]


_SMALL: Sequence[Aspect] = (_accessories, _fringe, _outfit_color, _accessory_color)
_BIG: Sequence[Aspect] = (_outfit, _hair_style, _hair_color, _eye_color, _eye_shape)
_SCOPES: dict[VaryOnly, Aspect] = {
    "outfit": _outfit,
    "expression": _expression,
    "background": _background,
}
