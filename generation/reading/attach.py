"""Tokens → claims: every colour and quality goes to its thing; what nobody understood is left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from generation.reading.clauses import FILLERS, Item, Kind, Sentence, clauses, denials, items
from generation.reading.owners import Clause, Given
from generation.reading.tokens import Token
from generation.reading.vocabulary import Claim, Term, is_cjk, reader_vocabulary

_COLOR_TRAITS = {
    "hair": ("hair_color", "hair_tips_color"),
    "tips": ("hair_tips_color",),
    "beard": ("hair_color",),
    "eyes": ("eye_color", "left_eye_color"),
    "odd eyes": ("eye_color", "left_eye_color"),
    "left eye": ("left_eye_color",),
    "right eye": ("eye_color",),
    "outfit": ("outfit_color",),
    "accessory": ("accessory_color",),
    "background": ("background_color",),
}
"""Head → the traits that its first, second, ... colour settle."""
_SIDES = {"left": "left eye", "right": "right eye"}
_OTHER_HALVES = {"hair_color": "hair_tips_color", "eye_color": "left_eye_color"}
_HAVE_SIDES = ("eyes", "odd eyes", "hair")
_CLOTHES = ("outfit", "accessory")
_ODD_EYES = ("blue", "amber")


@dataclass(frozen=True, slots=True)
class Findings:
    """What the prompt claims, in order, and the stretches of folded text that nobody understood."""

    claims: tuple[Claim, ...]
    leftover: tuple[tuple[int, int], ...]


def attach(tokens: Sequence[Token]) -> Findings:
    """Read the tokens of a whole prompt."""
    sentence = Sentence(tokens)
    reader = _Reader(sentence)
    for places in clauses(sentence):
        reader.read_clause(places)
    claims = _with_odd_eyes(sentence, _halves_told_apart(sentence, reader.claims()))
    return Findings(tuple(claims), tuple(sentence.stretches(reader.left)))


class _Reader:
    """Reads clause by clause, in order."""

    def __init__(self, sentence: Sentence) -> None:
        self.left: set[int] = set()
        """Places of what is left over."""
        self._sentence = sentence
        self._topics = list(_topics(sentence))
        self._adjectives = reader_vocabulary().adjectives
        self._claims: list[tuple[int, Claim]] = []
        self._dressed: dict[int, Claim | None] = {}
        """Places of things that have been given something, with their first colour."""
        self._carried: int | None = None
        """A thing at the end of the last clause that may still take a colour."""

    def claims(self) -> list[Claim]:
        """All claims in the order of the words that make them."""
        return [claim for _, claim in sorted(self._claims, key=lambda found: found[0])]

    def read_clause(self, places: Sequence[int]) -> None:
        """Take one more clause."""
        denied = denials(self._sentence, places)
        self._claims += denied.claims
        self.left |= denied.left
        found = items(self._sentence, [place for place in places if place not in denied.taken])
        around = zip((None, *found), found, (*found[1:], None), strict=False)
        for before, item, after in around:
            if item.kind is Kind.UNKNOWN or self._adorns_clothes(before, item, after):
                self.left.update(item.places)
            elif item.kind in (Kind.THING, Kind.PLAIN):
                self._claim_itself(item.first)
        for given in Clause(self._sentence, found, self._carried, self._is_bare).givings():
            self._give(given)
        self._read_bare_heads(found)
        self._carry(found)

    def _adorns_clothes(self, before: Item | None, item: Item, after: Item | None) -> bool:
        """Whether a pattern is said of clothes ("star earrings", "shirt with hearts")."""
        if not self._sentence.term(item.first).is_pattern:
            return False
        if after and after.first == item.first + 1 and self._is_clothes(after):
            return True
        links = self._sentence.roles_between(before.last, item.first) if before else ()
        return before is not None and self._is_clothes(before) and "links" in links

    def _is_clothes(self, item: Item) -> bool:
        return self._sentence.head(item.first) in _CLOTHES

    def _carry(self, found: Sequence[Item]) -> None:
        """Keep the thing that a colour in the next clause may belong to."""
        things = [item.first for item in found if item.kind is Kind.THING]
        last_kind = found[-1].kind if found else None
        if last_kind is Kind.GROUP:
            self._carried = things[-1] if things else self._carried
        else:
            self._carried = things[-1] if last_kind is Kind.THING else None
        if not self._is_uncolored(self._carried):
            self._carried = None

    def _is_bare(self, place: int) -> bool:
        return place not in self._dressed and self._is_uncolored(place)

    def _is_uncolored(self, place: int | None) -> bool:
        if place is None or self._dressed.get(place):
            return False
        return not any(
            claim.trait.endswith("_color") for claim in self._sentence.term(place).claims
        )

    def _give(self, given: Given) -> None:
        colors = [place for place in given.places if self._sentence.term(place).color]
        others = [place for place in given.places if place not in colors]
        if given.to_outfit:
            self._claim_colors("outfit", colors)
            self._leave_alone(others)
        elif given.owner is None:
            self._leave_alone(given.places)
        else:
            self._dress(given.owner, colors, others)

    def _dress(self, thing: int, colors: Sequence[int], adjectives: Sequence[int]) -> None:
        head = self._head(thing)
        self._dressed.setdefault(thing, None)
        self._claim_phrase(thing, head, adjectives)
        if head in _COLOR_TRAITS:
            self._dressed[thing] = self._claim_colors(head, colors)
            return
        unfit = {
            place for place in colors if (head, self._sentence.word(place)) not in self._adjectives
        }
        self._claim_adjectives(head, [place for place in colors if place not in unfit])
        self.left.update(unfit | {thing} if unfit else ())

    def _head(self, place: int) -> str:
        """The head at `place`; a side is one of the eyes or of the hair, as was spoken of last."""
        head = self._sentence.head(place)
        if head not in _SIDES:
            return head
        topic = self._topics[place]
        return topic if topic in ("", "hair") else _SIDES[head]

    def _is_bare_head(self, item: Item) -> bool:
        claims = self._sentence.term(item.first).claims
        return item.kind is Kind.THING and not claims and self._is_bare(item.first)

    # Claims

    def _claim_itself(self, place: int) -> None:
        self._claims += ((place, claim) for claim in self._sentence.term(place).claims)

    def _claim_phrase(self, thing: int, head: str, adjectives: Sequence[int]) -> None:
        """Adjectives, as one phrase with the thing where there is one ("long curly" + "hair")."""
        name = self._sentence.word(thing)
        said = [self._sentence.word(place) for place in adjectives]
        phrase = "".join([*said, name]) if is_cjk(name[0]) else _known(" ".join([*said, name]))
        term = reader_vocabulary().terms.get(phrase)
        if adjectives and term and term.claims:
            self._claims += ((thing, claim) for claim in term.claims)
        else:
            self._claim_adjectives(head, adjectives)

    def _claim_adjectives(self, head: str, places: Sequence[int]) -> None:
        """Adjectives that fit the head; the others are left ("soft" of a sweater is no style)."""
        for place in places:
            if claim := self._adjectives.get((head, self._sentence.word(place))):
                self._claims.append((place, claim))
            elif not self._sentence.role(place):
                self.left.add(place)

    def _claim_colors(self, head: str, places: Sequence[int]) -> Claim | None:
        """Claim colours for a head and answer with the first; those too many are left."""
        traits = _COLOR_TRAITS[head]
        self.left.update(places[len(traits) :])
        made = [
            Claim(trait, self._color(trait, head, place), weak=head == "beard")
            for trait, place in zip(traits, places, strict=False)
        ]
        self._claims += zip(places, made, strict=False)
        return made[0] if made else None

    def _color(self, trait: str, head: str, place: int) -> str:
        """The colour at `place` for this head: golden hair is blonde."""
        special = self._adjectives.get((head, self._sentence.word(place)))
        return (
            special.value
            if special and special.trait == trait
            else self._sentence.term(place).color
        )

    def _leave_alone(self, places: Sequence[int]) -> None:
        """Colours and adjectives without a thing: what they mean by themselves, else left over."""
        for place in places:
            term = self._sentence.term(place)
            if term.color_of:
                self._claim_colors(term.color_of, (place,))
            elif term.claims:
                self._claim_itself(place)
            elif not term.role:
                self.left.add(place)

    def _read_bare_heads(self, found: Sequence[Item]) -> None:
        """ "brown hair and eyes" share a colour; "covering one eye" is left over as a whole."""
        for before, item in pairwise(found):
            if not self._is_bare_head(item):
                continue
            roles = self._sentence.roles_between(before.last, item.first)
            shared = self._dressed.get(before.first)
            head = self._sentence.head(item.first)
            if shared and "joiners" in roles and head in ("hair", "eyes"):
                self._claims.append((item.first, Claim(_COLOR_TRAITS[head][0], shared.value)))
            elif before.kind is Kind.UNKNOWN and roles and set(roles) <= set(FILLERS):
                self.left.add(item.first)


def _known(phrase: str) -> str:
    """`phrase` without the idle words that it begins with: "big round glasses"."""
    terms = reader_vocabulary().terms
    words = phrase.split()
    while len(words) > 1 and " ".join(words) not in terms and terms.get(words[0], Term()).role:
        del words[0]
    return " ".join(words)


def _topics(sentence: Sentence) -> Iterator[str]:
    """For each place, what "left" is a side of there: the eyes, the hair, or "" so far."""
    topic = ""
    for place in range(len(sentence.tokens)):
        if sentence.head(place) in _HAVE_SIDES:
            topic = sentence.head(place)
        yield topic


def _halves_told_apart(sentence: Sentence, claims: Sequence[Claim]) -> Iterator[Claim]:
    """Two colours, one a half, are two-tone hair or odd eyes ("half white, half black")."""
    places = range(len(sentence.tokens))
    halved = any(sentence.role(i) == "halves" or sentence.head(i) in _SIDES for i in places)
    for claim in claims:
        other_half = _OTHER_HALVES.get(claim.trait)
        colors = list(dict.fromkeys(c.value for c in claims if c.trait == claim.trait))
        is_second = other_half and halved and len(colors) == 2 and claim.value == colors[1]
        yield Claim(other_half, claim.value) if other_half and is_second else claim


def _with_odd_eyes(sentence: Sentence, claims: Iterator[Claim]) -> Iterator[Claim]:
    """Give eyes that are called odd, but not by colour, the colours they most often have."""
    colors: dict[str, str] = {}
    for claim in claims:
        colors[claim.trait] = claim.value
        yield claim
    odd = any(sentence.head(place) == "odd eyes" for place in range(len(sentence.tokens)))
    if odd and "left_eye_color" not in colors:
        first = colors.get("eye_color", _ODD_EYES[0])
        yield Claim("eye_color", first)
        yield Claim(
            "left_eye_color", next(color for color in reversed(_ODD_EYES) if color != first)
        )
