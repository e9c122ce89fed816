"""Cutting a figure out of its background.

Drawn avatars stand before a quiet background: what lies at the picture's edge and looks like the
edge is background, up to the figure's outline. A busy background (a photo) cannot be told from the
figure that way, and is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generation.errors import NoFigure
from generation.postprocess import pixels

if TYPE_CHECKING:
    from generation.postprocess.pixels import Mask, Pixels

_NEAR = 9.0
"""Colours less than this far apart (in CIELAB) look alike."""
_GRID = 4.0
"""Colours of the edge that differ by less are counted as one."""
_COMMON = 0.004
"""A colour belongs to the background from this share of the edge on."""
_DEPTH = 0.04
"""How far in from the edge a disc's colour is looked for, as a share of the side."""
_DISC, _RIM = 0.5, 0.9
"""Share of the pixels there that have a disc's colour, and of the figure that a disc leaves."""
_LEAST, _MOST = 0.04, 0.97
"""Shares of the picture that a figure can fill."""
_WHOLE = 0.6
"""Share of a figure that hangs together: what falls into pieces is a pattern."""
_SPECK = 0.0008
"""Share of the picture below which a piece is no part of the figure."""


def cut_out(png: bytes) -> bytes:
    """The figure on transparency, its edge soft. Raises `NoFigure`.

    A picture that is transparent in places is cut out already, and comes back as it is.
    """
    import numpy as np

    picture = pixels.read(png)
    if (picture[..., 3] < 0.5).mean() > 1 - _MOST:
        return png
    figure = figure_mask(picture)
    return pixels.write(np.concatenate(_soft(picture[..., :3], figure), axis=2))


def figure_mask(picture: Pixels) -> Mask:
    """Where the figure stands. Raises `NoFigure`."""
    if (picture[..., 3] < 0.5).mean() > 1 - _MOST:
        return picture[..., 3] >= 0.5
    lab = _lab(picture[..., :3])
    colors = _common(_edge(lab), _COMMON)
    figure = ~_reached(_near(lab, colors))
    figure = _without_specks(_without_disc(lab, colors, figure))
    if not _LEAST <= figure.mean() <= _MOST or _largest(figure) < _WHOLE * figure.sum():
        raise NoFigure
    return figure


def _lab(colors: Pixels) -> Pixels:
    import numpy as np

    levels = (colors * 255).astype(np.uint8)
    return pixels.image_of(levels).copy(interpretation="srgb").colourspace("lab").numpy()


def _edge(values: Any) -> Any:
    """What of `values` lies at the edge, but for the lower one: it cuts through the figure."""
    import numpy as np

    return np.concatenate((values[0], values[:, 0], values[:, -1]))


def _common(values: Pixels, share: float) -> Pixels:
    """Those colours that make up at least `share` of `values`; shape (n, 3) in and out."""
    import numpy as np

    cells, counts = np.unique(np.round(values / _GRID), axis=0, return_counts=True)
    return (cells[counts >= share * len(values)] * _GRID).astype(np.float32)


def _near(lab: Pixels, colors: Pixels) -> Mask:
    """Which pixels look like one of `colors`."""
    import numpy as np

    near = np.zeros(lab.shape[:2], np.bool_)
    for color in colors:
        near |= ((lab - color) ** 2).sum(axis=2) < _NEAR**2
    return near


def _without_disc(lab: Pixels, colors: Pixels, figure: Mask) -> Mask:
    """`figure` without the disc that it may stand before.

    A disc gives most of what lies a little way in from the edge one colour. So does hair, but its
    drawn outline keeps the flood out, where a disc has none.
    """
    import numpy as np

    depth = max(2, round(_DEPTH * len(figure)))
    inside = _worn(figure, depth)
    disc = _common(lab[inside & ~_worn(inside, depth // 2)], _DISC)
    inner = ~_reached(_near(lab, np.concatenate((colors, disc))))
    return inner if _LEAST <= inner.mean() <= _RIM * figure.mean() else figure


def _worn(mask: Mask, depth_px: int) -> Mask:
    """`mask` without what lies within `depth_px` of its outside."""
    import numpy as np

    width = 2 * depth_px + 1
    levels = pixels.image_of(mask.astype(np.uint8))
    return levels.rank(width, width, 0).numpy().astype(np.bool_)


def _pieces(mask: Mask) -> Any:
    """Number every connected piece of `mask` and of what is around it."""
    import numpy as np

    return pixels.image_of(mask.astype(np.uint8)).labelregions().numpy()


def _reached(mask: Mask) -> Mask:
    """The pieces of `mask` that touch the picture's edge."""
    import numpy as np

    pieces = _pieces(mask)
    outer = np.unique(_edge(pieces)[_edge(mask)])
    return np.isin(pieces, outer)


def _largest(mask: Mask) -> int:
    """Pixels in the largest piece of `mask`."""
    import numpy as np

    return int(np.bincount(_pieces(mask)[mask]).max())


def _without_specks(mask: Mask) -> Mask:
    """`mask` without its tiniest pieces."""
    import numpy as np

    pieces = _pieces(mask)
    sizes = np.bincount(pieces.ravel())
    return mask & (sizes >= _SPECK * mask.size)[pieces]


def _soft(colors: Pixels, figure: Mask) -> tuple[Pixels, Pixels]:
    """Colours and opacity, the edge's pixels taken apart into figure and background.

    An edge's pixel is a mix of both: how much of each says where it lies between their colours.
    """
    import numpy as np

    inner, outer = ~_grown(~figure), ~_grown(figure)
    front, back = pixels.spread(colors, inner, 1.0), pixels.spread(colors, outer, 2.0)
    span = front - back
    share = ((colors - back) * span).sum(axis=2) / np.maximum((span**2).sum(axis=2), 1e-3)
    opacity = np.where(inner, 1.0, np.where(outer, 0.0, np.clip(share, 0, 1)))
    kept = np.where(inner[..., None], colors, front) * ~outer[..., None]
    return kept.astype(np.float32), opacity.astype(np.float32)[..., None]


def _grown(mask: Mask) -> Mask:
    """`mask` with one more pixel all around."""
    import numpy as np

    padded = np.pad(mask, 1)
    height, width = mask.shape
    shifts = [padded[y : y + height, x : x + width] for y in range(3) for x in range(3)]
    return np.logical_or.reduce(shifts)
