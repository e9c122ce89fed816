"""What a picture starts from: a photo, a mask, the illustrator's figure, or the edges of these."""

from __future__ import annotations

import io
import math
from dataclasses import replace
from typing import Any

from generation.errors import PictureDamaged
from generation.traits import Traits

MAX_SCHEDULE = 50
"""Steps of the longest schedule that a few steps are the end of; LCM knows no longer one."""


def photo(png: bytes, size_px: int) -> Any:
    """The square in the middle of a picture, `size_px` wide, as an RGB `PIL.Image`.

    What is transparent in it becomes white. Raises `PictureDamaged`.
    """
    from PIL import Image

    image = _decoded(png, size_px)
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image).convert("RGB")


def mask(png: bytes, size_px: int) -> Any:
    """A mask as diffusers takes it, an "L" `PIL.Image`: white where `png` is transparent.

    Raises `PictureDamaged`.
    """
    alpha = _decoded(png, size_px).getchannel("A")
    return alpha.point([255] * 128 + [0] * 128)


def figure(traits: Traits, seed: int, size_px: int) -> tuple[Any, Traits]:
    """The illustrator's character for `traits` as a start, and its traits, now complete."""
    from generation import illustrator

    whole = replace(illustrator.complete(traits, seed), background="plain")
    return photo(illustrator.draw(whole, seed, size_px), size_px), whole


def edges(image: Any) -> Any:
    """White lines on black where `image` has edges: what a ControlNet for edges is led by."""
    from PIL import ImageFilter

    lines = image.convert("L").filter(ImageFilter.FIND_EDGES)
    return lines.point([0] * 40 + [255] * 216).convert("RGB")


def schedule(num_inference_steps: int, strength: float) -> tuple[int, float]:
    """`num_inference_steps` and `strength` for a pipeline that starts from a picture.

    A pipeline runs the last `strength` of its steps. A model of 28 steps runs 17 of 28 at 0.6; one
    of 2 steps runs 2 of 3, and one of a single step 1 of 2, so that few steps neither come to none
    nor forget the start.
    """
    run = max(1, math.ceil(num_inference_steps * strength - 1e-9))
    longest = max(num_inference_steps, MAX_SCHEDULE)
    steps = max(run, min(round(run / max(strength, 1e-6)), longest))
    share = run / steps
    while int(steps * share) < run:  # 49 * (1 / 49) is less than 1
        share = math.nextafter(share, 2.0)
    return steps, share


def _decoded(png: bytes, size_px: int) -> Any:
    """What has been stored is a PNG of a bounded size already."""
    from PIL import Image, ImageOps

    try:
        image = Image.open(io.BytesIO(png), formats=["PNG"]).convert("RGBA")
    except (OSError, ValueError, SyntaxError) as error:
        raise PictureDamaged from error
    return ImageOps.fit(image, (size_px, size_px), Image.Resampling.LANCZOS)
