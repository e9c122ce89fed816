"""The parts of a picture that can be painted anew by themselves, and the words for them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from generation.reading.normalise import fold
from generation.reading.tokens import tokenise
from generation.reading.vocabulary import Term, is_cjk
from generation.request import Part
from generation.traits import ACCESSORIES, Traits

if TYPE_CHECKING:
    from generation.illustrator.display import LayerName  # brings the illustrator

LAYERS_OF: Mapping[Part, tuple[LayerName, ...]] = {
    "hair": ("hair behind", "hair", "brows", "locks"),
    "eyes": ("eyes", "tears"),
    "mouth": ("mouth",),
    "face": ("face", "blush", "features", "marks", "eyes", "mouth", "tears", "brows"),
    "hat": ("head wear behind", "head wear"),
    "glasses": ("face wear",),
    "outfit": ("outfit", "neck wear"),
    "background": ("background",),
}
"""Of the illustrator's drawings. Brows have the colour of the hair."""
STRENGTHS: Mapping[Part, float] = {
    "hair": 0.85,
    "eyes": 0.75,
    "mouth": 0.7,
    "face": 0.7,
    "hat": 0.9,
    "glasses": 0.85,
    "outfit": 0.85,
    "background": 0.95,
}
"""How far a model goes from what was there: a face has to stay that face, a background not."""
_TRAITS_OF: Mapping[Part, tuple[str, ...]] = {
    "hair": ("hair_style", "hair_color", "hair_tips_color", "bangs"),
    "eyes": ("eye_shape", "eye_color", "left_eye_color"),
    "mouth": ("expression",),
    "face": ("expression", "marks", "eye_shape", "eye_color", "left_eye_color"),
    "hat": (),
    "glasses": (),
    "outfit": ("outfit", "outfit_color"),
    "background": ("background", "background_color"),
}
_SLOTS_OF: Mapping[Part, tuple[str, ...]] = {
    "hat": ("hat", "animal ears", "ears", "horns", "halo", "hair"),
    "glasses": ("eyes", "face"),
    "outfit": ("neck",),
}
_OF_HEAD: Mapping[str, Part] = {
    "hair": "hair",
    "tips": "hair",
    "bangs": "hair",
    "eyes": "eyes",
    "left eye": "eyes",
    "right eye": "eyes",
    "odd eyes": "eyes",
    "glasses": "glasses",
    "outfit": "outfit",
    "background": "background",
    "skin": "face",
    "beard": "face",
}
"""What the reader calls that which a colour or an adjective belongs to."""
_OF_TRAIT: Mapping[str, Part] = {
    "hair_style": "hair",
    "bangs": "hair",
    "eye_shape": "eyes",
    "expression": "face",
    "marks": "face",
    "skin": "face",
    "outfit": "outfit",
    "background": "background",
}
_OF_WORD: Mapping[str, Part] = {
    "face": "face",
    "head": "face",
    "nose": "face",
    "mouth": "mouth",
    "lips": "mouth",
    "teeth": "mouth",
    "behind": "background",
    "scenery": "background",
    "脸": "face",
    "鼻子": "face",
    "嘴": "mouth",
    "身后": "background",
}
"""Words that the reader, which reads what can be drawn, has no use for."""
_NAMES: Mapping[Part, tuple[str, str]] = {
    "hair": ("hair", "头发"),
    "eyes": ("eyes", "眼睛"),
    "mouth": ("mouth", "嘴"),
    "face": ("face", "表情"),
    "hat": ("hat", "帽子"),
    "glasses": ("glasses", "眼镜"),
    "outfit": ("outfit", "衣服"),
    "background": ("background", "背景"),
}
"""In English and in Chinese, to be said behind what becomes of it ("blue" + "hair")."""


def part_in(words: str) -> Part | None:
    """The part that `words` speak of: the one that is named first, for "her hat becomes a crown"
    begins with what is there. `None` where they name none.
    """
    return next(_parts_in(words), None)


def naming(words: str, part: Part) -> str:
    """`words` so that they say by themselves what they are about: "blue" is "blue hair", and so is
    "her hair becomes blue". Whose hair it is says nothing of who that is.
    """
    said = words.strip()
    for way in _CHANGES:
        if change := way.fullmatch(said):
            becomes = change["becomes"]
            return becomes if part in _parts_in(becomes) else _joined(becomes, change["was"])
    words = _WHOSE.sub("", words).strip() or words
    if part in _parts_in(words):
        return words
    english, chinese = _NAMES[part]
    return _joined(words, chinese if any(map(is_cjk, words)) else english)


def _joined(words: str, what: str) -> str:
    return f"{words}的{what}" if any(map(is_cjk, words)) else f"{words} {what}"


_ITS = r"(?:(?:his|her|their|my|its|the)\s+)?(?P<was>[a-z ]+?)\s+"
_CHANGES = (
    re.compile(
        _ITS + r"(?:becomes?|turns?(?:\s+(?:in)?to)?|changes?\s+to)\s+(?:an?\s+)?(?P<becomes>.+)",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:turn|change|make|paint|dye)\s+" + _ITS + r"(?:in)?to\s+(?:an?\s+)?(?P<becomes>.+)",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:把|将|將)?(?:她的|他的|它的|我的)?(?P<was>[\u4e00-\u9fff]{1,6}?)"
        r"(?:换成|換成|变成|變成|改成|染成|变为|變為|改为|改為)(?P<becomes>.+)"
    ),
)
"""What becomes of what: "her hat becomes a crown", "turn the hat into a crown", 头发换成蓝色."""
_WHOSE = re.compile(r"\b(?:his|her|their|my|its)\b\s*|(?:她|他|它|我)的", re.IGNORECASE)


def without_part(traits: Traits, part: Part) -> Traits:
    """`traits` with everything open that belongs to `part`."""
    opened: dict[str, Any] = dict.fromkeys(_TRAITS_OF[part])
    slots = _SLOTS_OF.get(part, ())
    if slots and traits.accessories is not None:
        opened["accessories"] = tuple(a for a in traits.accessories if ACCESSORIES[a] not in slots)
    return replace(traits, **opened)


def _parts_in(words: str) -> Iterator[Part]:
    for token in tokenise(fold(words)):
        if token.term is not None and (part := _part_of(token.term)):
            yield part
        elif token.word in _OF_WORD:
            yield _OF_WORD[token.word]
        elif token.term is None:  # written without spaces, so that it may stand in the middle
            for word, part in _OF_WORD.items():
                if is_cjk(word[0]) and word in token.word:
                    yield part


def _part_of(term: Term) -> Part | None:
    if part := _OF_HEAD.get(term.head) or _OF_HEAD.get(term.color_of):
        return part
    for claim in term.claims:
        if claim.trait == "accessories" and claim.value in ACCESSORIES:
            slot = ACCESSORIES[claim.value]
            return next(part for part, slots in _SLOTS_OF.items() if slot in slots)
        if part := _OF_TRAIT.get(claim.trait):
            return part
    return "hat" if term.family == "hat" else None
