"""What the weights in a prompt are about: traits, and words that nobody understood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from generation.markup import Markup
from generation.prompt import MAX_PROMPT_CHARS, Reading, read_prompt
from generation.reading.normalise import clean
from generation.traits import Traits

Pairs = frozenset[tuple[str, str]]
"""Traits and their values, each value of a trait that has many on its own."""


@dataclass(frozen=True, slots=True)
class Weight:
    """What one weight is about."""

    pairs: Pairs
    words: tuple[str, ...]
    value: float
    """1 is what any other words have."""


def weights_of(markup: Markup) -> tuple[Weight, ...]:
    """What each weighted phrase of a prompt is about, in order."""
    if not markup.emphasis:
        return ()
    whole = pairs_of(_read(markup.plain).traits)
    return tuple(
        Weight(*_about(emphasis.phrase, markup.plain, whole), emphasis.weight)
        for emphasis in markup.emphasis
    )


def weight_of_traits(found: Sequence[Weight], pairs: Pairs) -> float:
    """The weight of what stands for `pairs`; 1 where none of them has any."""
    return next((one.value for one in found if one.pairs & pairs), 1.0)


def weight_of_words(found: Sequence[Weight], words: str) -> float:
    """The weight of words that were left over; 1 where they have none."""
    values = (one.value for one in found if any(said in words for said in one.words))
    return next(values, 1.0)


def pairs_of(traits: Traits, *names: str) -> Pairs:
    """The settled ones of the traits called `names`; of all traits without names."""
    names = names or tuple(traits.to_json())
    return frozenset((name, value) for name in names for value in values_of(traits, name))


def values_of(traits: Traits, name: str) -> tuple[str, ...]:
    """The values of a trait, as text; none where it is open."""
    value = getattr(traits, name)
    if value is None:
        return ()
    return cast(tuple[str, ...], value) if isinstance(value, tuple) else (str(value),)


def _about(phrase: str, prompt: str, whole: Pairs) -> tuple[Pairs, tuple[str, ...]]:
    """What `phrase` says by itself; else what the prompt would not say without it.

    "(red:1.3) hair": red alone is nobody's colour.
    """
    reading = _read(phrase)
    said = pairs_of(reading.traits)
    if not said:
        said = whole - pairs_of(_read(prompt.replace(phrase, "", 1)).traits)
    return said, reading.leftover


def _read(text: str) -> Reading:
    """The reading of a part of a prompt, which may be nothing at all."""
    return read_prompt(text[:MAX_PROMPT_CHARS]) if clean(text) else Reading(Traits(), ())
