"""Encoded PNGs and arrays of pixels: in and out, by libvips. Blocking; any thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.float32]
    """(height, width, channels), 0 to 1."""
    Mask = NDArray[np.bool_]
    """(height, width)."""

_BLEED_PX = 3.0


def read(png: bytes) -> Pixels:
    """The picture as sRGB with opacity: four channels.

    Raises `pyvips.Error` for what is no picture, or is cut off in the middle.
    """
    import numpy as np
    import pyvips

    image: Any = pyvips.Image.new_from_buffer(png, "", fail_on="truncated")
    image = image.colourspace("srgb")
    if not image.hasalpha():
        image = image.addalpha()
    return image.cast("uchar").numpy().astype(np.float32) / 255


def write(pixels: Pixels) -> bytes:
    """A PNG of four channels, or three if all is opaque; values outside 0 to 1 are cut."""
    import numpy as np

    from generation.rendition import encode_png

    return encode_png((np.clip(pixels, 0, 1) * 255 + 0.5).astype(np.uint8))


def image_of(array: Any) -> Any:
    """A `pyvips.Image` with the numbers of `array`, of shape (height, width[, channels])."""
    import numpy as np
    import pyvips

    return pyvips.Image.new_from_array(np.ascontiguousarray(array))


def blurred(pixels: Pixels, sigma_px: float) -> Pixels:
    """Blurred by a Gaussian; the same shape."""
    soft = image_of(pixels).gaussblur(sigma_px, precision="float", min_ampl=0.01)
    return soft.numpy().reshape(pixels.shape)


def resized(pixels: Pixels, width: int, height: int) -> Pixels:
    """Scaled by Lanczos' kernel, the colours weighted by their opacity."""
    import numpy as np

    colors, opacity = pixels[..., :3], pixels[..., 3:]
    image = image_of(np.concatenate((colors * opacity, opacity), axis=2))
    scaled = image.resize(width / image.width, vscale=height / image.height, kernel="lanczos3")
    premultiplied = scaled.numpy()
    covered = np.maximum(premultiplied[..., 3:], np.float32(1 / 512))
    return np.concatenate((premultiplied[..., :3] / covered, premultiplied[..., 3:]), axis=2)


def filled(picture: Pixels) -> Pixels:
    """The three colours; what is wholly transparent takes them from what is visible near it.

    Whoever looks around a pixel then sees no colour that nobody was meant to see.
    """
    import numpy as np

    colors, visible = picture[..., :3], picture[..., 3] > 0
    if visible.all():
        return colors
    return np.where(visible[..., None], colors, spread(colors, visible, _BLEED_PX))


def spread(colors: Pixels, where: Mask, sigma_px: float) -> Pixels:
    """For every pixel the mean colour of those near it that lie in `where`."""
    import numpy as np

    weight = where.astype(np.float32)[..., None]
    total = blurred(weight, sigma_px)
    mean = blurred(colors * weight, sigma_px) / np.maximum(total, 1e-6)
    return mean.astype(np.float32)


def size_px(png: bytes) -> tuple[int, int]:
    """Width and height. Reads the header only; raises `pyvips.Error` for what is no picture."""
    import pyvips

    image: Any = pyvips.Image.new_from_buffer(png, "")
    return image.width, image.height
