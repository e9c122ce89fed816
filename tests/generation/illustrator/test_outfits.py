from __future__ import annotations

from xml.etree import ElementTree

import pytest

from generation.colors import COLORS as NAMED_COLORS
from generation.illustrator import palette
from generation.illustrator.cloth import accent, shirt, stands_out, trim
from generation.illustrator.look import HEM_Y
from generation.illustrator.outfits import OUTFITS
from generation.illustrator.svg import document
from generation.traits import GENDERS
from generation.traits import OUTFITS as OUTFIT_NAMES
from tests.generation.illustrator.wardrobe import COLORS, bounds, look_with


def test_every_outfit_of_the_vocabulary_is_drawn():
    assert set(OUTFITS) == set(OUTFIT_NAMES)


@pytest.mark.parametrize("outfit", OUTFIT_NAMES)
@pytest.mark.parametrize("gender", GENDERS)
def test_an_outfit_is_well_formed_in_every_colour(outfit: str, gender: str):
    for color in COLORS:
        look = look_with(outfit=outfit, outfit_color=color, gender=gender)

        ElementTree.fromstring(document(OUTFITS[outfit](look)))


@pytest.mark.parametrize("outfit", OUTFIT_NAMES)
def test_an_outfit_shows_its_colour(outfit: str):
    look = look_with(outfit=outfit, outfit_color="#3fae5c")

    assert "#3fae5c" in OUTFITS[outfit](look)


@pytest.mark.parametrize("outfit", OUTFIT_NAMES)
def test_an_outfit_reaches_the_hem_and_stays_on_the_canvas(outfit: str):
    left, top, right, bottom = bounds(OUTFITS[outfit](look_with(outfit=outfit)))

    assert left >= 24
    assert right <= 232
    assert top >= 180
    assert bottom >= min(HEM_Y, 256 + 64)


@pytest.mark.parametrize("outfit", OUTFIT_NAMES)
def test_the_same_seed_draws_the_same_outfit(outfit: str):
    assert OUTFITS[outfit](look_with(7)) == OUTFITS[outfit](look_with(7))


@pytest.mark.parametrize("color", NAMED_COLORS)
def test_trim_and_accent_stand_out_on_cloth_of_every_colour(color: str):
    for accessory_color in ("red", color):
        look = look_with(outfit_color=color, accessory_color=accessory_color)

        assert stands_out(trim(look).fill, look.cloth.fill)
        assert stands_out(accent(look).fill, look.cloth.fill)


@pytest.mark.parametrize("color", COLORS)
def test_a_tie_stands_out_on_the_shirt_under_it(color: str):
    look = look_with(outfit_color=color)

    assert stands_out(accent(look).fill, shirt(look).fill)


def test_a_colour_does_not_stand_out_on_its_own_shadow():
    assert not stands_out("#4f7fd0", palette.shade("#4f7fd0", 0.2))
