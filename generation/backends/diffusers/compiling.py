"""Regional compilation: slow once, faster ever after. On CUDA, where the operator asks for it."""

from __future__ import annotations

import logging
import threading
from typing import Any

from generation.backends.diffusers.calling import Plan, Sample, call
from generation.backends.diffusers.encoding import Embeddings
from generation.backends.diffusers.loaded import Loaded
from generation.backends.diffusers.steps import Watch
from generation.traits import Traits

log = logging.getLogger(__name__)


def compile_blocks(loaded: Loaded) -> None:
    """Compile the blocks that `loaded` is made of and draw once at each size, alone and in a full
    batch, so that nobody waits for the compiler later. Minutes. Does nothing without CUDA.
    """
    if not loaded.device.name.startswith("cuda"):
        return
    pipe: Any = loaded.pipe("text-to-image")
    model = pipe.unet if hasattr(pipe, "unet") else pipe.transformer
    model.compile_repeated_blocks(fullgraph=True)
    for size_px in loaded.preset.sizes_px:
        for count in sorted({1, loaded.preset.max_batch}):
            log.info("%s: compiling for %d at %d px", loaded.preset.name, count, size_px)
            _draw_once(loaded, size_px, count)


def _draw_once(loaded: Loaded, size_px: int, count: int) -> None:
    samples = [
        Sample(item_id="", seed=seed, traits=Traits(), pieces=(("", 1.0),)) for seed in range(count)
    ]
    watch = Watch(threading.Event(), lambda done, total, latents: None)
    call(loaded, Embeddings(), Plan(task="text-to-image", size_px=size_px), samples, watch)
