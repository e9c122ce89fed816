"""The circle preview: every size on every ground, and really round."""

from io import BytesIO

import pytest
from PIL import Image

from generation.circles import DIAMETERS_PX, GROUNDS, circle_preview


@pytest.fixture
def strip() -> Image.Image:
    square = BytesIO()
    Image.new("RGB", (512, 512), "#ff0000").save(square, "PNG")
    return Image.open(BytesIO(circle_preview(square.getvalue())))


def test_every_diameter_is_there_on_every_ground(strip: Image.Image) -> None:
    middle = strip.height // 2
    row = [strip.getpixel((x, middle)) == (255, 0, 0) for x in range(strip.width)]
    runs = "".join("x" if red else " " for red in row).split()

    widths = [len(run) for run in runs]
    assert len(widths) == len(DIAMETERS_PX) * len(GROUNDS)
    for width, diameter in zip(widths, DIAMETERS_PX * len(GROUNDS), strict=True):
        assert diameter - 3 <= width <= diameter  # the rim is soft


def test_the_corners_of_a_circle_show_the_ground(strip: Image.Image) -> None:
    assert strip.getpixel((17, 17)) == (0x31, 0x33, 0x38)
    assert strip.getpixel((strip.width // 2 + 17, 17)) == (255, 255, 255)


def test_a_transparent_picture_lets_the_ground_through() -> None:
    clear = BytesIO()
    Image.new("RGBA", (64, 64), (0, 0, 0, 0)).save(clear, "PNG")

    strip = Image.open(BytesIO(circle_preview(clear.getvalue())))

    assert {color for _, color in strip.getcolors() or []} == {(0x31, 0x33, 0x38), (255, 255, 255)}
