"""Keeping what a mask does not open as it was: models change all of a picture a little.

Blocking; any thread.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image


def fitted(png: bytes, width: int, height: int) -> bytes:
    """The middle of a picture or a mask in that size; itself where it has that."""
    image = _opened(png)
    return png if image.size == (width, height) else _encoded(_fit(image, width, height))


def kept(drawn: bytes, start: bytes, mask: bytes) -> bytes:
    """`drawn` where `mask` is transparent, and `start` where it is opaque, scaled to `drawn`."""
    from PIL import Image

    image = _opened(drawn)
    was, closed = (_fit(_opened(png), *image.size) for png in (start, mask))
    return _encoded(Image.composite(was, image, closed.getchannel("A")))


def _fit(image: Image, width: int, height: int) -> Image:
    from PIL import Image, ImageOps

    if image.size == (width, height):
        return image
    return ImageOps.fit(image, (width, height), Image.Resampling.LANCZOS)


def _opened(png: bytes) -> Image:
    from PIL import Image

    return Image.open(io.BytesIO(png)).convert("RGBA")


def _encoded(image: Image) -> bytes:
    import numpy as np

    from generation.rendition import encode_png

    opaque = image.getchannel("A").getextrema()[0] == 255
    return encode_png(np.asarray(image.convert("RGB") if opaque else image))
