"""What the prompt leaves open, chosen by the seed: one character of one mood."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from generation.illustrator import features, taste
from generation.traits import GROWN, Traits


def complete(traits: Traits, seed: int) -> Traits:
    """`traits` with every open one chosen by `seed`; what is given stays, `without` is obeyed.

    Every trait is chosen with a chance of its own: settling one leaves the others as they were, as
    far as taste allows.
    """
    mood = taste.choose_mood(_chance("mood", seed))
    known = _outlined(traits, seed)
    known = _haired(known, seed)
    known = _looking(known, seed, mood)
    known = _dressed(known, seed, mood)
    return _framed(known, seed, mood)


def _chance(trait: str, seed: int) -> Random:
    return Random(f"{trait}-{seed}")


def _outlined(known: Traits, seed: int) -> Traits:
    gender = known.gender or features.choose_gender(known, _chance("gender", seed))
    age = known.age or features.choose_age(known, _chance("age", seed))
    chibiness = known.chibiness
    if chibiness is None:
        chibiness = features.choose_chibiness(age, known.style, _chance("chibiness", seed))
    skin = known.skin or features.choose_skin(_chance("skin", seed))
    return replace(known, gender=gender, age=age, skin=skin, chibiness=chibiness)


def _haired(known: Traits, seed: int) -> Traits:
    gender, age, skin = known.gender or "", known.age or "", known.skin or ""
    style = known.hair_style or features.choose_hair_style(gender, age, _chance("hair", seed))
    color = known.hair_color or features.choose_hair_color(skin, age, _chance("hair color", seed))
    tips = known.hair_tips_color
    if tips is None:  # a colour that was asked for is not mixed with another
        asked = known.hair_color is not None
        tips = color if asked else features.choose_tips_color(color, _chance("tips", seed))
    bangs = known.bangs or features.choose_bangs(style, gender, _chance("bangs", seed))
    return replace(known, hair_style=style, hair_color=color, hair_tips_color=tips, bangs=bangs)


def _looking(known: Traits, seed: int, mood: taste.Mood) -> Traits:
    gender, age, skin = known.gender or "", known.age or "", known.skin or ""
    eye = known.eye_color or features.choose_eye_color(
        known.hair_color or "", skin, _chance("eyes", seed)
    )
    left = known.left_eye_color
    if left is None:
        asked = known.eye_color is not None
        left = eye if asked else features.choose_left_eye_color(eye, _chance("odd eyes", seed))
    shape = known.eye_shape or features.choose_eye_shape(gender, _chance("eye shape", seed))
    marks = known.marks
    if marks is None:
        marks = features.choose_marks(gender, age, known.without, _chance("marks", seed))
    return replace(
        known,
        eye_color=eye,
        left_eye_color=left,
        eye_shape=shape,
        marks=marks,
        expression=known.expression or _chance("expression", seed).choice(mood.expressions),
    )


def _dressed(known: Traits, seed: int, mood: taste.Mood) -> Traits:
    gender, age, hair = known.gender or "", known.age or "", known.hair_color or ""
    outfit = known.outfit or taste.choose_outfit(gender, age, _chance("outfit", seed))
    color = known.outfit_color or taste.choose_outfit_color(
        outfit, hair, mood, _chance("outfit color", seed)
    )
    accessories = known.accessories
    if accessories is None:
        accessories = taste.choose_accessories(
            outfit, gender, known.without, _chance("accessories", seed)
        )
    accessory_color = known.accessory_color
    if accessory_color is None and set(accessories) <= set(GROWN):
        accessory_color = hair  # ears and horns have no colour of their own unless it is asked for
    accessory_color = accessory_color or taste.choose_accessory_color(
        color, hair, mood, _chance("accessory color", seed)
    )
    return replace(
        known,
        outfit=outfit,
        outfit_color=color,
        accessories=accessories,
        accessory_color=accessory_color,
    )


def _framed(known: Traits, seed: int, mood: taste.Mood) -> Traits:
    style = known.style or "bold"
    background = known.background
    if background is None:
        asked = known.background_color is not None
        background = taste.choose_background(mood, _chance("background", seed))
        if style == "sticker" and not asked:
            background = "transparent"
    color = known.background_color or taste.choose_background_color(
        known.hair_color or "", known.outfit_color or "", mood, _chance("background color", seed)
    )
    return replace(known, style=style, background=background, background_color=color)
