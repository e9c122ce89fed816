"""Small pieces of text that several messages share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import accumulate

from bot.texts import Sentences
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


def words_text(words: Iterable[str], limit: int) -> str:
    """A person's own words side by side, each once, as many whole ones as fit `limit`."""
    text = ""
    for word in dict.fromkeys(words):
        longer = " · ".join(filter(None, (text, escaped(word, limit - 4))))
        if len(longer) > limit - 4:
            return f"{text} · …"
        text = longer
    return text


def traits_text(traits: Traits, t: Sentences) -> str:
    """All settled traits in one line."""
    return " · ".join(
        t("result.trait", label=label, value=value)
        for label, value in trait_lines(traits, t.locale)
    )


def as_line(description: str) -> str:
    """A description that stands on a line of its own."""
    return description[:1].upper() + description[1:]


def bounded(text: str, limit: int) -> str:
    """At most `limit` characters, cut between words where there are any."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    head, space, _ = cut.rpartition(" ")
    return f"{(head if space else cut).rstrip(' ,;·、，')}…"


def size_text(size_bytes: int, t: Sentences) -> str:
    """A number of bytes as people read it."""
    if size_bytes < 1_000_000:
        return t("size.kilobytes", size=max(1, round(size_bytes / 1000)))
    return t("size.megabytes", size=f"{size_bytes / 1_000_000:.1f}")
