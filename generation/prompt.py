"""What a prompt asks for: free text in our languages → traits, and what was not understood."""

from __future__ import annotations

from dataclasses import dataclass

from generation.errors import EmptyPrompt, PromptTooLong
from generation.reading.attach import attach
from generation.reading.claims import Overruled, settle
from generation.reading.normalise import clean, fold
from generation.reading.tokens import tokenise
from generation.traits import Traits

__all__ = ["MAX_PROMPT_CHARS", "Overruled", "Reading", "read_prompt"]

MAX_PROMPT_CHARS = 1000


@dataclass(frozen=True, slots=True)
class Reading:
    """A prompt, understood as far as it goes."""

    traits: Traits
    leftover: tuple[str, ...]
    """What was not understood or cannot be drawn, in the person's words, all of them visible."""
    overruled: tuple[Overruled, ...] = ()


def read_prompt(text: str) -> Reading:
    """Read `text`. Pure, and fast enough for the event loop.

    Raises `PromptTooLong` beyond `MAX_PROMPT_CHARS`, `EmptyPrompt` when nothing can be seen.
    """
    if len(text) > MAX_PROMPT_CHARS:
        raise PromptTooLong(len(text), MAX_PROMPT_CHARS)
    typed = clean(text)
    if not typed:
        raise EmptyPrompt
    folded = fold(typed)
    findings = attach(tokenise(folded))
    traits, overruled = settle(findings.claims)
    leftover = tuple(folded.words(start, end) for start, end in findings.leftover)
    return Reading(traits, leftover, overruled)
