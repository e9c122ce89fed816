"""How an avatar will really be seen, and its file; tiles of a page with their numbers."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

DIAMETERS_PX = (128, 40, 24)
"""What Discord shows in profiles, beside messages and in replies."""
GROUNDS = ("#313338", "#ffffff")
_GAP_PX = 32
"""Makes the rows for both grounds a square together: a gallery shows it whole."""
_OVERSAMPLING = 4


def circle_preview(png: bytes) -> bytes:
    """A square PNG of the picture in all `DIAMETERS_PX`, in a row per ground. Blocking; for a
    thread.
    """
    from PIL import Image

    picture = _opened(png)
    side = sum(DIAMETERS_PX) + _GAP_PX * (len(DIAMETERS_PX) + 1)
    rows = Image.new("RGB", (side, side))
    for row, ground in enumerate(GROUNDS):
        top, bottom = row * side // len(GROUNDS), (row + 1) * side // len(GROUNDS)
        rows.paste(ground, (0, top, side, bottom))
        left = _GAP_PX
        for diameter in DIAMETERS_PX:
            small = picture.resize((diameter, diameter), Image.Resampling.LANCZOS)
            round_ = Image.composite(small, Image.new("RGBA", small.size), _disc(diameter))
            rows.paste(round_, (left, (top + bottom - diameter) // 2), round_)
            left += diameter + _GAP_PX
    return _encoded(rows)


def avatar_png(png: bytes, side_px: int, limit_bytes: int) -> bytes:
    """The picture as Discord takes it for an avatar: a square PNG of `side_px`, or smaller where
    that would weigh more than `limit_bytes`. Blocking; for a thread.
    """
    from PIL import Image

    picture = _opened(png)
    side = side_px
    while True:
        resized = picture.resize((side, side), Image.Resampling.LANCZOS)
        if len(data := _encoded(resized)) <= limit_bytes:
            return data
        side = side * 3 // 4


def numbered(tile: bytes, number: int) -> bytes:
    """A tile of a page with its number in a corner, as WebP. Blocking; for a thread."""
    from PIL import Image, ImageDraw, ImageFont

    picture = _opened(tile)
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


def _opened(data: bytes) -> Image.Image:
    from PIL import Image

    return Image.open(BytesIO(data)).convert("RGBA")


def _encoded(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _disc(diameter: int) -> Image.Image:
    """A soft-edged disc as a mask: drawn larger, then scaled down."""
    from PIL import Image, ImageDraw

    size = diameter * _OVERSAMPLING
    disc = Image.new("L", (size, size))
    ImageDraw.Draw(disc).ellipse((0, 0, size - 1, size - 1), fill=255)
    return disc.resize((diameter, diameter), Image.Resampling.LANCZOS)
