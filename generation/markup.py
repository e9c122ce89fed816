"""The signs in a prompt that speak to a model and not to the reader: weights and LoRA names.

`(silver hair:1.3)` is silver hair with weight, `<lora:name:0.8>` a LoRA. Both may be typed with
full-width signs. What only looks like them is left as it was typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from generation.reading.normalise import clean
from generation.reading.vocabulary import is_cjk

MIN_WEIGHT, MAX_WEIGHT = 0.1, 2.0
_NUMBER = r"(?:\d(?:\.\d{1,3})?|\.\d{1,3})"
_LORA = re.compile(
    rf"\s?[<＜]lora[:：]([^<>＜＞:：\n]{{1,80}})(?:[:：]({_NUMBER}))?[>＞]", re.IGNORECASE
)
_WEIGHT = re.compile(rf"[:：]\s?({_NUMBER})\s?$")
_LONGEST_WEIGHT = 8
"""Characters from the colon to the closing bracket; nothing further back is looked at."""


@dataclass(frozen=True, slots=True)
class Emphasis:
    """A phrase and how much of the model's attention it takes; 1 is what any other takes."""

    phrase: str
    weight: float


@dataclass(frozen=True, slots=True)
class LoraUse:
    """A LoRA by its name in the model's preset, and how strongly it acts."""

    name: str
    weight: float


@dataclass(frozen=True, slots=True)
class Markup:
    """A prompt taken apart."""

    plain: str
    """What is for the reader: no LoRA, no weights, and no brackets that held one."""
    emphasis: tuple[Emphasis, ...]
    """In the order of the text. Within another one a weight does not count."""
    loras: tuple[LoraUse, ...]
    """Each name once; the last weight that was typed holds."""


@dataclass(frozen=True, slots=True)
class _Span:
    """A bracket with a weight: where it opens, where its phrase ends and where it closes."""

    open: int
    colon: int
    close: int
    weight: float


def read_markup(text: str) -> Markup:
    """Take `text` apart. Pure, and linear in its length."""
    text, loras = _without_loras(clean(text))
    stretches = _stretches(text)
    return Markup(
        plain=_joined(stretches).strip(),
        emphasis=tuple(
            Emphasis(stretch.strip(), weight) for stretch, weight in stretches if weight is not None
        ),
        loras=loras,
    )


def weighted_parts(text: str) -> tuple[tuple[str, float], ...]:
    """`text` in pieces, each with its weight; a preset's prefix, for one. LoRA names are dropped.

    A part without a weight of its own has 1.
    """
    text, _ = _without_loras(clean(text))
    return tuple(
        (stretch, 1.0 if weight is None else weight) for stretch, weight in _stretches(text)
    )


def _without_loras(text: str) -> tuple[str, tuple[LoraUse, ...]]:
    loras: dict[str, float] = {}

    def take(match: re.Match[str]) -> str:
        name, weight = match[1].strip(), float(match[2] or 1)
        if not name or weight > MAX_WEIGHT:
            return match[0]
        loras[name] = weight
        return " "

    text = _LORA.sub(take, text)
    return text, tuple(LoraUse(name, weight) for name, weight in loras.items())


def _stretches(text: str) -> list[tuple[str, float | None]]:
    """`text` cut where a weighted phrase begins and ends; weights within one are taken out."""
    spans = _spans(text)
    signs = {place for span in spans for place in (span.open, *range(span.colon, span.close + 1))}
    found: list[tuple[str, float | None]] = []
    place = 0
    for span in _outermost(spans):
        found.append((text[place : span.open], None))
        phrase = "".join(text[i] for i in range(span.open, span.close) if i not in signs)
        found.append((phrase, span.weight))
        place = span.close + 1
    found.append((text[place:], None))
    return [(stretch, weight) for stretch, weight in found if stretch]


def _spans(text: str) -> list[_Span]:
    """Every pair of brackets that holds a phrase and its weight, in the order of closing."""
    spans: list[_Span] = []
    opened: list[int] = []
    said = -1  # place of the last letter or picture: "(1:1)" and "(:2)" say nothing
    for place, char in enumerate(text):
        if char in "(（":
            opened.append(place)
        elif char in ")）" and opened:
            start = opened.pop()
            tail = max(start + 1, place - _LONGEST_WEIGHT)
            match = _WEIGHT.search(text[tail:place])
            if match and said > start and MIN_WEIGHT <= float(match[1]) <= MAX_WEIGHT:
                spans.append(_Span(start, tail + match.start(), place, float(match[1])))
        elif unicodedata.category(char)[0] == "L" or unicodedata.category(char) == "So":
            said = place
    return spans


def _outermost(spans: Sequence[_Span]) -> list[_Span]:
    """Those that stand in no other one, in the order of the text."""
    found: list[_Span] = []
    for span in reversed(spans):  # brackets nest: what is around a span closes after it
        if not found or span.close < found[-1].open:
            found.append(span)
    return found[::-1]


def _joined(stretches: Sequence[tuple[str, float | None]]) -> str:
    """All of the text; neighbours do not run into one another: "(cat ears:1.2)(smile:1.2)"."""
    text = ""
    weight_before: float | None = None
    for stretch, weight in stretches:
        if weight is not None and weight_before is not None:
            text += ", "
        elif text and _is_letter(text[-1]) and _is_letter(stretch[0]):
            text += " "
        text += stretch
        weight_before = weight
    return text


def _is_letter(char: str) -> bool:
    return char.isalnum() and not is_cjk(char)
