"""Many claims about a character → one value a trait; the last wins, what it beat is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from generation.reading.vocabulary import Claim
from generation.traits import ACCESSORIES, Traits

_MANY = ("accessories", "marks", "without")
_MILDER = {
    "happy": ("laughing", "grinning", "winking", "love", "smug", "shy"),
    "sad": ("crying",),
    "surprised": ("shocked",),
    "neutral": ("serious", "sleepy"),
}
"""Expression → those that hold it and say more; it gives way to them in silence."""


@dataclass(frozen=True, slots=True)
class Overruled:
    """Two things were asked for where one can be: for `trait`, `kept` was said after `lost`.

    An accessory or mark that is ruled out later on is kept as "none".
    """

    trait: str
    lost: str
    kept: str


def settle(claims: Sequence[Claim]) -> tuple[Traits, tuple[Overruled, ...]]:
    """The traits that `claims`, in the order they were made, come to."""
    values: dict[str, Any] = {}
    overruled: list[Overruled] = []
    for trait in dict.fromkeys(claim.trait for claim in claims if claim.trait not in _MANY):
        kept, lost = _last([claim for claim in claims if claim.trait == trait])
        values[trait] = int(kept) if trait == "chibiness" else kept
        overruled += (Overruled(trait, value, kept) for value in lost)
    worn = _Worn(overruled)
    for claim in claims:
        if claim.trait in _MANY:
            worn.add(claim)
    values.update(worn.values())
    return Traits(**values), tuple(overruled)


def _last(claims: Sequence[Claim]) -> tuple[str, list[str]]:
    """The value that wins and the different ones that it beats aloud."""
    firm = [claim.value for claim in claims if not claim.weak] or [claim.value for claim in claims]
    firm = [value for value in firm if not set(_MILDER.get(value, ())) & set(firm)]
    return firm[-1], [value for value in dict.fromkeys(firm) if value != firm[-1]]


class _Worn:
    """What is worn and ruled out so far: one accessory a slot, any number of marks."""

    def __init__(self, overruled: list[Overruled]) -> None:
        self._overruled = overruled
        self._accessories: dict[str, Claim] = {}
        self._marks: dict[str, Claim] = {}
        self._without: dict[str, Claim] = {}
        self._bare = False

    def add(self, claim: Claim) -> None:
        """Take one more claim; the later one wins."""
        if claim.trait == "without":
            self._rule_out(claim)
        elif not claim.value:
            self._accessories.clear()
            self._bare = True
        elif claim.trait == "accessories":
            self._put_on(claim)
        else:
            self._without.pop(claim.value, None)
            self._marks[claim.value] = claim

    def values(self) -> dict[str, tuple[str, ...]]:
        """The traits that are settled, each value once, in the order of mention."""
        found = {
            "accessories": tuple(claim.value for claim in self._accessories.values()),
            "marks": tuple(self._marks),
            "without": tuple(self._without),
        }
        return {
            name: got
            for name, got in found.items()
            if got or (name == "accessories" and self._bare)
        }

    def _put_on(self, claim: Claim) -> None:
        slot = ACCESSORIES[claim.value]
        before = self._accessories.get(slot)
        if before and claim.weak and not before.weak:
            return
        if claim.implied and claim.value in self._without:
            return
        if before and before.value != claim.value and not before.weak:
            self._overruled.append(Overruled("accessories", before.value, claim.value))
        self._without.pop(claim.value, None)
        self._accessories[slot] = claim

    def _rule_out(self, claim: Claim) -> None:
        slot = ACCESSORIES.get(claim.value, "")
        worn = self._accessories.get(slot) or self._marks.get(claim.value)
        is_named = worn and worn.value == claim.value and not (worn.weak or worn.implied)
        if claim.weak and is_named:
            return
        self._without[claim.value] = claim
        if slot in self._accessories and self._accessories[slot].value == claim.value:
            if not self._accessories.pop(slot).implied:
                self._overruled.append(Overruled("accessories", claim.value, "none"))
        elif self._marks.pop(claim.value, None):
            self._overruled.append(Overruled("marks", claim.value, "none"))
