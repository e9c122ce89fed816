"""How an avatar will really be seen: cut to small circles, on a dark and on a light ground."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

DIAMETERS_PX = (128, 40, 24)
"""What Discord shows in profiles, beside messages and in replies."""
GROUNDS = ("#313338", "#ffffff")
_GAP_PX = 16
_OVERSAMPLING = 4


def circle_preview(png: bytes) -> bytes:
    """A PNG strip of the picture in all `DIAMETERS_PX`, once per ground. Blocking; for a thread."""
    from PIL import Image

    picture = Image.open(BytesIO(png)).convert("RGBA")
    width = sum(DIAMETERS_PX) + _GAP_PX * (len(DIAMETERS_PX) + 1)
    height = max(DIAMETERS_PX) + 2 * _GAP_PX
    strip = Image.new("RGB", (width * len(GROUNDS), height))
    for column, ground in enumerate(GROUNDS):
        strip.paste(ground, (column * width, 0, (column + 1) * width, height))
        left = column * width + _GAP_PX
        for diameter in DIAMETERS_PX:
            small = picture.resize((diameter, diameter), Image.Resampling.LANCZOS)
            round_ = Image.composite(small, Image.new("RGBA", small.size), _disc(diameter))
            strip.paste(round_, (left, (height - diameter) // 2), round_)
            left += diameter + _GAP_PX
    out = BytesIO()
    strip.save(out, "PNG")
    return out.getvalue()


def _disc(diameter: int) -> Image.Image:
    """A soft-edged disc as a mask: drawn larger, then scaled down."""
    from PIL import Image, ImageDraw

    size = diameter * _OVERSAMPLING
    disc = Image.new("L", (size, size))
    ImageDraw.Draw(disc).ellipse((0, 0, size - 1, size - 1), fill=255)
    return disc.resize((diameter, diameter), Image.Resampling.LANCZOS)
