"""Tokens → claims: every colour and quality finds its thing; what nobody understood is left over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generation.reading.clauses import FILLERS, Item, Kind, clauses, goes_in_pairs, items
from generation.reading.negation import denials
from generation.reading.tokens import Token
from generation.reading.vocabulary import Claim, Term, is_cjk, reader_vocabulary

_COLOR_TRAITS = {
    "hair": ("hair_color", "hair_tips_color"),
    "tips": ("hair_tips_color",),
    "eyes": ("eye_color", "left_eye_color"),
    "odd eyes": ("eye_color", "left_eye_color"),
    "left eye": ("left_eye_color",),
    "right eye": ("eye_color",),
    "outfit": ("outfit_color",),
    "accessory": ("accessory_color",),
    "background": ("background_color",),
    "beard": ("hair_color",),
}
"""Head → the traits that its first, second, ... colour settle."""
_SIDES = {"left": "left eye", "right": "right eye"}
_ODD_EYES = ("blue", "amber")
_COLORED_FROM_AFAR = ("hair", "outfit")
"""Heads that take a colour that stands alone behind the next comma."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What the sentence claims, in order, and the stretches of folded text that nobody understood."""

    claims: tuple[Claim, ...]
    leftover: tuple[tuple[int, int], ...]


def attach(tokens: Sequence[Token]) -> Findings:
    """Read the tokens of a whole prompt."""
    reader = _Reader(tokens)
    for places in clauses(tokens):
        reader.read_clause(places)
    return Findings(tuple(reader.settled()), tuple(reader.leftover()))


class _Reader:
    """Reads clause by clause. Places are indices into the tokens."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._adjectives = reader_vocabulary().adjectives
        self._claims: list[tuple[int, Claim]] = []
        self._left: set[int] = set()
        self._dressed: dict[int, Claim | None] = {}
        """Places of things that have a colour or an adjective, with the first colour claimed."""
        self._items: list[Item] = []
        self._carried: Item | None = None
        """A bare thing at the end of the last clause."""

    def read_clause(self, places: Sequence[int]) -> None:
        """Take one more clause."""
        denied = denials(self._tokens, places)
        self._claims += denied.claims
        self._left |= denied.left
        self._items = items(self._tokens, [place for place in places if place not in denied.taken])
        pairs = goes_in_pairs(self._items)
        for index, item in enumerate(self._items):
            if item.kind is Kind.UNKNOWN:
                self._left.update(item.places)
            elif item.kind in (Kind.THING, Kind.PLAIN):
                self._claims += ((item.first, claim) for claim in self._term(item.first).claims)
            elif item.kind is Kind.GROUP:
                self._place_group(index, item, backward=pairs)
        self._look_around()
        last = self._items[-1] if self._items else None
        self._carried = (
            last if last and last.kind is Kind.THING and last.first not in self._dressed else None
        )

    def _carry(self) -> None:
        """Keep the thing that a colour in the next clause may still belong to."""
        last = self._items[-1] if self._items else None
        if (
            last
            and last.kind is Kind.GROUP
            and self._carried
            and not self._dressed.get(self._carried.first)
        ):
            return
        self._carried = last if last and self._is_bare(last) else None

    def settled(self) -> Iterator[Claim]:
        """All claims in the order they were made, halves told apart and odd eyes filled in."""
        ordered = [claim for _, claim in sorted(self._claims, key=lambda found: found[0])]
        yield from self._told_apart(ordered)
        colors = {
            claim.trait: claim.value
            for _, claim in self._claims
            if claim.trait.endswith("eye_color")
        }
        odd = any(token.term and token.term.head == "odd eyes" for token in self._tokens)
        if odd and "left_eye_color" not in colors:
            first = colors.get("eye_color", _ODD_EYES[0])
            yield Claim("eye_color", first)
            yield Claim("left_eye_color", _ODD_EYES[1] if first != _ODD_EYES[1] else _ODD_EYES[0])

    def _told_apart(self, claims: Sequence[Claim]) -> Iterator[Claim]:
        """Two hair colours, one a half, are two-tone hair ("half white, half black")."""
        colors = dict.fromkeys(claim.value for claim in claims if claim.trait == "hair_color")
        halved = any(
            self._role(i) == "halves" or self._head(i) in _SIDES for i in range(len(self._tokens))
        )
        second = list(colors)[1] if halved and len(colors) == 2 else None
        for claim in claims:
            is_second = second is not None and (claim.trait, claim.value) == ("hair_color", second)
            yield Claim("hair_tips_color", claim.value) if is_second else claim

    def leftover(self) -> Iterator[tuple[int, int]]:
        """Stretches of text; neighbours with nothing but fillers between them are one."""
        stretch: tuple[int, int] | None = None
        before: Token | None = None
        for place, token in enumerate(self._tokens):
            filler = token.term is not None and token.term.role in ("particles", "noise", "verbs")
            ends = before is not None and _is_apart(before, token)
            if stretch and (ends or not (filler or place in self._left)):
                yield stretch
                stretch = None
            if place in self._left:
                stretch = (stretch[0] if stretch else token.start, token.end)
            before = token
        if stretch:
            yield stretch

    # Where a group of colours and adjectives belongs

    def _place_group(self, index: int, group: Item, *, backward: bool) -> None:
        before = self._item(index - 1)
        after = self._item(index + 1)
        subject = self._item(index - 2)
        if backward and before:
            self._give(before, group.places)
        elif before and before.kind is Kind.COPULA and subject and subject.kind is Kind.THING:
            own, rest = self._divide(index, group)
            self._give(subject, own)
            if after and rest:
                self._give(after, rest)
        elif thing := self._thing_ahead(index, group):
            self._give(thing, group.places)
        elif after and after.kind is Kind.UNKNOWN and self._touch(group.last, after.first):
            self._leave(group.places)
        else:
            self._place_last_group(index, group)

    def _place_last_group(self, index: int, group: Item) -> None:
        """A group with no thing after it."""
        before, subject = self._item(index - 1), self._item(index - 2)
        if before and before.kind is Kind.WORN:
            if subject and self._is_bare(subject) and subject.last == before.first - 1:
                self._give(subject, group.places)
            else:
                self._color("outfit", [place for place in group.places if self._term(place).color])
                self._leave([place for place in group.places if not self._term(place).color])
        elif before and self._is_bare(before) and not self._own_heads(group):
            self._give(before, group.places)
        elif (
            len(self._items) == 1
            and self._carried
            and not self._own_heads(group)
            and self._reaches_back()
        ):
            self._give(self._carried, group.places)
        else:
            self._leave(group.places)

    def _thing_ahead(self, index: int, group: Item) -> Item | None:
        """The thing that the group stands before; one unknown word in between is let pass."""
        after, beyond = self._item(index + 1), self._item(index + 2)
        if after and after.kind is Kind.THING:
            return after
        if not (after and beyond and after.kind is Kind.UNKNOWN and beyond.kind is Kind.THING):
            return None
        close = group.last + 1 == after.first and after.last + 1 == beyond.first
        return beyond if close else None

    def _divide(self, index: int, group: Item) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """What of the group after "is" belongs to its subject, and what to the thing after it."""
        after, beyond = self._item(index + 1), self._item(index + 2)
        if not after or after.kind is not Kind.THING or (beyond and beyond.kind is Kind.COPULA):
            return group.places, ()
        joiners = [p for p in range(group.first, group.last) if self._role(p) == "joiners"]
        cut = joiners[-1] if joiners else group.last - 1
        own = tuple(place for place in group.places if place <= cut)
        return (own, group.places[len(own) :]) if own else (group.places, ())

    def _item(self, index: int) -> Item | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def _is_bare(self, item: Item) -> bool:
        colored = any(claim.trait.endswith("_color") for claim in self._term(item.first).claims)
        return item.kind is Kind.THING and item.first not in self._dressed and not colored

    def _reaches_back(self) -> bool:
        return (
            self._carried is not None and self._term(self._carried.first).head in _COLORED_FROM_AFAR
        )

    def _own_heads(self, group: Item) -> bool:
        return all(self._term(place).color_of for place in group.places)

    def _touch(self, first: int, second: int) -> bool:
        """Whether nothing, or only 的, stands between two places."""
        return all(self._tokens[place].word == "的" for place in range(first + 1, second))

    # Giving and leaving

    def _give(self, thing: Item, places: Sequence[int]) -> None:
        """Let the thing have the colours and adjectives at `places`."""
        head = self._head_at(thing.first)
        colors = [place for place in places if self._term(place).color]
        self._dressed.setdefault(thing.first, None)
        self._describe(thing, head, [place for place in places if place not in colors])
        if head not in _COLOR_TRAITS:
            unfit = [place for place in colors if (head, self._word(place)) not in self._adjectives]
            self._claim_adjectives(head, [place for place in colors if place not in unfit])
            self._left.update([*unfit, thing.first] if unfit else ())
        else:
            self._dressed[thing.first] = self._color(head, colors)

    def _head_at(self, place: int) -> str:
        """The head at `place`; "left" means an eye or the hair, whichever was spoken of last."""
        head = self._head(place)
        if head not in _SIDES:
            return head
        spoken = (self._head(before) for before in range(place, -1, -1))
        topic = next((found for found in spoken if found in ("eyes", "odd eyes", "hair")), "")
        return topic if topic in ("", "hair") else _SIDES[head]

    def _describe(self, thing: Item, head: str, adjectives: Sequence[int]) -> None:
        """Adjectives, as one phrase with the thing where there is one ("long curly" + "hair")."""
        words = [self._word(place) for place in (*adjectives, thing.first)]
        space = "" if is_cjk(words[-1][0]) else " "
        phrase = reader_vocabulary().terms.get(space.join(words))
        if adjectives and phrase and phrase.claims:
            self._claims += ((thing.first, claim) for claim in phrase.claims)
            return
        self._claim_adjectives(head, adjectives)

    def _claim_adjectives(self, head: str, places: Sequence[int]) -> None:
        for place in places:
            claim = self._adjectives.get((head, self._word(place)))
            if claim:
                self._claims.append((place, claim))
            else:
                self._leave((place,))

    def _color(self, head: str, places: Sequence[int]) -> Claim | None:
        """Claim colours for a head; the ones too many are left over. The first claim is the answer."""
        traits = _COLOR_TRAITS[head]
        self._left.update(places[len(traits) :])
        made: list[Claim] = []
        for trait, place in zip(traits, places, strict=False):
            special = self._adjectives.get((head, self._word(place)))
            value = special.value if special and special.trait == trait else self._term(place).color
            made.append(Claim(trait, value, weak=head == "beard"))
            self._claims.append((place, made[-1]))
        return made[0] if made else None

    def _leave(self, places: Sequence[int]) -> None:
        """Colours and adjectives without a thing: what they mean by themselves, else left over."""
        for place in places:
            term = self._term(place)
            if term.color_of:
                self._color(term.color_of, (place,))
            elif term.claims:
                self._claims += ((place, claim) for claim in term.claims)
            elif not term.role:
                self._left.add(place)

    def _look_around(self) -> None:
        """Bare heads: "brown hair and eyes" share a colour; "covering one eye" is left over as a whole."""
        for before, item in zip(self._items, self._items[1:], strict=False):
            if not self._is_bare(item) or self._term(item.first).claims:
                continue
            head = self._term(item.first).head
            between = [self._role(place) for place in range(before.last + 1, item.first)]
            shared = self._dressed.get(before.first)
            if shared and "joiners" in between and head in ("hair", "eyes"):
                self._claims.append((item.first, Claim(_COLOR_TRAITS[head][0], shared.value)))
            elif before.kind is Kind.UNKNOWN and between and set(between) <= set(FILLERS):
                self._left.add(item.first)

    def _term(self, place: int) -> Term:
        return self._tokens[place].term or Term()

    def _head(self, place: int) -> str:
        return self._term(place).head

    def _word(self, place: int) -> str:
        return self._tokens[place].word

    def _role(self, place: int) -> str:
        return self._term(place).role


def _is_apart(before: Token, token: Token) -> bool:
    """Whether a space divides two Chinese words: there it is a stop."""
    return before.end < token.start and is_cjk(before.word[-1]) and is_cjk(token.word[0])
