"""Cropping a picture to the face."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generation.errors import NoFace, NoFigure
from generation.postprocess import pixels
from generation.postprocess.cutout import figure_mask
from generation.postprocess.upscale import doubled

if TYPE_CHECKING:
    from generation.postprocess.pixels import Mask, Pixels


Box = tuple[float, float, float]
"""A square's left, top and side, as shares of the picture's shorter side."""
MIN_SIDE_PX = 256
"""A cropped picture is at least so wide."""

_SIDE, _BELOW = 0.6, 0.2
"""The side of the face's square and how far it lies below the crown, in heights of the figure.

Measured on the illustrator's characters, of any age and in any hat.
"""
_UPPER = 0.4
"""The face's middle is that of the figure's upper part: so much of its height."""
_ASIDE, _ABOVE, _UNDER = 0.25, 0.4, 0.1
"""The margin around the face, in its sides: hair, ears and hats are above it, the neck below."""
_ROW = 0.1
"""A row belongs to the head once this share of it is covered; a lock of hair alone is less."""


def crop_to_face(png: bytes, face: Box | None = None) -> bytes:
    """The square around the head, as large as the picture's shorter side was.

    Without `face` that is looked for by the figure's outline, and in the upper middle of a picture
    whose figure cannot be told from its background.
    """
    picture = pixels.read(png)
    height, width, _ = picture.shape
    shorter = min(height, width)
    box = with_margin(face or find_face(picture), width / shorter, height / shorter)
    left, top, side = (round(at * shorter) for at in box)
    cropped = picture[top : top + side, left : left + side]
    wanted = max(MIN_SIDE_PX, shorter)
    if cropped.shape[0] < wanted:
        cropped = doubled(cropped)
    return pixels.write(pixels.resized(cropped, wanted, wanted))


def with_margin(face: Box, width: float = 1.0, height: float = 1.0) -> Box:
    """The square around the head of this face, within a picture of these shares."""
    left, top, side = face
    whole = min(side * (1 + 2 * _ASIDE), 1.0)
    left = min(max(left + side / 2 - whole / 2, 0.0), width - whole)
    above = (whole - side) * _ABOVE / (_ABOVE + _UNDER)
    return left, min(max(top - above, 0.0), height - whole), whole


def find_face(picture: Pixels) -> Box:
    """As `made_out_face`, in the upper middle where nothing can be made out."""
    import numpy as np

    try:
        return made_out_face(picture)
    except NoFace:
        return _box_in(np.ones(picture.shape[:2], np.bool_))


def made_out_face(picture: Pixels) -> Box:
    """Where the face is, going by the figure's outline. Raises `NoFace` where that cannot be told
    from what is behind it.
    """
    try:
        return _box_in(figure_mask(picture))
    except NoFigure as error:
        raise NoFace from error


def _box_in(figure: Mask) -> Box:
    import numpy as np

    height, width = figure.shape
    shorter = min(height, width)
    rows = np.flatnonzero(figure.mean(axis=1) > _ROW)
    crown, tall = (int(rows[0]), int(rows[-1] - rows[0]) + 1) if len(rows) else (0, height)
    upper = figure[crown : crown + max(1, int(_UPPER * tall))]
    middle = float(np.nonzero(upper)[1].mean()) if upper.any() else width / 2
    side = min(_SIDE * tall, shorter)
    left = min(max(middle - side / 2, 0.0), width - side)
    top = min(crown + _BELOW * tall, height - side)
    return left / shorter, top / shorter, side / shorter
