"""What happens between two denoising steps: stop, tell how far it is, guide no longer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from generation.backends.runs import Stopped

GUIDED = (
    "prompt_embeds",
    "pooled_prompt_embeds",
    "add_text_embeds",
    "add_time_ids",
    "mask",
    "masked_image_latents",
    "image",
    "control_image",
)
"""Tensors of a call that hold the unguided half before the guided one."""
NEEDED: dict[str, tuple[str, ...]] = {
    "sd15": ("prompt_embeds",),
    "sdxl": ("prompt_embeds", "add_text_embeds", "add_time_ids"),
    "sd35": ("prompt_embeds", "pooled_prompt_embeds"),
}
"""By family: those that have to be cut in half for a step without guidance.

A pipeline that does not hand them out, and a family that is not listed, is guided to the end.
"""

Tell = Callable[[int, int, Any], object]
"""Called with steps done, steps in all, and the latents after them."""


@dataclass(frozen=True, slots=True)
class Watch:
    """The `callback_on_step_end` of one pipeline call, safe for any batch."""

    stop: threading.Event
    tell: Tell
    guided: float | None = None
    """Share of the steps that are guided; `None`: all are."""
    cut: tuple[str, ...] = ()
    """Tensors to cut in half where guidance ends; from `can_cut`."""

    def cutting(self, tensors: tuple[str, ...]) -> Watch:
        """The same for a pipeline that hands out `tensors`; none where all steps are guided."""
        return self if self.guided is None else replace(self, cut=tensors)

    @property
    def tensors(self) -> list[str]:
        """What the pipeline has to hand out."""
        return ["latents", *self.cut]

    def __call__(self, pipe: Any, step: int, timestep: Any, tensors: Any) -> dict[str, Any]:
        """After each step. Raises `Stopped` where nobody wants the picture any more."""
        if self.stop.is_set():
            raise Stopped
        total = pipe.num_timesteps
        self.tell(step + 1, total, tensors["latents"])
        if self._ends_guidance(pipe, step + 1, total):
            pipe._guidance_scale = 0.0
            return {name: tensors[name].chunk(2)[1] for name in self.cut}
        return {}

    def _ends_guidance(self, pipe: Any, done: int, total: int) -> bool:
        if self.guided is None or not self.cut or not pipe.do_classifier_free_guidance:
            return False
        return done >= self.guided * total


def can_cut(pipe: Any, family: str, arguments: Sequence[str]) -> tuple[str, ...]:
    """The tensors to cut where guidance is to end early; empty where `pipe` cannot do that."""
    handed = pipe._callback_tensor_inputs
    if family not in NEEDED or not set(NEEDED[family]) <= set(handed):
        return ()
    if "ip_adapter_image" in arguments:
        return ()  # its embeddings are not handed out
    return tuple(name for name in GUIDED if name in handed)
