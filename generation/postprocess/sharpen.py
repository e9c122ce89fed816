"""Sharpening lines, gently."""

from __future__ import annotations

from generation.postprocess import pixels

_RADIUS_PX = 1.0
_FLAT, _JAGGED = 0.0, 1.5
"""How much is added where the lightness hardly changes (nothing: noise stays) and at edges."""
_BRIGHTER, _DARKER = 8, 12
"""Bounds of what is added, in percent of lightness: no halos."""


def sharpen(png: bytes) -> bytes:
    """The picture with its lightness sharpened; hues and opacity stay."""
    import numpy as np

    picture = pixels.read(png)
    levels = (pixels.filled(picture) * 255 + 0.5).astype(np.uint8)
    image = pixels.image_of(levels).copy(interpretation="srgb")
    sharp = image.sharpen(sigma=_RADIUS_PX, m1=_FLAT, m2=_JAGGED, y2=_BRIGHTER, y3=_DARKER)
    colors = sharp.colourspace("srgb").numpy().astype(np.float32) / 255
    return pixels.write(np.concatenate((colors, picture[..., 3:]), axis=2))
