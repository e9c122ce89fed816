"""What the prompt leaves open, chosen by the seed: one character of one mood."""

from __future__ import annotations

from dataclasses import replace

from generation.illustrator import features, taste
from generation.illustrator.chance import Chance
from generation.traits import GROWN, Traits


def complete(traits: Traits, seed: int) -> Traits:
    """`traits` with every open one chosen by `seed`; what is given stays, `without` is obeyed.

    Every trait is chosen with a chance of its own: settling one leaves the others as they were, as
    far as taste allows, and a value that comes new moves only the seeds it takes.
    """
    chance = Chance(seed)
    mood = taste.choose_mood(chance)
    known = _outlined(traits, chance)
    known = _haired(known, chance)
    known = _looking(known, chance, mood)
    known = _dressed(known, chance, mood)
    return _framed(known, chance, mood)


def _outlined(known: Traits, chance: Chance) -> Traits:
    gender = known.gender or features.choose_gender(known, chance)
    age = known.age or features.choose_age(known, chance)
    chibiness = known.chibiness
    if chibiness is None:
        chibiness = features.choose_chibiness(age, known.style, chance)
    skin = known.skin or features.choose_skin(chance)
    return replace(known, gender=gender, age=age, skin=skin, chibiness=chibiness)


def _haired(known: Traits, chance: Chance) -> Traits:
    gender, age, skin = known.gender or "", known.age or "", known.skin or ""
    style = known.hair_style or features.choose_hair_style(gender, age, chance)
    color = known.hair_color or features.choose_hair_color(skin, age, chance)
    tips = known.hair_tips_color
    if tips is None:  # a colour that was asked for is not mixed with another
        asked = known.hair_color is not None
        tips = color if asked else features.choose_tips_color(color, chance)
    bangs = known.bangs or features.choose_bangs(style, gender, chance)
    return replace(known, hair_style=style, hair_color=color, hair_tips_color=tips, bangs=bangs)


def _looking(known: Traits, chance: Chance, mood: taste.Mood) -> Traits:
    gender, age, skin = known.gender or "", known.age or "", known.skin or ""
    eye = known.eye_color or features.choose_eye_color(known.hair_color or "", skin, chance)
    left = known.left_eye_color
    if left is None:
        asked = known.eye_color is not None
        left = eye if asked else features.choose_left_eye_color(eye, chance)
    shape = known.eye_shape or features.choose_eye_shape(gender, chance)
    marks = known.marks
    if marks is None:
        marks = features.choose_marks(gender, age, known.without, chance)
    return replace(
        known,
        eye_color=eye,
        left_eye_color=left,
        eye_shape=shape,
        marks=marks,
        expression=known.expression or taste.choose_expression(mood, chance),
    )


def _dressed(known: Traits, chance: Chance, mood: taste.Mood) -> Traits:
    gender, age, hair = known.gender or "", known.age or "", known.hair_color or ""
    outfit = known.outfit or taste.choose_outfit(gender, age, chance)
    color = known.outfit_color or taste.choose_outfit_color(outfit, hair, mood, chance)
    accessories = known.accessories
    if accessories is None:
        accessories = taste.choose_accessories(outfit, gender, known.without, chance)
    accessory_color = known.accessory_color
    if accessory_color is None and set(accessories) <= set(GROWN):
        accessory_color = hair  # ears and horns have no colour of their own unless it is asked for
    accessory_color = accessory_color or taste.choose_accessory_color(color, hair, mood, chance)
    return replace(
        known,
        outfit=outfit,
        outfit_color=color,
        accessories=accessories,
        accessory_color=accessory_color,
    )


def _framed(known: Traits, chance: Chance, mood: taste.Mood) -> Traits:
    style = known.style or "bold"
    background = known.background
    if background is None:
        asked = known.background_color is not None
        background = taste.choose_background(mood, chance)
        if style == "sticker" and not asked:
            background = "transparent"
    color = known.background_color or taste.choose_background_color(
        known.hair_color or "", known.outfit_color or "", mood, chance
    )
    return replace(known, style=style, background=background, background_color=color)
