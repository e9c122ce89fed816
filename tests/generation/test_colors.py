"""Colour arithmetic, held to figures published elsewhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.colors import COLORS, contrast, distance, from_oklab, mix, nearest, oklab
from generation.prompts.trait_tags import color_name

hexes = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@pytest.mark.parametrize(
    ("color", "expected"),
    [
        ("#ffffff", (1.0, 0.0, 0.0)),
        ("#000000", (0.0, 0.0, 0.0)),
        ("#ff0000", (0.62796, 0.22486, 0.12585)),
        ("#00ff00", (0.86644, -0.23389, 0.17950)),
        ("#0000ff", (0.45201, -0.03246, -0.31153)),
    ],
)
def test_oklab_is_what_css_says(color: str, expected: tuple[float, ...]) -> None:
    assert oklab(color) == pytest.approx(expected, abs=1e-4)


@given(hexes)
def test_every_colour_comes_back(color: str) -> None:
    assert from_oklab(*oklab(color)) == color


@given(hexes, hexes)
def test_a_mixture_lies_between(one: str, other: str) -> None:
    assert mix(one, other, 0) == one
    assert mix(one, other, 1) == other
    low, middle, high = sorted((oklab(one)[0], oklab(mix(one, other, 0.5))[0], oklab(other)[0]))
    assert low - 0.01 <= middle <= high + 0.01


def test_blue_paled_stays_blue() -> None:
    """In RGB it turns towards violet."""
    assert color_name(mix("#0000ff", "#ffffff", 0.5)) == "cornflower blue"
    assert color_name("#7f7fff") == "slate blue"


@given(hexes, hexes)
def test_a_distance_is_one_both_ways(one: str, other: str) -> None:
    assert distance(one, other) == distance(other, one)
    assert (distance(one, other) == 0) == (one == other)


def test_black_and_white_are_one_apart() -> None:
    assert distance("#000000", "#ffffff") == pytest.approx(1)
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#808080", "#808080") == pytest.approx(1)


@pytest.mark.parametrize(
    ("color", "seen"),
    [
        ("#c0e589", "lime"),  # in RGB "light tan"
        ("#d0dd01", "lime"),  # in RGB "goldenrod"
        ("#dcc523", "yellow"),  # in RGB "goldenrod"
        ("#f3e491", "pastel yellow"),  # in RGB "light orange"
        ("#16a014", "green"),  # in RGB "sea green"
        ("#bd01bf", "magenta"),  # in RGB "dark orchid"
        ("#2d523e", "dark green"),
        ("#c0c6c7", "silver"),
    ],
)
def test_a_colour_is_called_by_the_name_that_looks_nearest(color: str, seen: str) -> None:
    assert color_name(color) == seen


def test_a_named_colour_keeps_its_name() -> None:
    assert [nearest(color, COLORS) for color in COLORS.values()] == list(COLORS)
