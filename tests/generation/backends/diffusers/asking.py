"""Requests, presets and pictures as the tests of this folder need them."""

from __future__ import annotations

import io
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from generation.backends.base import BatchItem
from generation.backends.diffusers.checkpoints import load
from generation.backends.diffusers.device import Device, find_device
from generation.backends.diffusers.embeddings import Embeddings
from generation.backends.diffusers.families import FAMILIES
from generation.backends.diffusers.pipeline import LoadedModel
from generation.backends.diffusers.presets import Preset
from generation.backends.diffusers.sampler import Sampler, Tell
from generation.backends.diffusers.samples import Plan, Sample
from generation.request import Draw, Repaint, Request
from generation.traits import Traits
from tests.generation import batches, requests
from tests.generation.backends.diffusers.tiny import SIZE_PX

LONG = "a cat with silver hair, " * 8
"""More than twice what CLIP reads at once."""


def preset(source: Path, family: str = "sd15", **changes: Any) -> Preset:
    """A preset of the tiny model in `source`: three steps, guided where the family is."""
    unet = FAMILIES[family].unet
    values = {
        "name": f"tiny-{family}",
        "title": "Tiny",
        "source": str(source),
        "family": family,
        "steps": 3,
        "guidance": 5.0 if FAMILIES[family].negative else 1.0,
        "scheduler": "euler" if unet else "flow-euler",
        "sizes_px": (SIZE_PX,),
        "licence": "MIT",
    }
    return Preset.model_validate(values | changes)


def cpu() -> Device:
    """The CPU in float32, whatever it is good at."""
    return replace(find_device("cpu"), bfloat16=False)


def loaded(source: Path, family: str = "sd15", **changes: Any) -> LoadedModel:
    return load(preset(source, family, **changes), cpu(), lambda _: None, threading.Event())


PLAIN: dict[str, Any] = {"seed": 1, "size_px": SIZE_PX, "model": "diffusers"}


def request(prompt: str = "a cat", **changes: Any) -> Draw:
    return requests.draw(prompt, **_whole(prompt, changes))


def repaint(prompt: str = "a cat", **changes: Any) -> Repaint:
    return requests.repaint(prompt, **_whole(prompt, changes))


def _whole(prompt: str, changes: dict[str, Any]) -> dict[str, Any]:
    return {**PLAIN, "leftover": (prompt,), **changes}


def item(asked: Request, **changes: Any) -> BatchItem:
    return batches.item(asked, **changes)


def sample(text: str = "a cat", seed: int = 1, item: int = 0, **changes: Any) -> Sample:
    values = {"pieces": ((text, 1.0),), "traits": Traits()} | changes
    return Sample(item_id=str(item), seed=seed, **values)


def draw(
    model: LoadedModel,
    samples: Sequence[Sample],
    *,
    limit: int = 8,
    stop: threading.Event | None = None,
    tell: Tell = lambda *_: None,
    **plan: Any,
) -> list[np.ndarray[Any, Any]]:
    """The pixels of `samples`, drawn up to `limit` at a time."""
    sampler = Sampler(model, Embeddings(), limit)
    usual: dict[str, Any] = {"task": "text-to-image", "width": SIZE_PX, "height": SIZE_PX}
    whole = Plan(**(usual | plan))
    pictures = sampler.draw(whole, samples, stop or threading.Event(), tell)
    return [np.asarray(picture.image).astype(int) for picture in pictures]


def difference(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> int:
    """The largest difference of a colour value, of 255."""
    return int(np.abs(one - other).max())


def pixels(png: bytes) -> np.ndarray[Any, Any]:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


def png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def gradient(size_px: int = SIZE_PX) -> Image.Image:
    """A picture in which every place has its own colour."""
    ramp = np.linspace(0, 255, size_px).astype(np.uint8)
    across = np.broadcast_to(ramp, (size_px, size_px))
    return Image.fromarray(np.stack([across, across.T, 255 - across], axis=-1))
