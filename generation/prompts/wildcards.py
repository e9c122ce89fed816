"""Lists of the operator's: `__name__` in a prompt stands for a line of one, by the seed."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random

from generation.prompt_errors import UnknownWildcard
from generation.reading.normalise import clean

log = logging.getLogger(__name__)

Lists = tuple[tuple[str, tuple[str, ...]], ...]
"""Name → lines, as pairs, so that it can be kept with what is asked for."""

MAX_LINES = 1000
MAX_LINE_CHARS = 200
MAX_KEPT = 100
"""Lines of a list that are kept with a request: it may be drawn again when the list is another."""
MAX_DEPTH = 10
"""Names in lines in lists."""
MAX_CHARS = 4000
"""Of a text that is filled in further: lists may name themselves."""

_NAME = re.compile(r"(?<![\w\\])__([^\W_](?:[\w-]*[^\W_])?)__(?!\w)")


def read_lists(folder: Path) -> Lists:
    """The lists in `folder`: name.txt, a line each choice; empty lines and those after a `#` are
    none. What cannot be read is logged and left out.
    """
    return tuple(
        (file.stem.casefold(), lines)
        for file in sorted(folder.glob("*.txt"))
        if _NAME.fullmatch(f"__{file.stem}__") and (lines := _lines(file))
    )


def _lines(file: Path) -> tuple[str, ...]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeError) as error:
        log.warning("the list %s cannot be read: %s", file.name, type(error).__name__)
        return ()
    lines = dict.fromkeys(line.strip() for line in text.splitlines())
    # a LoRA would be another one in each picture, and these are drawn side by side
    kept = [line for line in lines if line and line[0] != "#" and "<lora:" not in line.casefold()]
    if len(kept) > MAX_LINES or any(len(line) > MAX_LINE_CHARS for line in kept):
        log.warning(
            "the list %s: %d lines of %d signs are read", file.name, MAX_LINES, MAX_LINE_CHARS
        )
    return tuple(line[:MAX_LINE_CHARS] for line in kept[:MAX_LINES])


def lists_for(text: str, lists: Lists, seed: int) -> Lists:
    """Those of `lists` that `text` needs, and of long ones some lines, by `seed`.

    Raises `UnknownWildcard` for a name that has none; where there are no lists at all, two lines
    under a word are no sign.
    """
    if not lists:
        return ()
    known = dict(lists)
    for name in _names(clean(text)):
        if name not in known:
            raise UnknownWildcard(name, tuple(known))
    needed: dict[str, tuple[str, ...]] = {}
    open_texts = [clean(text)]
    while open_texts:
        for name in _names(open_texts.pop()):
            if name in known and name not in needed:
                needed[name] = _some(known[name], f"{seed}/{name}")
                open_texts += needed[name]
    return tuple(needed.items())


def _some(lines: tuple[str, ...], seed: str) -> tuple[str, ...]:
    return lines if len(lines) <= MAX_KEPT else tuple(Random(seed).sample(lines, MAX_KEPT))


def has_wildcards(text: str, lists: Lists) -> bool:
    """Whether `text` says other things with another seed, because of `lists`."""
    known = dict(lists)
    return any(name in known for name in _names(text))


def fill_in(text: str, lists: Lists, seed: int) -> str:
    """`text` with a line in the place of each name of a list; other names stay as they are."""
    known: Mapping[str, tuple[str, ...]] = dict(lists)
    for depth in range(MAX_DEPTH if known else 0):
        numbers = iter(range(len(text)))

        def line(match: re.Match[str], depth: int = depth, numbers: Iterator[int] = numbers) -> str:
            number, lines = next(numbers), known.get(match[1].casefold())
            if lines is None:
                return match[0]
            return Random(f"{seed}/{depth}/{number}/{match[1].casefold()}").choice(lines)

        before, text = text, _NAME.sub(line, text)
        if text == before or len(text) > MAX_CHARS:
            break
    return text


def _names(text: str) -> list[str]:
    return [match[1].casefold() for match in _NAME.finditer(text)]
