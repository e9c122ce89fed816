"""What a prompt rules out in words: "without glasses", "no text", 不要眼镜.

A model with a negative prompt is given these there, and the rest of the sentence without them: a
model paints what it is told not to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from generation.prompts.words import alternatives

_STOPS = r",.;:!?\n()，。；：！？、"
_QUOTED = re.compile(r"[\"“”][^\"“”]*[\"“”]|「[^」]*」|『[^』]*』|《[^》]*》")
"""What is written on something; nothing is ruled out by it."""


@dataclass(frozen=True, slots=True)
class Denial:
    """A stretch of a text that rules something out."""

    start: int
    end: int
    """Of the stretch with what joins it on to the rest: what is left reads on."""
    things: tuple[str, ...]


class _Patterns(NamedTuple):
    english: re.Pattern[str]
    """Its groups are what says no, and what is ruled out."""
    articles: re.Pattern[str]
    english_or: re.Pattern[str]
    chinese: tuple[re.Pattern[str], ...]
    """Their group is what is ruled out."""
    chinese_or: re.Pattern[str]
    joins_before: re.Pattern[str]
    joins_after: re.Pattern[str]


def denials(text: str) -> tuple[Denial, ...]:
    """What `text` rules out, in order, none overlapping another. Pure."""
    quiet = _QUOTED.sub(lambda match: "x" * len(match[0]), text.replace("’", "'"))
    found: list[Denial] = []
    for denial in sorted(_found(quiet), key=lambda denial: (denial.start, denial.end)):
        least = found[-1].end if found else 0
        if denial.things and denial.start >= least:
            found.append(_widened(quiet, denial, least))
    return tuple(found)


def _found(text: str) -> Iterator[Denial]:
    patterns = _patterns()
    for match in patterns.english.finditer(text):
        if match[1].casefold() == "not" and not match[2].startswith(("a", "A")):
            doing = match[2].split()[0]  # "not smiling boy": a boy, who does not smile
            yield Denial(match.start(), match.start(2) + len(doing), (doing,))
            continue
        things = (patterns.articles.sub("", thing) for thing in patterns.english_or.split(match[2]))
        yield Denial(match.start(), match.end(), tuple(filter(None, map(str.strip, things))))
    for pattern in patterns.chinese:
        for match in pattern.finditer(text):
            things = tuple(filter(None, patterns.chinese_or.split(match[1])))
            yield Denial(match.start(), match.end(), things)


def _widened(text: str, denial: Denial, least: int) -> Denial:
    before = _patterns().joins_before.search(text, least, denial.start)
    after = _patterns().joins_after.match(text, denial.end)
    start = before.start() if before else denial.start
    return Denial(start, after.end() if after else denial.end, denial.things)


@cache
def _patterns() -> _Patterns:
    no = rf"{alternatives('en', 'no')}|no(?!\s+{alternatives('en', 'no_thing')}\b)"
    end = rf"(?=\s*(?:[{_STOPS}]|$)|\s+(?:{alternatives('en', 'denial_ends')}\b|(?:{no})\s))"
    either = rf"\s+{alternatives('en', 'or')}\s+"
    # No thing begins with another "no" or holds an "or": one way alone to match, however long.
    thing = rf"(?!(?:{no})(?![\w'-]))[^\s{_STOPS}](?:(?!{either})[^{_STOPS}]){{0,40}}?"
    english = rf"(?<![\w'])(?:({no})\s+){{1,3}}({thing}(?:{either}{thing})*?){end}"
    joins_en, joins_zh = alternatives("en", "joins"), alternatives("zh", "joins")
    return _Patterns(
        english=re.compile(english, re.IGNORECASE),
        articles=re.compile(rf"^\s*{alternatives('en', 'articles')}", re.IGNORECASE),
        english_or=re.compile(either, re.IGNORECASE),
        chinese=_chinese(),
        chinese_or=re.compile(alternatives("zh", "or")),
        joins_before=re.compile(
            rf"(?:[\s,，、;；]*(?:\b{joins_en}\b|{joins_zh}))+\s*$|[\s,，、;；]+$", re.IGNORECASE
        ),
        joins_after=re.compile(r"\s*(?:(?:please|pls|plz)\b|谢谢)", re.IGNORECASE),
    )


def _chinese() -> tuple[re.Pattern[str], ...]:
    stop = rf"[\s{_STOPS.replace('、', '')}但而]"
    no = alternatives("zh", "no")
    thing = rf"(?!{no})([^\s{_STOPS.replace('、', '')}但而的]{{1,14}}?)"
    before = (
        rf"{alternatives('zh', 'polite')}?(?:(?:{no}(?!忘)){{1,3}}|"
        rf"{alternatives('zh', 'no_before_thing')}(?={alternatives('zh', 'things')}))"
        rf"{alternatives('zh', 'also')}*"
    )
    after = rf"(?:就|都|也)?{alternatives('zh', 'no_after_thing')}了?"
    return (
        re.compile(rf"{before}{thing}(?:的|(?={stop}|$))", re.IGNORECASE),
        re.compile(rf"(?:^|(?<={stop}))(?!{no})([^\s{_STOPS}]{{1,8}}?){after}(?={stop}|$)"),
    )
