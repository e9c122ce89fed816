from __future__ import annotations

import pytest

from generation.illustrator import accessories, expressions
from generation.illustrator.expressions import EXPRESSIONS
from generation.illustrator.hair import STYLES
from generation.illustrator.look import Look
from generation.traits import ACCESSORIES
from tests.generation.illustrator.wardrobe import look_with, picture, random_outfits

FLOATING = [
    name for name, expression in EXPRESSIONS.items() if expression.mark in expressions.SIGNS
]
CROWDS = [
    ("elf ears", "straw hat"),
    ("headphones", "witch hat", "mouse ears"),
    ("dog ears", "horns", "headphones"),
    ("top hat", "fox ears", "ribbon"),
]


def painted_by_both(look: Look) -> float:
    """How many square units both the floating signs and what is worn on the head cover."""
    floating = picture(expressions.beside_head(look))[3] > 60
    things = picture(accessories.behind(look) + accessories.on_head(look))[3] > 60
    both = floating & things
    return both.avg() / 255 * both.width * both.height


@pytest.mark.parametrize("expression", FLOATING)
def test_a_sign_of_feeling_keeps_clear_of_what_is_worn(expression: str) -> None:
    touched = {
        worn: painted_by_both(look_with(expression=expression, accessories=worn))
        for worn in [*((name,) for name in ACCESSORIES), *CROWDS, *random_outfits(20)]
    }

    assert {worn: area for worn, area in touched.items() if area > 6} == {}


@pytest.mark.parametrize("expression", FLOATING)
def test_a_sign_of_feeling_is_painted(expression: str) -> None:
    floating = picture(expressions.beside_head(look_with(expression=expression)))[3]

    assert floating.avg() / 255 * floating.width * floating.height > 60


@pytest.mark.parametrize("hair_style", ["twin tails", "side ponytail", "ponytail"])
def test_a_sign_of_feeling_keeps_clear_of_hair_ties(hair_style: str) -> None:
    tie = STYLES[hair_style].over
    assert tie is not None

    for expression in FLOATING:
        look = look_with(expression=expression, hair_style=hair_style)
        floating = picture(expressions.beside_head(look))[3] > 60
        both = floating & (picture(tie(look))[3] > 60)

        assert both.max() == 0, expression


def test_most_feelings_float() -> None:
    assert len(FLOATING) >= 8
