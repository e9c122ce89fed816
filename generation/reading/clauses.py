"""A sentence → clauses of items: groups of colours and qualities, things, and the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from generation.reading.sentence import Sentence
from generation.reading.tokens import Token
from generation.reading.vocabulary import STRANGER, reader_vocabulary


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
