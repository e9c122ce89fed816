"""Tokens → clauses of items: groups of colours and qualities, things they may belong to, and the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from generation.reading.tokens import Token
from generation.reading.vocabulary import Term, reader_vocabulary

FILLERS = ("links", "verbs", "halves", "particles", "noise")


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
    """Neighbouring tokens with one part to play. `places` are indices into the tokens of the prompt."""

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


def clauses(tokens: Sequence[Token]) -> Iterator[list[int]]:
    """The places of each clause, without the breaks between them."""
    clause: list[int] = []
    for place, token in enumerate(tokens):
        if token.is_break:
            yield clause
            clause = []
        else:
            clause.append(place)
    yield clause


def items(tokens: Sequence[Token], places: Sequence[int]) -> list[Item]:
    """The items of a clause; fillers and joiners are left out, a group reaches over them."""
    found: list[Item] = []
    linked = False
    for place in places:
        kind = _kind(tokens[place])
        if kind is None:
            linked = linked or _is_link(tokens[place])
        elif kind is Kind.GROUP and found and found[-1].kind is Kind.GROUP and not linked:
            found[-1] = Item(kind, (*found[-1].places, place))
        else:
            found.append(Item(kind, (place,)))
            linked = False
    return found


def _is_link(token: Token) -> bool:
    """Whether a new group begins behind the token ("brunette with pink tips")."""
    return token.term is not None and token.term.role == "links"


def _kind(token: Token) -> Kind | None:
    term = token.term
    if term is None:
        return Kind.UNKNOWN
    if is_modifier(token, term):
        return Kind.GROUP
    if term.role:
        return {"copulas": Kind.COPULA, "worn": Kind.WORN}.get(term.role)
    return Kind.THING if term.head else Kind.PLAIN


def is_modifier(token: Token, term: Term) -> bool:
    """Whether the token says something about another ("red", "curly")."""
    return bool(term.color) or (not term.head and token.word in reader_vocabulary().adjective_words)


def goes_in_pairs(found: Sequence[Item]) -> bool:
    """Whether each thing is followed by its colours to the very end ("hair red eyes blue")."""
    kinds = [item.kind for item in found]
    start = next((i for i, kind in enumerate(kinds) if kind is Kind.GROUP), len(kinds)) - 1
    rest = kinds[max(start, 0) :]
    return (
        len(rest) >= 4
        and len(rest) % 2 == 0
        and rest == [Kind.THING, Kind.GROUP] * (len(rest) // 2)
    )
