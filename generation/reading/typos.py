"""Words one slip of the keyboard away from a word that we know."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from generation.lexicon.loader import load
from generation.reading.vocabulary import reader_vocabulary

_SHORTEST = 4


def corrected(word: str) -> str:
    """The known word that `word` is a slip of (a letter lost, added, changed or swapped), else `word`.

    The first letter is never a slip, and a word that could be two of ours is left alone.
    """
    if len(word) < _SHORTEST or not word.isascii() or word in _meant_as_they_stand():
        return word
    shapes = _shapes(word)
    near = {known for shape in shapes for known in _by_shape().get(shape, ())}
    slips = {known for known in near if known[0] == word[0] and _is_one_slip(known, word)}
    return slips.pop() if len(slips) == 1 else word


@cache
def _meant_as_they_stand() -> frozenset[str]:
    return frozenset(load("en").words["grammar"]["not_typos"])


@cache
def _by_shape() -> Mapping[str, set[str]]:
    """Every known word under itself and under what is left of it without one letter."""
    table: dict[str, set[str]] = {}
    vocabulary = reader_vocabulary()
    phrases = [
        phrase for phrase, term in vocabulary.terms.items() if phrase.isascii() and not term.role
    ]
    for word in {word for phrase in phrases for word in phrase.split()}:
        if len(word) > _SHORTEST and word.isalpha():
            for shape in _shapes(word):
                table.setdefault(shape, set()).add(word)
    return table


def _shapes(word: str) -> set[str]:
    return {word} | {word[:i] + word[i + 1 :] for i in range(len(word))}


def _is_one_slip(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > 1:
        return False
    start = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    a, b = one[start:], other[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[:2][::-1] and a[2:] == b[2:])
