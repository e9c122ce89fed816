"""What members attach: every format, every kind of broken file."""

import io
import random
import struct
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin

from generation.photo import MAX_BYTES, MAX_RATIO, MIN_SIDE_PX, check_weight, read_photo
from generation.prompt_errors import (
    BadPicture,
    PictureDamaged,
    PictureEmpty,
    PictureTooHeavy,
    PictureTooLarge,
    PictureTooNarrow,
    PictureTooSmall,
)

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


def read(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(read_photo(data)))
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
    source = Image.new("I;16", (16, 16), 65535) if mode == "I;16" else picture(16, 16, mode)

    image = read(encoded(source, format))

    assert (image.mode, image.size) == ("RGB", (16, 16))
    if mode not in ("1", "L", "I;16"):
        assert is_near(image.getpixel((4, 1)), RED)


def test_sixteen_bits_are_scaled_and_not_clipped() -> None:
    image = read(encoded(Image.new("I;16", (16, 16), 32768), "PNG"))

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
    source = Image.new("P", (16, 16), 0)
    source.putpalette([*RED, *BLUE])
    source.putpixel((3, 3), 1)

    image = read(encoded(source, "GIF", transparency=0))

    assert image.getchannel("A").getextrema() == (0, 255)
    assert image.getpixel((3, 3)) == (*BLUE, 255)


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
        ((40, 20), (40, 20)),
        ((9000, 1125), (1536, 192)),
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
    ],
)
def test_what_is_no_picture_of_our_formats_is_told(data: bytes) -> None:
    with pytest.raises(BadPicture) as refusal:
        read_photo(data)

    assert type(refusal.value) is BadPicture


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(encoded(picture(), "PNG")[:-40], id="png cut off"),
        pytest.param(encoded(picture(400, 400), "JPEG")[:-500], id="jpeg cut off"),
        pytest.param(encoded(picture(), "WEBP")[:-20], id="webp cut off"),
        pytest.param(encoded(picture(), "AVIF")[:-20], id="avif cut off"),
        pytest.param(encoded(picture(), "BMP")[:-100], id="bmp cut off"),
        pytest.param(png_of_size(100, 100), id="no pixels"),
    ],
)
def test_a_damaged_picture_is_told(data: bytes) -> None:
    with pytest.raises(PictureDamaged):
        read_photo(data)


@pytest.mark.parametrize("data", [encoded(picture(), "GIF")[:30], png_of_size(0, 0)])
def test_what_does_not_even_begin_as_a_picture_is_refused(data: bytes) -> None:
    with pytest.raises(BadPicture):
        read_photo(data)


@pytest.mark.parametrize(
    ("data", "megapixels"),
    [
        pytest.param(encoded(Image.new("1", (6400, 6400)), "PNG"), 40, id="too many pixels"),
        pytest.param(png_of_size(60_000, 60_000), 40, id="a bomb"),
        pytest.param(png_of_size(10_000, 10_000), 40, id="a small bomb"),
        pytest.param(encoded(Image.new("L", (8200, 8000)), "JPEG"), 64, id="a jpeg"),
    ],
)
def test_too_many_pixels_are_told(data: bytes, megapixels: int) -> None:
    with pytest.raises(PictureTooLarge) as refusal:
        read_photo(data)

    assert refusal.value.max_megapixels == megapixels


def test_too_many_bytes_are_told_also_before_they_are_there() -> None:
    for refused in (
        lambda: read_photo(encoded(picture(), "PNG").ljust(MAX_BYTES + 1)),
        lambda: check_weight(MAX_BYTES + 1),
    ):
        with pytest.raises(PictureTooHeavy) as refusal:
            refused()
        assert refusal.value.max_megabytes == 10


@pytest.mark.parametrize("size", [(1, 1), (1536, 3), (MIN_SIDE_PX - 1, 100)])
def test_a_picture_too_small_to_show_anything_is_told(size: tuple[int, int]) -> None:
    with pytest.raises(PictureTooSmall) as refusal:
        read_photo(encoded(Image.new("RGB", size), "PNG"))

    assert (refusal.value.width, refusal.value.height) == size


@pytest.mark.parametrize("size", [(20 * MAX_RATIO + 1, 20), (50, 50 * MAX_RATIO + 1)])
def test_a_picture_too_narrow_for_a_square_is_told(size: tuple[int, int]) -> None:
    with pytest.raises(PictureTooNarrow) as refusal:
        read_photo(encoded(Image.new("RGB", size), "PNG"))

    assert (refusal.value.width, refusal.value.height) == size


CLEAR = Image.new("RGBA", (64, 48), (0, 0, 0, 0))


@pytest.mark.parametrize("format", ["PNG", "WEBP", "GIF", "AVIF"])
def test_the_first_frame_that_shows_something_is_read(format: str) -> None:
    frames = [CLEAR, picture(mode="RGBA")]

    image = read(encoded(CLEAR, format, save_all=True, append_images=frames, duration=50))

    assert is_near(image.convert("RGB").getpixel((32, 4)), RED)


@pytest.mark.parametrize("frames", [1, 3])
def test_a_picture_in_which_nothing_can_be_seen_is_told(frames: int) -> None:
    faint = Image.new("RGBA", (64, 48), (255, 0, 0, 3))
    data = encoded(CLEAR, "PNG", save_all=True, append_images=[faint] * (frames - 1), duration=50)

    with pytest.raises(PictureEmpty):
        read_photo(data)


def wide_gamut(color_space: bytes = b"RGB ") -> bytes:
    """A colour profile with Display P3's primaries (ICC.1, 8.4: a matrix and a curve)."""

    def number(value: float) -> bytes:
        return struct.pack(">i", round(value * 65536))

    def xyz(*values: float) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(map(number, values))

    curve = b"para\0\0\0\0\0\3\0\0" + b"".join(
        map(number, (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045))
    )
    tags = {
        b"wtpt": xyz(0.9642, 1, 0.8249),
        b"rXYZ": xyz(0.51512, 0.2412, -0.00105),
        b"gXYZ": xyz(0.29198, 0.69225, 0.04189),
        b"bXYZ": xyz(0.1571, 0.06657, 0.78407),
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
    }
    at, table, body = 132 + 12 * len(tags), b"", b""
    for name, content in tags.items():
        table += name + struct.pack(">II", at + len(body), len(content))
        body += content
    header = b"\0\0\0\0lcms\4\x20\0\0mntr" + color_space + b"XYZ " + bytes(12) + b"acsp"
    header = header.ljust(68, b"\0") + b"".join(map(number, (0.9642, 1, 0.8249)))
    profile = header.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body
    return struct.pack(">I", len(profile)) + profile[4:]


P3_GREEN, GREEN_SEEN = (94, 197, 103), (28, 200, 90)


@pytest.mark.parametrize(
    ("format", "exactness"), [("PNG", 1), ("WEBP", 8), ("JPEG", 16), ("AVIF", 16)]
)
def test_colours_of_another_space_are_seen_as_they_were(format: str, exactness: int) -> None:
    source = Image.new("RGB", (64, 48), P3_GREEN)

    seen = read(encoded(source, format, icc_profile=wide_gamut(), quality=100)).getpixel((9, 9))

    assert isinstance(seen, tuple)
    assert all(abs(a - b) <= exactness for a, b in zip(seen, GREEN_SEEN, strict=True))


def test_transparency_stays_where_colours_are_converted() -> None:
    source = Image.new("RGBA", (64, 48), (*P3_GREEN, 100))

    seen = read(encoded(source, "PNG", icc_profile=wide_gamut())).getpixel((9, 9))

    assert isinstance(seen, tuple)
    assert seen[3] == 100
    assert all(abs(a - b) <= 4 for a, b in zip(seen, GREEN_SEEN, strict=False))


@pytest.mark.parametrize("profile", [b"x" * 200, wide_gamut(b"CMYK"), wide_gamut()[:150]])
def test_a_profile_that_says_nothing_of_the_picture_counts_as_none(profile: bytes) -> None:
    source = Image.new("RGB", (64, 48), P3_GREEN)

    assert read(encoded(source, "PNG", icc_profile=profile)).getpixel((9, 9)) == P3_GREEN


def test_a_profile_of_greys_holds_for_greys() -> None:
    gamma = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    image = read(encoded(Image.new("L", (64, 48), 77), "PNG", icc_profile=gamma))

    assert image.getpixel((9, 9)) == (77, 77, 77)


def test_ink_is_seen_as_printed_and_not_neon() -> None:
    seen = read(encoded(Image.new("CMYK", (64, 48), (255, 0, 255, 0)), "JPEG")).getpixel((9, 9))

    assert isinstance(seen, tuple)
    assert seen != (0, 255, 0)
    assert seen[0] < 80
    assert 120 < seen[1] < 190
    assert seen[2] < 110


def test_notes_and_profiles_of_any_length_do_not_keep_a_picture_from_being_read() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("prompt", "a cat " * 400_000, zip=True)
    notes.add_itxt("workflow", "a dog " * 400_000)
    profile = wide_gamut().ljust(2_000_000, b"\0")
    profile = struct.pack(">I", len(profile)) + profile[4:]
    source = Image.new("RGB", (64, 48), P3_GREEN)

    seen = read(encoded(source, "PNG", pnginfo=notes, icc_profile=profile)).getpixel((9, 9))

    assert isinstance(seen, tuple)
    assert all(abs(a - b) <= 4 for a, b in zip(seen, GREEN_SEEN, strict=True))


def test_a_photo_of_48_megapixels_is_scaled() -> None:
    assert read(encoded(picture(8064, 6048), "JPEG")).size == (1536, 1152)


def noisy(side_px: int = 400) -> Image.Image:
    grain = random.Random(1).randbytes(3 * side_px**2)
    return Image.frombytes("RGB", (side_px, side_px), grain)


@pytest.mark.parametrize("missing", [1, 2, 0.02])
@pytest.mark.parametrize("options", [{}, {"progressive": True}], ids=["rows", "progressive"])
def test_a_photo_without_its_end_is_read(missing: float, options: dict[str, bool]) -> None:
    data = encoded(noisy(), "JPEG", **options)
    end = int(missing * len(data)) if missing < 1 else int(missing)

    assert read(data[:-end]).size == (400, 400)


def test_a_photo_that_is_half_there_is_refused() -> None:
    data = encoded(noisy(), "JPEG")

    for there in (0.5, 0.9):
        with pytest.raises(PictureDamaged):
            read_photo(data[: int(there * len(data))])


@given(
    st.binary(max_size=200), st.sampled_from(["PNG", "JPEG", "GIF", "BMP", "WEBP"]), st.integers(0)
)
def test_a_damaged_file_is_read_or_refused(noise: bytes, format: str, place: int) -> None:
    data = encoded(picture(16, 16), format)
    place %= len(data)

    try:
        read_photo(data[:place] + noise + data[place + len(noise) :])
    except BadPicture:
        return
