"""The words by which models know whom a picture is for: held to, whatever is typed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from generation.prompts.brackets import text_of
from generation.prompts.markup import Piece, cut


@dataclass(frozen=True, slots=True)
class RatingWords:
    """A model's tags, as its card has them, with commas between them."""

    safe: str
    """Always in the prompt."""
    avoid: str = ""
    """Always in the negative prompt, and never in the prompt."""


def withhold(
    pieces: Sequence[Piece], denied: Sequence[str], words: RatingWords | None
) -> tuple[tuple[Piece, ...], Sequence[str], tuple[str, ...]]:
    """What is said without the tags to be avoided, what is denied without the safe ones, and the
    former as they were typed. All of it where there are no `words` to hold to.
    """
    if words is None:
        return tuple(pieces), denied, ()
    found = list(_any_of(words.avoid).finditer(text_of(pieces)))
    left = cut(pieces, ((match.start(), match.end()) for match in found))
    deniable = [thing for thing in denied if not _any_of(words.safe).search(thing)]
    return left, deniable, tuple(dict.fromkeys(match[1] for match in found))


@cache
def _any_of(tags: str) -> re.Pattern[str]:
    """One of `tags` as a word, written with spaces, "_" or "-", and the comma after it."""
    names = [re.split(r"[\s_-]+", tag.strip()) for tag in tags.split(",") if tag.strip()]
    written = "|".join(r"[\s_-]+".join(map(re.escape, name)) for name in names)
    return re.compile(rf"(?<!\w)({written or '(?!)'})(?!\w)\s*,?\s*", re.IGNORECASE)
