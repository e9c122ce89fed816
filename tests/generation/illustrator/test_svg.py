from __future__ import annotations

from generation.illustrator.styles import STYLES, draw_over
from generation.illustrator.svg import rect, tape, without_box
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
        taped, painted = (draw_over(body, style) for body in (drawn, filled))

        assert 'stroke-width="10.00"' in taped
        assert painted.rsplit('fill="', 1)[1][:7] in taped


def test_nothing_is_left_in_the_box_that_is_cut_out():
    body = without_box(rect(0, 0, 256, 256, "#000000"), "cut", (100.0, 160.0, 80.0))

    alpha = picture(body)[3]

    assert alpha.crop(MARGIN + 102, MARGIN + 2, 56, 76).max() == 0
    assert alpha.crop(MARGIN + 2, MARGIN + 2, 96, 252).min() == 255
    assert alpha.crop(MARGIN + 2, MARGIN + 82, 252, 172).min() == 255
