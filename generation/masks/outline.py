"""Where a part of a picture is: by the illustrator's own layers, or a guess by its pixels.

Blocking; any thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generation.errors import NoFigure
from generation.masks.parts import LAYERS_OF
from generation.postprocess import pixels
from generation.postprocess.crop import Box, find_face
from generation.postprocess.cutout import figure_mask
from generation.prompt_errors import PartNotSeen
from generation.request import Candidate, Part

if TYPE_CHECKING:
    from generation.postprocess.pixels import Mask, Pixels

GROWTHS = (-2, -1, 0, 1, 2, 3, 4)
"""How much larger than the part its outline can be made, in steps."""
_STEP, _MARGIN, _FEATHER = 0.015, 0.008, 0.005
"""As shares of the shorter side: what a step adds all around, what is added in any case, so that no
rim of the old part stays, and the sigma of the soft edge.
"""
_SHOWN = 0.5
"""How much of a pixel a part must cover to count as seen there."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What is painted anew."""

    cover: Pixels
    """(height, width): 1 where a pixel is painted anew, 0 where it stays, between at the edge."""
    is_guess: bool
    """Whether it was told by the pixels, and not known."""


def outline_of(png: bytes, part: Part, figure: Candidate | None, growth: int = 0) -> Outline:
    """Where `part` is in a picture, its edge soft; `growth` is one of `GROWTHS`.

    Give complete traits and the seed as `figure` only where today's illustrator drew exactly this
    picture: what is not worn there is where it would be worn. Raises `PartNotSeen`.
    """
    import numpy as np

    picture = pixels.read(png)
    height, width, _ = picture.shape
    where = np.zeros((height, width), np.bool_)
    is_drawn = figure is not None and height == width
    if is_drawn and figure is not None:
        where = _drawn(figure, part, width)
    is_guess = not where.any()
    if is_guess:
        where = _guessed(picture, part, _face_of(figure) if is_drawn and figure else None)
    if not where.any():
        raise PartNotSeen(part)
    return Outline(_softened(where, growth, grows=part != "background"), is_guess)


def mask_png(outline: Outline) -> bytes:
    """As it is stored, and as models take it: transparent where it is painted anew."""
    import numpy as np

    kept = 1 - outline.cover[..., None]
    return pixels.write(np.concatenate((np.zeros((*outline.cover.shape, 3), np.float32), kept), 2))


def _drawn(figure: Candidate, part: Part, size_px: int) -> Mask:
    from generation.illustrator.stencil import stencil

    png = stencil(figure.traits, figure.seed, LAYERS_OF[part], size_px)
    return pixels.read(png)[..., 0] > _SHOWN


def _face_of(figure: Candidate) -> Box:
    from generation import illustrator

    return illustrator.face_box(figure.traits, figure.seed)


def _softened(where: Mask, growth: int, *, grows: bool) -> Pixels:
    """Larger or smaller by so many steps, but never nothing. The background keeps off the figure's
    own edge.
    """
    side = min(where.shape)
    by_px = round(side * (growth * _STEP + (_MARGIN if grows else 0)))
    grown = _moved(where, by_px)
    if not grown.any():
        grown = where
    return pixels.blurred(grown.astype("float32")[..., None], max(side * _FEATHER, 0.5))[..., 0]


def _moved(where: Mask, by_px: int) -> Mask:
    """`where` with its edge moved out by so many pixels, or in."""
    import numpy as np

    if by_px == 0:
        return where
    window = 2 * abs(by_px) + 1
    levels = pixels.image_of(where.astype(np.uint8))
    place = window * window - 1 if by_px > 0 else 0
    return levels.rank(window, window, place).numpy().astype(np.bool_)


# A guess: shares of the face's square, as measured on the illustrator's characters.


def _guessed(picture: Pixels, part: Part, face: Box | None) -> Mask:
    import numpy as np

    height, width, _ = picture.shape
    left, top, side = (at * min(height, width) for at in face or find_face(picture))
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) + 0.5
    u, v = (x - left) / side, (y - top) / side
    head = _in_ellipse(u, v, (-0.12, -0.3, 1.12, 1.0))
    inner = _in_ellipse(u, v, (0.03, 0.22, 0.97, 0.92))
    try:
        figure = figure_mask(picture)
    except NoFigure:
        figure = head | ((v > 0.85) & (abs(u - 0.5) < 0.35 + 0.5 * (v - 0.85)))
    match part:
        case "background":
            return ~figure
        case "hair":
            return figure & (v < 0.95) & ~inner
        case "face":
            return figure & inner
        case "eyes":
            return (u > 0.1) & (u < 0.9) & (v > 0.38) & (v < 0.7)
        case "glasses":
            return (u > 0.05) & (u < 0.95) & (v > 0.36) & (v < 0.74)
        case "mouth":
            return _in_ellipse(u, v, (0.3, 0.66, 0.7, 0.87))
        case "hat":
            return _in_ellipse(u, v, (-0.15, -0.5, 1.15, 0.6)) & (v < 0.15)
        case "outfit":
            return figure & (v > 0.93)


def _in_ellipse(u: Pixels, v: Pixels, box: tuple[float, float, float, float]) -> Mask:
    """What lies in the ellipse of that box: left, top, right, bottom."""
    left, top, right, bottom = box
    across, down = (right - left) / 2, (bottom - top) / 2
    return ((u - left) / across - 1) ** 2 + ((v - top) / down - 1) ** 2 <= 1


_PREVIEW_PX = 512
_TINT = (0.97, 0.6, 0.72)
_DIMMED, _UNDER_TINT = 0.4, 0.5


def preview(png: bytes, outline: Outline) -> bytes:
    """A small PNG of the picture, dim, with what is painted anew in a tint."""
    import numpy as np

    picture = pixels.read(png)
    opacity, cover = picture[..., 3:], outline.cover[..., None]
    colors = picture[..., :3] * opacity + (1 - opacity)
    tinted = colors * _UNDER_TINT + np.array(_TINT, np.float32) * (1 - _UNDER_TINT)
    shown = colors * _DIMMED * (1 - cover) + tinted * cover
    whole = np.concatenate((shown, np.ones_like(cover)), axis=2).astype(np.float32)
    scale = min(1.0, _PREVIEW_PX / max(whole.shape))
    height, width = (max(1, round(side * scale)) for side in whole.shape[:2])
    return pixels.write(whole if scale == 1.0 else pixels.resized(whole, width, height))
