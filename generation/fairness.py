"""FairOrder: who is next, when servers and their members take turns."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class FairOrder(Generic[T]):
    """Items that wait, in turn over the groups (servers), within a group in turn over the owners,
    first come first served within an owner. All of a lower priority number come before.

    Invariant: no priority, group or owner without an item is kept.
    """

    def __init__(self) -> None:
        self._rounds: dict[int, OrderedDict[int, OrderedDict[int, deque[T]]]] = {}
        """By priority: groups in the order of their next turns; in each, owners in the order of
        theirs.
        """
        self._places: dict[T, tuple[int, int, int]] = {}

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, item: T) -> bool:
        return item in self._places

    def __iter__(self) -> Iterator[T]:
        """The items in the order in which they would be taken if nothing else came."""
        for priority in sorted(self._rounds):
            groups = self._rounds[priority]
            yield from _in_turn(_in_turn(owners.values()) for owners in groups.values())

    def add(self, item: T, *, priority: int, group: int, owner: int) -> None:
        """Put `item` behind its owner's others."""
        owners = self._rounds.setdefault(priority, OrderedDict()).setdefault(group, OrderedDict())
        owners.setdefault(owner, deque()).append(item)
        self._places[item] = (priority, group, owner)

    def take(self, item: T) -> None:
        """Remove `item` because its turn has come: its owner's and its group's next is later."""
        priority, group, owner = self._places[item]
        groups = self._rounds[priority]
        groups[group].move_to_end(owner)
        groups.move_to_end(group)
        self.remove(item)

    def remove(self, item: T) -> None:
        """Remove `item` without a turn."""
        priority, group, owner = self._places.pop(item)
        groups = self._rounds[priority]
        groups[group][owner].remove(item)
        if not groups[group][owner]:
            del groups[group][owner]
        if not groups[group]:
            del groups[group]
        if not groups:
            del self._rounds[priority]


def _in_turn(sources: Iterable[Iterable[T]]) -> Iterator[T]:
    """One of each source, round after round; a source that has no more costs no turn.

    Sources are opened when their first turn comes: mostly only the beginning is looked at.
    """
    opened: deque[Iterator[T]] = deque()
    for source in sources:
        items = iter(source)
        yield next(items)  # none is empty at first
        opened.append(items)
    while opened:
        items = opened.popleft()
        for item in items:
            yield item
            opened.append(items)
            break
