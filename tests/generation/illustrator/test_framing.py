"""Where the figure stands in the picture: all of it in the circle, the face large and central."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from PIL import Image, ImageChops, ImageDraw

from generation.illustrator import complete
from generation.illustrator.figure import pose
from generation.illustrator.look import look_at
from generation.traits import ACCESSORIES, AGES, HAIR_STYLES, Traits
from tests.generation.illustrator.characters import complete_traits, picture, seeds
from tests.generation.illustrator.wardrobe import look_with

HEAD_HEIGHT, EYES_RISE = 158, 52
"""Of the head from chin to crown, and of the eyes above the neck, in the head's frame."""


def head_share(**traits: Any) -> float:
    """The head's height as a share of the picture's."""
    stance = pose(look_with(**traits))
    return HEAD_HEIGHT * stance.head_scale * stance.scale / 256


@settings(max_examples=80, deadline=None)
@given(complete_traits, seeds)
def test_the_circle_that_discord_cuts_takes_nothing_off_the_head(traits: Traits, seed: int) -> None:
    drawn = picture(replace(traits, background="transparent", style="bold"), seed).getchannel("A")
    outside = Image.new("L", drawn.size, 255)
    ImageDraw.Draw(outside).ellipse((0, 0, *drawn.size), 0)
    outside.paste(0, (0, drawn.height // 2, *drawn.size))

    lost = ImageChops.multiply(drawn, outside).histogram()

    assert sum(lost[60:]) <= 10


@pytest.mark.parametrize("age", AGES)
@pytest.mark.parametrize("hair_style", HAIR_STYLES)
def test_the_head_fills_half_of_the_picture(age: str, hair_style: str) -> None:
    shares = [head_share(age=age, hair_style=hair_style, chibiness=value) for value in (0, 50, 100)]

    assert min(shares) >= 0.49


@pytest.mark.parametrize("name", ACCESSORIES)
def test_what_is_worn_leaves_the_head_large(name: str) -> None:
    shares = [head_share(accessories=(name,), chibiness=value) for value in (0, 50, 100)]

    assert min(shares) >= 0.43


@settings(max_examples=60, deadline=None)
@given(complete_traits, seeds)
def test_the_eyes_are_near_the_middle(traits: Traits, seed: int) -> None:
    stance = pose(look_at(traits, seed))

    eyes_y = stance.chin_y - EYES_RISE * stance.head_scale * stance.scale

    assert 110 <= eyes_y <= 178


@pytest.mark.parametrize("age", AGES)
def test_chibiness_sets_the_head_against_the_body(age: str) -> None:
    small, large = (pose(look_with(age=age, chibiness=value)) for value in (0, 100))

    assert large.head_scale / small.head_scale >= 1.8


def test_a_grown_up_has_a_smaller_head_than_a_child() -> None:
    child, adult = (pose(look_with(age=age, chibiness=60)) for age in ("child", "adult"))

    assert adult.head_scale <= 0.92 * child.head_scale


@pytest.mark.parametrize("ground", ["white", "#313338"])
def test_the_face_reads_at_32_pixels(ground: str) -> None:
    flat = [seed for seed in range(60) if _contrast_of_face(seed, ground) < 0.25]

    assert flat == []


def _contrast_of_face(seed: int, ground: str) -> float:
    """The span of lightness in the middle of the picture, 0 to 1."""
    drawn = picture(complete(Traits(), seed), seed, 32)
    seen = Image.new("RGBA", drawn.size, ground)
    seen.alpha_composite(drawn)
    shades = sorted(seen.convert("L").crop((8, 12, 24, 24)).tobytes())
    return (shades[-len(shades) // 20] - shades[len(shades) // 20]) / 255
