"""Any number of pictures from a loaded model, as many side by side as memory allows."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from generation.backends.diffusers.calling import Item, Picture, Plan, call
from generation.backends.diffusers.device import is_out_of_memory
from generation.backends.diffusers.encoding import Embeddings
from generation.backends.diffusers.loaded import Loaded, empty_memory
from generation.backends.diffusers.steps import Watch

log = logging.getLogger(__name__)

Tell = Callable[[int, int, Sequence[Item], Any], object]
"""Called after each step with steps done and in all, the items in work and their latents."""


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
        self, plan: Plan, items: Sequence[Item], stop: threading.Event, tell: Tell
    ) -> list[Picture]:
        """All `items`, in order. Raises `Stopped` within a step of `stop`, or `TooLittleMemory`."""
        self._loaded.set_loras(plan.loras)
        alone = _stands_alone(plan, items)
        pictures: list[Picture] = []
        done = 0
        while rest := items[len(pictures) :]:
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

    def _try(self, plan: Plan, part: Sequence[Item], watch: Watch) -> list[Picture] | None:
        """The pictures; `None` where memory was too short for them side by side."""
        try:
            return call(self._loaded, self._embeddings, plan, part, watch)
        except Exception as error:
            if not is_out_of_memory(error):
                raise
        # here, and not above: the exception's frames hold the tensors
        empty_memory(self._loaded.device)
        return None

    def _shrink(self, tried: int) -> None:
        if tried == 1:
            raise TooLittleMemory
        self.limit = (tried + 1) // 2
        name = self._loaded.preset.name
        log.warning("%s: no memory for %d pictures, trying %d", name, tried, self.limit)


def parts(items: Sequence[Item], limit: int) -> list[Sequence[Item]]:
    """`items` in as few runs of at most `limit` as it takes, of even length: 5 by 4 is 3 and 2."""
    count = -(-len(items) // limit)
    bounds = [len(items) * i // count for i in range(count + 1)]
    return [items[start:end] for start, end in pairwise(bounds)]


def _after(
    done: int, left: int, part: Sequence[Item], tell: Tell
) -> Callable[[int, int, Any], object]:
    """What is told of a call's steps where `done` calls were before it and `left` are left."""

    def tell_all(step: int, steps: int, latents: Any) -> None:
        tell(done * steps + step, (done + left) * steps, part, latents)

    return tell_all


def _stands_alone(plan: Plan, items: Sequence[Item]) -> bool:
    """Whether what is looked at beside the prompt is one picture's own, but would go to all."""
    if plan.task == "edit":
        return any(item.start is not items[0].start for item in items)
    return plan.reference
