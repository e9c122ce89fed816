"""What a second pass of a model is given of a finished picture, and how its work goes back.

Everything here works on pixels, blocks, and may run on any thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generation.postprocess import pixels
from generation.postprocess.crop import Box
from generation.postprocess.upscale import doubled, is_installed

if TYPE_CHECKING:
    from generation.postprocess.pixels import Pixels

_AROUND = 0.15
"""What a model sees around a face's square, at each side of it, in sides of that."""
_WHOLE, _NONE = 0.7, 0.95
"""How far from a patch's middle, of the way to its edge, all of what was drawn there is taken, and
from where on nothing of it.
"""
_BLEED_PX = 3.0


@dataclass(frozen=True, slots=True)
class Patch:
    """A square of a picture, in pixels."""

    left: int
    top: int
    side: int


def enlarged(
    picture: Pixels, width: int, height: int, tick: Callable[[], object] = lambda: None
) -> Pixels:
    """The picture in a larger size: by our network, then Lanczos, or by Lanczos alone where that is
    not installed. `tick` is called now and then, and may raise.
    """
    if is_installed():
        picture = doubled(picture, tick)
    return pixels.resized(picture, width, height)


def opaque(picture: Pixels) -> Pixels:
    """Its three colours, white where nothing is to be seen; not at once, so that what is half
    transparent at an edge takes no white on.
    """
    import numpy as np

    visible = picture[..., 3:] > 0
    if visible.all():
        return picture[..., :3]
    near = pixels.blurred(visible.astype(np.float32), _BLEED_PX) > 1e-2
    return np.where(near, pixels.filled(picture), np.float32(1))


def patch_around(face: Box, width: int, height: int) -> Patch:
    """The square around a face that a model works on, within a picture of this size."""
    shorter = min(width, height)
    left, top, side = (at * shorter for at in face)
    whole = min(round(side * (1 + 2 * _AROUND)), shorter)
    middle = side / 2 - whole / 2
    return Patch(
        left=min(max(round(left + middle), 0), width - whole),
        top=min(max(round(top + middle), 0), height - whole),
        side=whole,
    )


def cut(picture: Pixels, patch: Patch) -> Pixels:
    """What is in `patch`."""
    down, across = _slices(patch)
    return picture[down, across]


def put_back(picture: Pixels, patch: Patch, drawn: Pixels) -> Pixels:
    """`picture` with the three colours of `drawn` in `patch`, from its middle out less and less.

    What lies outside the ellipse in `patch` is as it was, and so is all opacity.
    """
    down, across = _slices(patch)
    result = picture.copy()
    share = _ellipse(patch.side)
    colors = result[down, across, :3]
    result[down, across, :3] = colors + (drawn - colors) * share
    return result


def _slices(patch: Patch) -> tuple[slice, slice]:
    return (
        slice(patch.top, patch.top + patch.side),
        slice(patch.left, patch.left + patch.side),
    )


def _ellipse(side: int) -> Pixels:
    """(side, side, 1): 1 in the middle, 0 in the corners and at the edge, soft in between."""
    import numpy as np

    at = (np.arange(side, dtype=np.float32) + 0.5) / side * 2 - 1
    distance = np.hypot(at[:, None], at[None, :])
    share = np.clip((_NONE - distance) / (_NONE - _WHOLE), 0, 1)
    return (share * share * (3 - 2 * share))[..., None].astype(np.float32)
