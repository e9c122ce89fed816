"""What words that were not understood may have been meant to say: ours that are spelt nearest."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from generation.lexicon import value_label
from generation.reading.vocabulary import key, reader_vocabulary

_ALIKE, _ALIKE_CHINESE = 0.7, 0.6
"""Share of letters two spellings have in common, by difflib's reckoning; of three Chinese
characters, two.
"""
_WORDS_TRIED = 12
"""Of all that was not understood: each costs under a millisecond, and nobody reads more advice."""
_SHORTEST = 3
_RUN = 4
"""Most Chinese words that we know have two to four characters."""
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")


def closest_names(leftover: Iterable[str], locale: str, limit: int = 3) -> tuple[str, ...]:
    """Names of at most `limit` values in the language of `locale`, those nearest in spelling first.

    Empty where nothing that we know looks like any of the words. Pure.
    """
    found: dict[str, float] = {}
    for word in list(dict.fromkeys(_words(leftover)))[:_WORDS_TRIED]:
        for known, alike in _near(word):
            name = value_label(*_meanings()[known], locale)
            found[name] = max(alike, found.get(name, 0.0))
    return tuple(sorted(found, key=lambda name: -found[name])[:limit])


def _words(leftover: Iterable[str]) -> Iterator[str]:
    """The phrases as they are, then the words in them, of Chinese every run of a few characters."""
    phrases = [key(phrase) for phrase in leftover]
    yield from (phrase for phrase in phrases if len(phrase) >= 2)
    for phrase in phrases:
        yield from (word for word in re.findall(r"[a-z-]+", phrase) if len(word) >= _SHORTEST)
        for run in _CHINESE.findall(phrase):
            for length in range(_RUN, 1, -1):
                yield from (run[i : i + length] for i in range(len(run) - length + 1))


def _near(word: str) -> Iterator[tuple[str, float]]:
    """Our words that look like `word`, and how much: the first letter is seldom wrong."""
    matcher = difflib.SequenceMatcher(b=word, autojunk=False)
    is_chinese = bool(_CHINESE.match(word))
    starts, wanted = (set(word), _ALIKE_CHINESE) if is_chinese else ({word[0]}, _ALIKE)
    for known in {known for start in starts for known in _by_letter().get(start, ())}:
        if abs(len(known) - len(word)) <= 3:
            matcher.set_seq1(known)
            if matcher.real_quick_ratio() >= wanted and (alike := matcher.ratio()) >= wanted:
                yield known, alike


@cache
def _meanings() -> Mapping[str, tuple[str, str]]:
    """Every word of ours that can be drawn → the trait and the value that it means."""
    meanings: dict[str, tuple[str, str]] = {}
    for word, term in reader_vocabulary().terms.items():
        if term.color:
            meanings[word] = ("hair_color", term.color)
        elif not term.role and term.claims and len(word) >= 2:
            meanings[word] = (term.claims[0].trait, term.claims[0].value)
    return {word: meant for word, meant in meanings.items() if not meant[1].startswith("#")}


@cache
def _by_letter() -> Mapping[str, tuple[str, ...]]:
    """Letter → the words that begin with it; of Chinese ones, that hold it."""
    table: dict[str, list[str]] = {}
    for word in _meanings():
        for letter in set(word) if _CHINESE.match(word) else {word[0]}:
            table.setdefault(letter, []).append(word)
    return {letter: tuple(words) for letter, words in table.items()}
