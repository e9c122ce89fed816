"""What a prompt asks for: free text in our languages → traits, and what was not understood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from generation.prompt_errors import EmptyPrompt, PromptTooLong
from generation.prompts.markup import Markup, read_markup
from generation.prompts.wildcards import Lists
from generation.reading.attach import attach
from generation.reading.claims import Overruled, settle
from generation.reading.normalise import clean, fold
from generation.reading.tokens import tokenise
from generation.reading.vocabulary import Claim
from generation.request import Subject
from generation.shapes import Shape, nearest
from generation.traits import Traits

__all__ = [
    "MAX_PROMPT_CHARS",
    "NOBODY",
    "Overruled",
    "Reading",
    "chosen_style",
    "read_prompt",
    "read_words",
    "shape_said",
]

MAX_PROMPT_CHARS = 1000
NOBODY = Traits()
"""Everything is open."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A prompt, understood as far as it goes."""

    traits: Traits
    leftover: tuple[str, ...]
    """What was not understood or cannot be drawn, in the person's words, all of them visible.

    Weights and LoRA names are not among them: `generation.prompts.markup` reads those.
    """
    overruled: tuple[Overruled, ...] = ()
    certain: Traits = NOBODY
    """The traits that are said in so many words: "a hat" may be drawn as a cap, and is none."""


def read_prompt(
    text: str, seed: int = 0, without: Sequence[str] = (), lists: Lists = ()
) -> Reading:
    """Read `text`, whose choices, and lines of `lists`, fall by `seed`; `without` is ruled out
    beside it. Pure, and fast enough for the event loop.

    Raises a `BadSign`, `PromptTooLong` beyond `MAX_PROMPT_CHARS` as typed, `EmptyPrompt` when
    nothing can be seen. A LoRA can: a prompt of nothing else asks for anybody in its manner.
    """
    if len(text) > MAX_PROMPT_CHARS:
        raise PromptTooLong(len(text), MAX_PROMPT_CHARS)
    if not clean(text):
        raise EmptyPrompt
    return read_words(read_markup(text, seed, lists), without)


def read_words(markup: Markup, without: Sequence[str] = ()) -> Reading:
    """As `read_prompt`, of what has been taken apart already. Pure."""
    folded = fold(markup.plain)
    findings = attach(tokenise(folded))
    denied = [claim for thing in (*markup.negative, *without) for claim in _denied(thing)]
    traits, overruled = settle([*findings.claims, *denied])
    firm = [claim for claim in findings.claims if not claim.weak]
    certain = traits if len(firm) == len(findings.claims) and not denied else settle(firm)[0]
    leftover = tuple(folded.words(start, end) for start, end in findings.leftover)
    return Reading(traits, leftover, overruled, certain)


def chosen_style(subject: Subject, seed: int) -> str | None:
    """The style that was chosen beside the words, which were read with `seed`."""
    style = subject.traits.style
    if not subject.prompt:  # it came from somebody else, as traits alone
        return style
    said = read_prompt(subject.prompt, seed, lists=subject.lists).traits.style
    return None if style == said else style


def shape_said(subject: Subject, seed: int, shapes: Sequence[Shape]) -> Shape | None:
    """Which of `shapes` is the nearest to a flag of the words, `--ar 2:3`; `None` without one."""
    aspect = read_markup(subject.prompt, seed, subject.lists).aspect
    return aspect and nearest(aspect, shapes)


def _denied(thing: str) -> tuple[Claim, ...]:
    """What of `thing`, which a sign rules out, we can leave out."""
    return tuple(
        claim for claim in attach(tokenise(fold(f"no {thing}"))).claims if claim.trait == "without"
    )
