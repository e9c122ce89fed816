"""Traits in the tags that anime models were taught with."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from generation.colors import COLORS, nearest
from generation.lexicon.loader import load
from generation.prompts.tags import (
    BIG_HEAD,
    BIG_HEAD_FROM,
    COLOR_WORDS,
    NO_ACCESSORIES,
    TAGS,
    THING_COLORS,
)
from generation.traits import ACCESSORIES, Traits


def tags_of(traits: Traits) -> Iterator[str]:
    """What is settled in `traits`, the person first, in the order that models are given it."""
    for name in ("gender", "age", "hair_style"):
        yield from _simple(traits, name)
    yield from _hair_colors(traits)
    for name in ("bangs", "eye_shape"):
        yield from _simple(traits, name)
    yield from _eye_colors(traits)
    for name in ("expression", "skin", "marks"):
        yield from _simple(traits, name)
    if traits.chibiness is not None and traits.chibiness >= BIG_HEAD_FROM:
        yield from BIG_HEAD
    yield from _clothes(traits)
    yield from _background(traits)
    yield from _simple(traits, "style")


def avoided_tags(traits: Traits) -> Iterator[str]:
    """What is settled not to be there."""
    for name in traits.without:
        yield from TAGS["accessories" if name in ACCESSORIES else "marks"][name]
    if traits.accessories == ():
        yield from NO_ACCESSORIES


@cache
def color_name(color: str) -> str:
    """The English name of a colour, for `#rrggbb` the one that looks nearest."""
    return color if color in COLORS else nearest(color, _english_colors())


@cache
def _english_colors() -> dict[str, str]:
    """Every English name of a colour that a model may be given → its `#rrggbb`."""
    known = load("en").names["colors"].items()
    return {names[0]: color for color, names in known if color[0] == "#"} | COLORS


def _color_word(color: str, *, hair: bool = False) -> str:
    name = color_name(color)
    if not hair and name in THING_COLORS:
        return THING_COLORS[name]
    return COLOR_WORDS.get(name, name)


def _simple(traits: Traits, name: str) -> Iterator[str]:
    value: str | tuple[str, ...] | None = getattr(traits, name)
    for one in (value,) if isinstance(value, str) else value or ():
        yield from TAGS[name][one]


def _hair_colors(traits: Traits) -> Iterator[str]:
    color, tips = traits.hair_color, traits.hair_tips_color
    if color:
        yield f"{_color_word(color, hair=True)} hair"
    if tips and tips != color:
        yield from ("multicolored hair", f"{_color_word(tips, hair=True)} hair tips")


def _eye_colors(traits: Traits) -> Iterator[str]:
    colors = [color for color in (traits.eye_color, traits.left_eye_color) if color]
    tags = [f"{_color_word(color)} eyes" for color in dict.fromkeys(colors)]
    if len(tags) > 1:
        yield "heterochromia"
    yield from tags


def _clothes(traits: Traits) -> Iterator[str]:
    if traits.outfit or traits.outfit_color:
        tags = TAGS["outfit"][traits.outfit] if traits.outfit else ("clothes",)
        yield from _colored(tags, traits.outfit_color)
    in_color = traits.accessories_in_color()
    for name in traits.accessories or ():
        color = traits.accessory_color if name in in_color else None
        yield from _colored(TAGS["accessories"][name], color)


def _background(traits: Traits) -> Iterator[str]:
    background, color = traits.background, traits.background_color
    if background or color:
        yield from TAGS["background"][background or "plain"]
    if color and background != "transparent":
        yield f"{_color_word(color)} background"


def _colored(tags: tuple[str, ...], color: str | None) -> tuple[str, ...]:
    return (f"{_color_word(color)} {tags[0]}", *tags[1:]) if color else tags
