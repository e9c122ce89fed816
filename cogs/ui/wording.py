"""Small pieces of text that several messages share."""

from __future__ import annotations

import discord

from generation.lexicon import trait_lines
from generation.traits import Traits


def escaped(text: str, limit: int) -> str:
    """A person's own words, shown as typed: no markdown, no mention, at most `limit` characters."""
    short = text if len(text) <= limit else text[: limit - 1] + "…"
    return discord.utils.escape_mentions(discord.utils.escape_markdown(short))


def traits_text(traits: Traits, locale: str) -> str:
    """All settled traits in one line."""
    return " · ".join(f"{label}: {value}" for label, value in trait_lines(traits, locale))
