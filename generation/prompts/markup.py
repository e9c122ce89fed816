"""The signs in a prompt that speak to a model and are no words: weights, choices, LoRAs, flags.

They are those of AUTOMATIC1111's web UI, of dynamic prompts and of Midjourney, and may be typed
with full-width signs:

    ((x)) [x] (x:1.3)     more or less of a model's attention
    {a|b|c}               one of them, by the seed
    __hair__              a line of the operator's list of that name, by the seed
    <lora:name:0.8>       a LoRA
    BREAK                 a stop
    \\( \\)                 brackets that are only brackets
    Negative prompt: x    what to leave out; so does --no x
    --ar 2:3              and other flags

None of it is ever passed on as words. What only looks like a sign (":3)", "16:9", ":(") is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from generation.prompt_errors import (
    BrokenSign,
    LoraWeightOutOfRange,
    NestedTooDeep,
    TooManyLoras,
)
from generation.prompts.brackets import Piece, pieces_of, text_of
from generation.prompts.denial import denials
from generation.prompts.wildcards import Lists, fill_in, has_wildcards
from generation.reading.normalise import clean

MIN_LORA_WEIGHT, MAX_LORA_WEIGHT = -1.0, 2.0
MAX_LORAS = 8
MAX_DEPTH = 20
"""Brackets in brackets."""


@dataclass(frozen=True, slots=True)
class LoraUse:
    """A LoRA by its name in the model's preset, and how strongly it acts."""

    name: str
    weight: float


@dataclass(frozen=True, slots=True)
class Markup:
    """A prompt taken apart."""

    pieces: tuple[Piece, ...]
    """The person's words, whole and in order; their texts joined are the prompt."""
    negative: tuple[str, ...] = ()
    """What a sign rules out ("--no hat, glasses"), one thing each."""
    loras: tuple[LoraUse, ...] = ()
    """Each name once; the last weight that was typed holds."""
    aspect: tuple[int, int] | None = None
    """Width to height, where a flag says it."""
    ignored: tuple[str, ...] = ()
    """Flags that nothing here acts on, as typed."""

    @property
    def plain(self) -> str:
        """The words without any sign."""
        return text_of(self.pieces).strip()


def read_markup(text: str, seed: int = 0, lists: Lists = ()) -> Markup:
    """Take `text` apart; choices, and lines of `lists`, fall by `seed`. Pure.

    Raises `BrokenSign`, `WeightOutOfRange`, `LoraWeightOutOfRange`, `TooManyLoras` or
    `NestedTooDeep`.
    """
    text = clean(text)
    text, settings = _without_settings(text)
    text, negative = _without_negative(text)
    text, flags = _without_flags(text)
    text, loras = _without_loras(text)
    text = choose(fill_in(text, lists, seed), seed)
    return Markup(
        pieces=pieces_of(_BREAK.sub(", ", text), MAX_DEPTH),
        negative=tuple(_things((*negative, *flags.negative), seed, lists)),
        loras=loras,
        aspect=flags.aspect,
        ignored=(*flags.ignored, *settings),
    )


def listed_things(text: str) -> tuple[str, ...]:
    """What is listed in `text`, one thing each, without signs. Raises as `read_markup` does."""
    return tuple(_things((clean(text),), 0))


def has_choices(text: str, lists: Lists = ()) -> bool:
    """Whether `text` says other things with another seed."""
    text = clean(text)
    return _CHOICE.search(text) is not None or has_wildcards(text, lists)


# What was copied from a gallery

_SETTINGS = re.compile(r"(?:^|\n|[.,;]\s*)Steps:\s*\d+\s*,\s*[A-Z].*\Z", re.DOTALL | re.IGNORECASE)
_NEGATIVE = re.compile(
    r"(?:\bnegative(?:\s+prompts?)?|负面提示词?|負面提示詞?|负面词|反向提示词?|反向词|反向提示詞?)\s*[:：]",
    re.IGNORECASE,
)
_BREAK = re.compile(r"\s*,?\s*\bBREAK\b\s*,?\s*")


def _without_settings(text: str) -> tuple[str, tuple[str, ...]]:
    """Without the line of settings that A1111 writes below a prompt."""
    match = _SETTINGS.search(text)
    if match is None:
        return text, ()
    said = " ".join(match.group().strip(" \n,.;").split())
    return text[: match.start()], (said if len(said) <= 60 else f"{said[:59]}…",)


def _without_negative(text: str) -> tuple[str, tuple[str, ...]]:
    match = _NEGATIVE.search(text)
    if match is None:
        return text, ()
    return text[: match.start()], (text[match.end() :],)


# Flags

_VALUED = (
    *("ar", "aspect", "v", "version", "s", "stylize", "c", "chaos", "q", "quality", "seed", "niji"),
    *("iw", "w", "weird", "stop", "style", "sref", "cref", "cw", "sw", "p", "profile", "exp", "r"),
    "repeat",
)
_PLAIN_FLAGS = ("tile", "raw", "hd", "fast", "turbo", "relax", "draft", "video", "no")
_FLAG = re.compile(
    rf"(?:(?<=\s)|(?<=^)|(?<=[,.;，。]))(?:--|[—–]{{1,2}})"
    rf"({'|'.join(sorted((*_VALUED, *_PLAIN_FLAGS), key=len, reverse=True))}|(?<=--)[a-z]{{2,20}})"
    r"(?![a-z])[=:]?",
    re.IGNORECASE,
)
_VALUE = re.compile(r"\s*(https?://\S+|[\d.]+(?:[:：/x][\d.]+)?|[a-z]*\d[\w.]*)(?=[\s,;，]|$)")
_WORD_VALUE = re.compile(r"\s*(?!--)(\S+)")
_TAKE_WORDS = {"style", "sref", "cref", "p", "profile"}
_RATIO = re.compile(r"(\d{1,4})(?:\.\d+)?[:：/x](\d{1,4})(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class _Flags:
    negative: tuple[str, ...]
    aspect: tuple[int, int] | None
    ignored: tuple[str, ...]


def _without_flags(text: str) -> tuple[str, _Flags]:
    """`--no` takes all up to the next flag, any other flag one value."""
    kept: list[str] = []
    negative: list[str] = []
    ignored: list[str] = []
    aspect: tuple[int, int] | None = None
    place = 0
    matches = list(_FLAG.finditer(text))
    for match, after in zip(matches, (*matches[1:], None), strict=False):
        kept.append(text[place : match.start()])
        limit = after.start() if after else len(text)
        name, place = match[1].casefold(), match.end()
        if name == "no":
            negative.append(text[place:limit])
            place = limit
            continue
        pattern = _WORD_VALUE if name in _TAKE_WORDS else _VALUE
        value = None if name in _PLAIN_FLAGS else pattern.match(text, place, limit)
        place = value.end() if value else place
        ratio = _RATIO.fullmatch(value[1]) if value and name in ("ar", "aspect") else None
        if ratio and int(ratio[1]) and int(ratio[2]):
            aspect = (int(ratio[1]), int(ratio[2]))
        else:
            ignored.append(f"--{name} {value[1]}" if value else f"--{name}")
    kept.append(text[place:])
    return "".join(kept), _Flags(tuple(negative), aspect, tuple(ignored))


def _things(texts: Iterable[str], seed: int, lists: Lists = ()) -> Iterator[str]:
    """What is listed in `texts`, without weights and LoRAs."""
    for text in texts:
        text = choose(fill_in(_without_loras(text)[0], lists, seed), seed)
        plain = text_of(pieces_of(_BREAK.sub(", ", text), MAX_DEPTH))
        for part in re.split(r"[,，、;；\n]", plain):
            thing = part.strip(" .。")
            said_twice = [denial for denial in denials(thing) if denial.start == 0]  # "no hat"
            yield from (said_twice[0].things if said_twice else filter(None, [thing]))


# LoRAs

_LORA = re.compile(r"\s?[<＜](?:lora|lyco)[:：]([^<>＜＞\n]*)[>＞]", re.IGNORECASE)
_LORA_OPENED = re.compile(r"[<＜](?:lora|lyco)[:：][^\s,，]{0,40}", re.IGNORECASE)


def _without_loras(text: str) -> tuple[str, tuple[LoraUse, ...]]:
    loras: dict[str, float] = {}
    for match in _LORA.finditer(text):
        name, weight = _lora(match[0].strip(), match[1])
        loras[name] = weight
    text = _LORA.sub(" ", text)
    if opened := _LORA_OPENED.search(text):
        raise BrokenSign(opened[0], "<lora:name:0.8>")
    if len(loras) > MAX_LORAS:
        raise TooManyLoras(len(loras), MAX_LORAS)
    return text, tuple(LoraUse(name, weight) for name, weight in loras.items())


def _lora(sign: str, inner: str) -> tuple[str, float]:
    """Name and weight; a second weight, for the text encoder alone, is not told apart."""
    name, *weights = (part.strip() for part in re.split(r"[:：]", inner))
    try:
        weight = float(weights[0]) if weights else 1.0
    except ValueError:
        raise BrokenSign(sign, "<lora:name:0.8>") from None
    if not name or len(weights) > 2:
        raise BrokenSign(sign, "<lora:name:0.8>")
    if not MIN_LORA_WEIGHT <= weight <= MAX_LORA_WEIGHT:
        raise LoraWeightOutOfRange(name, weight, MIN_LORA_WEIGHT, MAX_LORA_WEIGHT)
    return name, weight


_LISTED = re.compile(r"[<＜](?:lora|lyco)[:：][^<>＜＞\n]*[>＞]|[^,，、;；\n]+", re.IGNORECASE)


def listed_loras(text: str, weights: Mapping[str, float]) -> tuple[str, ...]:
    """Signs for the LoRAs that are listed in `text`: "name, other name:0.8", or signs already.

    `weights` are the usual ones, by name in small letters. Nothing is checked: `read_markup` does.
    """
    listed = (match[0].strip() for match in _LISTED.finditer(text))
    return tuple(_sign(lora, weights) for lora in listed if lora)


def _sign(lora: str, weights: Mapping[str, float]) -> str:
    if lora[0] in "<＜":
        return lora
    if ":" in lora or "：" in lora:
        return f"<lora:{lora}>"
    return f"<lora:{lora}:{weights.get(lora.casefold(), 1):g}>"


def with_signs(prompt: str, signs: Sequence[str]) -> str:
    """`prompt` with `signs` at the end of what is to be seen: behind flags, and what is ruled out,
    they would be taken for a part of these.
    """
    if not signs:
        return prompt
    found = (pattern.search(prompt) for pattern in (_NEGATIVE, _FLAG, _SETTINGS))
    end = min((match.start() for match in found if match), default=len(prompt))
    seen = prompt[:end].rstrip()
    return " ".join(filter(None, (seen, *signs))) + prompt[len(seen) :]


# Choices

_CHOICE = re.compile(r"(?<!\\)[{｛]([^{}｛｝]*)[}｝]")
_ODDS = re.compile(r"\s*(\d{1,3}(?:\.\d{1,3})?)::")


def choose(text: str, seed: int) -> str:
    """`text` with one of each {a|b|c}, the inner choices first; `{2::a|b}` is a twice as often.

    Raises `BrokenSign` where there is nothing to choose from, `NestedTooDeep`.
    """
    for depth in range(MAX_DEPTH + 1):
        matches = list(_CHOICE.finditer(text))
        if not matches:
            return text
        parts: list[str] = []
        place = 0
        for number, match in enumerate(matches):
            chance = Random(f"{seed}/{depth}/{number}")
            parts += [text[place : match.start()], _chosen(match[1], chance)]
            place = match.end()
        text = "".join((*parts, text[place:]))
    raise NestedTooDeep(MAX_DEPTH)


def _chosen(inner: str, chance: Random) -> str:
    options: list[str] = []
    odds: list[float] = []
    for option in re.split(r"[|｜]", inner):
        said = _ODDS.match(option)
        odds.append(float(said[1]) if said else 1.0)
        options.append(option[said.end() :] if said else option)
    if not any(option.strip() for option in options) or not any(odds):
        raise BrokenSign("{" + inner + "}", "{red|blue}")
    return chance.choices(options, odds)[0].strip()


def cut(pieces: Sequence[Piece], spans: Iterable[tuple[int, int]]) -> tuple[Piece, ...]:
    """`pieces` without the stretches `spans` of their joined text; these do not overlap."""
    gone = sorted(spans)
    kept: list[Piece] = []
    start = 0
    for piece in pieces:
        end, text, place = start + len(piece.text), "", start
        for first, last in gone:
            if last <= place or first >= end:
                continue
            text += piece.text[place - start : max(first, place) - start]
            place = min(last, end)
        text += piece.text[place - start :]
        if text:
            kept.append(Piece(text, piece.weight))
        start = end
    return tuple(kept)
