"""A sentence → clauses of items: groups of colours and qualities, things, and the rest; and what a
clause rules out ("no hat or glasses", "没戴眼镜"), found before the rest.

Places are indices into the sentence's tokens.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import Enum, auto

from generation.reading.tokens import Token
from generation.reading.vocabulary import FAMILIES, STRANGER, Claim, Term, is_cjk, reader_vocabulary

FILLERS = ("links", "verbs", "halves", "particles", "noise")
"""Roles of words that a colour reaches over on its way to its thing."""
_INSIDE_PHRASES = ("verbs", "halves", "particles", "noise")
_UNKNOWN = Term()


@dataclass(frozen=True, slots=True)
class Sentence:
    """All tokens of a prompt, in order."""

    tokens: Sequence[Token]

    def term(self, place: int) -> Term:
        """What the token means; an empty term where that is not known."""
        return self.tokens[place].term or _UNKNOWN

    def word(self, place: int) -> str:
        """The token as it stands in the vocabulary."""
        return self.tokens[place].word

    def head(self, place: int) -> str:
        """The head that the token is, or belongs to."""
        return self.term(place).head

    def role(self, place: int) -> str:
        """The token's role in the sentence, "" for what is drawn or unknown."""
        return self.term(place).role

    def roles_between(self, first: int, second: int) -> list[str]:
        """Roles of the tokens that stand between two places."""
        return [self.role(place) for place in range(first + 1, second)]

    def stretches(self, places: AbstractSet[int]) -> Iterator[tuple[int, int]]:
        """Start and end in the text of each run of `places`, small words inside included."""
        stretch: tuple[int, int] | None = None
        for place, token in enumerate(self.tokens):
            inside = place in places or self.role(place) in _INSIDE_PHRASES
            if stretch and (not inside or self._is_apart(place)):
                yield stretch
                stretch = None
            if place in places:
                stretch = (stretch[0] if stretch else token.start, token.end)
        if stretch:
            yield stretch

    def _is_apart(self, place: int) -> bool:
        """Whether a space divides two Chinese words here: between them it is a stop."""
        before, token = self.tokens[place - 1], self.tokens[place]
        return before.end < token.start and is_cjk(before.word[-1]) and is_cjk(token.word[0])


class Kind(Enum):
    """What an item does in its clause."""

    GROUP = auto()
    """Colours and adjectives that stand together."""
    THING = auto()
    """Something that can have a colour or an adjective."""
    PLAIN = auto()
    """Something that settles a trait by itself."""
    COPULA = auto()
    WORN = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Item:
    """Tokens with one part to play; `places` says where they stand in the sentence."""

    kind: Kind
    places: tuple[int, ...]

    @property
    def first(self) -> int:
        """Place of the first token."""
        return self.places[0]

    @property
    def last(self) -> int:
        """Place of the last token."""
        return self.places[-1]


def clauses(sentence: Sentence) -> Iterator[list[int]]:
    """The places of each clause, without the breaks between them."""
    clause: list[int] = []
    for place, token in enumerate(sentence.tokens):
        if token.is_break:
            yield clause
            clause = []
        else:
            clause.append(place)
    yield clause


def items(sentence: Sentence, places: Sequence[int]) -> list[Item]:
    """The items of a clause without its small words; a group ends at a link ("with")."""
    found: list[Item] = []
    linked = False
    for place in places:
        kind = _kind(sentence.tokens[place])
        if kind is None:
            linked = linked or sentence.role(place) == "links"
        elif kind is Kind.GROUP and found and found[-1].kind is Kind.GROUP and not linked:
            found[-1] = Item(kind, (*found[-1].places, place))
        else:
            found.append(Item(kind, (place,)))
            linked = False
    return found


def is_modifier(token: Token) -> bool:
    """Whether the token says something about another one ("red", "curly")."""
    term = token.term
    if term is None or term.head:
        return False
    return bool(term.color) or token.word in reader_vocabulary().adjective_words


def goes_in_pairs(found: Sequence[Item]) -> bool:
    """Whether each thing is followed by its colours to the very end ("hair red eyes blue")."""
    kinds = [item.kind for item in found]
    first_group = next((i for i, kind in enumerate(kinds) if kind is Kind.GROUP), len(kinds))
    pairs = kinds[max(first_group - 1, 0) :]
    return len(pairs) >= 4 and pairs == [Kind.THING, Kind.GROUP] * (len(pairs) // 2)


def _kind(token: Token) -> Kind | None:
    term = token.term
    if term is None or term.role == STRANGER:
        return Kind.UNKNOWN
    if is_modifier(token):
        return Kind.GROUP
    if term.role:
        return {"copulas": Kind.COPULA, "worn": Kind.WORN}.get(term.role)
    return Kind.THING if term.head else Kind.PLAIN


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
