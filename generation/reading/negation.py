"""What a clause rules out ("no hat or glasses", "没戴眼镜"), taken before anything else is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from generation.reading.clauses import FILLERS, is_modifier
from generation.reading.tokens import Token
from generation.reading.vocabulary import FAMILIES, Claim, Term


@dataclass(slots=True)
class Denials:
    """What is ruled out by one clause; places are indices into the tokens of the prompt."""

    claims: list[tuple[int, Claim]] = field(default_factory=list[tuple[int, Claim]])
    left: set[int] = field(default_factory=set[int])
    """What cannot be ruled out in our vocabulary, negation and all."""
    taken: set[int] = field(default_factory=set[int])


def denials(tokens: Sequence[Token], places: Sequence[int]) -> Denials:
    """Follow every negation among `places` as far as it reaches."""
    found = Denials()
    for index, place in enumerate(places):
        if place not in found.taken and _role(tokens[place]) == "negation":
            _deny(tokens, places[index:], found)
    return found


def _deny(tokens: Sequence[Token], places: Sequence[int], found: Denials) -> None:
    """One negation, at the head of `places`, with all that is joined to what it denies."""
    found.taken.add(places[0])
    passed = [places[0]]
    for place in places[1:]:
        token = tokens[place]
        role = _role(token)
        if role in ("copulas", "links") and len(passed) > 1:
            break
        if role in (*FILLERS, "worn", "copulas", "joiners"):
            continue
        if token.term and is_modifier(token, token.term):
            passed.append(place)
            continue
        ruled_out = tuple(_ruled_out(token.term)) if token.term else ()
        found.taken.update({*passed, place})
        if not ruled_out:
            found.left.update({*passed, place})
            return
        found.claims += ((place, claim) for claim in ruled_out)
        if not _goes_on(tokens, places, place):
            return
        passed = [place]
    if len(passed) > 1:
        found.taken.update(passed)
        found.left.update(passed)


def _goes_on(tokens: Sequence[Token], places: Sequence[int], place: int) -> bool:
    """Whether the thing at `place` is joined to another one that can be ruled out ("hat or glasses")."""
    after = [tokens[p] for p in places if p > place][:2]
    if len(after) < 2 or _role(after[0]) != "joiners" or after[1].term is None:
        return False
    return any(claim.trait == "without" for claim in _ruled_out(after[1].term))


def _ruled_out(term: Term) -> Iterator[Claim]:
    if term.family:
        yield from (Claim("without", member) for member in FAMILIES[term.family])
        return
    if term.head == "accessories":
        yield Claim("accessories", "")
    for claim in term.claims:
        if claim.trait in ("accessories", "marks"):
            yield Claim("without", claim.value)
        elif claim.trait == "expression":
            yield Claim("expression", "neutral", weak=True)


def _role(token: Token) -> str:
    return token.term.role if token.term else ""
