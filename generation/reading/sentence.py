"""The tokens of a prompt with quick answers about each; places are indices into them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from generation.reading.tokens import Token
from generation.reading.vocabulary import Term, is_cjk

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
