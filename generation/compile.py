"""What a model is given for a request: tags with weights, or a description in plain English."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from generation.colors import COLORS, nearest
from generation.lexicon import describe, value_label
from generation.lexicon.loader import load
from generation.markup import LoraUse, read_markup, weighted_parts
from generation.request import Subject
from generation.tags import (
    ALWAYS,
    BIG_HEAD,
    BIG_HEAD_FROM,
    COLOR_WORDS,
    FRAMING,
    NO_ACCESSORIES,
    OTHER_FRAMINGS,
    STYLE_SENTENCES,
    TAGS,
    THING_COLORS,
)
from generation.traits import ACCESSORIES, Traits
from generation.weights import (
    Pairs,
    Weight,
    pairs_of,
    values_of,
    weight_of_traits,
    weight_of_words,
    weights_of,
)

_HEX = re.compile(r"#[0-9a-f]{6}")
_Tagged = tuple[Pairs, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that a model is given, and how much of its attention they take; 1 is usual."""

    text: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Compiled:
    """A prompt in pieces, which a model reads with commas between them."""

    pieces: tuple[Piece, ...]
    negative_pieces: tuple[Piece, ...]
    loras: tuple[LoraUse, ...]

    @property
    def prompt(self) -> str:
        """The text without weights."""
        return ", ".join(piece.text for piece in self.pieces)

    @property
    def negative_prompt(self) -> str:
        """The text of what is to be avoided, without weights; may be empty."""
        return ", ".join(piece.text for piece in self.negative_pieces)

    @property
    def weighted(self) -> str:
        """The text with weights as they are typed: "(silver hair:1.3), cat ears"."""
        return ", ".join(
            piece.text if piece.weight == 1 else f"({piece.text}:{piece.weight:g})"
            for piece in self.pieces
        )


def compile_tags(
    subject: Subject,
    traits: Traits,
    *,
    prefix: str = "",
    suffix: str = "",
    negative: str = "",
) -> Compiled:
    """Booru tags for `traits` (a candidate's, open or complete), then the words left over.

    `prefix`, `suffix` and `negative` are a preset's, as text with commas and weights. Pure, for any
    thread.
    """
    markup = read_markup(subject.prompt)
    found = weights_of(markup)
    pieces = [
        *_preset_pieces(prefix),
        *_trait_pieces(traits, (*ALWAYS, _framing(subject.prompt)), found),
        *_leftover_pieces(subject.leftover, found),
        *_preset_pieces(suffix),
    ]
    avoided = [*_avoided(traits, found), *_preset_pieces(negative)]
    kept = _once(pieces)
    given = {piece.text.casefold() for piece in kept}
    negatives = (piece for piece in _once(avoided) if piece.text.casefold() not in given)
    return Compiled(kept, tuple(negatives), markup.loras)


def compile_sentence(
    subject: Subject,
    traits: Traits,
    *,
    prefix: str = "",
    suffix: str = "",
    transparent: bool = True,
) -> str:
    """An English description for models that read sentences; words left over stay as typed.

    Where a model cannot leave the background `transparent`, it is asked for a white one, since it
    would paint a checkerboard. Weights and LoRA names are not for sentences. Pure.
    """
    seen = traits
    if traits.background == "transparent":
        seen = replace(traits, background_color=None)
        if not transparent:
            seen = replace(traits, background="plain", background_color="white")
    framing = _framing(subject.prompt).replace(FRAMING, "head and shoulders")
    looks = _HEX.sub(lambda match: color_name(match.group()), describe(seen, "en"))
    parts = (
        prefix.strip(),
        f"Square avatar in chibi anime style, {framing}, of a single {looks}.",
        *_details(seen),
        f"Also: {', '.join(subject.leftover)}." if subject.leftover else "",
        suffix.strip(),
    )
    return " ".join(part for part in parts if part)


@cache
def color_name(color: str) -> str:
    """The English name of a colour, for `#rrggbb` the one that looks nearest."""
    if color in COLORS:
        return color
    return nearest(color, _english_colors())


@cache
def _english_colors() -> dict[str, str]:
    """Every English name of a colour that a model may be given → its `#rrggbb`."""
    known = load("en").names["colors"].items()
    ours = {names[0]: color for color, names in known if color[0] == "#"}
    return ours | COLORS


def _color_word(color: str, *, hair: bool = False) -> str:
    name = color_name(color)
    if not hair and name in THING_COLORS:
        return THING_COLORS[name]
    return COLOR_WORDS.get(name, name)


# Tags


def _trait_pieces(
    traits: Traits, always: tuple[str, ...], found: Sequence[Weight]
) -> Iterator[Piece]:
    """The person first, as models have been taught, then what is `always` asked for."""
    who = _simple(traits, "gender", "age")
    for pairs, tags in (*who, (frozenset[tuple[str, str]](), always), *_tagged(traits)):
        yield from _pieces(tags, weight_of_traits(found, pairs))


def _tagged(traits: Traits) -> Iterator[_Tagged]:
    """Tags with the traits that they stand for, in the order that they are given to a model."""
    yield from _simple(traits, "hair_style")
    yield from _hair_colors(traits)
    yield from _simple(traits, "bangs", "eye_shape")
    yield from _eye_colors(traits)
    yield from _simple(traits, "expression", "skin", "marks")
    if traits.chibiness is not None and traits.chibiness >= BIG_HEAD_FROM:
        yield pairs_of(traits, "chibiness"), BIG_HEAD
    yield from _clothes(traits)
    yield from _background(traits)
    yield from _simple(traits, "style")


def _simple(traits: Traits, *names: str) -> Iterator[_Tagged]:
    for name in names:
        for value in values_of(traits, name):
            yield frozenset({(name, value)}), TAGS[name][value]


def _hair_colors(traits: Traits) -> Iterator[_Tagged]:
    color, tips = traits.hair_color, traits.hair_tips_color
    if color:
        yield pairs_of(traits, "hair_color"), (f"{_color_word(color, hair=True)} hair",)
    if tips and tips != color:
        tags = ("multicolored hair", f"{_color_word(tips, hair=True)} hair tips")
        yield pairs_of(traits, "hair_tips_color"), tags


def _eye_colors(traits: Traits) -> Iterator[_Tagged]:
    colors = [color for color in (traits.eye_color, traits.left_eye_color) if color]
    tags = tuple(f"{_color_word(color)} eyes" for color in dict.fromkeys(colors))
    if tags:
        odd = ("heterochromia",) if len(tags) > 1 else ()
        yield pairs_of(traits, "eye_color", "left_eye_color"), odd + tags


def _clothes(traits: Traits) -> Iterator[_Tagged]:
    if traits.outfit or traits.outfit_color:
        tags = TAGS["outfit"][traits.outfit] if traits.outfit else ("clothes",)
        yield pairs_of(traits, "outfit", "outfit_color"), _colored(tags, traits.outfit_color)
    in_color = traits.accessories_in_color()
    for name in traits.accessories or ():
        tags, own = TAGS["accessories"][name], frozenset({("accessories", name)})
        if name in in_color:
            yield own | pairs_of(traits, "accessory_color"), _colored(tags, traits.accessory_color)
        else:
            yield own, tags


def _background(traits: Traits) -> Iterator[_Tagged]:
    background, color = traits.background, traits.background_color
    if not background and not color:
        return
    tags = TAGS["background"][background or "plain"]
    if color and background != "transparent":
        tags += (f"{_color_word(color)} background",)
    yield pairs_of(traits, "background", "background_color"), tags


def _colored(tags: tuple[str, ...], color: str | None) -> tuple[str, ...]:
    return (f"{_color_word(color)} {tags[0]}", *tags[1:]) if color else tags


def _avoided(traits: Traits, found: Sequence[Weight]) -> Iterator[Piece]:
    for name in traits.without:
        tags = TAGS["accessories" if name in ACCESSORIES else "marks"][name]
        yield from _pieces(tags, weight_of_traits(found, frozenset({("without", name)})))
    if traits.accessories == ():
        yield from _pieces(NO_ACCESSORIES)


def _leftover_pieces(leftover: Iterable[str], found: Sequence[Weight]) -> Iterator[Piece]:
    return (Piece(words, weight_of_words(found, words)) for words in leftover)


def _preset_pieces(text: str) -> Iterator[Piece]:
    for part, weight in weighted_parts(text):
        yield from _pieces((tag.strip() for tag in part.split(",")), weight)


def _pieces(tags: Iterable[str], weight: float = 1.0) -> Iterator[Piece]:
    return (Piece(tag, weight) for tag in tags if tag)


def _once(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Each text once, where it stands first, with the first weight that anybody gave it."""
    kept: dict[str, Piece] = {}
    for piece in pieces:
        before = kept.setdefault(piece.text.casefold(), piece)
        if before.weight == 1 and piece.weight != 1:
            kept[piece.text.casefold()] = replace(before, weight=piece.weight)
    return tuple(kept.values())


# Sentences


def _framing(prompt: str) -> str:
    said = prompt.casefold()
    asked = (tag for tag, words in OTHER_FRAMINGS.items() if any(word in said for word in words))
    return next(asked, FRAMING)


def _details(traits: Traits) -> Iterator[str]:
    """Sentences about what `describe` does not say."""
    shapes = [
        value_label(name, getattr(traits, name), "en")
        for name in ("bangs", "eye_shape")
        if getattr(traits, name)
    ]
    if shapes:
        yield f"With {' and '.join(shapes)}."
    if traits.chibiness is not None and traits.chibiness >= BIG_HEAD_FROM:
        yield "The head is very big and the body tiny."
    if traits.accessories == ():
        yield "No accessories."
    if traits.without:
        yield f"Without {', '.join(value_label('without', name, 'en') for name in traits.without)}."
    if traits.style:
        yield STYLE_SENTENCES[traits.style]
    if traits.background == "transparent":
        yield "The background is fully transparent, with nothing behind the character."
