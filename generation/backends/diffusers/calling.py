"""One pipeline call: what several people asked for, as the arguments of it."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generation.backends.base import Fact, Task
from generation.backends.diffusers import encoding, starts
from generation.backends.diffusers.encoding import Embeddings, Pieces
from generation.backends.diffusers.families import FAMILIES
from generation.backends.diffusers.hub import is_local
from generation.backends.diffusers.loaded import Loaded
from generation.backends.diffusers.presets import Preset
from generation.backends.diffusers.steps import Watch, can_cut
from generation.traits import Traits


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One picture to draw."""

    share: int
    """Whose it is: an index into the shares of the call."""
    seed: int
    traits: Traits
    pieces: Pieces
    negative: Pieces = ()
    start: Any | None = None
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
    """Whether an IP-Adapter looks at the start, in a call of its own for each picture."""
    controlled: bool = False
    """Whether a ControlNet holds the picture to the outlines of the start."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A finished picture as a `PIL.Image`, and what the model was given for it."""

    image: Any
    given: dict[str, Fact]


def call(
    loaded: Loaded, embeddings: Embeddings, plan: Plan, items: Sequence[Item], watch: Watch
) -> list[Picture]:
    """Draw `items` side by side. The LoRAs of `plan` are set. Raises what `watch` and torch raise.

    A picture depends on its own item only: each has its generator and its embeddings.
    """
    preset = loaded.preset
    pipe = loaded.pipe(plan.task, reference=plan.reference, controlled=plan.controlled)
    arguments = _shape(plan, items, preset.steps) | _guides(plan, items, preset)
    arguments["guidance_scale"] = preset.guidance
    arguments |= _conditions(loaded, pipe, embeddings, plan, items)
    arguments["generator"] = _generators(items)
    known = inspect.signature(pipe.__call__).parameters
    arguments = {name: value for name, value in arguments.items() if name in known}
    watch = watch.cutting(can_cut(pipe, preset.family, tuple(arguments)))
    try:
        images = pipe(
            **arguments,
            callback_on_step_end=watch,
            callback_on_step_end_tensor_inputs=watch.tensors,
        ).images
    finally:
        pipe.maybe_free_model_hooks()
    facts = _facts(pipe, preset, plan, arguments)
    return [
        Picture(_with_kept(image, item), facts | _own_facts(item, preset))
        for image, item in zip(images, items, strict=True)
    ]


def _shape(plan: Plan, items: Sequence[Item], num_inference_steps: int) -> dict[str, Any]:
    """Size and steps, and what the pictures start from."""
    starts_at: dict[str, Any] = {"height": plan.size_px, "width": plan.size_px}
    match plan.task:
        case "text-to-image":
            pass
        case "edit":
            starts_at["image"] = items[0].start
        case "image-to-image" | "inpaint":
            num_inference_steps, share = starts.schedule(num_inference_steps, plan.strength)
            starts_at |= {"image": [item.start for item in items], "strength": share}
    if plan.task == "inpaint":
        starts_at["mask_image"] = [item.mask for item in items]
    return starts_at | {"num_inference_steps": num_inference_steps}


def _guides(plan: Plan, items: Sequence[Item], preset: Preset) -> dict[str, Any]:
    """What is looked at beside the prompt."""
    guides: dict[str, Any] = {}
    if plan.reference:
        guides["ip_adapter_image"] = items[0].start
    if plan.controlled and preset.controlnet is not None:
        found = starts.edges if preset.controlnet.preprocessor == "edges" else _as_it_is
        guides["control_image"] = [found(item.start) for item in items]
        guides["controlnet_conditioning_scale"] = preset.controlnet.scale
    return guides


def _as_it_is(image: Any) -> Any:
    return image


def _conditions(
    loaded: Loaded, pipe: Any, embeddings: Embeddings, plan: Plan, items: Sequence[Item]
) -> dict[str, Any]:
    """The prompts, and where the model is guided by them, the negative prompts."""
    preset = loaded.preset
    weights = (preset.name, plan.loras)

    many = [item.pieces for item in items]
    if _is_guided(preset):
        many += [item.negative for item in items]
    embedded = embeddings.of(pipe, preset.family, many, weights)
    prompts, negatives = embedded[: len(items)], embedded[len(items) :]
    bundle = encoding.listed if preset.family in encoding.LISTED else encoding.stacked
    return bundle(prompts, negatives, pipe._execution_device)


def _with_kept(image: Any, item: Item) -> Any:
    """`image` with what its mask keeps as it was: the VAE changes all of it a little."""
    if item.start is None or item.mask is None:
        return image
    from PIL import Image

    return Image.composite(image, item.start, item.mask)


def _is_guided(preset: Preset) -> bool:
    """Whether each step is taken twice, towards the prompt and away from the negative prompt."""
    return preset.guidance > FAMILIES[preset.family].guidance_off


def _generators(items: Sequence[Item]) -> list[Any]:
    """On the CPU, so that a seed means the same noise on every device."""
    import torch

    return [torch.Generator("cpu").manual_seed(item.seed) for item in items]


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


def _own_facts(item: Item, preset: Preset) -> dict[str, Fact]:
    facts: dict[str, Fact] = {"prompt": encoding.marked(item.pieces), "seed": item.seed}
    if item.negative and _is_guided(preset):
        facts["negative_prompt"] = encoding.marked(item.negative)
    return facts
