"""The same character on another day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from generation.illustrator import features, taste
from generation.illustrator.chance import Chance, even
from generation.illustrator.taste import Mood
from generation.traits import ACCESSORIES, Traits, vocabulary

_BORN_WITH = ("animal ears", "horns")
"""Slots of what grows on a head; elf ears do as well."""
_TRIES = 6
"""How often a change is drawn anew that would leave things as they are."""


def vary(traits: Traits, seed: int) -> Traits:
    """Complete `traits` of the same character, with small changes drawn by `seed`.

    Hair style and colours, eyes, skin, gender, age, marks, grown ears and horns, outfit and style
    stay. The expression always changes, and the background unless it is transparent; with them two
    of fringe, outfit's colour and accessories, or all three where there is no background to change.
    """
    chance = Chance(f"vary-{seed}")
    mood = taste.choose_mood(chance)
    moods = [name for name in mood.expressions if name != traits.expression]
    feeling = chance.choose("expression", even(moods or vocabulary("expression")))
    changed = replace(traits, expression=feeling)
    count = 3 if traits.background == "transparent" else 2
    for change in (_CHANGES[name] for name in chance.ranked("changes", even(_CHANGES))[:count]):
        changed = change(changed, mood, chance)
    return _before_another_background(changed, mood, chance)


def _with_another_fringe(traits: Traits, _mood: Mood, chance: Chance) -> Traits:
    style, gender = traits.hair_style or "", traits.gender or ""
    drawn = (features.choose_bangs(style, gender, again) for again in _tries(chance))
    others = (bangs for bangs in drawn if bangs != traits.bangs)
    return replace(traits, bangs=next(others, traits.bangs))


def _in_another_color(traits: Traits, mood: Mood, chance: Chance) -> Traits:
    outfit, hair, worn = traits.outfit or "", traits.hair_color or "", traits.outfit_color
    drawn = (taste.choose_outfit_color(outfit, hair, mood, again) for again in _tries(chance))
    return replace(traits, outfit_color=next((color for color in drawn if color != worn), worn))


def _dressed_up_or_down(traits: Traits, _mood: Mood, chance: Chance) -> Traits:
    """One accessory taken off, or some that fit put on where nothing can be taken off."""
    worn = traits.accessories or ()
    put_on = [name for name in worn if not _is_grown(name)]
    if put_on:
        gone = chance.choose("taken off", even(put_on))
        return replace(traits, accessories=tuple(name for name in worn if name != gone))
    if traits.accessories_in_color():
        return traits  # ears in a colour of their own, which whatever is put on would take
    outfit, gender = traits.outfit or "", traits.gender or ""
    drawn = taste.choose_accessories(outfit, gender, traits.without, chance)
    taken = {ACCESSORIES[name] for name in worn}
    new = tuple(n for n in drawn if ACCESSORIES[n] not in taken and not _is_grown(n))
    return replace(traits, accessories=worn + new)


def _is_grown(accessory: str) -> bool:
    return ACCESSORIES[accessory] in _BORN_WITH or accessory == "elf ears"


def _tries(chance: Chance) -> list[Chance]:
    return [Chance(f"{chance.seed}-{count}") for count in range(_TRIES)]


_CHANGES: dict[str, Callable[[Traits, Mood, Chance], Traits]] = {
    "fringe": _with_another_fringe,
    "color": _in_another_color,
    "accessories": _dressed_up_or_down,
}


def _before_another_background(traits: Traits, mood: Mood, chance: Chance) -> Traits:
    if traits.background == "transparent":
        return traits
    color = taste.choose_background_color(
        traits.hair_color or "", traits.outfit_color or "", mood, chance
    )
    return replace(traits, background=taste.choose_background(mood, chance), background_color=color)
