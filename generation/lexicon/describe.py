"""Whole descriptions of a character, for alt text and captions."""

from __future__ import annotations

from generation.lexicon.labels import trait_label, value_label
from generation.traits import Traits


def describe(traits: Traits, locale: str) -> str:
    """One natural line of what the picture shows. Never empty."""
    return ", ".join(value for _, value in trait_lines(traits, locale)) or trait_label(
        "none", locale
    )


def trait_lines(traits: Traits, locale: str) -> tuple[tuple[str, str], ...]:
    """(label, value) pairs of the settled traits, colours merged with their thing."""
    lines: list[tuple[str, str]] = []
    for name, value in traits.to_json().items():
        values = value if isinstance(value, list) else [str(value)]
        shown = ", ".join(value_label(name, v, locale) for v in values)
        lines.append((trait_label(name, locale), shown))
    return tuple(lines)
