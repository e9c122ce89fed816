"""Reads the word lists: one TOML file a language, and `emoji.toml`, which belongs to them all."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from generation.traits import COLOR_TRAITS

Script = Literal["Latn", "Hans", "Hant"]
"""ISO 15924: Latin, Simplified and Traditional Chinese."""
_NOT_WORDS = {"labels", "traditional", "compounds", "phrases"}


@dataclass(frozen=True, slots=True)
class Compound:
    """Words that settle several traits at once ("catgirl"), and these, as `Traits` takes them."""

    words: tuple[str, ...]
    traits: Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One file of words."""

    words: Mapping[str, Mapping[str, tuple[str, ...]]]
    """Table (a trait, "colors", "heads", "grammar", ...) → value → its words, each script apart."""
    names: Mapping[str, Mapping[str, tuple[str, str]]]
    """Table → value → display name, in the usual and in the Traditional script."""
    labels: Mapping[str, tuple[str, str]]
    phrases: Mapping[str, tuple[str, str]]
    compounds: tuple[Compound, ...]
    traditional: Mapping[str, str]
    """Traditional character → Simplified character."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a lexicon calls things, in one of its scripts."""

    lexicon: Lexicon
    script: Script

    def label(self, trait: str) -> str:
        """The name of `trait`. Raises `KeyError` for no trait."""
        return self._written(self.lexicon.labels[trait])

    def phrase(self, name: str) -> str:
        """A building block of descriptions, with `{named}` places."""
        return self._written(self.lexicon.phrases[name])

    def value(self, trait: str, value: str) -> str:
        """The name of a value of `trait`; "#rrggbb" and numbers stay as they are.

        Raises `KeyError` for a value outside the vocabulary.
        """
        if value.startswith("#") or value.isdecimal():
            return value
        if value == "none" and trait != "bangs":
            return self.label("none")
        tables = [trait]
        if trait in COLOR_TRAITS:
            tables = ["colors"]
        elif trait == "without":
            tables = ["accessories", "marks"]
        for table in tables:
            if value in self.lexicon.names[table]:
                return self._written(self.lexicon.names[table][value])
        raise KeyError(value)

    def _written(self, forms: tuple[str, str]) -> str:
        return forms[self.script == "Hant"]


@cache
def load(source: str) -> Lexicon:
    """The words of `<source>.toml`."""
    data = tomllib.loads(
        files("generation.lexicon").joinpath(f"{source}.toml").read_text(encoding="utf-8")
    )
    tables = {name: _lists(table) for name, table in data.items() if name not in _NOT_WORDS}
    return Lexicon(
        words={t: {v: _written(ws) for v, ws in vs.items()} for t, vs in tables.items()},
        names={t: {v: _scripts(ws[0]) for v, ws in vs.items() if ws} for t, vs in tables.items()},
        labels={name: _scripts(text) for name, text in data.get("labels", {}).items()},
        phrases={name: _scripts(text) for name, text in data.get("phrases", {}).items()},
        compounds=tuple(_compound(entry) for entry in data.get("compounds", ())),
        traditional={p[0]: p[1] for p in data.get("traditional", {}).get("pairs", "").split()},
    )


def _lists(table: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {value: tuple(words) for value, words in table.items()}


def _compound(entry: Mapping[str, Any]) -> Compound:
    traits = {
        trait: value if isinstance(value, str) else tuple(value)
        for trait, value in entry.items()
        if trait != "words"
    }
    return Compound(_written(tuple(entry["words"])), traits)


def _written(words: tuple[str, ...]) -> tuple[str, ...]:
    """Every written form: "双马尾|雙馬尾" are two."""
    return tuple(dict.fromkeys(form for word in words for form in word.split("|")))


def _scripts(text: str) -> tuple[str, str]:
    usual, _, traditional = text.partition("|")
    return usual, traditional or usual
