"""How pictures are written: small, whole, and never over a limit."""

from __future__ import annotations

import io
import zlib
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageChops

from generation import illustrator
from generation.rendition import (
    DIAMETERS_PX,
    GROUNDS,
    THUMBNAIL_PX,
    Rendition,
    avatar_png,
    circle_preview,
    encode_png,
    fit,
    fit_all,
    numbered,
    thumbnail,
)
from generation.traits import Traits
from tests.generation.postprocess.pictures import character, encoded, opened, painted


def levels_of(image: Image.Image) -> NDArray[np.uint8]:
    return np.asarray(image)


def shown(rendition: Rendition) -> Image.Image:
    image = Image.open(io.BytesIO(rendition.data))
    assert image.size == (rendition.width, rendition.height)
    assert image.get_format_mimetype() == rendition.media_type
    return image


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 12), st.integers(1, 40), st.sampled_from([3, 4]), st.integers(0, 2**32 - 1))
def test_a_png_holds_the_very_pixels(width: int, height: int, channels: int, seed: int) -> None:
    levels = np.random.default_rng(seed).integers(0, 256, (height, width, channels), np.uint8)

    image = Image.open(io.BytesIO(encode_png(levels)))

    assert image.convert("RGBA" if channels == 4 else "RGB").tobytes() == levels.tobytes()


@pytest.mark.parametrize(("least", "mode"), [(255, "RGB"), (254, "RGBA")])
def test_an_opacity_that_is_full_everywhere_is_not_kept(least: int, mode: str) -> None:
    image = painted(32).convert("RGBA")
    image.putpixel((3, 3), (1, 2, 3, least))

    png = encode_png(levels_of(image))

    assert Image.open(io.BytesIO(png)).mode == mode


def test_a_painted_picture_is_little_over_half_of_what_it_is_without_filters() -> None:
    image = painted(512)

    assert len(encode_png(levels_of(image))) < 0.66 * len(unfiltered(image))


def unfiltered(image: Image.Image) -> bytes:
    rows = levels_of(image).reshape(image.height, -1)
    return zlib.compress(b"".join(b"\0" + row.tobytes() for row in rows), 3)


def test_an_illustration_is_not_larger_for_filters() -> None:
    image = opened(illustrator.draw(Traits(), 1, 512)).convert("RGB")

    assert len(encode_png(levels_of(image))) < 1.02 * len(unfiltered(image))


def test_what_fits_is_shown_as_it_is() -> None:
    png = encoded(painted(64))

    assert fit(png, len(png)) == Rendition(png, "image/png", 64, 64, is_original=True)


def test_a_little_over_the_limit_nothing_is_lost() -> None:
    image = painted(128)
    png = encoded(image)

    rendition = fit(png, len(png) - 1)

    assert (rendition.media_type, rendition.is_original) == ("image/webp", False)
    assert ImageChops.difference(shown(rendition).convert("RGB"), image).getbbox() is None


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("share", [0.5, 0.2, 0.05, 0.01])
def test_whatever_the_limit_the_picture_meets_it(share: float, mode: str) -> None:
    image = painted().convert(mode)
    if mode == "RGBA":
        image.paste((0, 0, 0, 0), (0, 0, 100, 256))
    png = encoded(image)

    rendition = fit(png, int(share * len(png)))

    assert len(rendition.data) <= share * len(png)
    assert shown(rendition).mode == mode
    assert rendition.width == rendition.height


def test_a_picture_is_made_smaller_only_after_it_was_made_coarser() -> None:
    png = encoded(painted())
    sizes = [fit(png, len(png) // part).width for part in (2, 4, 8, 32, 128)]

    assert sizes[0] == 256
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] < 256


def test_a_limit_that_nothing_meets_is_told() -> None:
    with pytest.raises(ValueError, match="10 bytes"):
        fit(encoded(painted(64)), 10)


def test_names_end_as_their_kind() -> None:
    png = encoded(painted(64))

    assert [fit(png, limit).extension for limit in (len(png), len(png) // 4)] == [".png", ".webp"]


ENVELOPE = 128 * 1024


def test_all_pictures_of_a_request_fit_together() -> None:
    pngs = [encoded(painted(side)) for side in (512, 256, 512, 384)]
    total = sum(map(len, pngs))

    for part in (1, 2, 6):
        renditions = fit_all(pngs, 10 * 1024**2, total // part + ENVELOPE)
        assert sum(len(rendition.data) for rendition in renditions) <= total // part
        assert [r.is_original for r in renditions] == [
            r.data == png for r, png in zip(renditions, pngs, strict=True)
        ]
        assert all(rendition.is_original for rendition in renditions) == (part == 1)


def test_a_small_picture_leaves_its_part_to_the_large_one() -> None:
    small, large = encoded(painted(64)), encoded(painted(256))

    renditions = fit_all([large, small], 10 * 1024**2, len(small) + len(large) + ENVELOPE)

    assert [rendition.data for rendition in renditions] == [large, small]


def test_each_file_keeps_to_its_own_limit() -> None:
    small, large = encoded(painted(64)), encoded(painted(256))

    renditions = fit_all([small, large], len(large) - 1, 100 * len(large))

    assert [rendition.is_original for rendition in renditions] == [True, False]
    assert len(renditions[1].data) < len(large)


def test_no_pictures_need_no_room() -> None:
    assert fit_all([], 1, 1) == ()


@pytest.mark.parametrize(
    ("size", "wanted"),
    [((1024, 1024), (320, 320)), ((640, 320), (320, 160)), ((90, 40), (90, 40))],
)
def test_a_thumbnail_is_small_and_never_larger(
    size: tuple[int, int], wanted: tuple[int, int]
) -> None:
    small = Image.open(io.BytesIO(thumbnail(encoded(painted(1024).resize(size)))))

    assert (small.format, small.size) == ("WEBP", wanted)
    assert max(small.size) <= THUMBNAIL_PX


def test_a_thumbnail_keeps_transparency() -> None:
    png = illustrator.draw(Traits(background="transparent"), 4, 512)

    assert Image.open(io.BytesIO(thumbnail(png))).convert("RGBA").getpixel((0, 0)) == (0, 0, 0, 0)


def test_thumbnails_are_light() -> None:
    pngs = [illustrator.draw(Traits(), 1, 1024), encoded(painted(1024))]

    assert max(len(thumbnail(png)) for png in pngs) < 64 * 1024


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


def standing(size: tuple[int, int], at: tuple[int, int]) -> Image.Image:
    """The illustrator's figure, as large as a plain picture's shorter side, in it."""
    traits = character(1, background="plain")
    figure = opened(illustrator.draw(traits, 1, min(size))).convert("RGB")
    picture = Image.new("RGB", size, figure.getpixel((0, 0)))
    picture.paste(figure, at)
    return picture


@pytest.mark.parametrize(
    ("size", "at"),
    [((768, 256), (10, 0)), ((768, 256), (500, 0)), ((256, 384), (0, 128)), ((384, 256), (100, 0))],
)
def test_an_avatar_of_another_shape_is_the_square_with_the_head(
    size: tuple[int, int], at: tuple[int, int]
) -> None:
    picture = standing(size, at)
    png = encoded(picture)

    avatar = opened(avatar_png(png, 256, 10_000_000)).convert("RGB")
    circles = opened(circle_preview(png)).convert("RGB")

    near = [
        picture.crop((at[0] + x, at[1] + y, at[0] + x + 256, at[1] + y + 256))
        for x in range(-26, 27)
        for y in range(-60, 1)
    ]
    assert any(ImageChops.difference(avatar, crop).getbbox() is None for crop in near)
    assert circles.width == 4 * circles.height
    assert circles.getpixel((16, 16)) == (0x31, 0x33, 0x38)
    assert circles.getpixel((circles.width - 16, 16)) == (255, 255, 255)


@pytest.mark.parametrize("size", [(300, 100), (100, 150), (120, 120)])
def test_a_tile_is_square_and_shows_all_of_its_picture(size: tuple[int, int]) -> None:
    tile = BytesIO()
    Image.new("RGB", size, "blue").save(tile, "WEBP", lossless=True)

    made = Image.open(BytesIO(numbered(tile.getvalue(), 3))).convert("RGBA")

    assert made.size == (max(size), max(size))
    opaque = (np.asarray(made)[..., 3] > 128).mean()
    assert opaque == pytest.approx(min(size) / max(size), abs=0.05)
