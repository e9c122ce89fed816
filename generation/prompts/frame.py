"""The frame around a person's words: what makes a chibi avatar of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from generation.prompts.scene import Cast, cast_of, says_shot
from generation.traits import Traits

Intent = Literal["draw", "redraw", "edit", "face", "part"]
"""From words alone; from the illustrator's figure; from a photo or another picture; the face of a
finished picture; a part of one, which a mask opens.
"""
_OF_SOMEBODY = (
    *("gender", "age", "hair_style", "hair_color", "bangs", "eye_shape", "eye_color"),
    *("expression", "skin", "marks", "outfit"),
)
"""Traits without which there is nobody who has them."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What a model that reads pictures with its prompt is given beside what it starts from."""

    references: int = 0
    has_pose: bool = False
    """The pose comes last."""


NOTHING_SEEN = Sight()


@dataclass(frozen=True, slots=True)
class Frame:
    """What the picture is, beside what the words say."""

    cast: Cast
    is_bust: bool
    """Whether it is an avatar's usual framing; no where the words want to see more, or less."""
    intent: Intent
    sight: Sight = NOTHING_SEEN

    @property
    def first_tags(self) -> tuple[str, ...]:
        """In tags, what goes before all else."""
        return ("close-up", "face", "detailed eyes") if self.intent == "face" else ()

    @property
    def tags(self) -> tuple[str, ...]:
        """In tags."""
        is_one = self.cast == "one"
        tags = (("solo", is_one), ("chibi", True), ("looking at viewer", is_one))
        return tuple(tag for tag, fits in (*tags, ("upper body", self.is_bust)) if fits)

    def opening(self, language: Literal["en", "zh"]) -> str:
        """In a sentence that the words go on from."""
        texts = _TEXTS[language]
        parts = [
            texts["several" if self.cast == "several" else "avatar"],
            *([texts["bust"]] if self.is_bust else []),
            *([texts["one"]] if self.cast == "one" else []),
        ]
        told = "".join(texts[key] for key in self._pictures())
        return told + texts["comma"].join(parts) + texts["colon"]

    def _pictures(self) -> tuple[str, ...]:
        """Keys of what is said about each of the pictures."""
        sight, starts = self.sight, self.intent in ("edit", "redraw", "part")
        told: list[str] = []
        if sight.references:
            alone = "refer" if sight.references == 1 else "refer to all"
            told.append("others" if starts else alone)
        if sight.has_pose:
            told.append("pose" if starts or sight.references else "only pose")
        if self.intent == "part":  # which leads over to the words
            return (*told, "part")
        return (f"{self.intent} first" if starts and told else self.intent, *told)


_TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "draw": "",
        "redraw": "Redraw the picture in your own hand and keep who is in it recognisable. ",
        "edit": "Turn who is in the picture into this and keep them recognisable. ",
        "face": "A close-up of the face, with clear, finely drawn eyes. ",
        "part": "Paint only what the mask leaves open, so that it fits the rest, and keep all else "
        "as it is. The picture is this: ",
        "redraw first": "Redraw the first picture in your own hand and keep who is in it "
        "recognisable. ",
        "edit first": "Turn who is in the first picture into this and keep them recognisable. ",
        "refer": "Use the picture as reference for the character and keep who is in it "
        "recognisable. ",
        "refer to all": "Use the pictures as reference for the character and what belongs to it, "
        "and keep who is in them recognisable. ",
        "others": "Use the other pictures as reference for what belongs to it. ",
        "pose": "Take the pose from the last picture, and nothing else. ",
        "only pose": "Take the pose from the picture, and nothing else. ",
        "avatar": "A cute chibi avatar in anime style with a big head and a small body",
        "several": "A cute chibi picture in anime style with big heads and small bodies",
        "bust": "head and shoulders",
        "one": "a single character",
        "comma": ", ",
        "colon": ": ",
    },
    "zh": {
        "draw": "",
        "redraw": "用你自己的画风重画这张图，让人认得出是谁。",
        "edit": "把图中的人物变成下面这样，让人认得出是谁。",
        "face": "脸部特写，眼睛清晰，描绘精细。",
        "part": "只重画蒙版留出的部分，与其余部分自然衔接，其他一切保持不变。这张图是：",
        "redraw first": "用你自己的画风重画第一张图，让人认得出是谁。",
        "edit first": "把第一张图中的人物变成下面这样，让人认得出是谁。",
        "refer": "以这张图为人物参考，让人认得出是谁。",
        "refer to all": "以这几张图为人物和相关细节的参考，让人认得出是谁。",
        "others": "其余的图用作细节参考。",
        "pose": "姿势照最后一张图，别的都不要照搬。",
        "only pose": "姿势照这张图，别的都不要照搬。",
        "avatar": "可爱的Q版动漫头像，大头小身体",
        "several": "可爱的Q版动漫插画，大头小身体",
        "bust": "头肩构图",
        "one": "单人",
        "comma": "，",
        "colon": "：",
    },
}


def frame_of(words: str, traits: Traits, intent: Intent, sight: Sight = NOTHING_SEEN) -> Frame:
    """The frame for `words`, "" for anybody, of which `traits` were read. Pure."""
    cast = cast_of(words)
    if cast == "open" and (not words or any(getattr(traits, name) for name in _OF_SOMEBODY)):
        cast = "one"
    is_bust = cast != "several" and intent != "face" and not says_shot(words)
    return Frame(cast, is_bust, intent, sight)
