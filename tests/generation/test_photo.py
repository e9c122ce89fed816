"""What members attach: every format, every kind of broken file."""

import io
import struct
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from generation.errors import BadPicture
from generation.photo import MAX_BYTES, MAX_SIDE_PX, read_photo

RED, BLUE = (220, 40, 30), (30, 40, 220)


def picture(width: int = 64, height: int = 48, mode: str = "RGB") -> Image.Image:
    """Red above, blue below."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (0, height // 2, width, height))
    return image.convert(mode)


def encoded(image: Image.Image, format: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, format, **options)
    return stream.getvalue()


def read(data: bytes, *, mask: bool = False) -> Image.Image:
    image = Image.open(io.BytesIO(read_photo(data, mask=mask)))
    assert image.format == "PNG"
    image.load()
    return image


def is_near(pixel: object, color: tuple[int, ...]) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(a - b) <= 32 for a, b in zip(pixel[:3], color, strict=True))


def png_of_size(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds no pixels of it."""

    def chunk(name: bytes, body: bytes) -> bytes:
        crc = zlib.crc32(name + body)
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", crc)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "GIF", "AVIF", "BMP"])
def test_every_format_becomes_a_png(format: str) -> None:
    image = read(encoded(picture(), format))

    assert (image.mode, image.size) == ("RGB", (64, 48))
    assert is_near(image.getpixel((32, 4)), RED)
    assert is_near(image.getpixel((32, 44)), BLUE)


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK", "YCbCr", "I;16"])
def test_other_colour_models_become_rgb(mode: str) -> None:
    format = "JPEG" if mode in ("CMYK", "YCbCr") else "PNG"
    source = Image.new("I;16", (8, 8), 65535) if mode == "I;16" else picture(8, 8, mode)

    image = read(encoded(source, format))

    assert (image.mode, image.size) == ("RGB", (8, 8))
    if mode not in ("1", "L", "I;16"):
        assert is_near(image.getpixel((4, 1)), RED)


def test_sixteen_bits_are_scaled_and_not_clipped() -> None:
    image = read(encoded(Image.new("I;16", (8, 8), 32768), "PNG"))

    assert is_near(image.getpixel((4, 4)), (127, 127, 127))


@pytest.mark.parametrize("format", ["PNG", "WEBP", "AVIF"])
def test_transparency_is_kept(format: str) -> None:
    source = picture(mode="RGBA")
    source.putalpha(Image.linear_gradient("L").resize(source.size))

    image = read(
        encoded(source, format, lossless=True) if format == "WEBP" else encoded(source, format)
    )

    assert image.mode == "RGBA"
    assert image.getchannel("A").getextrema() != (255, 255)


def test_a_transparent_colour_of_a_palette_is_kept() -> None:
    source = Image.new("P", (8, 8), 0)
    source.putpalette([*RED, *BLUE])

    image = read(encoded(source, "GIF", transparency=0))

    assert image.getchannel("A").getextrema() == (0, 0)


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG", "AVIF"])
def test_of_a_moving_picture_the_first_frame_is_read(format: str) -> None:
    second = Image.new("RGB", (64, 48), (0, 255, 0))

    image = read(encoded(picture(), format, save_all=True, append_images=[second], duration=50))

    assert is_near(image.convert("RGB").getpixel((32, 4)), RED)


@pytest.mark.parametrize("format", ["JPEG", "WEBP", "PNG"])
def test_a_photo_is_turned_as_its_camera_was(format: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera lay on its side

    image = read(encoded(picture(64, 48), format, exif=exif))

    assert image.size == (48, 64)
    assert is_near(image.getpixel((44, 32)), RED)
    assert is_near(image.getpixel((4, 32)), BLUE)


def test_no_metadata_is_kept() -> None:
    exif = Image.Exif()
    exif[0x010E] = "at home"
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "somebody")
    source = encoded(
        picture(), "PNG", exif=exif, pnginfo=notes, icc_profile=b"x" * 200, dpi=(72, 72)
    )

    image = read(source)

    assert image.info == {}
    assert not image.getexif()


@pytest.mark.parametrize(
    ("size", "kept"),
    [
        ((3000, 1500), (1536, 768)),
        ((1500, 3000), (768, 1536)),
        ((1536, 1536), (1536, 1536)),
        ((20, 10), (20, 10)),
        ((MAX_SIDE_PX, 1), (1536, 1)),
    ],
)
def test_a_large_picture_is_shrunk_and_a_small_one_is_not(
    size: tuple[int, int], kept: tuple[int, int]
) -> None:
    assert read(encoded(picture(*size), "PNG")).size == kept


def test_a_large_photo_is_turned_and_shrunk_at_once() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6

    image = read(encoded(picture(6400, 3200), "JPEG", exif=exif))

    assert image.size == (768, 1536)
    assert is_near(image.getpixel((700, 800)), RED)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"a picture, honestly", id="text"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", id="svg"),
        pytest.param(encoded(picture(), "TIFF"), id="a format that we do not read"),
        pytest.param(encoded(picture(), "PPM"), id="another one"),
        pytest.param(encoded(picture(), "PNG")[:-40], id="png cut off"),
        pytest.param(encoded(picture(400, 400), "JPEG")[:-500], id="jpeg cut off"),
        pytest.param(encoded(picture(), "WEBP")[:-20], id="webp cut off"),
        pytest.param(encoded(picture(), "AVIF")[:-20], id="avif cut off"),
        pytest.param(encoded(picture(), "BMP")[:-100], id="bmp cut off"),
        pytest.param(encoded(picture(), "GIF")[:30], id="gif cut off"),
        pytest.param(png_of_size(0, 0), id="no pixels"),
        pytest.param(encoded(Image.new("1", (MAX_SIDE_PX + 1, 1)), "PNG"), id="too wide"),
        pytest.param(encoded(Image.new("1", (1, MAX_SIDE_PX + 1)), "PNG"), id="too high"),
        pytest.param(encoded(Image.new("1", (6400, 6400)), "PNG"), id="too many pixels"),
        pytest.param(png_of_size(60_000, 60_000), id="a bomb"),
        pytest.param(png_of_size(10_000, 10_000), id="a small bomb"),
        pytest.param(encoded(picture(), "PNG").ljust(MAX_BYTES + 1), id="too many bytes"),
    ],
)
def test_anything_else_is_refused_with_the_limits(data: bytes) -> None:
    with pytest.raises(BadPicture) as refusal:
        read_photo(data)

    assert (refusal.value.max_megabytes, refusal.value.max_side_px) == (10, 8192)


def test_the_alpha_of_a_mask_is_what_counts() -> None:
    source = picture(mode="RGBA")
    source.paste((0, 0, 0, 0), (0, 0, 32, 48))

    mask = read(encoded(source, "PNG"), mask=True)

    assert mask.mode == "RGBA"
    assert (mask.getchannel("A").getpixel((4, 4)), mask.getchannel("A").getpixel((60, 4))) == (
        0,
        255,
    )


def test_white_of_a_mask_without_alpha_is_painted_anew() -> None:
    source = Image.new("L", (64, 48), 0)
    source.paste(255, (0, 0, 32, 48))

    alpha = read(encoded(source, "PNG"), mask=True).getchannel("A")

    assert (alpha.getpixel((4, 4)), alpha.getpixel((60, 4))) == (0, 255)


@given(
    st.binary(max_size=200), st.sampled_from(["PNG", "JPEG", "GIF", "BMP", "WEBP"]), st.integers(0)
)
def test_a_damaged_file_is_read_or_refused(noise: bytes, format: str, place: int) -> None:
    data = encoded(picture(8, 8), format)
    place %= len(data)

    try:
        read_photo(data[:place] + noise + data[place + len(noise) :])
    except BadPicture:
        return
