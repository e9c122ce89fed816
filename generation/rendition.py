"""How a finished picture is written: whole, to keep; small enough, to show; tiny, for a page with
numbers; round, as an avatar will really be seen.

Everything here works in memory, blocks, and may run on any thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image as Picture
    from pyvips import Image

    Levels = NDArray[np.uint8]
    """(height, width, 3 or 4), sRGB, not premultiplied."""


MediaType = Literal["image/png", "image/webp"]
THUMBNAIL_PX = 320
"""The longer side of a thumbnail: a third of Discord's widest gallery, at twice its density."""

_FLAT = 0.5
"""A picture of which this share of neighbours is equal is drawn in areas, not painted.

Filters make areas longer: the illustrator's 1024 px take 168 kB without, 169 with, and half the
time; a painted picture of that size takes 2.5 MB without and 1.45 MB with.
"""
_EVERY_ROW = 16
"""Of so many rows one is looked at for that."""
_PNG_EFFORT = 3
"""Of zlib's 9 levels: 6 saves 2 % of a painted picture and takes twice as long."""
_HEAD, _DENSITY = 33, 21
"""Bytes of a PNG's signature and header, and of the chunk after them."""
_LOSSLESS = 0.6
"""A painted picture as lossless WebP is 0.77 to 0.85 of its PNG, and takes 3 s at 2048 px; below
this share of the PNG, trying is no use.
"""
_QUALITIES = (95, 85, 75)
_SMALLER = 0.75
_MIN_SIDE_PX = 16
_ENVELOPE_BYTES = 128 * 1024
"""What a request holds beside its files: 4000 characters of text in JSON, and multipart's heads."""


@dataclass(frozen=True, slots=True)
class Rendition:
    """One way a picture is shown."""

    data: bytes
    media_type: MediaType
    width: int
    height: int
    is_original: bool
    """Whether these are the very bytes that are kept."""

    @property
    def extension(self) -> str:
        """How the name of such a file ends: ".png" or ".webp"."""
        return f".{self.media_type.removeprefix('image/')}"


def encode_png(picture: Levels | Image) -> bytes:
    """A PNG of the pixels, without an opacity that is full everywhere, and without metadata.

    1024 x 1024 takes 10 to 100 ms on one core.
    """
    import numpy as np

    image: Any = picture
    if isinstance(picture, np.ndarray):
        image = _vips().new_from_array(np.ascontiguousarray(picture)).copy(interpretation="srgb")
    image = image.copy_memory()  # it is looked at more than once
    if image.hasalpha() and image.extract_band(image.bands - 1).min() == 255:
        image = image.extract_band(0, n=image.bands - 1)
    rows = image.subsample(1, min(_EVERY_ROW, image.height)).numpy()
    equal = (rows[:, 1:] == rows[:, :-1]).all(axis=2)
    row_filter = "none" if equal.sum() > _FLAT * equal.size else "all"
    png = image.pngsave_buffer(compression=_PNG_EFFORT, filter=row_filter, keep="none")
    has_density = png[_HEAD + 4 : _HEAD + 8] == b"pHYs"  # libvips cannot be kept from writing it
    return png[:_HEAD] + png[_HEAD + _DENSITY :] if has_density else png


def encode_flat_png(picture: Image, *, opaque: bool) -> bytes:
    """The same for what is known to be drawn in areas, and perhaps to be `opaque` everywhere.

    Looking for that would be a sixth of the illustrator's time for a picture.
    """
    image: Any = picture
    if opaque and image.hasalpha():
        image = image.extract_band(0, n=image.bands - 1)
    return image.pngsave_buffer(compression=_PNG_EFFORT, filter="none", keep="none")


def fit(png: bytes, limit_bytes: int) -> Rendition:
    """The picture in at most `limit_bytes`: as it is, else as WebP, else smaller.

    Raises `pyvips.Error` for what is no picture, and `ValueError` for a limit that nothing meets
    (some hundred bytes).
    """
    image = _vips().new_from_buffer(png, "")
    if len(png) <= limit_bytes:
        return Rendition(png, "image/png", image.width, image.height, is_original=True)
    image = image.copy_memory()
    if limit_bytes >= _LOSSLESS * len(png):
        data = image.webpsave_buffer(lossless=True, effort=1, keep="none")
        if len(data) <= limit_bytes:
            return Rendition(data, "image/webp", image.width, image.height, is_original=False)
    while True:
        for quality in _QUALITIES:
            data = image.webpsave_buffer(Q=quality, effort=1, keep="none")
            if len(data) <= limit_bytes:
                return Rendition(data, "image/webp", image.width, image.height, is_original=False)
        if max(image.width, image.height) <= _MIN_SIDE_PX:
            raise ValueError(f"no picture fits into {limit_bytes} bytes")
        image = image.thumbnail_image(round(_SMALLER * image.width), size="down").copy_memory()


def fit_all(
    pngs: Sequence[bytes], limit_bytes: int, request_limit_bytes: int
) -> tuple[Rendition, ...]:
    """All of `pngs`, in order, each in `limit_bytes` and together in a request of its own limit.

    What the smaller ones leave of their part is the larger ones'. Raises as `fit`.
    """
    left = request_limit_bytes - _ENVELOPE_BYTES
    renditions: dict[int, Rendition] = {}
    for place in sorted(range(len(pngs)), key=lambda place: len(pngs[place])):
        part = left // (len(pngs) - len(renditions))
        renditions[place] = fit(pngs[place], min(limit_bytes, part))
        left -= len(renditions[place].data)
    return tuple(renditions[place] for place in range(len(pngs)))


def thumbnail(png: bytes) -> bytes:
    """A WebP of the picture, at most `THUMBNAIL_PX` a side; 10 to 20 kB, in 25 to 170 ms.

    Raises `pyvips.Error` for what is no picture.
    """
    small = _vips().thumbnail_buffer(png, THUMBNAIL_PX, size="down")
    return small.webpsave_buffer(Q=80, effort=2, keep="none")


def _vips() -> Any:
    """The class; its functions are made when they are first called: a type checker sees none."""
    from pyvips import Image

    return Image


DIAMETERS_PX = (128, 40, 24)
"""What Discord shows in profiles, beside messages and in replies."""
GROUNDS = ("#313338", "#ffffff")
_GAP_PX = 32
"""Makes the rows for both grounds a square together: a gallery shows it whole."""
_OVERSAMPLING = 4


def circle_preview(png: bytes) -> bytes:
    """A PNG of the picture in all `DIAMETERS_PX`, in a row per ground: a square to stand beside a
    square, and a strip to stand under a picture of another shape. Blocking; for a thread.
    """
    from PIL import Image

    picture = _opened(png)
    is_square = picture.width == picture.height
    picture = _square(picture)
    width = sum(DIAMETERS_PX) + _GAP_PX * (len(DIAMETERS_PX) + 1)
    height = width // len(GROUNDS)
    across, down = (0, height) if is_square else (width, 0)
    last = len(GROUNDS) - 1
    preview = Image.new("RGB", (width + last * across, height + last * down))
    for number, ground in enumerate(GROUNDS):
        left, top = number * across, number * down
        preview.paste(ground, (left, top, left + width, top + height))
        left += _GAP_PX
        for diameter in DIAMETERS_PX:
            small = picture.resize((diameter, diameter), Image.Resampling.LANCZOS)
            round_ = Image.composite(small, Image.new("RGBA", small.size), _disc(diameter))
            preview.paste(round_, (left, top + (height - diameter) // 2), round_)
            left += diameter + _GAP_PX
    return _encoded(preview)


def avatar_png(png: bytes, side_px: int, limit_bytes: int) -> bytes:
    """The picture as Discord takes it for an avatar: a square PNG of `side_px`, or smaller where
    that would weigh more than `limit_bytes`; of another shape the part with the head. Blocking; for
    a thread.
    """
    from PIL import Image

    picture = _square(_opened(png))
    side = side_px
    while True:
        resized = picture.resize((side, side), Image.Resampling.LANCZOS)
        if len(data := _encoded(resized)) <= limit_bytes:
            return data
        side = side * 3 // 4


def numbered(tile: bytes, number: int) -> bytes:
    """A square tile of a page, the whole picture on it and its number in a corner, as WebP:
    Discord would cut any other to a square, and perhaps the number off. Blocking; for a thread.
    """
    from PIL import Image, ImageDraw, ImageFont, ImageOps

    picture = _opened(tile)
    side = max(picture.size)
    picture = ImageOps.pad(picture, (side, side), color=(0, 0, 0, 0))
    size = max(picture.width // 6, 12)
    badge = Image.new("RGBA", picture.size)
    box = (_GAP_PX // 4, _GAP_PX // 4, _GAP_PX // 4 + size, _GAP_PX // 4 + size)
    draw = ImageDraw.Draw(badge)
    draw.ellipse(box, fill=(30, 31, 34, 210))
    font = ImageFont.load_default(size=size * 0.62)
    middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    draw.text(middle, str(number), fill="#ffffff", font=font, anchor="mm")
    out = BytesIO()
    Image.alpha_composite(picture, badge).save(out, "WEBP", quality=80, method=1)
    return out.getvalue()


_LOOKED_AT_PX = 256
"""The longer side of what a head is looked for in: its place is wanted, and no outline."""


def _square(picture: Picture) -> Picture:
    """The largest square of `picture` that has the head as near to its middle as can be."""
    from generation.postprocess import pixels
    from generation.postprocess.crop import find_face, with_margin

    width, height = picture.size
    if width == height:
        return picture
    small = picture.copy()
    small.thumbnail((_LOOKED_AT_PX, _LOOKED_AT_PX))
    shorter = min(width, height)
    face = find_face(pixels.read(_encoded(small)))
    left, top, side = with_margin(face, width / shorter, height / shorter)
    x = min(max(round((left + side / 2 - 0.5) * shorter), 0), width - shorter)
    y = min(max(round((top + side / 2 - 0.5) * shorter), 0), height - shorter)
    return picture.crop((x, y, x + shorter, y + shorter))


def _opened(data: bytes) -> Picture:
    from PIL import Image

    return Image.open(BytesIO(data)).convert("RGBA")


def _encoded(picture: Picture) -> bytes:
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _disc(diameter: int) -> Picture:
    """A soft-edged disc as a mask: drawn larger, then scaled down."""
    from PIL import Image, ImageDraw

    size = diameter * _OVERSAMPLING
    disc = Image.new("L", (size, size))
    ImageDraw.Draw(disc).ellipse((0, 0, size - 1, size - 1), fill=255)
    return disc.resize((diameter, diameter), Image.Resampling.LANCZOS)
