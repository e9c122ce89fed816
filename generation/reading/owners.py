"""Whose are these colours? Each group of a clause is given to the thing that it speaks of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from generation.reading.clauses import Item, Kind, Sentence, goes_in_pairs

_COLORED_FROM_AFAR = ("hair", "outfit")
"""Heads that take a colour that stands alone behind the next comma ("short hair, blue")."""


@dataclass(frozen=True, slots=True)
class Given:
    """Places of colours and adjectives, and the place of their thing, if they have one."""

    places: tuple[int, ...]
    owner: int | None = None
    to_outfit: bool = False
    """Whether they are what somebody wears ("a girl in red")."""


@dataclass(frozen=True, slots=True)
class Clause:
    """The items of one clause, and the bare thing at the end of the one before."""

    sentence: Sentence
    items: Sequence[Item]
    carried: int | None
    is_bare: Callable[[int], bool]
    """Whether the thing at a place has no colour yet."""

    def givings(self) -> Iterator[Given]:
        """Every group of the clause with its owner."""
        in_pairs = goes_in_pairs(self.items)
        for index, item in enumerate(self.items):
            if item.kind is Kind.GROUP:
                yield from self._given(index, item, in_pairs=in_pairs)

    def _given(self, index: int, group: Item, *, in_pairs: bool) -> Iterator[Given]:
        before, after, subject = self._at(index - 1), self._at(index + 1), self._at(index - 2)
        if in_pairs and before:
            yield Given(group.places, before.first)
        elif _is(before, Kind.COPULA) and subject and subject.kind is Kind.THING:
            yield from self._divided(index, group, subject)
        elif thing := self._thing_ahead(index, group):
            yield Given(group.places, thing.first)
        elif after and after.kind is Kind.UNKNOWN and self._touch(group, after):
            yield Given(group.places)
        else:
            yield self._without_thing_ahead(index, group)

    def _without_thing_ahead(self, index: int, group: Item) -> Given:
        before, subject = self._at(index - 1), self._at(index - 2)
        if before and before.kind is Kind.WORN:
            close = subject and subject.last == before.first - 1 and self._takes_color(subject)
            return Given(group.places, subject.first if subject and close else None, not close)
        if all(self.sentence.term(place).color_of for place in group.places):
            return Given(group.places)
        if before and self._takes_color(before):
            return Given(group.places, before.first)
        if self._is_alone(group) and self._head_of_carried() in _COLORED_FROM_AFAR:
            return Given(group.places, self.carried)
        return Given(group.places)

    def _thing_ahead(self, index: int, group: Item) -> Item | None:
        """The thing that the group stands before; one unknown word in between is let pass."""
        after, beyond = self._at(index + 1), self._at(index + 2)
        if after is None or after.kind is Kind.THING:
            return after
        if after.kind is not Kind.UNKNOWN or beyond is None or beyond.kind is not Kind.THING:
            return None
        close = group.last + 1 == after.first and after.last + 1 == beyond.first
        return beyond if close else None

    def _divided(self, index: int, group: Item, subject: Item) -> Iterator[Given]:
        """The group after "is"; its end may be the next thing's ("is red and blue eyes")."""
        after, beyond = self._at(index + 1), self._at(index + 2)
        own = group.places
        if after and after.kind is Kind.THING and not _is(beyond, Kind.COPULA):
            roles = {place: self.sentence.role(place) for place in range(group.first, group.last)}
            joiner = max((place for place, role in roles.items() if role == "joiners"), default=0)
            cut = joiner or group.last
            own = tuple(place for place in group.places if place < cut) or group.places
            if rest := group.places[len(own) :]:
                yield Given(rest, after.first)
        yield Given(own, subject.first)

    def _at(self, index: int) -> Item | None:
        return self.items[index] if 0 <= index < len(self.items) else None

    def _takes_color(self, item: Item) -> bool:
        return item.kind is Kind.THING and self.is_bare(item.first)

    def _is_alone(self, group: Item) -> bool:
        """Whether the clause says nothing else, so that it speaks of something before it."""
        others = [item for item in self.items if item is not group]
        spoken_of = group.first > 0 and self.sentence.role(group.first - 1) == "noise"
        return not spoken_of and all(item.kind is Kind.COPULA for item in others)

    def _head_of_carried(self) -> str:
        return "" if self.carried is None else self.sentence.head(self.carried)

    def _touch(self, group: Item, after: Item) -> bool:
        """Whether nothing, or only 的, stands between them."""
        return all(self.sentence.word(p) == "的" for p in range(group.last + 1, after.first))


def _is(item: Item | None, kind: Kind) -> bool:
    return item is not None and item.kind is kind
