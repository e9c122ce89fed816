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
            _deny(sentence, places, index, found)
    return found


def _deny(sentence: Sentence, places: Sequence[int], index: int, found: Denials) -> None:
    """One negation, at `places[index]`, with all that is joined to what it denies."""
    passed = {places[index]}
    found.taken |= passed
    for at, place in enumerate(places[index + 1 :], start=index + 1):
        role = sentence.role(place)
        if role in ("copulas", "links") and len(passed) > 1:
            break
        if role == "noise" or is_modifier(sentence.tokens[place]):
            passed.add(place)
        elif role not in _REACHED_OVER:
            _rule_out(sentence, place, passed, found)
            if not _goes_on(sentence, places[at + 1 :]):
                return
            passed = set[int]()
    if len(passed) > 1:
        found.taken |= passed
        found.left |= passed
    elif passed and (before := _before(sentence, places[:index])) is not None:
        _rule_out(sentence, before, passed, found)


def _rule_out(sentence: Sentence, place: int, passed: set[int], found: Denials) -> None:
    """Deny what stands at `place`, or leave it over with the negation and all that was passed."""
    claims = [(place, claim) for claim in _ruled_out(sentence.term(place))]
    found.claims += claims
    found.taken |= passed | {place}
    found.left |= set() if claims else passed | {place}


def _before(sentence: Sentence, places: Sequence[int]) -> int | None:
    """What a negation at the end speaks of ("眼镜不要")."""
    return next((p for p in reversed(places) if sentence.role(p) not in _REACHED_OVER), None)


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
