"""Compiling a model for the GPU, all of it before anybody waits."""

from __future__ import annotations

import logging
import threading
from typing import Any

from generation.backends.diffusers.embeddings import Embeddings
from generation.backends.diffusers.pipeline import LoadedModel
from generation.backends.diffusers.sampler import StepCallback, call
from generation.backends.diffusers.samples import Plan, Sample
from generation.shapes import frame
from generation.traits import Traits

log = logging.getLogger(__name__)


def compile_blocks(loaded: LoadedModel) -> None:
    """Compile the blocks of `loaded` and draw once at each size, alone and in a full batch, and in
    a shape, after which the code is for any: nobody waits for it later. Minutes; no use on a CPU.
    """
    if not loaded.device.name.startswith("cuda"):
        return
    pipe: Any = loaded.pipe("text-to-image")
    model = pipe.unet if hasattr(pipe, "unet") else pipe.transformer
    model.compile_repeated_blocks(fullgraph=True)
    sizes_px, counts = loaded.preset.sizes_px, sorted({1, loaded.preset.max_batch})
    squares = [(size_px, size_px, count) for size_px in sizes_px for count in counts]
    for once in (*squares, (*frame("portrait", sizes_px[0], loaded.family.size_multiple), 1)):
        log.info("%s: compiling for %d x %d, %d at once", loaded.preset.name, *once)
        _draw_once(loaded, *once)


def _draw_once(loaded: LoadedModel, width: int, height: int, count: int) -> None:
    samples = [
        Sample(item_id="", seed=seed, traits=Traits(), pieces=(("", 1.0),)) for seed in range(count)
    ]
    plan = Plan(task="text-to-image", width=width, height=height)
    on_step_end = StepCallback(threading.Event(), lambda done, total, latents: None)
    call(loaded, Embeddings(), plan, samples, on_step_end)
