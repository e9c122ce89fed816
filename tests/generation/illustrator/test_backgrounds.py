from __future__ import annotations

import pytest

from generation.illustrator.backgrounds import BACKGROUNDS
from generation.traits import BACKGROUNDS as BACKGROUND_NAMES
from tests.generation.illustrator.wardrobe import COLORS, MARGIN, look_with, picture


def test_every_background_of_the_vocabulary_is_drawn():
    assert set(BACKGROUNDS) == set(BACKGROUND_NAMES)


@pytest.mark.parametrize("name", [name for name in BACKGROUND_NAMES if name != "transparent"])
def test_a_background_covers_the_whole_canvas_in_every_colour(name: str):
    for color in COLORS:
        look = look_with(background=name, background_color=color)

        alpha = picture(BACKGROUNDS[name](look))[3].crop(MARGIN, MARGIN, 256, 256)

        assert alpha.min() == 255


def test_transparent_paints_nothing():
    assert BACKGROUNDS["transparent"](look_with(background="transparent")) == ()


@pytest.mark.parametrize("name", BACKGROUND_NAMES)
def test_the_same_seed_draws_the_same_background(name: str):
    assert BACKGROUNDS[name](look_with(5)) == BACKGROUNDS[name](look_with(5))


@pytest.mark.parametrize("name", ["dots", "stripes", "hearts", "stars", "checks", "sunburst"])
def test_a_pattern_is_seen_and_stays_quiet(name: str):
    for color in COLORS:
        look = look_with(background=name, background_color=color)

        deviation = picture(BACKGROUNDS[name](look)).crop(MARGIN, MARGIN, 256, 256)[1].deviate()

        assert 0.5 < deviation < 40
