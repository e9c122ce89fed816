from __future__ import annotations

import math

import pytest

from generation.illustrator.display import (
    Affine,
    Point,
    moved,
    rect,
    scaled,
    tape,
    turned,
    without_box,
)
from generation.illustrator.styles import STYLES, draw_over
from generation.illustrator.svg import document
from tests.generation.illustrator.wardrobe import MARGIN, bounds, picture


def test_a_tape_is_as_wide_as_its_colour_and_both_rims():
    drawn = tape("M50,100 L200,100", "#f6cf4e", 10.0, rim="#8a6420", rim_width=2.0)

    _, top, _, bottom = bounds(drawn)

    assert bottom - top == 14


def test_a_tape_keeps_its_width_and_a_fills_colour_in_every_style():
    drawn = tape("M50,100 L200,100", "#f6cf4e", 10.0)
    filled = rect(50, 95, 150, 10, "#f6cf4e")
    assert len(STYLES) >= 5

    for style in STYLES.values():
        taped, painted = (document(draw_over(body, style)) for body in (drawn, filled))

        assert 'stroke-width="10.00"' in taped
        assert painted.rsplit('fill="', 1)[1][:7] in taped


def test_nothing_is_left_in_the_box_that_is_cut_out():
    body = without_box(rect(0, 0, 256, 256, "#000000"), (100.0, 160.0, 80.0))

    alpha = picture(body)[3]

    assert alpha.crop(MARGIN + 102, MARGIN + 2, 56, 76).max() == 0
    assert alpha.crop(MARGIN + 2, MARGIN + 2, 96, 252).min() == 255
    assert alpha.crop(MARGIN + 2, MARGIN + 82, 252, 172).min() == 255


@pytest.mark.parametrize(
    ("transform", "point", "goes_to"),
    [
        (moved(3, -2), (1, 1), (4, -1)),
        (scaled(2, about=(10, 10)), (12, 10), (14, 10)),
        (scaled(-1, 1, about=(128, 0)), (100, 7), (156, 7)),
        (turned(90, about=(5, 5)), (6, 5), (5, 6)),
        (moved(10, 0) @ scaled(3), (1, 1), (13, 3)),
        (scaled(3) @ moved(10, 0), (1, 1), (33, 3)),
    ],
)
def test_a_transform_takes_points_where_svg_takes_them(
    transform: Affine, point: Point, goes_to: Point
):
    """The last ones: of two, the right one comes first, as in SVG's lists."""
    assert math.dist(transform(point), goes_to) < 1e-9
