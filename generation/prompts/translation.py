"""Chinese words in English, as far as that is certain, for models that read English alone."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from itertools import groupby

from generation.lexicon import value_label
from generation.prompts.dictionary import look_up
from generation.reading.normalise import fold
from generation.reading.vocabulary import CJK, Term, is_cjk, reader_vocabulary

_RUN = re.compile(rf"{CJK}+")
_HEADS = {"hair": "hair", "eyes": "eyes", "odd eyes": "heterochromia", "tips": "hair tips"}
_NAMED = re.compile(
    rf"((?:名字|名|她|他|我)?(?:是)?叫(?:做|作)?|名为|名字是|姓名[:：]?)({CJK}{{2,4}}?)(?=的|[^\u3400-\u9fff]|$)"
)
"""Somebody's name, which is no words to be put into English."""
_SILENT = set(
    "的了着又也有在很吧呢啊呀哦嘛吗从还都得地里上中之而且就那这要想将把被并以让我你您儿们其子只个位名张条一是来给请"
)
"""Characters that say nothing by themselves to a model."""
_STOPS = {
    "，": ", ",
    "。": ". ",
    "、": ", ",
    "；": "; ",
    "！": "! ",
    "？": "? ",
    "：": ": ",
    "（": " (",
    "）": ") ",
}


@dataclass(frozen=True, slots=True)
class Translation:
    """A text in English, and the words of it that no English was found for."""

    text: str
    unsaid: tuple[str, ...] = ()


def to_english(text: str) -> Translation:
    """`text` with its Chinese words in English, in their order; other words stay as they are.

    Words that are not known are left out of the text. Pure.
    """
    return all_to_english((text,))[0]


def all_to_english(texts: Iterable[str]) -> list[Translation]:
    """Each of `texts` as by `to_english`, for one look into the dictionary, which takes longest."""
    parts = [_Part.of(text) for text in texts]
    unknown = frozenset(word for part in parts for run in part.runs for word in _unknown(run[0]))
    dictionary = look_up(unknown)
    return [_translated(part, dictionary) for part in parts]


@dataclass(frozen=True, slots=True)
class _Part:
    text: str
    """As typed, with space for each name."""
    runs: tuple[re.Match[str], ...]
    """Its Chinese, to be looked up."""
    names: tuple[str, ...]

    @classmethod
    def of(cls, typed: str) -> _Part:
        if not _RUN.search(typed):
            return cls(typed, (), ())
        text = _NAMED.sub(lambda match: " " * len(match[0]), typed)
        folded = fold(text).text
        if len(folded) != len(text):  # a ligature or the like: lookups need places that agree
            folded = text
        names = tuple(match[2] for match in _NAMED.finditer(typed))
        return cls(text, tuple(_RUN.finditer(folded)), names)


def _translated(part: _Part, dictionary: Mapping[str, str]) -> Translation:
    if not part.runs and not part.names:
        return Translation(part.text)
    unsaid = list(part.names)
    said: list[str] = []
    place = 0
    for run in part.runs:
        said.append(_stopped(part.text[place : run.start()]))
        known = _without_strays(list(_words(run[0], dictionary)))
        said.append(f" {' '.join(filter(None, (word.english for word in known)))} ")
        for word in known:
            if word.english is None:
                unsaid.append(part.text[run.start() + word.start : run.start() + word.end])
        place = run.end()
    said.append(_stopped(part.text[place:]))
    return Translation(_tidy("".join(said)), tuple(dict.fromkeys(unsaid)))


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    english: str | None
    """"" for what says nothing, `None` for what is not known."""
    is_particle: bool = False


def _words(run: str, dictionary: Mapping[str, str]) -> Iterator[_Word]:
    """The words of a run of Chinese: those that we have, between them those of a dictionary."""
    for start, end, is_known in _stretches(run):
        known = _glossary()
        if not is_known:
            single = {char: known[char] for char in run[start:end] if known.get(char)}
            known = {**dictionary, **single}
        for word in _longest(run[start:end], known):
            yield replace(word, start=word.start + start, end=word.end + start)


def _unknown(run: str) -> Iterator[str]:
    """What may be words of a dictionary."""
    for start, end, is_known in _stretches(run):
        if not is_known:
            for first in range(start, end):
                yield from (run[first:last] for last in range(first + 2, min(end, first + 5) + 1))


def _stretches(run: str) -> Iterator[tuple[int, int, bool]]:
    """Start and end of what our own words say, and of single characters, some of them unknown."""
    words = _longest(run, _glossary())
    for is_single, stretch in groupby(words, key=lambda word: word.end - word.start == 1):
        part = list(stretch)
        is_known = not is_single or all(word.english is not None for word in part)
        yield part[0].start, part[-1].end, is_known


def _longest(run: str, known: Mapping[str, str]) -> Iterator[_Word]:
    """The longest known words from the start of `run`; each unknown character by itself."""
    longest = max(map(len, known), default=0)
    place = 0
    while place < len(run):
        ends = range(min(len(run), place + longest), place, -1)
        end = next((end for end in ends if run[place:end] in known), place + 1)
        silent = run[place:end] in _SILENT
        english = known.get(run[place:end], "" if silent else None)
        yield _Word(place, end, english, silent)
        place = end


def _without_strays(words: list[_Word]) -> list[_Word]:
    """Single characters between what is unknown made unknown with it: 小 in a name."""
    sides = [True, *(word.english is None for word in words), True]
    found: list[_Word] = []
    for word, before, after in zip(words, sides, sides[2:], strict=False):
        alone = word.end - word.start == 1 and not word.is_particle and len(words) > 1
        english = None if alone and before and after else word.english
        if found and english is None and found[-1].english is None:
            word = _Word(found.pop().start, word.end, None)
        found.append(replace(word, english=english))
    return found


@cache
def _glossary() -> Mapping[str, str]:
    """Every Chinese word that we can say in English; "" for those that need not be said."""
    table = tomllib.loads(
        files("generation.prompts").joinpath("chinese.toml").read_text(encoding="utf-8")
    )
    ours = {
        word: english
        for part in table.values()
        for english, words in part.items()
        for word in words
    }
    return {**dict(_emoji()), **dict(_lexicon()), **ours}


def _emoji() -> Iterator[tuple[str, str]]:
    """The names of emoji, as Unicode's CLDR gives them; of several shades the plain one."""
    if find_spec("emoji") is None:
        return
    import emoji

    emoji.config.load_language("zh")
    for data in emoji.EMOJI_DATA.values():
        name, english = (
            data.get(language, "").strip(":").replace("_", " ") for language in ("zh", "en")
        )
        if _RUN.fullmatch(name) and not english.endswith(" hair"):
            yield name, re.sub(r"^(?:woman|man|person) (?=fairy|elf|mage)|(?: face)$", "", english)


def _lexicon() -> Iterator[tuple[str, str]]:
    vocabulary = reader_vocabulary()
    for (_, word), claim in vocabulary.adjectives.items():
        if len(word) > 1 and is_cjk(word[0]):  # one character says it of one thing only
            yield word, _named(((claim.trait, claim.value),)).removesuffix(" hair")
    for word, term in vocabulary.terms.items():
        if word and is_cjk(word[0]):
            yield word, _said(term)


def _said(term: Term) -> str:
    """What a word of our lexicon is called in English, "" for the small ones."""
    if term.family:
        return term.family
    if term.claims:
        return _named((claim.trait, claim.value) for claim in term.claims if claim.value)
    if term.color:
        return term.color if term.color[0] != "#" else value_label("hair_color", term.color, "en")
    if term.role == "negation":
        return "no"
    if term.role == "joiners":
        return "and"
    return _HEADS.get(term.head, "")


def _named(claims: Iterable[tuple[str, str]]) -> str:
    return " ".join(dict.fromkeys(value_label(trait, value, "en") for trait, value in claims))


def _stopped(text: str) -> str:
    return "".join(_STOPS.get(char, char) for char in text)


def _tidy(text: str) -> str:
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s+([,.;:!?)])", r"\1", text)
    text = re.sub(r"\bgold ((?:[\w-]+ )?hair|twin tails|ponytail|braids)\b", r"blonde \1", text)
    return re.sub(r"([,.;])(?:\s*[,.;])+", r"\1", text).strip(" ,;")
