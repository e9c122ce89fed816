"""Cutting out, against the same drawing on transparency."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PIL import Image

from generation import illustrator
from generation.errors import NoFigure
from generation.postprocess import cut_out, cut_out_drawing
from generation.traits import BACKGROUNDS, STYLES, Traits
from tests.generation.postprocess.pictures import (
    character,
    distance,
    encoded,
    noise,
    opened,
    overlap,
)

PATTERNS = [name for name in BACKGROUNDS if name != "transparent"]
SEEDS = range(6)


def cut_and_exact(traits: Traits, seed: int) -> tuple[Image.Image, Image.Image]:
    drawn = illustrator.draw(traits, seed, 256)
    exact = illustrator.draw(replace(traits, background="transparent"), seed, 256)
    return opened(cut_out(drawn)), opened(exact)


@pytest.mark.parametrize("background", PATTERNS)
def test_a_figure_is_found_before_any_background(background: str) -> None:
    pairs = [cut_and_exact(character(seed, background=background), seed) for seed in SEEDS]

    assert min(overlap(*pair) for pair in pairs) > 0.93


@pytest.mark.parametrize("style", STYLES)
def test_a_figure_is_found_in_any_style(style: str) -> None:
    traits = [character(seed, background="dots", style=style) for seed in SEEDS]

    found = [overlap(*cut_and_exact(each, seed)) for seed, each in enumerate(traits)]

    assert min(found) > 0.85


@pytest.mark.parametrize("ground", ["#000000", "#ffffff", "#00ff00"])
def test_no_fringe_of_the_old_background_is_left(ground: str) -> None:
    pair = cut_and_exact(character(4, background="plain", background_color="#ff0000"), 4)

    assert distance(*pair, ground) < 25


def test_the_edge_is_soft() -> None:
    cut, _ = cut_and_exact(character(2, background="gradient"), 2)

    opacities = cut.getchannel("A").histogram()

    assert sum(opacities[16:240]) > 200


def test_a_picture_that_is_cut_out_already_stays_as_it_is() -> None:
    png = illustrator.draw(character(3, background="transparent"), 3, 128)

    assert cut_out(png) == png


@pytest.mark.parametrize("png", [noise(), encoded(Image.new("RGB", (64, 64), "pink"))])
def test_a_picture_without_a_figure_is_refused(png: bytes) -> None:
    with pytest.raises(NoFigure):
        cut_out(png)


def test_what_the_illustrator_drew_is_drawn_again_without_background() -> None:
    traits = character(8, background="night sky")

    assert cut_out_drawing(traits, 8, 128) == illustrator.draw(
        replace(traits, background="transparent"), 8, 128
    )
