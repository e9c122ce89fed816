"""Names of traits and of their values, by locale."""

from __future__ import annotations

from dataclasses import dataclass

from generation.lexicon.loader import Lexicon, load
from generation.traits import COLOR_TRAITS

_TRADITIONAL_TAGS = {"tw", "hk", "mo", "hant"}


@dataclass(frozen=True, slots=True)
class Language:
    """The words of a locale: a lexicon, and which of its two scripts."""

    tag: str
    lexicon: Lexicon
    script: int

    def phrase(self, name: str) -> str:
        """A building block of descriptions, with `{named}` places."""
        return self.lexicon.phrases[name][self.script]


def language(locale: str) -> Language:
    """The language of a BCP-47 or Discord tag ("zh-TW"); English for one that we do not speak."""
    tag, *rest = locale.replace("_", "-").lower().split("-")
    if tag != "zh":
        return Language("en", load("en"), 0)
    return Language("zh", load("zh"), int(any(part in _TRADITIONAL_TAGS for part in rest)))


def trait_label(trait: str, locale: str) -> str:
    """What `trait` is called: "hair_style" → "hair" / "发型". Raises `KeyError` for no trait."""
    spoken = language(locale)
    return spoken.lexicon.labels[trait][spoken.script]


def value_label(trait: str, value: str, locale: str) -> str:
    """What `value` is called: "twin tails" → "双马尾". "#rrggbb" and numbers stay as they are.

    Raises `KeyError` for a value outside the vocabulary.
    """
    if value.startswith("#") or value.isdecimal():
        return value
    spoken = language(locale)
    if value == "none" and trait != "bangs":
        return spoken.lexicon.labels["none"][spoken.script]
    tables = [trait]
    if trait in COLOR_TRAITS:
        tables = ["colors"]
    elif trait == "without":
        tables = ["accessories", "marks"]
    for table in tables:
        if value in spoken.lexicon.names[table]:
            return spoken.lexicon.names[table][value][spoken.script]
    raise KeyError(value)
