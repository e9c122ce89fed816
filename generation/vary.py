"""The same character on another day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

from generation.illustrator import features, taste
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
    chance = Random(f"vary-{seed}")
    mood = taste.choose_mood(chance)
    moods = [name for name in mood.expressions if name != traits.expression]
    changed = replace(traits, expression=chance.choice(moods or vocabulary("expression")))
    for change in chance.sample(_CHANGES, 3 if traits.background == "transparent" else 2):
        changed = change(changed, mood, chance)
    return _before_another_background(changed, mood, chance)


def _with_another_fringe(traits: Traits, _mood: Mood, chance: Random) -> Traits:
    style, gender = traits.hair_style or "", traits.gender or ""
    drawn = (features.choose_bangs(style, gender, chance) for _ in range(_TRIES))
    others = (bangs for bangs in drawn if bangs != traits.bangs)
    return replace(traits, bangs=next(others, traits.bangs))


def _in_another_color(traits: Traits, mood: Mood, chance: Random) -> Traits:
    outfit, hair, worn = traits.outfit or "", traits.hair_color or "", traits.outfit_color
    drawn = (taste.choose_outfit_color(outfit, hair, mood, chance) for _ in range(_TRIES))
    return replace(traits, outfit_color=next((color for color in drawn if color != worn), worn))


def _dressed_up_or_down(traits: Traits, _mood: Mood, chance: Random) -> Traits:
    """One accessory taken off, or some that fit put on where nothing can be taken off."""
    worn = traits.accessories or ()
    put_on = [name for name in worn if not _is_grown(name)]
    if put_on:
        gone = chance.choice(put_on)
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


_CHANGES: tuple[Callable[[Traits, Mood, Random], Traits], ...] = (
    _with_another_fringe,
    _in_another_color,
    _dressed_up_or_down,
)


def _before_another_background(traits: Traits, mood: Mood, chance: Random) -> Traits:
    if traits.background == "transparent":
        return traits
    color = taste.choose_background_color(
        traits.hair_color or "", traits.outfit_color or "", mood, chance
    )
    return replace(traits, background=taste.choose_background(mood, chance), background_color=color)
