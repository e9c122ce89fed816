"""A second pass over a finished picture: over all of it, enlarged, or over the face alone, which
goes back to its place.
"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from generation.backends.base import BatchItem, Progress
from generation.backends.diffusers.families import FAMILIES
from generation.backends.diffusers.presets import Preset
from generation.backends.diffusers.sampler import Picture, Sampler, Tell
from generation.backends.diffusers.samples import (
    Plan,
    Sample,
    capabilities_of,
    inference_steps,
    plan_of,
    sample_of,
)
from generation.backends.diffusers.starts import Size
from generation.backends.runs import Report, Stopped
from generation.capabilities import FINER_FACTORS
from generation.errors import DrawingFailed, TooLargeToRefine
from generation.postprocess import pixels
from generation.postprocess.retouch import (
    Patch,
    cut,
    enlarged,
    opaque,
    patch_around,
    put_back,
)
from generation.prompt_errors import PictureDamaged
from generation.request import Refine, candidates

if TYPE_CHECKING:
    from generation.postprocess.pixels import Pixels


@dataclass(frozen=True, slots=True)
class Ground:
    """What a pass works on."""

    item: BatchItem
    request: Refine
    picture: Pixels
    patch: Patch | None
    """The face's place in it; `None`: all of it is worked on."""
    sizes: tuple[Size, ...]
    """In which a model may work on it: the first that memory suffices for."""


def ground_of(item: BatchItem, preset: Preset) -> Ground:
    """What `item` wants to have refined. Blocking: decodes it.

    Raises `PictureDamaged`, or `TooLargeToRefine` where it cannot become larger.
    """
    request = item.request
    if not isinstance(request, Refine) or item.init_image is None:
        raise DrawingFailed("diffusers")
    try:
        picture = pixels.read(item.init_image)
    except Exception as error:  # whatever libvips finds wrong
        raise PictureDamaged from error
    height, width, _ = picture.shape
    if request.face is None:
        return Ground(item, request, picture, None, _finer_sizes(width, height, preset))
    patch = patch_around(request.face, width, height)
    return Ground(item, request, picture, patch, _face_sizes(patch.side, preset))


def refine(
    sampler: Sampler, preset: Preset, ground: Ground, size: Size, hooks: Hooks
) -> tuple[Sample, Picture]:
    """`ground` after the pass, worked on in `size`. Raises `Stopped` or `TooLittleMemory`."""
    request, item = ground.request, ground.item
    plan = _plan(request, size, preset)
    preset = preset.adjusted(plan.settings)
    steps, strength = inference_steps(preset.steps, plan.strength)
    total = 1 + int(steps * strength)  # enlarging counts as a step

    def tick() -> None:
        if hooks.stop.is_set():
            raise Stopped

    hooks.report(Progress(0, total))
    start = _image(opaque(_started(ground, size, tick)))
    hooks.report(Progress(1, total))
    (candidate,) = candidates(request)
    sample = sample_of(item, plan, candidate, preset, start)
    (drawn,) = sampler.draw(plan, [sample], hooks.stop, hooks.after_first)
    return sample, replace(drawn, image=_finished(ground, drawn.image))


@dataclass(frozen=True, slots=True)
class Hooks:
    """How a pass hears that nobody wants it any more, and tells how far it is."""

    stop: threading.Event
    report: Report
    tell: Tell

    def after_first(self, done: int, total: int, samples: Any, latents: Any) -> None:
        """Of a model's steps, which come after one of ours."""
        self.tell(1 + done, 1 + total, samples, latents)


def _plan(request: Refine, size: Size, preset: Preset) -> Plan:
    """The picture itself is what it starts from; nothing else is looked at."""
    width, height = size
    return replace(
        plan_of(request, preset),
        width=width,
        height=height,
        reference=False,
        controlled=False,
        tiled=width * height > max(preset.sizes_px) ** 2,
    )


def _finer_sizes(width: int, height: int, preset: Preset) -> tuple[Size, ...]:
    """The larger ones first; at least one. Raises `TooLargeToRefine`."""
    limit_px = capabilities_of(preset).finest_px
    multiple = FAMILIES[preset.family].size_multiple
    sizes = tuple(
        (_nearest(width * factor, multiple), _nearest(height * factor, multiple))
        for factor in FINER_FACTORS
        if round(math.sqrt(width * height)) * factor <= limit_px
    )
    if not sizes:
        raise TooLargeToRefine(preset.title, limit_px)
    return sizes


def _face_sizes(side: int, preset: Preset) -> tuple[Size, ...]:
    """As large as the model draws or, of a large picture, as the face is, so that nothing is lost;
    less only where memory is short.
    """
    usual, most = preset.sizes_px[0], capabilities_of(preset).finest_px
    multiple = FAMILIES[preset.family].size_multiple
    wanted = min(max(usual, math.ceil(side / multiple) * multiple), most)
    return tuple((px, px) for px in dict.fromkeys((wanted, usual)))


def _nearest(length: float, multiple: int) -> int:
    return max(1, round(length / multiple)) * multiple


def _started(ground: Ground, size: Size, tick: Any) -> Pixels:
    """What the model starts from, in `size`."""
    part = ground.picture if ground.patch is None else cut(ground.picture, ground.patch)
    if part.shape[1] < size[0]:
        return enlarged(part, *size, tick)
    return pixels.resized(part, *size)


def _finished(ground: Ground, drawn: Any) -> Any:
    """What the model has drawn as a whole picture, as transparent as that was: a `PIL.Image`."""
    import numpy as np

    colors = np.asarray(drawn.convert("RGB")).astype(np.float32) / np.float32(255)
    height, width, _ = colors.shape
    if ground.patch is None:
        opacity = pixels.resized(ground.picture, width, height)[..., 3:]
        return _image(np.concatenate((colors, opacity), axis=2))
    side = ground.patch.side
    whole = np.concatenate((colors, np.ones_like(colors[..., :1])), axis=2)
    small = pixels.resized(whole, side, side)[..., :3]
    return _image(put_back(ground.picture, ground.patch, small))


def _image(picture: Pixels) -> Any:
    """A `PIL.Image`, RGB unless something in it is transparent."""
    import numpy as np
    from PIL import Image

    levels = (np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8)
    if levels.shape[2] == 4 and levels[..., 3].min() == 255:
        levels = levels[..., :3]
    return Image.fromarray(levels)
