"""Small pieces of text that several messages share."""

from __future__ import annotations

import re
from itertools import accumulate

from generation.lexicon import trait_lines
from generation.traits import Traits

# Discord takes a backslash before any sign: no sign then styles, links, mentions or tells a time.
_SIGN = re.compile(r"[\\*_~|`#>\[\]()<:/.-]")
_AFTER_AT = "\u200b"  # a mention would be found behind a backslash too


def escaped(text: str, limit: int) -> str:
    """A person's own words in one line, shown as typed and as nothing but words.

    At most `limit` characters as they are sent, which are more than one sees.
    """
    typed = " ".join(text.split()).replace("@", f"@{_AFTER_AT}")
    pieces = [_SIGN.sub(r"\\\g<0>", character) for character in typed]
    lengths = list(accumulate(map(len, pieces)))
    if not lengths or lengths[-1] <= limit:
        return "".join(pieces)
    fitting = sum(length < limit for length in lengths)  # one character is for the ellipsis
    return "".join(pieces[:fitting]) + "…"


def traits_text(traits: Traits, locale: str) -> str:
    """All settled traits in one line."""
    return " · ".join(f"{label}: {value}" for label, value in trait_lines(traits, locale))


def as_line(description: str) -> str:
    """A description that stands on a line of its own."""
    return description[:1].upper() + description[1:]
