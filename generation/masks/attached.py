"""A mask that somebody has drawn themselves, read and laid upon its picture.

Blocking; any thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from generation.photo import read_image
from generation.postprocess import pixels
from generation.prompt_errors import MaskOfAnotherShape, MaskOfManyGreys, MaskOpaque

if TYPE_CHECKING:
    from PIL.Image import Image

MaskNote = Literal["everything", "black_and_white", "scaled"]
"""What its owner may not have meant: all of it is painted; white was taken for what is painted; it
was of another size than the picture.
"""
_SAME_RATIO = 0.02
"""How far two proportions may lie apart: some programs round a side up, and others down."""
_DARK, _LIGHT = 48, 207
"""Channels, of 255, of what counts as black and as white: a JPEG keeps neither exactly."""
_CLEAR = 0.95
"""Share of a drawing in black and white that is either; the rest are edges."""


@dataclass(frozen=True, slots=True)
class AttachedMask:
    """What is painted anew of a picture: a PNG as large as that, transparent there."""

    png: bytes
    notes: tuple[MaskNote, ...]


def read_mask(data: bytes, picture: bytes) -> AttachedMask:
    """The mask in `data`, an attached file, for `picture`, a PNG.

    What is transparent in it is painted anew. One without transparency is read as other tools paint
    masks: white is painted anew, black is kept. Raises the `BadPicture` that says why it is not
    taken.
    """
    from PIL import Image, ImageOps

    image = read_image(data, is_mask=True)
    alpha, notes = _opened(image)
    if not _is_open(alpha):
        raise MaskOpaque
    if not _is_open(ImageOps.invert(alpha)):
        notes.insert(0, "everything")
    size = pixels.size_px(picture)
    if abs(alpha.width / alpha.height / (size[0] / size[1]) - 1) > _SAME_RATIO:
        raise MaskOfAnotherShape(alpha.size, size)
    if alpha.size != size:
        alpha = alpha.resize(size, Image.Resampling.BILINEAR)
        notes.append("scaled")
    mask = Image.new("RGBA", size)
    mask.putalpha(alpha)
    return AttachedMask(_png(mask), tuple(notes))


def _opened(image: Image) -> tuple[Image, list[MaskNote]]:
    """How much is kept of each pixel, as an "L" image, and what is to be told of it."""
    from PIL import ImageOps

    if image.mode == "RGBA":
        alpha = image.getchannel("A")
        if _is_open(alpha) or not _is_black_and_white(image):
            return alpha, []
    elif not _is_black_and_white(image):
        raise MaskOfManyGreys
    return ImageOps.invert(image.convert("L")), ["black_and_white"]


def _is_open(alpha: Image) -> bool:
    """Whether some of it is more transparent than not."""
    return sum(alpha.histogram()[:128]) > 0


def _is_black_and_white(image: Image) -> bool:
    import numpy as np

    colors = np.asarray(image.convert("RGB"))
    clear = (colors < _DARK).all(axis=2) | (colors > _LIGHT).all(axis=2)
    return float(clear.mean()) >= _CLEAR


def _png(image: Image) -> bytes:
    import numpy as np

    from generation.rendition import encode_png

    return encode_png(np.asarray(image))
