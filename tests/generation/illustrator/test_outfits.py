from __future__ import annotations

from xml.etree import ElementTree

import pytest

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

    assert "#3fae5c" in document(OUTFITS[outfit](look))


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
