"""Folded text → tokens: terms that we know, runs that we do not, and breaks between clauses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from generation.reading.normalise import Folded
from generation.reading.spelling import corrected
from generation.reading.vocabulary import CJK, Term, Vocabulary, is_cjk, reader_vocabulary

_MARKUP = re.compile(
    r"</?[a-z]{1,10}[1-6]?(?:\s[^<>]*)?/?>|<a?:\w+:\d+>|<[@#][!&]?\d+>|:\d+(?:\.\d+)?(?=[)\]])"
)
_LINK = re.compile(r"https?://")
_HEX = re.compile(r"#(?:[0-9a-f]{6}|[0-9a-f]{3})(?![0-9a-z])")
_WORD = re.compile(rf"((?:(?!{CJK})[^\W_])+(?:'(?:(?!{CJK})[^\W_])+)*) *")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_SPECIAL_STARTS = frozenset("<:h#")
_BREAKS = set(",.;!?|()[]{}\n。…")
_UNKNOWN_COST, _CHARACTER_COST, _TERM_COST = 100, 15, 10


@dataclass(frozen=True, slots=True)
class Token:
    """A stretch of the folded text, `text[start:end]`. Without a term it is unknown, or a break."""

    start: int
    end: int
    word: str
    """As it stands in the vocabulary; a typo is mended here."""
    term: Term | None = None
    is_break: bool = False


def tokenise(folded: Folded) -> list[Token]:
    """All tokens of `folded`, in order, without markup, spaces and stray signs."""
    vocabulary = reader_vocabulary()
    text = folded.text
    tokens: list[Token] = []
    place = 0
    while place < len(text):
        found = _at(folded, place, vocabulary)
        tokens.extend(found)
        place = max(found[-1].end if found else place + 1, place + 1)
    return [token for token in tokens if token.word]


def _at(folded: Folded, place: int, vocabulary: Vocabulary) -> list[Token]:
    """The tokens that begin at `place`; an empty word marks what is to be skipped."""
    text = folded.text
    if text[place] in vocabulary.mixed_starts | _SPECIAL_STARTS and (
        special := _special(folded, place, vocabulary)
    ):
        return [special]
    if is_cjk(text[place]):
        return _run(text, place, vocabulary)
    if _WORD.match(text, place):
        return [_phrase(text, place, vocabulary)]
    return [_sign(text[place], place, vocabulary)]


def _special(folded: Folded, place: int, vocabulary: Vocabulary) -> Token | None:
    """Markup, a link, a colour in hex, or a term that holds more than letters."""
    text = folded.text
    if match := _MARKUP.match(text, place):
        return Token(place, match.end(), "")
    if _LINK.match(text, place):
        end = _end_of_link(folded, place)
        return Token(place, end, text[place:end])
    if match := _HEX.match(text, place):
        return Token(place, match.end(), match.group(), Term(color=_six_digits(match.group())))
    if match := vocabulary.mixed.match(text, place):
        return Token(place, match.end(), match.group(), vocabulary.terms[match.group()])
    return None


def _sign(char: str, place: int, vocabulary: Vocabulary) -> Token:
    """A single sign: a break, a term (emoji, "&"), a picture that we do not know, or nothing."""
    term = vocabulary.terms.get(char)
    is_said = term is not None or char in _BREAKS or unicodedata.category(char) == "So"
    return Token(place, place + 1, char if is_said else "", term, is_break=char in _BREAKS)


def _end_of_link(folded: Folded, place: int) -> int:
    """Where white space was typed; a hyphen, which is folded into a space, is part of the link."""
    ends = (i for i in range(place, len(folded.text)) if folded.typed[folded.origin[i]].isspace())
    return next(ends, len(folded.text))


def _six_digits(color: str) -> str:
    return color if len(color) == 7 else "#" + "".join(digit * 2 for digit in color[1:])


def _phrase(text: str, place: int, vocabulary: Vocabulary) -> Token:
    """The longest known phrase at `place`, typos mended, else one word that is not known."""
    words: list[tuple[int, str]] = []
    match = _WORD.match(text, place)
    while match and len(words) < vocabulary.longest_phrase:
        words.append((match.end(1), match.group(1)))
        match = _WORD.match(text, match.end())
    mended = [word if word in vocabulary.terms else corrected(word) for _, word in words]
    for spelling in ([word for _, word in words], mended):
        for count in range(len(words), 0, -1):
            phrase = " ".join(spelling[:count])
            if term := _lookup(phrase, vocabulary):
                return Token(place, words[count - 1][0], phrase, term)
    return _single_word(text, place, words[0][0], vocabulary)


def _lookup(phrase: str, vocabulary: Vocabulary) -> Term | None:
    term = vocabulary.terms.get(phrase)
    return Term() if term is None and phrase in vocabulary.adjective_words else term


def _single_word(text: str, place: int, end: int, vocabulary: Vocabulary) -> Token:
    """A word outside every phrase; a number that leads it ("2girls") is a token of its own."""
    number = _NUMBER.match(text, place, end)
    stop = number.end() if number else end
    return Token(place, stop, text[place:stop], vocabulary.terms.get(text[place:stop]))


def _run(text: str, place: int, vocabulary: Vocabulary) -> list[Token]:
    """A run of Chinese, cut into the fewest terms that leave the least unknown."""
    end = place
    while end < len(text) and is_cjk(text[end]):
        end += 1
    best: list[tuple[int, int]] = [(0, end)] * (end - place + 1)
    for start in range(end - 1, place - 1, -1):
        best[start - place] = min(_cuts(text, start, end, best, place, vocabulary))
    tokens: list[Token] = []
    start = place
    while start < end:
        stop = -best[start - place][1]
        word = text[start:stop]
        tokens.append(Token(start, stop, word, _lookup(word, vocabulary)))
        start = stop
    return list(_joined(_without_stray_characters(tokens)))


def _cuts(
    text: str, start: int, end: int, best: list[tuple[int, int]], place: int, vocabulary: Vocabulary
) -> Iterator[tuple[int, int]]:
    """(cost of the rest, minus where the first piece ends) for each way to cut the first piece."""
    yield _UNKNOWN_COST + best[start + 1 - place][0], -(start + 1)
    for length in vocabulary.run_lengths.get(text[start], ()):
        stop = start + length
        if stop <= end and _lookup(text[start:stop], vocabulary):
            cost = _TERM_COST if stop > start + 1 else _CHARACTER_COST
            yield cost + best[stop - place][0], -stop


def _without_stray_characters(tokens: list[Token]) -> list[Token]:
    """Single characters that touch something unknown made unknown: 青 in 青蛙."""
    tokens = list(tokens)
    for order in (range(len(tokens)), range(len(tokens) - 1, -1, -1)):
        for index in order:
            if _is_stray(tokens, index):
                tokens[index] = replace(tokens[index], term=None)
    return tokens


def _is_stray(tokens: Sequence[Token], index: int) -> bool:
    term = tokens[index].term
    if term is None or len(tokens[index].word) > 1 or term.role in ("particles", "worn"):
        return False
    before, after = (tokens[i] if 0 <= i < len(tokens) else None for i in (index - 1, index + 1))
    unknown_follows = after is not None and after.term is None
    if before and _is_pair(before, tokens[index]) and term.head == "hair":
        return False
    if before and before.term is None:
        return not (after and _is_pair(tokens[index], after))
    if term.role == "verbs":
        return unknown_follows and before is not None and before.word.endswith("着")
    if term.role == "joiners":
        return unknown_follows and before is None
    return unknown_follows


def _is_pair(color: Token, head: Token) -> bool:
    """Whether two characters hold each other up: 黑发, 红瞳."""
    return bool(
        color.term and head.term and color.term.color and head.term.head and not head.term.claims
    )


def _joined(tokens: list[Token]) -> Iterator[Token]:
    """Neighbours that are unknown as one token."""
    pending: Token | None = None
    for token in tokens:
        if token.term is None and pending is not None:
            pending = replace(pending, end=token.end, word=pending.word + token.word)
        elif token.term is None:
            pending = token
        else:
            if pending:
                yield pending
            pending = None
            yield token
    if pending:
        yield pending
