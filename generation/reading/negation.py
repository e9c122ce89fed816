"""What a clause rules out ("no hat or glasses", "没戴眼镜"), found before the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from generation.reading.clauses import is_modifier
from generation.reading.sentence import FILLERS, Sentence
from generation.reading.vocabulary import FAMILIES, Claim, Term

_REACHED_OVER = (*FILLERS, "worn", "copulas", "joiners")


@dataclass(slots=True)
class Denials:
    """What a clause rules out. Places are those of the sentence."""

    claims: list[tuple[int, Claim]] = field(default_factory=list[tuple[int, Claim]])
    left: set[int] = field(default_factory=set[int])
    """What our vocabulary cannot rule out, negation and all."""
    taken: set[int] = field(default_factory=set[int])
    """All that need not be read again."""


def denials(sentence: Sentence, places: Sequence[int]) -> Denials:
    """Follow every negation among `places` as far as it reaches."""
    found = Denials()
    for index, place in enumerate(places):
        if place not in found.taken and sentence.role(place) == "negation":
            _deny(sentence, places[index:], found)
    return found


def _deny(sentence: Sentence, places: Sequence[int], found: Denials) -> None:
    """One negation, at the head of `places`, with all that is joined to what it denies."""
    passed = {places[0]}
    found.taken.add(places[0])
    for index, place in enumerate(places[1:], start=1):
        role = sentence.role(place)
        if role in ("copulas", "links") and len(passed) > 1:
            break
        if is_modifier(sentence.tokens[place]):
            passed.add(place)
        elif role not in _REACHED_OVER:
            claims = [(place, claim) for claim in _ruled_out(sentence.term(place))]
            found.claims += claims
            found.taken |= passed | {place}
            found.left |= set() if claims else passed | {place}
            if not claims or not _goes_on(sentence, places[index + 1 :]):
                return
            passed = {place}
    if len(passed) > 1:
        found.taken |= passed
        found.left |= passed


def _goes_on(sentence: Sentence, following: Sequence[int]) -> bool:
    """Whether another thing that can be ruled out is joined on ("hat or glasses")."""
    if len(following) < 2 or sentence.role(following[0]) != "joiners":
        return False
    return any(claim.trait == "without" for claim in _ruled_out(sentence.term(following[1])))


def _ruled_out(term: Term) -> Iterator[Claim]:
    if term.family:
        yield from (Claim("without", member, weak=True) for member in FAMILIES[term.family])
        return
    if term.head == "accessories":
        yield Claim("accessories", "")
    for claim in term.claims:
        if claim.trait in ("accessories", "marks"):
            yield Claim("without", claim.value)
        elif claim.trait == "expression":
            yield Claim("expression", "neutral", weak=True)
