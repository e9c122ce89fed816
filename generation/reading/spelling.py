"""Spelling: words one slip of the keyboard away from one that we know; and what words that were not
understood may have been meant to say, ours that are spelt nearest.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from generation.lexicon import value_label
from generation.lexicon.loader import load
from generation.reading.vocabulary import key, reader_vocabulary

_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_VOWELS = set("aeiou")
_MENDED = ("", "links", "worn")
"""Roles of the words that are worth mending."""
_SHORTEST = 4
_SWAPS_ONLY = 4
"""Words of so few letters have too many neighbours: only two letters swapped are mended."""


def corrected(word: str) -> str:
    """The known word that `word` is a slip of (a letter lost, doubled, missed, swapped).

    `word` itself where there is none or more than one; the first letter is never a slip.
    """
    if len(word) < _SHORTEST or not word.isascii() or word in _meant_as_they_stand():
        return word
    shapes = _shapes(word)
    near = {known for shape in shapes for known in _by_shape().get(shape, ())}
    slips = {known for known in near if _is_slip(known, word)}
    return slips.pop() if len(slips) == 1 else word


@cache
def _meant_as_they_stand() -> set[str]:
    """Words that are no slips: parts of our phrases, and neighbours that mean something."""
    ours = {word for phrase in reader_vocabulary().terms for word in phrase.split()}
    return ours | set(load("en").words["grammar"]["not_typos"])


@cache
def _by_shape() -> Mapping[str, set[str]]:
    """Every known word under itself and under what is left of it without one letter."""
    table: dict[str, set[str]] = {}
    vocabulary = reader_vocabulary()
    words = {word for word, term in vocabulary.terms.items() if term.role in _MENDED}
    for word in words | vocabulary.adjective_words:
        if len(word) >= _SHORTEST and word.isascii() and word.isalpha():
            for shape in _shapes(word):
                table.setdefault(shape, set()).add(word)
    return table


def _shapes(word: str) -> set[str]:
    return {word} | {word[:i] + word[i + 1 :] for i in range(len(word))}


def _is_slip(known: str, word: str) -> bool:
    """Whether `word` is `known` with one slip that people make."""
    same = next((i for i, (a, b) in enumerate(zip(known, word, strict=False)) if a != b), None)
    start = min(len(known), len(word)) if same is None else same
    if start == 0:
        return False
    was, became = known[start:], word[start:]
    if was[:2] == became[:2][::-1] and was[2:] == became[2:]:
        return True
    if len(known) <= _SWAPS_ONLY and known not in _slippery():
        return False
    if len(known) == len(word):
        return was[1:] == became[1:] and _is_slip_of_letter(was[0], became[0], len(known))
    if len(known) > len(word):
        return was[1:] == became and (len(known) > 5 or was[0] in _VOWELS | {known[start - 1]})
    return was == became[1:] and _are_neighbours(became[0], word[start - 1])


def _is_slip_of_letter(meant: str, typed: str, length: int) -> bool:
    return _are_neighbours(meant, typed) or (length > 5 and {meant, typed} <= _VOWELS)


def _are_neighbours(one: str, other: str) -> bool:
    """Whether two keys touch on a QWERTY keyboard, or are the same."""
    places = [
        (row, line.index(key))
        for key in (one, other)
        for row, line in enumerate(_KEYS)
        if key in line
    ]
    if len(places) < 2:
        return False
    (row, column), (other_row, other_column) = places
    reach = (-1, 0, 1) if row == other_row else (0, other_row - row)
    return abs(row - other_row) <= 1 and column - other_column in reach


@cache
def _slippery() -> frozenset[str]:
    """Short words that are typed so often that any slip of them is mended."""
    return frozenset(load("en").words["grammar"]["slippery"])


_ALIKE, _ALIKE_CHINESE = 0.7, 0.6
"""Share of letters two spellings have in common, by difflib's reckoning; of three Chinese
characters, two.
"""
_WORDS_TRIED = 12
"""Of all that was not understood: each costs under a millisecond, and nobody reads more advice."""
_SHORTEST_TRIED = 3
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
            if name == word:  # of a phrase that we do not know, the word that we do
                continue
            found[name] = max(alike, found.get(name, 0.0))
    return tuple(sorted(found, key=lambda name: -found[name])[:limit])


def _words(leftover: Iterable[str]) -> Iterator[str]:
    """The phrases as they are, then the words in them, of Chinese every run of a few characters."""
    phrases = [key(phrase) for phrase in leftover]
    yield from (phrase for phrase in phrases if len(phrase) >= 2)
    for phrase in phrases:
        yield from (word for word in re.findall(r"[a-z-]+", phrase) if len(word) >= _SHORTEST_TRIED)
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
