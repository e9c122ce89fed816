"""One pipeline call: what several people asked for, as the arguments of it."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy

from generation.backends.base import Fact
from generation.backends.diffusers import encoding, starts
from generation.backends.diffusers.encoding import Embeddings, Pieces
from generation.backends.diffusers.families import FAMILIES
from generation.backends.diffusers.hub import is_local
from generation.backends.diffusers.loaded import Loaded
from generation.backends.diffusers.presets import Preset
from generation.backends.diffusers.steps import Watch, can_cut
from generation.capabilities import Task
from generation.traits import Traits


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One image to draw."""

    item_id: str
    """The batch sample that it is of."""
    seed: int
    traits: Traits
    pieces: Pieces
    negative: Pieces = ()
    init_image: Any | None = None
    """An RGB `PIL.Image` as large as the picture."""
    mask: Any | None = None
    """An "L" `PIL.Image`, white where it is painted anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What all pictures of a call have in common."""

    task: Task
    size_px: int
    strength: float = 1.0
    loras: tuple[tuple[str, float], ...] = ()
    reference: bool = False
    """Whether an IP-Adapter looks at the init image, in a call of its own for each picture."""
    controlled: bool = False
    """Whether a ControlNet holds the picture to the outlines of the init image."""


class Overflowed(Exception):
    """An image is black all over: its numbers have grown past what their format holds (NaN)."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A finished picture as a `PIL.Image`, and what the model was given for it."""

    image: Any
    metadata: dict[str, Fact]


def call(
    loaded: Loaded, embeddings: Embeddings, plan: Plan, samples: Sequence[Sample], watch: Watch
) -> list[Picture]:
    """Draw `samples` side by side; the LoRAs of `plan` are set. Raises `Overflowed`, and as `watch`
    and torch do.

    A picture depends on its own sample only: each has its generator and its embeddings.
    """
    preset = loaded.preset
    pipe = loaded.pipe(plan.task, reference=plan.reference, controlled=plan.controlled)
    arguments = _shape(plan, samples, preset.steps) | _guides(plan, samples, preset)
    arguments["guidance_scale"] = preset.guidance
    arguments |= _conditions(loaded, pipe, embeddings, plan, samples)
    arguments["generator"] = _generators(samples)
    known = inspect.signature(pipe.__call__).parameters
    arguments = {name: value for name, value in arguments.items() if name in known}
    watch = watch.cutting(can_cut(pipe, preset.family, tuple(arguments)))
    try:
        with numpy.errstate(invalid="ignore"):  # what is no number is looked for below
            images = pipe(
                **arguments,
                callback_on_step_end=watch,
                callback_on_step_end_tensor_inputs=watch.tensors,
            ).images
    finally:
        pipe.maybe_free_model_hooks()
    if any(image.getbbox() is None for image in images):
        raise Overflowed(preset.name)
    facts = _facts(pipe, preset, plan, arguments)
    return [
        Picture(_with_kept(image, sample), facts | _own_facts(sample, preset))
        for image, sample in zip(images, samples, strict=True)
    ]


def _shape(plan: Plan, samples: Sequence[Sample], num_inference_steps: int) -> dict[str, Any]:
    """Size and steps, and what the images start from."""
    starts_at: dict[str, Any] = {"height": plan.size_px, "width": plan.size_px}
    match plan.task:
        case "text-to-image":
            pass
        case "edit":
            starts_at["image"] = samples[0].init_image
        case "image-to-image" | "inpaint":
            num_inference_steps, strength = starts.schedule(num_inference_steps, plan.strength)
            starts_at |= {"image": [sample.init_image for sample in samples], "strength": strength}
    if plan.task == "inpaint":
        starts_at["mask_image"] = [sample.mask for sample in samples]
    return starts_at | {"num_inference_steps": num_inference_steps}


def _guides(plan: Plan, samples: Sequence[Sample], preset: Preset) -> dict[str, Any]:
    """What is looked at beside the prompt."""
    guides: dict[str, Any] = {}
    if plan.reference:
        guides["ip_adapter_image"] = samples[0].init_image
    if plan.controlled and preset.controlnet is not None:
        found = starts.edges if preset.controlnet.preprocessor == "edges" else _as_it_is
        guides["control_image"] = [found(sample.init_image) for sample in samples]
        guides["controlnet_conditioning_scale"] = preset.controlnet.scale
    return guides


def _as_it_is(image: Any) -> Any:
    return image


def _conditions(
    loaded: Loaded, pipe: Any, embeddings: Embeddings, plan: Plan, samples: Sequence[Sample]
) -> dict[str, Any]:
    """The prompts, and where the model is guided by them, the negative prompts."""
    preset = loaded.preset
    weights = (preset.name, plan.loras, loaded.dtype)

    many = [sample.pieces for sample in samples]
    if _is_guided(preset):
        many += [sample.negative for sample in samples]
    embedded = embeddings.of(pipe, preset.family, many, weights)
    prompts, negatives = embedded[: len(samples)], embedded[len(samples) :]
    bundle = encoding.listed if preset.family in encoding.LISTED else encoding.stacked
    return bundle(prompts, negatives, pipe._execution_device)


def _with_kept(image: Any, sample: Sample) -> Any:
    """`image` with what its mask keeps as it was: the VAE changes all of it a little."""
    if sample.init_image is None or sample.mask is None:
        return image
    from PIL import Image

    return Image.composite(image, sample.init_image, sample.mask)


def _is_guided(preset: Preset) -> bool:
    """Whether each step is taken twice, towards the prompt and away from the negative prompt."""
    return preset.guidance > FAMILIES[preset.family].guidance_off


def _generators(samples: Sequence[Sample]) -> list[Any]:
    """On the CPU, so that a seed means the same noise on every device."""
    import torch

    return [torch.Generator("cpu").manual_seed(sample.seed) for sample in samples]


def _facts(pipe: Any, preset: Preset, plan: Plan, arguments: dict[str, Any]) -> dict[str, Fact]:
    facts: dict[str, Fact] = {
        "model": _public(preset.source),
        "num_inference_steps": arguments["num_inference_steps"],
        "guidance_scale": arguments["guidance_scale"],
        "scheduler": type(pipe.scheduler).__name__,
        "size": f"{plan.size_px}x{plan.size_px}",
    }
    if "strength" in arguments:
        facts["strength"] = round(arguments["strength"], 3)
    loras = [(lora.name, lora.weight) for lora in preset.loras] + list(plan.loras)
    if loras:
        facts["loras"] = ", ".join(f"{name}:{weight:g}" for name, weight in loras)
    return facts


def _public(source: str) -> str:
    """`source` as members may read it: not where it lies on this machine."""
    return Path(source).name if is_local(source) else source


def _own_facts(sample: Sample, preset: Preset) -> dict[str, Fact]:
    facts: dict[str, Fact] = {"prompt": encoding.marked(sample.pieces), "seed": sample.seed}
    if sample.negative and _is_guided(preset):
        facts["negative_prompt"] = encoding.marked(sample.negative)
    return facts
