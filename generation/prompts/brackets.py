"""Brackets around words: how much of a model's attention they take."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from generation.prompt_errors import NestedTooDeep, WeightOutOfRange
from generation.reading.vocabulary import is_cjk

MIN_WEIGHT, MAX_WEIGHT = 0.1, 2.0
STEP = 1.1
"""What one pair of brackets without a number is worth, as in A1111's web UI."""
_OPENING = {"(": ")", "（": ")", "[": "]", "［": "]"}
_CLOSING = {")": ")", "）": ")", "]": "]", "］": "]"}
_SIGNS = {*_OPENING, *_CLOSING, "\\"}
_NUMBER = re.compile(r"(?<![\d\s:：])\s*[:：]\s*(-?(?:\d+(?:[.,]\d+)?|[.,]\d+))\s*$")
_SAYS = re.compile(r"[^\W\d_]")
_SAYS_ALONE = re.compile(r"[^\W\d_]{2}|[\u3040-\u30ff\u3400-\u9fff]")
"""What brackets without a number hold where they are no face: "(^o^)", "(:3)"."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that a model is given, and how much of its attention they take; 1 is usual."""

    text: str
    weight: float = 1.0


def text_of(pieces: Iterable[Piece]) -> str:
    """Their texts joined."""
    return "".join(piece.text for piece in pieces)


def joined(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Neighbours of one weight as one piece."""
    found: list[Piece] = []
    for piece in pieces:
        if found and found[-1].weight == piece.weight:
            piece = Piece(found.pop().text + piece.text, piece.weight)
        found.append(piece)
    return tuple(found)


@dataclass(slots=True)
class _Group:
    """What has been read inside one open bracket, or outside of all."""

    sign: str
    closes: str
    pieces: list[Piece] = field(default_factory=list[Piece])

    def add(self, text: str) -> None:
        if self.pieces and self.pieces[-1].weight == 1:
            text = self.pieces.pop().text + text
        self.pieces.append(Piece(text))

    def text(self) -> str:
        return text_of(self.pieces)


def pieces_of(text: str, max_depth: int) -> tuple[Piece, ...]:
    """`text` in pieces of one weight each, without the brackets that made it. Pure.

    A bracket without its other half, or around what is no word, stays as typed; `\\(` is a bracket
    and no sign. Raises `WeightOutOfRange` and `NestedTooDeep`.
    """
    if not _SIGNS.intersection(text):
        return _tidy([Piece(text)])
    open_groups = [_Group("", "")]
    place = 0
    while place < len(text):
        char = text[place]
        if char == "\\" and text[place + 1 : place + 2] in set("()[]{}"):
            open_groups[-1].add(text[place + 1])
            place += 1
        elif char in _OPENING:
            open_groups.append(_Group(char, _OPENING[char]))
            if len(open_groups) > max_depth + 1 and _closes(text, place, max_depth):
                raise NestedTooDeep(max_depth)
        elif char in _CLOSING:
            _close(open_groups, char)
        else:
            open_groups[-1].add(char)
        place += 1
    while len(open_groups) > 1:
        _leave_open(open_groups)
    return _tidy(open_groups[0].pieces)


def _closes(text: str, place: int, max_depth: int) -> bool:
    """Whether so many brackets are closed later on; a row of ":(((" is none."""
    return sum(text.count(char, place) for char in _CLOSING) > max_depth


def _close(open_groups: list[_Group], char: str) -> None:
    if all(group.closes != _CLOSING[char] for group in open_groups):
        open_groups[-1].add(char)
        return
    while open_groups[-1].closes != _CLOSING[char]:
        _leave_open(open_groups)
    group = open_groups.pop()
    around = open_groups[-1]
    weight = _weight(group)
    if weight is None:
        around.add(group.sign)
        _hand_over(around, group.pieces)
        around.add(char)
        return
    _hand_over(around, [_weighed(piece, weight) for piece in group.pieces if piece.text])


def _leave_open(open_groups: list[_Group]) -> None:
    group = open_groups.pop()
    open_groups[-1].add(group.sign)
    _hand_over(open_groups[-1], group.pieces)


def _hand_over(around: _Group, pieces: list[Piece]) -> None:
    """Add `pieces`; two brackets side by side hold two things."""
    for number, piece in enumerate(pieces):
        if piece.weight == 1:
            around.add(piece.text)
            continue
        if number == 0 and around.pieces and around.pieces[-1].weight != 1:
            around.pieces.append(Piece(", "))
        around.pieces.append(piece)


def _weight(group: _Group) -> float | None:
    """What the brackets of `group` are worth, its number taken out; `None`: they are no sign."""
    text = group.text()
    number = _NUMBER.search(text)
    if group.closes == "]" and (number or "|" in text):
        group.pieces = [Piece(_last_said(text[: number.start()] if number else text))]
        return 1.0
    if number and _SAYS.search(text[: number.start()]):
        weight = float(number[1].replace(",", "."))
        last = group.pieces.pop()
        group.pieces.append(Piece(last.text[: len(last.text) - len(number[0])], last.weight))
        if not MIN_WEIGHT <= weight <= MAX_WEIGHT:
            raise WeightOutOfRange(text[: number.start()].strip(), weight, MIN_WEIGHT, MAX_WEIGHT)
        return weight
    if not _SAYS_ALONE.search(text):
        return None
    return STEP if group.closes == ")" else 1 / STEP


def _last_said(text: str) -> str:
    """What "[from:to:step]" ends with, or "[a|b]" begins with: our words hold for all steps."""
    return text.rpartition(":")[2].partition("|")[0].strip()


def _weighed(piece: Piece, weight: float) -> Piece:
    found = round(piece.weight * weight, 3)
    if not MIN_WEIGHT <= found <= MAX_WEIGHT:
        raise WeightOutOfRange(piece.text.strip(), found, MIN_WEIGHT, MAX_WEIGHT)
    return Piece(piece.text, found)


def _tidy(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Neighbours of one weight as one; a letter after a bracket stands apart; one space at most."""
    spaced: list[Piece] = []
    for piece in pieces:
        text = re.sub(r"[ \n]+", " ", piece.text)
        if spaced and _runs_on(spaced[-1].text, text):
            text = f" {text}"
        if text:
            spaced.append(Piece(text, piece.weight))
    return joined(spaced)


def _runs_on(before: str, text: str) -> bool:
    return bool(text) and _is_letter(before[-1]) and _is_letter(text[0])


def _is_letter(char: str) -> bool:
    return char.isalnum() and not is_cjk(char)
