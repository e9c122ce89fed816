"""The vocabulary in people's words: what each trait and value is called, language by language."""

from generation.lexicon.describe import describe, trait_lines
from generation.lexicon.labels import trait_label, value_label

__all__ = ["describe", "trait_label", "trait_lines", "value_label"]
