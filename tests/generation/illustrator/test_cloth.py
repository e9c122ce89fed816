from __future__ import annotations

import pytest

from generation.colors import COLORS as NAMED_COLORS
from generation.colors import distance
from generation.illustrator import palette
from generation.illustrator.cloth import accent, metal, shirt, stands_out, trim
from tests.generation.illustrator.wardrobe import COLORS, look_with


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


@pytest.mark.parametrize("color", ["gold", "yellow", "amber", "navy"])
def test_metal_shows_on_golden_cloth_too(color: str):
    cloth = palette.tones(palette.named(palette.CLOTH, color))

    assert distance(metal(cloth).fill, cloth.fill) > 0.15
