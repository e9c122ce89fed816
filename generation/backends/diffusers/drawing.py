"""Any number of pictures from a loaded model, as many side by side as memory allows."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from generation.backends.diffusers.calling import Overflowed, Picture, Plan, Sample, call
from generation.backends.diffusers.device import is_out_of_memory
from generation.backends.diffusers.encoding import Embeddings
from generation.backends.diffusers.loaded import Loaded, empty_memory
from generation.backends.diffusers.steps import Watch

log = logging.getLogger(__name__)

Tell = Callable[[int, int, Sequence[Sample], Any], object]
"""Called after each step with steps done and in all, the samples in work and their latents."""


class TooLittleMemory(Exception):
    """Not even a single picture fits."""


class Drawer:
    """Draws with one model. GPU thread only.

    Invariant: no more than `limit` pictures are drawn side by side. It shrinks where memory is
    short.
    """

    def __init__(self, loaded: Loaded, embeddings: Embeddings, limit: int) -> None:
        self._loaded = loaded
        self._embeddings = embeddings
        self.limit = limit

    def draw(
        self, plan: Plan, samples: Sequence[Sample], stop: threading.Event, tell: Tell
    ) -> list[Picture]:
        """All `samples`, in order. Raises `Stopped` within a step, or `TooLittleMemory`."""
        self._loaded.set_loras(plan.loras)
        alone = _stands_alone(plan, samples)
        pictures: list[Picture] = []
        done = 0
        while rest := samples[len(pictures) :]:
            part, *later = parts(rest, 1 if alone else self.limit)
            watch = self._watch(stop, _after(done, 1 + len(later), part, tell))
            drawn = self._try(plan, part, watch)
            if drawn is None:
                self._shrink(len(part))
            else:
                pictures += drawn
                done += 1
        return pictures

    def _watch(self, stop: threading.Event, tell: Callable[[int, int, Any], object]) -> Watch:
        return Watch(stop, tell, self._loaded.preset.drop_guidance_after)

    def _try(self, plan: Plan, part: Sequence[Sample], watch: Watch) -> list[Picture] | None:
        """The pictures; `None` where memory was too short for them side by side."""
        try:
            return self._call(plan, part, watch)
        except Exception as error:
            if not is_out_of_memory(error):
                raise
        # here, and not above: the exception's frames hold the tensors
        empty_memory(self._loaded.device)
        return None

    def _call(self, plan: Plan, part: Sequence[Sample], watch: Watch) -> list[Picture]:
        """As `call`; what overflows is drawn again in float32, as is all that comes after it."""
        try:
            return call(self._loaded, self._embeddings, plan, part, watch)
        except Overflowed:
            if not self._loaded.widen():
                raise
        log.warning("%s: black images, computing in float32 now", self._loaded.preset.name)
        return call(self._loaded, self._embeddings, plan, part, watch)

    def _shrink(self, tried: int) -> None:
        if tried == 1:
            raise TooLittleMemory
        self.limit = (tried + 1) // 2
        name = self._loaded.preset.name
        log.warning("%s: no memory for %d pictures, trying %d", name, tried, self.limit)


def parts(samples: Sequence[Sample], limit: int) -> list[Sequence[Sample]]:
    """`samples` in as few runs of at most `limit` as it takes, of even length: 5 by 4 is 3, 2."""
    count = -(-len(samples) // limit)
    bounds = [len(samples) * i // count for i in range(count + 1)]
    return [samples[start:end] for start, end in pairwise(bounds)]


def _after(
    done: int, left: int, part: Sequence[Sample], tell: Tell
) -> Callable[[int, int, Any], object]:
    """What is told of a call's steps where `done` calls were before it and `left` are left."""

    def tell_all(step: int, steps: int, latents: Any) -> None:
        tell(done * steps + step, (done + left) * steps, part, latents)

    return tell_all


def _stands_alone(plan: Plan, samples: Sequence[Sample]) -> bool:
    """Whether what is looked at beside the prompt is one picture's own, but would go to all."""
    if plan.task == "edit":
        return any(one.init_image is not samples[0].init_image for one in samples)
    return plan.reference
