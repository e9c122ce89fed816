"""Every word of every lexicon in one index, with what it means to the reader."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from generation.lexicon import LANGUAGES
from generation.lexicon.loader import Lexicon, load
from generation.reading.normalise import clean, fold
from generation.traits import ACCESSORIES

SOURCES = (*dict.fromkeys(language.lexicon for language in LANGUAGES), "emoji")
"""The lists of words that are read, whatever language a member speaks."""
FAMILIES: Mapping[str, tuple[str, ...]] = {
    "hat": ("cap", *(a for a, slot in ACCESSORIES.items() if slot == "hat" and a != "cap")),
    "glasses": ("round glasses", "square glasses", "sunglasses"),
    "animal ears": tuple(a for a, slot in ACCESSORIES.items() if slot == "animal ears"),
    "facial hair": ("beard", "mustache"),
}
"""Family → its members. Its word stands for the first; ruled out, it means them all."""

_REGALIA = ("crown", "tiara")
"""They share the hat's place, but nobody who asks for a queen without a hat means her crown."""

ROLES = ("negation", "joiners", "copulas", "worn", "links", "verbs", "halves", "particles", "noise")
STRANGER = "strangers"
"""Role of phrases that only look like ours: nobody with black eye circles has black eyes."""
HEAD_OF_TRAIT = {
    "hair_style": "hair",
    "bangs": "bangs",
    "eye_shape": "eyes",
    "outfit": "outfit",
    "accessories": "accessory",
    "background": "background",
}
_HEAD_OF_PHRASES = {
    **HEAD_OF_TRAIT,
    "hair_color": "hair",
    "skin": "skin",
    "accessories": "glasses",
}
_LENGTHS = {"short hair", "long straight hair"}
_NO_TRAITS = {"grammar", "heads", "colors", "hair_color", "families"}

Words = Mapping[str, Mapping[str, tuple[str, ...]]]
CJK = r"[\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
"""Pattern for one character of the scripts that are written without spaces."""
_CJK = re.compile(CJK)


@dataclass(frozen=True, slots=True)
class Claim:
    """A value for a trait, "" to settle that there is none.

    A weak one gives way in silence: a length to a style, a pronoun to a noun. An implied one gives
    way to whoever rules out its family: a witch has a hat, but not if there shall be none.
    """

    trait: str
    value: str
    weak: bool = False
    implied: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """What a word means: a role in the sentence, or something that can be drawn."""

    role: str = ""
    """One of `ROLES`, or "" for a word that can be drawn."""
    claims: tuple[Claim, ...] = ()
    head: str = ""
    """What a colour or adjective beside this word belongs to; "" where it takes none."""
    color: str = ""
    color_of: str = ""
    """The head that this colour means when nothing else takes it ("blonde")."""
    family: str = ""
    is_pattern: bool = False
    """Whether it is meant only where it does not adorn something else ("hearts", "flower")."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The index. Keys are folded; words of a phrase are joined by one space."""

    terms: Mapping[str, Term]
    adjectives: Mapping[tuple[str, str], Claim]
    """(head, word) → what the word says about that head: ("hair", "curly")."""
    adjective_words: frozenset[str]
    mixed: re.Pattern[str]
    """Terms that words and runs of Chinese alone would not find: "t恤", "w/o"."""
    mixed_starts: frozenset[str]
    longest_phrase: int
    run_lengths: Mapping[str, tuple[int, ...]]
    """Chinese character → the lengths of the terms that begin with it."""


@cache
def reader_vocabulary() -> Vocabulary:
    """The vocabulary of all languages together, built once."""
    terms: dict[str, Term] = {}
    adjectives: dict[tuple[str, str], Claim] = {}
    for source in SOURCES:
        lexicon = load(source)
        for word, term in _terms(lexicon):
            terms[word] = term
        adjectives.update(_adjectives(lexicon.words))
    mixed = sorted((word for word in terms if _is_mixed(word)), key=len, reverse=True)
    return Vocabulary(
        terms=terms,
        adjectives=adjectives,
        adjective_words=frozenset(word for _, word in adjectives),
        mixed=re.compile("|".join(_bounded(word) for word in mixed) or r"(?!)"),
        mixed_starts=frozenset(word[0] for word in mixed),
        longest_phrase=max(word.count(" ") + 1 for word in terms),
        run_lengths=_lengths(word for word in {*terms, *(w for _, w in adjectives)} if word),
    )


def _lengths(words: Iterable[str]) -> dict[str, tuple[int, ...]]:
    lengths: dict[str, set[int]] = {}
    for word in words:
        if is_cjk(word[0]):
            lengths.setdefault(word[0], set()).add(len(word))
    return {start: tuple(sorted(found)) for start, found in lengths.items()}


def is_cjk(char: str) -> bool:
    """Whether words in this script stand without spaces."""
    return _CJK.match(char) is not None


def key(word: str) -> str:
    """`word` as it stands in the index."""
    return " ".join(fold(clean(word)).text.split())


def _terms(lexicon: Lexicon) -> Iterator[tuple[str, Term]]:
    """Words with their terms; where a word is listed twice, the later one holds."""
    words = lexicon.words
    grammar = words.get("grammar", {})
    for role in reversed(ROLES):
        yield from _each(grammar.get(role, ()), Term(role=role))
    for head, names in words.get("heads", {}).items():
        yield from _each(names, Term(head=head))
    yield from _colors(words)
    for trait in (table for table in words if table not in _NO_TRAITS):
        yield from _values(words, trait)
    for family, names in words.get("families", {}).items():
        yield from _each(names, _family(family))
    for compound in lexicon.compounds:
        yield from _each(compound.words, _compound(compound.traits))
    yield from _each(grammar.get(STRANGER, ()), Term(role=STRANGER))


def _values(words: Words, trait: str) -> Iterator[tuple[str, Term]]:
    """The words of one trait; lengths, pronouns and bare heads ("bangs") claim it weakly."""
    hints = {*words.get("grammar", {}).get("hints", ()), *words.get("heads", {}).get(trait, ())}
    head = HEAD_OF_TRAIT.get(trait, "")
    backgrounds = words.get("heads", {}).get("background", ())
    for value, names in words[trait].items():
        own_head = "beard" if value in FAMILIES["facial hair"] else head
        for name in names:
            weak = value in _LENGTHS or name in hints
            pattern = value == "flower" or (
                trait == "background" and not any(word in name for word in backgrounds)
            )
            claims = (Claim(trait, value, weak),)
            yield key(name), Term(claims=claims, head=own_head, is_pattern=pattern)


def _each(words: tuple[str, ...], term: Term) -> Iterator[tuple[str, Term]]:
    return ((key(word), term) for word in words)


def _colors(words: Words) -> Iterator[tuple[str, Term]]:
    for color, names in words.get("colors", {}).items():
        yield from _each(names, Term(color=color))
    heads = _keys_of_heads(words).get("hair", [])
    for color, names in words.get("hair_color", {}).items():
        for name in names:
            if _before_head(key(name), heads):
                yield key(name), Term(claims=(Claim("hair_color", color),), head="hair")
            else:
                yield key(name), Term(color=color, color_of="hair")


def _family(name: str) -> Term:
    first = FAMILIES[name][0]
    trait = "accessories" if first in ACCESSORIES else "marks"
    head = "accessory" if trait == "accessories" else "beard"
    return Term(claims=(Claim(trait, first, weak=True),), head=head, family=name)


def _compound(traits: Mapping[str, str | tuple[str, ...]]) -> Term:
    plain = set(traits) <= {"gender", "age"}
    claims = [
        Claim(trait, value, trait in ("gender", "outfit") and not plain, value not in _REGALIA)
        for trait, values in traits.items()
        for value in ([values] if isinstance(values, str) else values)
    ]
    empties = next((trait for trait, values in traits.items() if values == ()), "")
    if empties:
        claims.append(Claim(empties, ""))
    ears = any(claim.value in FAMILIES["animal ears"] for claim in claims)
    return Term(claims=tuple(claims), head="hair" if ears else "")


def _adjectives(words: Words) -> Iterator[tuple[tuple[str, str], Claim]]:
    """Phrases that end in a head, cut in two: "curly hair" → (("hair", "curly"), …)."""
    heads = _keys_of_heads(words)
    grammar = words.get("grammar", {})
    small = {key(word) for role in ROLES if role != "noise" for word in grammar.get(role, ())}
    for trait, values in words.items():
        head = _HEAD_OF_PHRASES.get(trait, "")
        for value, names in values.items():
            for word in (_before_head(key(name), heads.get(head, [])) for name in names):
                if word and word.split()[0] not in small:
                    yield (head, word), Claim(trait, value, weak=value in _LENGTHS)


def _keys_of_heads(words: Words) -> dict[str, list[str]]:
    return {
        head: sorted(map(key, names), key=len, reverse=True)
        for head, names in words.get("heads", {}).items()
    }


def _before_head(phrase: str, heads: list[str]) -> str:
    """What stands before the head at the end of `phrase`, "" where there is none."""
    for head in heads:
        if phrase.endswith(head) and (is_cjk(head[0]) or phrase.endswith(" " + head)):
            return phrase.removesuffix(head).removesuffix("的").strip()
    return ""


def _is_mixed(word: str) -> bool:
    kinds = {is_cjk(char) for char in word if char != " "}
    return len(kinds) == 2 or (
        len(word) > 1 and not is_cjk(word[0]) and not re.fullmatch(r"[\w' ]+", word)
    )


def _bounded(word: str) -> str:
    ends = r"(?![a-z])" if word[-1].isascii() else ""
    return (r"(?<![a-z0-9])" if word[0].isascii() else "") + re.escape(word) + ends
