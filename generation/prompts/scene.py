"""What kind of picture a prompt means, as far as the frame around its words must know.

How many are in it, how near they are, and whether it is written as prose or as tags.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal, NamedTuple
from unicodedata import category

from generation.prompts.words import alternatives
from generation.reading.vocabulary import is_cjk

Cast = Literal["one", "several", "open"]
"""How many are drawn; "open" where the words do not say that there is anybody."""


class _Patterns(NamedTuple):
    several: tuple[re.Pattern[str], ...]
    one: re.Pattern[str]
    shot: re.Pattern[str]
    prose: re.Pattern[str]
    tags: re.Pattern[str]


def cast_of(text: str) -> Cast:
    """How many `text` speaks of. Pure."""
    if any(pattern.search(text) for pattern in _patterns().several):
        return "several"
    return "one" if _patterns().one.search(text) else "open"


def says_shot(text: str) -> bool:
    """Whether `text` says how much of somebody is seen, or a pose that needs more than a bust."""
    return _patterns().shot.search(text) is not None


def is_tags(text: str) -> bool:
    """Whether `text` is a list of tags, as models that were taught with tags read them. Pure."""
    parts = [part for part in re.split(r"\s*[,\n]\s*", text.strip()) if part]
    if not parts or any(is_cjk(char) for char in text):
        return False
    short = sum(len(part.split()) <= 4 for part in parts)
    prose = len(_patterns().prose.findall(text))
    if _patterns().tags.search(text):
        return prose <= 1 and short * 3 >= len(parts) * 2
    return len(parts) >= 3 and short == len(parts) and prose == 0


@cache
def _patterns() -> _Patterns:
    english_one, chinese_one = alternatives("en", "one"), alternatives("zh", "human", "beings")
    shots = rf"\b{alternatives('en', 'shots')}\b|{alternatives('zh', 'shots')}"
    return _Patterns(
        several=(*_several_in_english(), *_several_in_chinese()),
        one=_any(rf"\b(?:{alternatives('en', 'human', 'beings')}|{english_one})\b|{chinese_one}"),
        shot=_any(shots),
        prose=_any(rf"\b{alternatives('en', 'prose')}\b"),
        tags=_any(rf"\b{alternatives('en', 'tags')}\b"),
    )


def _several_in_english() -> tuple[re.Pattern[str], ...]:
    human, being = alternatives("en", "human"), alternatives("en", "human", "beings")
    beings = rf"(?:{being}s|{alternatives('en', 'plurals')})"
    own = alternatives("en", "determiners")
    some = r"(?:[\w-]+\s+){0,3}?"  # adjectives
    later = r"\b[^.;!?\n]{0,120}?\b"
    other = rf"{alternatives('en', 'together')}\s+(?:{own}\s+)?{some}{being}(?:e?s)?"
    return tuple(
        _any(rf"\b{pattern}\b")
        for pattern in (
            alternatives("en", "several"),
            rf"{alternatives('en', 'numbers')}\s+{some}{beings}",
            rf"{alternatives('en', 'numbers')}\s+{some}\w+(?:mates|ers|ists|ians|men|folk)",
            rf"twin\s+{being}s?",
            rf"(?:with|and)\s+(?:her|his|their|my|its)\s+{some}{being}",
            rf"{being}\b[^,.;!?\n]{{0,40}}?\b{other}",
            rf"an?\s+{some}{human}{later}(?:an?|another|one)\s+{some}{human}",
            rf"one\s+(?:is|has|with|wears|wearing|holds|holding){later}other",
        )
    )


def _several_in_chinese() -> tuple[re.Pattern[str], ...]:
    human, being = alternatives("zh", "human"), alternatives("zh", "human", "beings")
    stop = "，。；！？,.;!?\n"
    another = alternatives("zh", "another")
    return tuple(
        _any(pattern)
        for pattern in (
            alternatives("zh", "several"),
            rf"{alternatives('zh', 'counted')}[^{stop}\s]{{0,4}}{being}",
            rf"{being}[^{stop}]{{0,6}}?{alternatives('zh', 'together')}[^{stop}]{{0,8}}?{being}",
            rf"(?:抱着|骑着|牵着|背着)[^{stop}]{{0,6}}?{being}的[^{stop}]{{0,6}}?{being}",
            rf"{human}[^。.;；\n]{{0,40}}?{another}[^。.;；\n]{{0,12}}?{human}",
        )
    )


def _any(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def says_anything(text: str) -> bool:
    """Whether there is anything to be drawn in `text`: a letter, a number or an emoji."""
    return any(char.isalnum() or category(char) == "So" for char in text)


def is_mostly_chinese(text: str) -> bool:
    """Whether more than half of its letters are Chinese."""
    letters = [char for char in text if char.isalpha()]
    return sum(map(is_cjk, letters)) * 2 > len(letters)
