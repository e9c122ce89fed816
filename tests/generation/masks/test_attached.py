"""Masks that members draw, in the ways that programs save them."""

import io
from typing import Any

import pytest
from PIL import Image, ImageDraw

from generation.masks.attached import MaskNote, read_mask
from generation.prompt_errors import MaskOfAnotherShape, MaskOfManyGreys, MaskOpaque

SIZE = (64, 48)


def encoded(image: Image.Image, format: str = "PNG", **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, format, **options)
    return stream.getvalue()


PICTURE = encoded(Image.new("RGB", SIZE, "teal"))
CLEAR = Image.new("RGBA", SIZE)


def left_half(image: Image.Image, color: Any) -> Image.Image:
    ImageDraw.Draw(image).rectangle(
        (0, 0, image.width // 2 - 1, image.height), fill=color, outline=color
    )
    return image


def read(image: Image.Image, format: str = "PNG") -> tuple[Image.Image, tuple[MaskNote, ...]]:
    """How much is kept of each pixel, and what is told."""
    attached = read_mask(encoded(image, format), PICTURE)
    mask = Image.open(io.BytesIO(attached.png))
    assert (mask.mode, mask.size) == ("RGBA", SIZE)
    return mask.getchannel("A"), attached.notes


def kept(alpha: Image.Image) -> tuple[object, object]:
    """At the left and at the right."""
    return alpha.getpixel((4, 4)), alpha.getpixel((60, 4))


def test_what_is_transparent_is_painted_anew() -> None:
    alpha, notes = read(left_half(Image.new("RGBA", SIZE, "white"), (0, 0, 0, 0)))

    assert (kept(alpha), notes) == ((0, 255), ())


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "P", "RGBA"])
def test_white_on_black_is_painted_anew_and_said(mode: str) -> None:
    drawn = left_half(Image.new("L", SIZE, 0), 255).convert(mode)

    alpha, notes = read(drawn)

    assert (kept(alpha), notes) == ((0, 255), ("black_and_white",))


def test_a_jpeg_in_black_and_white_is_one_too() -> None:
    alpha, notes = read(left_half(Image.new("RGB", SIZE), "white"), "JPEG")

    at_left, at_right = kept(alpha)
    assert isinstance(at_left, int)
    assert isinstance(at_right, int)
    assert at_left < 20 < 235 < at_right
    assert notes == ("black_and_white",)


def test_a_mask_that_is_open_everywhere_says_so() -> None:
    assert read(CLEAR)[1] == ("everything",)
    assert read(Image.new("L", SIZE, 255))[1] == ("everything", "black_and_white")


@pytest.mark.parametrize(
    "closed",
    [Image.new("RGBA", SIZE, "teal"), Image.new("L", SIZE, 0), Image.new("RGBA", SIZE, "black")],
    ids=["picture with alpha", "all black", "black with alpha"],
)
def test_a_mask_that_is_open_nowhere_is_refused(closed: Image.Image) -> None:
    with pytest.raises(MaskOpaque):
        read(closed)


def test_a_picture_without_transparency_is_no_mask() -> None:
    with pytest.raises(MaskOfManyGreys):
        read(Image.linear_gradient("L").resize(SIZE))
    with pytest.raises(MaskOfManyGreys):
        read(left_half(Image.new("RGB", SIZE, "blue"), "yellow"))


@pytest.mark.parametrize("size", [(32, 24), (128, 96), (33, 25), (640, 477)])
def test_a_mask_of_the_same_proportions_is_scaled_and_said(size: tuple[int, int]) -> None:
    alpha, notes = read(left_half(Image.new("RGBA", size, "white"), (0, 0, 0, 0)))

    assert (kept(alpha), notes) == ((0, 255), ("scaled",))


@pytest.mark.parametrize("size", [(64, 64), (48, 64), (96, 48)])
def test_a_mask_of_other_proportions_is_refused_with_both_sizes(size: tuple[int, int]) -> None:
    with pytest.raises(MaskOfAnotherShape) as refused:
        read(left_half(Image.new("RGBA", size, "white"), (0, 0, 0, 0)))

    assert (refused.value.mask, refused.value.picture) == (size, SIZE)
