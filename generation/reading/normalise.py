"""Text as it was typed → text that can be looked up, with the way back to what was typed."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache

from generation.lexicon.loader import load

# Letters of other scripts that look like these Latin ones.
_LOOK_ALIKES = dict(
    zip(
        "аеорсухіѕјһԁԛԝᴀɑαορνκ" + "вмтнкпг",
        "aeopcyxisjhdqwaaaopvk" + "bmthknr",
        strict=True,
    )
)
_MARKS = {"’": "'", "‘": "'", "`": " ", "´": "'", "_": " ", "-": " ", "‐": " ", "–": " ", "—": ","}
_INVISIBLE = {"\u3164", "\u115f", "\u1160", "\u2800", "\u034f"}


@dataclass(frozen=True, slots=True)
class Folded:
    """`text` to be looked up; `origin[i]` is where its character i stands in `typed`."""

    typed: str
    text: str
    origin: tuple[int, ...]

    def words(self, start: int, end: int) -> str:
        """What was typed between two places of `text`."""
        return self.typed[self.origin[start] : self.origin[end - 1] + 1] if start < end else ""


def clean(text: str) -> str:
    """`text` without control, zero-width, direction and private characters, stripped."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(kept for char in composed if (kept := _visible(char))).strip()


@cache
def _visible(char: str) -> str:
    if char in "\n\r\u2028\u2029":
        return "\n"
    category = unicodedata.category(char)
    if category == "Zs" or char == "\t":
        return " "
    if (
        category[0] == "C"
        or char in _INVISIBLE
        or "\ufe00" <= char <= "\ufe0f"
        or char >= "\U000e0000"
    ):
        return ""
    return char


def fold(typed: str) -> Folded:
    """Lower case, full width made half, look-alikes Latin, Traditional Simplified."""
    text: list[str] = []
    origin: list[int] = []
    for index, char in enumerate(typed):
        folded = _folded(char)
        text.append(folded)
        origin.extend([index] * len(folded))
    return Folded(typed, "".join(text), tuple(origin))


@cache
def _folded(char: str) -> str:
    traditional = load("zh").traditional
    wide = unicodedata.normalize("NFKC", char).casefold()
    return "".join(_LOOK_ALIKES.get(c) or _MARKS.get(c) or traditional.get(c) or c for c in wide)
