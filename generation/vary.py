"""The same character on another day."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from generation.illustrator import features, taste
from generation.traits import Traits, vocabulary


def vary(traits: Traits, seed: int) -> Traits:
    """Complete `traits` of the same character, with small changes drawn by `seed`.

    Hair style and colours, eyes, skin, gender, age, marks, outfit and style stay. The expression
    always changes; fringe, outfit's colour, accessories and background may.
    """
    chance = Random(f"vary-{seed}")
    mood = taste.choose_mood(chance)
    hair, style = traits.hair_color or "", traits.hair_style or ""
    moods = [name for name in mood.expressions if name != traits.expression]
    changed = replace(traits, expression=chance.choice(moods or vocabulary("expression")))
    if chance.random() < 0.4:
        bangs = features.choose_bangs(style, traits.gender or "", chance)
        changed = replace(changed, bangs=bangs)
    if chance.random() < 0.5:
        color = taste.choose_outfit_color(traits.outfit or "", hair, mood, chance)
        changed = replace(changed, outfit_color=color)
    if chance.random() < 0.45:
        changed = replace(changed, accessories=_accessories(traits, chance))
    return _before_another_background(changed, mood, chance)


def _accessories(traits: Traits, chance: Random) -> tuple[str, ...]:
    """The accessories with one taken off, or some that fit put on."""
    worn = traits.accessories or ()
    if worn:
        gone = chance.choice(worn)
        return tuple(name for name in worn if name != gone)
    return taste.choose_accessories(
        traits.outfit or "", traits.gender or "", traits.without, chance
    )


def _before_another_background(traits: Traits, mood: taste.Mood, chance: Random) -> Traits:
    if traits.background == "transparent":
        return traits
    color = taste.choose_background_color(
        traits.hair_color or "", traits.outfit_color or "", mood, chance
    )
    return replace(traits, background=taste.choose_background(mood, chance), background_color=color)
