"""Pictures as models take them: to start from, to look at, and which part to paint."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

from generation.prompt_errors import PictureDamaged
from generation.traits import Traits

Size = tuple[int, int]
"""Width and height in pixels."""
MIN_REFERENCE_PX = 64
"""FLUX.2's pipelines refuse a picture with a shorter side."""
LEAST_KEPT = 0.6
"""A picture of another shape is cropped where this share of it is kept. Below, a crop would take
heads: a square one loses a third for a portrait, and two thirds for a banner.
"""


def read_photo(png: bytes, size: Size, *, is_whole: bool = False) -> Any:
    """A picture as a start of `size`, as an RGB `PIL.Image`: its middle or, where too little would
    be left of it, all of it in the middle of its own blurred colours, for the model to go on from.

    What is transparent in it becomes white. `is_whole`: it is looked at, and not gone on from, so
    that it needs no surroundings, and may be smaller. Raises `PictureDamaged`.
    """
    from PIL import Image, ImageFilter, ImageOps

    picture = _on_white(_decoded(png))
    if _is_cropped(picture.size, size):
        return _middle(picture, size)
    whole = ImageOps.contain(picture, size, Image.Resampling.LANCZOS)
    if is_whole:
        return whole
    around = _middle(picture, size).filter(ImageFilter.GaussianBlur(min(size) / 16))
    around.paste(whole, _centred(whole.size, size))
    return around


def read_mask(png: bytes, size: Size) -> Any:
    """A mask as an "L" `PIL.Image`: white where `png` is transparent, and where `read_photo` adds
    to the picture; black where it is opaque. Raises `PictureDamaged`.
    """
    from PIL import Image, ImageOps

    alpha = _decoded(png).getchannel("A")
    if _is_cropped(alpha.size, size):
        alpha = _middle(alpha, size)
    else:
        whole = ImageOps.contain(alpha, size, Image.Resampling.LANCZOS)
        alpha = Image.new("L", size)
        alpha.paste(whole, _centred(whole.size, size))
    return ImageOps.invert(alpha)


def as_it_was(png: bytes, size: Size) -> Any:
    """As `read_photo`, an RGBA `PIL.Image` with what is transparent in it."""
    image = _decoded(png)
    if _is_cropped(image.size, size):
        return _middle(image, size)
    return read_photo(png, size).convert("RGBA")


def read_reference(png: bytes, side_px: int) -> Any:
    """A picture of its own shape, as an RGB `PIL.Image`: as large as `side_px` allows, and as
    `MIN_REFERENCE_PX` demands.

    What is transparent in it becomes white. Raises `PictureDamaged`.
    """
    from PIL import Image

    image = _decoded(png)
    short, long = min(image.size), max(image.size)
    scale = max(min(1.0, side_px / long), MIN_REFERENCE_PX / short)
    size = [max(MIN_REFERENCE_PX, int(side * scale)) for side in image.size]
    return _on_white(image.resize((size[0], size[1]), Image.Resampling.LANCZOS))


def draw_figure(traits: Traits, seed: int, size: Size) -> tuple[Any, Traits]:
    """The illustrator's character for `traits` as a start, and its traits, now complete. It stands
    at the bottom of what is higher, and in the middle of what is wider than a square.
    """
    from PIL import Image

    from generation import illustrator

    whole = replace(illustrator.complete(traits, seed), background="plain")
    side = min(size)
    figure = read_photo(illustrator.draw(whole, seed, side), (side, side))
    picture = Image.new("RGB", size, figure.getpixel((0, 0)))
    picture.paste(figure, ((size[0] - side) // 2, size[1] - side))
    return picture, whole


def _decoded(png: bytes) -> Any:
    """What has been stored is a PNG of a bounded size already."""
    from PIL import Image

    try:
        return Image.open(io.BytesIO(png), formats=["PNG"]).convert("RGBA")
    except (OSError, ValueError, SyntaxError) as error:
        raise PictureDamaged from error


def _is_cropped(size: Size, wanted: Size) -> bool:
    """Whether enough of a picture of `size` is kept in the middle of it that is like `wanted`."""
    share = size[0] * wanted[1] / (size[1] * wanted[0])
    return wanted[0] == wanted[1] or min(share, 1 / share) >= LEAST_KEPT


def _middle(image: Any, size: Size) -> Any:
    from PIL import Image, ImageOps

    return ImageOps.fit(image, size, Image.Resampling.LANCZOS)


def _centred(size: Size, within: Size) -> tuple[int, int]:
    return (within[0] - size[0]) // 2, (within[1] - size[1]) // 2


def _on_white(image: Any) -> Any:
    from PIL import Image

    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image).convert("RGB")
