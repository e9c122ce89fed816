"""The circle preview: every size on every ground, and really round."""

from io import BytesIO

import pytest
from PIL import Image

from generation.circles import DIAMETERS_PX, GROUNDS, avatar_png, circle_preview, numbered


@pytest.fixture
def strip() -> Image.Image:
    square = BytesIO()
    Image.new("RGB", (512, 512), "#ff0000").save(square, "PNG")
    return Image.open(BytesIO(circle_preview(square.getvalue())))


def test_every_diameter_is_there_on_every_ground(strip: Image.Image) -> None:
    assert strip.width == strip.height
    for row in range(len(GROUNDS)):
        middle = strip.height * (2 * row + 1) // (2 * len(GROUNDS))
        reds = [strip.getpixel((x, middle)) == (255, 0, 0) for x in range(strip.width)]
        widths = [len(run) for run in "".join("x" if red else " " for red in reds).split()]
        assert len(widths) == len(DIAMETERS_PX)
        for width, diameter in zip(widths, DIAMETERS_PX, strict=True):
            assert diameter - 3 <= width <= diameter  # the rim is soft


def test_the_corners_of_a_circle_show_the_ground(strip: Image.Image) -> None:
    assert strip.getpixel((17, 17)) == (0x31, 0x33, 0x38)
    assert strip.getpixel((17, strip.height // 2 + 17)) == (255, 255, 255)


def test_a_transparent_picture_lets_the_ground_through() -> None:
    clear = BytesIO()
    Image.new("RGBA", (64, 64), (0, 0, 0, 0)).save(clear, "PNG")

    strip = Image.open(BytesIO(circle_preview(clear.getvalue())))

    assert {color for _, color in strip.getcolors() or []} == {(0x31, 0x33, 0x38), (255, 255, 255)}


@pytest.mark.parametrize("side", [256, 512, 1024, 2048])
def test_the_file_of_an_avatar_is_what_discord_shows_at_its_largest(side: int) -> None:
    square = BytesIO()
    Image.new("RGBA", (side, side), (255, 0, 0, 128)).save(square, "PNG")

    avatar = Image.open(BytesIO(avatar_png(square.getvalue(), 1024, 10_000_000)))

    assert (avatar.format, avatar.size, avatar.mode) == ("PNG", (1024, 1024), "RGBA")


def test_the_file_of_an_avatar_is_smaller_where_it_would_be_too_heavy() -> None:
    noise = BytesIO()
    Image.effect_noise((512, 512), 80).save(noise, "PNG")

    data = avatar_png(noise.getvalue(), 1024, 300_000)

    assert len(data) <= 300_000
    assert Image.open(BytesIO(data)).width < 1024


def test_a_tile_bears_its_number_in_a_corner_and_is_else_as_it_was() -> None:
    plain = BytesIO()
    Image.new("RGB", (320, 320), "#ff0000").save(plain, "WEBP", lossless=True)

    tile = Image.open(BytesIO(numbered(plain.getvalue(), 6))).convert("RGB")

    red, green, _ = tile.crop((8, 8, 61, 61)).split()
    assert min(red.tobytes()) < 100
    assert max(green.tobytes()) > 200  # the digit
    assert min(tile.crop((200, 200, 320, 320)).getchannel("R").tobytes()) > 240
