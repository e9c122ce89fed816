"""The vocabulary in people's words: what each trait and value is called, language by language."""

from generation.lexicon.languages import (
    LANGUAGES,
    Language,
    describe,
    find_language,
    language,
    trait_label,
    trait_lines,
    value_label,
)

__all__ = [
    "LANGUAGES",
    "Language",
    "describe",
    "find_language",
    "language",
    "trait_label",
    "trait_lines",
    "value_label",
]
