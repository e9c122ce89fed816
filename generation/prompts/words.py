"""The lists of `words.toml` as alternatives of a pattern."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal


@cache
def _table() -> Mapping[str, Mapping[str, Any]]:
    text = files("generation.prompts").joinpath("words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def alternatives(language: Literal["en", "zh"], *names: str) -> str:
    """A group of all words of these lists, the longest first; a space is any white space."""
    words: list[str] = []
    for name in names:
        found = _table()[language][name]
        words += [found] if isinstance(found, str) else found
    words.sort(key=len, reverse=True)
    return f"(?:{'|'.join(words)})".replace(" ?", r"[\s-]?").replace(" ", r"[\s-]+")
