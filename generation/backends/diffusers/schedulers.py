"""Noise schedulers by the names that people know them by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Option = str | int | float | bool

SCHEDULERS: dict[str, tuple[str, Mapping[str, Option]]] = {
    "ddim": ("DDIMScheduler", {"clip_sample": False}),
    "dpmpp-2m": ("DPMSolverMultistepScheduler", {}),
    "dpmpp-2m-karras": ("DPMSolverMultistepScheduler", {"use_karras_sigmas": True}),
    "dpmpp-2m-sde-karras": (
        "DPMSolverMultistepScheduler",
        {"use_karras_sigmas": True, "algorithm_type": "sde-dpmsolver++"},
    ),
    "euler": ("EulerDiscreteScheduler", {}),
    "euler-a": ("EulerAncestralDiscreteScheduler", {}),
    "flow-euler": ("FlowMatchEulerDiscreteScheduler", {}),
    "lcm": ("LCMScheduler", {}),
    "pndm": ("PNDMScheduler", {"skip_prk_steps": True}),
    "unipc": ("UniPCMultistepScheduler", {}),
}
"""Key → class in diffusers and what it is made with beside the model's own configuration."""

FLOW_MATCHING = frozenset({"flow-euler"})
"""Those for models that were trained by flow matching; all others are for the older kind."""


def make_scheduler(config: Any, key: str, options: Mapping[str, Option]) -> Any:
    """A new noise scheduler `key` with the noise levels of `config`, which is the configuration of
    the one that came with the model.

    New for each pipeline: it holds the state of the call it serves. `options` are arguments of its
    class, such as `timestep_spacing`.
    """
    import diffusers

    name, defaults = SCHEDULERS[key]
    kind: Any = getattr(diffusers, name)
    return kind.from_config(config, **(dict(defaults) | dict(options)))
