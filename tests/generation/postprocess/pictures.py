"""Pictures to work on, and how a test looks at what has become of them."""

from __future__ import annotations

import io
import random
from dataclasses import replace
from typing import Any

from PIL import Image, ImageChops, ImageFilter, ImageStat

from generation import illustrator
from generation.traits import Traits


def character(seed: int, **traits: Any) -> Traits:
    """Complete traits of a boldly drawn character."""
    return replace(illustrator.complete(Traits(), seed), **{"style": "bold", **traits})


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGBA")


def encoded(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def noise(side_px: int = 128) -> bytes:
    """A picture of nothing: every pixel has a colour of its own."""
    return encoded(
        Image.frombytes("RGB", (side_px, side_px), random.Random(1).randbytes(3 * side_px**2))
    )


def painted(side_px: int = 256) -> Image.Image:
    """Soft blotches with a grain, as models paint."""
    blotches = opened(noise(16)).resize((side_px, side_px), Image.Resampling.BICUBIC)
    grain = opened(noise(side_px)).filter(ImageFilter.GaussianBlur(2))
    return Image.blend(blotches, grain, 0.2).convert("RGB")


def distance(one: Image.Image, other: Image.Image, ground: str = "#00ff00") -> float:
    """The mean squared difference of two pictures, laid on `ground`; 0 to 255²."""
    flat = [Image.new("RGBA", one.size, ground) for _ in range(2)]
    for below, above in zip(flat, (one, other), strict=True):
        below.alpha_composite(above)
    stat = ImageStat.Stat(ImageChops.difference(*(image.convert("RGB") for image in flat)))
    return sum(value**2 for value in stat.rms) / 3


def overlap(one: Image.Image, other: Image.Image) -> float:
    """How far the opacities of two pictures agree, 0 to 1: what both cover of what either does."""
    channels = one.getchannel("A"), other.getchannel("A")
    both = ImageStat.Stat(ImageChops.darker(*channels)).sum[0]
    either = ImageStat.Stat(ImageChops.lighter(*channels)).sum[0]
    return both / either
