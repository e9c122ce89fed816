"""What the prompt leaves open, chosen by the seed: one character of one mood."""

from __future__ import annotations

from dataclasses import fields, replace

from generation.illustrator import features, taste
from generation.illustrator.chance import Chance
from generation.traits import GROWN, Traits


def complete(traits: Traits, seed: int) -> Traits:
    """`traits` with every open one chosen by `seed`; what is given stays, `without` is obeyed.

    Where anything of a person is given (`describes_a_person`), the rest is chosen plainly, and so
    that it hides nothing of that; otherwise chance plays in full. Every trait is chosen with a
    chance of its own: settling one more leaves the others as they were, as far as taste allows, and
    a value that comes new moves only the seeds it takes.
    """
    choice = _Choice(traits, Chance(seed))
    known = choice.outlined(traits)
    known = choice.haired(known)
    known = choice.looking(known)
    known = choice.dressed(known)
    return choice.framed(known)


def open_skin(seed: int) -> str:
    """The skin that `seed` gives where it is left open."""
    return features.choose_skin(Chance(seed))


_NOT_OF_A_PERSON = ("without", "background", "background_color", "chibiness", "style")


def describes_a_person(asked: Traits) -> bool:
    """Whether anything is settled but the surroundings and the manner of drawing."""
    return any(
        getattr(asked, field.name) is not None
        for field in fields(Traits)
        if field.name not in _NOT_OF_A_PERSON
    )


class _Choice:
    """One seed's choice of what `asked` leaves open."""

    def __init__(self, asked: Traits, chance: Chance) -> None:
        self._asked = asked
        self._chance = chance
        self._mood = taste.choose_mood(chance)
        self._plain = describes_a_person(asked)

    def outlined(self, known: Traits) -> Traits:
        gender = known.gender or features.choose_gender(known, self._chance)
        age = known.age or features.choose_age(known, self._chance)
        chibiness = known.chibiness
        if chibiness is None:
            chibiness = features.choose_chibiness(age, known.style, self._chance)
        skin = known.skin or features.choose_skin(self._chance)
        return replace(known, gender=gender, age=age, skin=skin, chibiness=chibiness)

    def haired(self, known: Traits) -> Traits:
        gender, age, skin = known.gender or "", known.age or "", known.skin or ""
        style = known.hair_style or features.choose_hair_style(
            self._asked, gender, age, self._chance
        )
        color = known.hair_color or features.choose_hair_color(
            skin, age, self._chance, plain=self._plain
        )
        tips = known.hair_tips_color
        if tips is None:  # two tones are nothing plain, and no colour that was asked for is mixed
            tips = color if self._plain else features.choose_tips_color(color, self._chance)
        bangs = known.bangs or features.choose_bangs(style, gender, self._chance)
        return replace(known, hair_style=style, hair_color=color, hair_tips_color=tips, bangs=bangs)

    def looking(self, known: Traits) -> Traits:
        gender, age, skin = known.gender or "", known.age or "", known.skin or ""
        eye = known.eye_color or features.choose_eye_color(
            known.hair_color or "", skin, self._chance
        )
        left = known.left_eye_color
        if left is None:
            left = eye if self._plain else features.choose_left_eye_color(eye, self._chance)
        shape = known.eye_shape or features.choose_eye_shape(self._asked, gender, self._chance)
        marks = known.marks
        if marks is None:
            chosen = features.choose_marks(gender, age, known.without, self._chance)
            marks = () if self._plain else chosen
        return replace(
            known,
            eye_color=eye,
            left_eye_color=left,
            eye_shape=shape,
            marks=marks,
            expression=known.expression
            or taste.choose_expression(self._mood, self._chance, plain=self._plain),
        )

    def dressed(self, known: Traits) -> Traits:
        gender, age, hair = known.gender or "", known.age or "", known.hair_color or ""
        outfit = known.outfit or taste.choose_outfit(gender, age, self._chance, plain=self._plain)
        color = known.outfit_color or taste.choose_outfit_color(
            outfit, hair, self._mood, self._chance
        )
        accessories = known.accessories
        if accessories is None:
            accessories = self._accessories(known, outfit)
        accessory_color = known.accessory_color
        if accessory_color is None and set(accessories) <= set(GROWN):
            # ears and horns have no colour of their own unless it is asked for
            accessory_color = hair
        accessory_color = accessory_color or taste.choose_accessory_color(
            color, hair, self._mood, self._chance
        )
        return replace(
            known,
            outfit=outfit,
            outfit_color=color,
            accessories=accessories,
            accessory_color=accessory_color,
        )

    def framed(self, known: Traits) -> Traits:
        style = known.style or "bold"
        background = known.background
        if background is None:
            asked = known.background_color is not None
            background = taste.choose_background(
                self._mood, self._chance, plain=self._plain, colored=asked
            )
            if style == "sticker" and not asked:
                background = "transparent"
        color = known.background_color or taste.choose_background_color(
            known.hair_color or "", known.outfit_color or "", self._mood, self._chance
        )
        return replace(known, style=style, background=background, background_color=color)

    def _accessories(self, known: Traits, outfit: str) -> tuple[str, ...]:
        gender, without = known.gender or "", known.without
        if self._plain:
            colored = known.accessory_color is not None
            return taste.choose_small_accessories(
                outfit, gender, without, self._chance, colored=colored
            )
        return taste.choose_accessories(outfit, gender, without, self._chance)
