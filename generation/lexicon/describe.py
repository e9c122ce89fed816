"""Whole descriptions of a character, for alt text and captions."""

from __future__ import annotations

from generation.lexicon.chinese import Chinese
from generation.lexicon.english import English
from generation.lexicon.labels import language
from generation.lexicon.speaker import Speaker
from generation.traits import Traits

_SPEAKERS: dict[str, type[Speaker]] = {"en": English, "zh": Chinese}


def describe(traits: Traits, locale: str) -> str:
    """One natural line of what the picture shows, never empty.

    Names what one sees first; bangs, eye shape, proportions and style are left to `trait_lines`.
    """
    return _speaker(traits, locale).sentence()


def trait_lines(traits: Traits, locale: str) -> tuple[tuple[str, str], ...]:
    """(label, value) pairs of the traits that are settled, colours merged with their thing.

    An empty `accessories` or `marks` is settled too: there are none.
    """
    speaker = _speaker(traits, locale)
    lines = (
        (
            "gender" if traits.gender else "age",
            speaker.person() if traits.gender or traits.age else "",
        ),
        ("expression", speaker.name("expression")),
        ("hair_style" if traits.hair_style else "hair_color", speaker.hair()),
        ("bangs", speaker.name("bangs")),
        ("eye_color" if speaker.eye_colors() else "eye_shape", speaker.eyes()),
        ("skin", speaker.name("skin")),
        ("marks", _many(speaker, "marks")),
        ("outfit" if traits.outfit else "outfit_color", speaker.outfit()),
        ("accessories", speaker.accessories() or _many(speaker, "accessories")),
        ("accessory_color", "" if traits.accessories else speaker.name("accessory_color")),
        ("without", speaker.joined(speaker.names("without"))),
        ("background" if traits.background else "background_color", speaker.background()),
        ("chibiness", speaker.name("chibiness")),
        ("style", speaker.name("style")),
    )
    return tuple((speaker.label(trait), value) for trait, value in lines if value)


def _many(speaker: Speaker, trait: str) -> str:
    """The values of `trait`, or the word for none where there are settled to be none."""
    none = getattr(speaker.traits, trait) == ()
    return speaker.label("none") if none else speaker.joined(speaker.names(trait))


def _speaker(traits: Traits, locale: str) -> Speaker:
    return _SPEAKERS[language(locale).tag](traits, locale)
