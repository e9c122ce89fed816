"""Pictures that members attach → plain PNGs of a bounded size."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from generation.errors import BadPicture

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_BYTES = 10 * 1024 * 1024
MAX_SIDE_PX = 8192
MAX_PIXELS = 40_000_000
KEPT_SIDE_PX = 1536
"""The longer side of what comes out; no model takes more in."""
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "AVIF", "BMP")


def read_photo(data: bytes, *, mask: bool = False) -> bytes:
    """The picture in `data` as a PNG, RGB or RGBA, upright, without metadata; of several the first.

    A `mask` comes out as RGBA: what is transparent in it is painted anew. One without transparency
    is read as masks are painted in this field: white is painted anew, black is kept.

    Raises `BadPicture` for what is no whole picture in one of `FORMATS`, or larger than we take.
    Blocking; any thread.
    """
    if len(data) > MAX_BYTES:
        raise bad_picture()
    try:
        image = _opened(data)
        if _is_too_large(image):
            raise bad_picture()
        image = _upright(image)
        return _encoded(_as_mask(image) if mask else image)
    except BadPicture:
        raise
    except Exception as error:  # decoders meet broken files with every kind of exception
        raise bad_picture() from error


def bad_picture() -> BadPicture:
    """What to raise for something else than a picture we take."""
    return BadPicture(MAX_BYTES // 1024 // 1024, MAX_SIDE_PX)


def _opened(data: bytes) -> Image:
    """The picture with its header read and its pixels not yet."""
    from PIL import Image

    return Image.open(io.BytesIO(data), formats=FORMATS)


def _is_too_large(image: Image) -> bool:
    width, height = image.size
    return not 1 <= min(width, height) <= max(width, height) <= MAX_SIDE_PX or (
        width * height > MAX_PIXELS
    )


def _upright(image: Image) -> Image:
    """Decoded, turned as its EXIF says, RGB or RGBA, shrunk."""
    from PIL import Image, ImageOps

    image.draft(None, (KEPT_SIDE_PX, KEPT_SIDE_PX))  # a JPEG is shrunk in part while it is decoded
    ImageOps.exif_transpose(image, in_place=True)
    if image.mode.startswith("I;16"):  # Pillow would clip the sixteen bits, not scale them
        image = image.convert("I").point(lambda value: value / 257).convert("L")
    mode = "RGBA" if image.has_transparency_data else "RGB"
    if image.mode != mode:  # a conversion copies, and 40 megapixels are large enough once
        image = image.convert(mode)
    image.thumbnail((KEPT_SIDE_PX, KEPT_SIDE_PX), Image.Resampling.LANCZOS)
    return image


def _as_mask(image: Image) -> Image:
    from PIL import Image, ImageOps

    alpha = image.getchannel("A") if image.mode == "RGBA" else ImageOps.invert(image.convert("L"))
    painted = Image.new("RGBA", image.size)
    painted.putalpha(alpha)
    return painted


def _encoded(image: Image) -> bytes:
    image.info = {}  # a PNG would take the colour profile along
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()
