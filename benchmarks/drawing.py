"""How a pipeline is called in the benchmarks: presets, people's prompts, seeds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

_WORDS = (
    "silver hair, cat ears, smiling",
    "a grumpy boy with blue spiky hair and round glasses",
    "long pink twintails, school uniform, winking",
    "a witch with green eyes and a large hat, night sky",
    "short red hair, freckles",
    "a knight in white armour, golden eyes, serious",
    "black bob, kimono, cherry blossoms, shy",
    "fox girl, orange hair, laughing",
)


def prompt(member: int) -> str:
    """What this member asks for; everybody asks for something else."""
    return f"chibi, {_WORDS[member % len(_WORDS)]}, {member}"


@dataclass(frozen=True, slots=True)
class Preset:
    """How to sample, in the words of diffusers."""

    name: str
    scheduler: str
    num_inference_steps: int
    guidance_scale: float
    scheduler_options: tuple[tuple[str, Any], ...] = ()


NAIVE = Preset("naive", "PNDMScheduler", 50, 7.5)
"""What the pipeline does if it is only given a prompt."""
STANDARD = Preset(
    "standard", "DPMSolverMultistepScheduler", 20, 7.0, (("use_karras_sigmas", True),)
)
SDXL_STANDARD = Preset("standard", "EulerAncestralDiscreteScheduler", 28, 5.0)
SDXL_NAIVE = Preset("naive", "EulerDiscreteScheduler", 50, 5.0)
FEW_STEPS = Preset("few steps", "LCMScheduler", 4, 1.0)


def use(pipe: Any, preset: Preset) -> None:
    """Give the pipeline the preset's scheduler."""
    import diffusers

    kind = getattr(diffusers, preset.scheduler)
    options = dict(preset.scheduler_options)
    pipe.scheduler = kind.from_config(pipe.scheduler.config, **options)


def draw(
    pipe: Any,
    preset: Preset,
    members: Sequence[int],
    side_px: int,
    *,
    steps: int | None = None,
    on_step: Callable[[Any, int, Any, dict[str, Any]], dict[str, Any]] | None = None,
) -> list[Any]:
    """One call of the pipeline for all `members`, each with a prompt and a seed of their own."""
    import torch

    use(pipe, preset)
    given = {} if on_step is None else {"callback_on_step_end": on_step}
    return pipe(
        prompt=[prompt(member) for member in members],
        negative_prompt=["lowres, blurry"] * len(members),
        generator=[torch.Generator("cpu").manual_seed(member) for member in members],
        num_inference_steps=steps or preset.num_inference_steps,
        guidance_scale=preset.guidance_scale,
        width=side_px,
        height=side_px,
        **given,
    ).images


def draw_naively(pipe: Any, preset: Preset, member: int, side_px: int) -> Any:
    """One picture as the naive script has it; what is given beside the prompt are defaults."""
    use(pipe, preset)
    return pipe(
        prompt(member),
        num_inference_steps=preset.num_inference_steps,
        guidance_scale=preset.guidance_scale,
        width=side_px,
        height=side_px,
    ).images[0]
