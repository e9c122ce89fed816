"""Enlarging: truer than a plain filter, opacity kept, bounded."""

from __future__ import annotations

from itertools import pairwise
from typing import get_args

import pytest
from PIL import Image

from generation import illustrator
from generation.errors import TooLarge
from generation.postprocess import upscale
from generation.postprocess.upscale import Factor
from tests.generation.postprocess.pictures import (
    character,
    distance,
    encoded,
    opened,
)


@pytest.mark.parametrize("background", ["gradient", "transparent"])
@pytest.mark.parametrize("seed", [1, 2])
def test_it_comes_far_nearer_to_the_larger_drawing_than_lanczos_does(
    seed: int, background: str
) -> None:
    traits = character(seed, background=background)
    small, large = (illustrator.draw(traits, seed, size) for size in (128, 256))

    ours = distance(opened(upscale(small, 2)), opened(large))
    plain = distance(opened(small).resize((256, 256), Image.Resampling.LANCZOS), opened(large))

    assert ours < 0.4 * plain


@pytest.mark.parametrize("factor", get_args(Factor))
def test_width_and_height_are_multiplied(factor: Factor) -> None:
    image = opened(upscale(encoded(Image.new("RGB", (70, 33), "#336699")), factor))

    assert image.size == (70 * factor, 33 * factor)
    assert image.getpixel((35 * factor, 16 * factor)) == pytest.approx((51, 102, 153, 255), abs=2)


def test_tiles_leave_no_seam() -> None:
    gradient = Image.linear_gradient("L").resize((280, 280)).convert("RGB")

    image = opened(upscale(encoded(gradient), 2)).convert("L").rotate(90)

    row = image.crop((4, 280, 556, 281)).tobytes()
    assert max(abs(a - b) for a, b in pairwise(row)) <= 3


def test_it_is_the_same_every_time() -> None:
    png = illustrator.draw(character(5), 5, 64)

    assert upscale(png, 2) == upscale(png, 2)


@pytest.mark.parametrize(
    ("size", "factor"),
    [((2048, 2048), 2), ((1025, 1024), 2), ((768, 768), 4), ((832, 1280), 2), ((1088, 384), 4)],
)
def test_nothing_grows_beyond_the_limit(size: tuple[int, int], factor: Factor) -> None:
    png = encoded(Image.new("RGB", size))

    with pytest.raises(TooLarge) as caught:
        upscale(png, factor)

    assert caught.value.limit_px == 2048
