from __future__ import annotations

import re

import pytest
from hypothesis import example, given

from generation.colors import COLORS, contrast, luminance
from generation.illustrator import palette
from generation.illustrator.look import eye_tones, hair_tones, skin_tones
from tests.generation.illustrator.characters import colors

TABLES = {
    "hair": palette.HAIR,
    "eyes": palette.EYES,
    "cloth": palette.CLOTH,
    "background": palette.BACKGROUND,
}


@pytest.mark.parametrize("use", TABLES)
def test_a_tuned_colour_has_a_name_that_is_known(use: str) -> None:
    assert set(TABLES[use]) <= set(COLORS)
    assert all(re.fullmatch("#[0-9a-f]{6}", color) for color in TABLES[use].values())


@pytest.mark.parametrize("skin", palette.SKIN)
def test_lines_are_seen_on_every_skin(skin: str) -> None:
    tones = skin_tones(palette.SKIN[skin])

    assert contrast(tones.line, tones.fill) > 2.3


@given(colors)
def test_lines_are_seen_on_hair_and_cloth_of_any_colour(color: str) -> None:
    fill = palette.lifted(palette.named(palette.HAIR, color))

    for tones in (hair_tones(fill), palette.tones(fill)):
        assert contrast(tones.line, tones.fill) > 1.25


@given(colors)
def test_every_tone_is_a_colour(color: str) -> None:
    fill = palette.named(palette.HAIR, color)

    for tones in (hair_tones(fill), eye_tones(fill), palette.tones(fill)):
        for tone in (tones.line, tones.deep, tones.shade, tones.fill, tones.light):
            assert re.fullmatch("#[0-9a-f]{6}", tone)


@given(colors)
@example("#0000b6")
@example("#0b14a7")
def test_only_what_is_almost_black_is_lifted(color: str) -> None:
    fill = palette.named({}, color)

    gained = luminance(palette.lifted(fill)) - luminance(fill)

    # Right below the limit the gain is less than a colour's smallest step.
    assert gained > 0 or luminance(fill) > 0.97 * palette.DARKEST
    assert (gained == 0) if luminance(fill) >= palette.DARKEST else (gained >= 0)


def test_a_named_background_is_a_pastel_and_a_hex_one_is_exact() -> None:
    assert luminance(palette.background_color("pink")) > luminance(COLORS["pink"])
    assert palette.background_color("#123456") == "#123456"
