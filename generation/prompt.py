"""What a prompt asks for: free text in our languages → traits, and what was not understood."""

from __future__ import annotations

from dataclasses import dataclass

from generation.errors import EmptyPrompt, PromptTooLong
from generation.markup import read_markup
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
    """What was not understood or cannot be drawn, in the person's words, all of them visible.

    Weights and LoRA names are not among them: `generation.markup` reads those.
    """
    overruled: tuple[Overruled, ...] = ()


def read_prompt(text: str) -> Reading:
    """Read `text`. Pure, and fast enough for the event loop.

    Raises `PromptTooLong` beyond `MAX_PROMPT_CHARS` as typed, `EmptyPrompt` when nothing can be
    seen. A LoRA can: a prompt of nothing else asks for any character in its manner.
    """
    if len(text) > MAX_PROMPT_CHARS:
        raise PromptTooLong(len(text), MAX_PROMPT_CHARS)
    if not clean(text):
        raise EmptyPrompt
    folded = fold(read_markup(text).plain)
    findings = attach(tokenise(folded))
    traits, overruled = settle(findings.claims)
    leftover = tuple(folded.words(start, end) for start, end in findings.leftover)
    return Reading(traits, leftover, overruled)
