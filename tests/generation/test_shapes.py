"""Shapes: frames of about as many pixels as the square, and the one that a ratio is nearest to."""

import pytest

from generation.shapes import RATIOS, SHAPES, Shape, frame, nearest


@pytest.mark.parametrize("multiple", [8, 16, 64])
@pytest.mark.parametrize(
    ("shape", "sides"),
    [
        ("square", (1024, 1024)),
        ("portrait", (832, 1216)),
        ("landscape", (1216, 832)),
        ("wide", (1728, 576)),
    ],
)
def test_at_1024_a_frame_is_one_that_sdxl_was_trained_on(
    shape: Shape, sides: tuple[int, int], multiple: int
) -> None:
    assert frame(shape, 1024, multiple) == sides


@pytest.mark.parametrize("multiple", [8, 16])
@pytest.mark.parametrize("size_px", [64, 256, 512, 768, 1024, 1280, 2048])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_frame_has_nearly_the_pixels_and_the_ratio(
    shape: Shape, size_px: int, multiple: int
) -> None:
    width, height = frame(shape, size_px, multiple)

    assert width % multiple == height % multiple == 0
    assert 0.7 * size_px**2 < width * height <= size_px**2
    wanted = RATIOS[shape][0] / RATIOS[shape][1]
    assert width / height == pytest.approx(wanted, rel=0.12 if size_px < 256 else 0.04)


def test_a_square_is_as_large_as_it_was_asked_for() -> None:
    assert [frame("square", size_px, 64) for size_px in (64, 500, 1024)] == [
        (64, 64),
        (500, 500),
        (1024, 1024),
    ]


def test_portrait_and_landscape_are_one_another_turned() -> None:
    assert frame("portrait", 768, 16) == frame("landscape", 768, 16)[::-1]


@pytest.mark.parametrize(
    ("aspect", "shape"),
    [
        ((1, 1), "square"),
        ((5, 6), "square"),
        ((2, 3), "portrait"),
        ((3, 4), "portrait"),
        ((9, 16), "portrait"),
        ((1, 9999), "portrait"),
        ((3, 2), "landscape"),
        ((16, 9), "landscape"),
        ((21, 9), "wide"),
        ((3, 1), "wide"),
        ((9999, 1), "wide"),
    ],
)
def test_a_ratio_is_taken_for_the_shape_that_is_the_most_like_it(
    aspect: tuple[int, int], shape: Shape
) -> None:
    assert nearest(aspect, SHAPES) == shape


def test_only_what_can_be_had_is_the_nearest() -> None:
    assert nearest((3, 1), ("square", "portrait", "landscape")) == "landscape"
    assert nearest((3, 1), ("square",)) == "square"
