"""From samples to pictures: as many side by side in one pipeline call as memory allows. After each
inference step: stop, tell how far it is, guide no longer.
"""

from __future__ import annotations

import inspect
import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from generation.backends.base import Fact
from generation.backends.diffusers.device import is_out_of_memory
from generation.backends.diffusers.embeddings import (
    LISTED,
    Embeddings,
    listed,
    marked,
    stacked,
)
from generation.backends.diffusers.families import SCHEDULERS
from generation.backends.diffusers.guides import guides_for
from generation.backends.diffusers.hub import is_local
from generation.backends.diffusers.pipeline import LoadedModel, empty_memory
from generation.backends.diffusers.presets import Preset
from generation.backends.diffusers.previews import spread
from generation.backends.diffusers.samples import Plan, Sample, inference_steps
from generation.backends.runs import Stopped

log = logging.getLogger(__name__)

Tell = Callable[[int, int, Sequence[Sample], Any], object]
"""Called after each step with steps done and in all, the samples in work and their latents, of
shape (pictures, channels, height, width).
"""


class TooLittleMemory(Exception):
    """Not even a single picture fits."""


class Sampler:
    """Draws with one model. GPU thread only.

    Invariant: no more than `limit` pictures are drawn side by side. It shrinks where memory is
    short.
    """

    def __init__(self, loaded: LoadedModel, embeddings: Embeddings, limit: int) -> None:
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
            on_step_end = self._callback(stop, _after(done, 1 + len(later), part, tell, plan))
            drawn = self._try(plan, part, on_step_end)
            if drawn is None:
                self._shrink(len(part))
            else:
                pictures += drawn
                done += 1
        return pictures

    def _callback(
        self, stop: threading.Event, tell: Callable[[int, int, Any], object]
    ) -> StepCallback:
        return StepCallback(stop, tell, self._loaded.preset.drop_guidance_after)

    def _try(
        self, plan: Plan, part: Sequence[Sample], on_step_end: StepCallback
    ) -> list[Picture] | None:
        """The pictures; `None` where memory was too short for them side by side."""
        try:
            return self._call(plan, part, on_step_end)
        except Exception as error:
            if not is_out_of_memory(error):
                raise
        # here, and not above: the exception's frames hold the tensors
        empty_memory(self._loaded.device)
        return None

    def _call(self, plan: Plan, part: Sequence[Sample], on_step_end: StepCallback) -> list[Picture]:
        """As `call`; what overflows is drawn again in float32, as is all that comes after it."""
        try:
            return call(self._loaded, self._embeddings, plan, part, on_step_end)
        except Overflowed:
            if not self._loaded.widen():
                raise
        log.warning("%s: numbers overflow, computing in float32 now", self._loaded.preset.name)
        return call(self._loaded, self._embeddings, plan, part, on_step_end)

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
    done: int, left: int, part: Sequence[Sample], tell: Tell, plan: Plan
) -> Callable[[int, int, Any], object]:
    """What is told of a call's steps where `done` calls were before it and `left` are left."""

    def tell_all(step: int, steps: int, latents: Any) -> None:
        laid_out = spread(latents, (plan.width, plan.height))
        tell(done * steps + step, (done + left) * steps, part, laid_out)

    return tell_all


def _stands_alone(plan: Plan, samples: Sequence[Sample]) -> bool:
    """Whether what is looked at beside the prompt is one picture's own, but would go to all."""
    first = samples[0]
    others = [
        one
        for one in samples
        if one.item_id != first.item_id or one.init_image is not first.init_image
    ]
    return plan.reference or ((plan.looks or plan.task == "edit") and bool(others))


class Overflowed(Exception):
    """Some of a picture's numbers have grown past what their format holds: they are none (NaN)."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A finished picture as a `PIL.Image`, and what the model was given for it."""

    image: Any
    metadata: dict[str, Fact]


def call(
    loaded: LoadedModel,
    embeddings: Embeddings,
    plan: Plan,
    samples: Sequence[Sample],
    on_step_end: StepCallback,
) -> list[Picture]:
    """Draw `samples` side by side; the LoRAs of `plan` are set. Raises `Overflowed`, and what
    `on_step_end` and torch do.

    A picture depends on its own sample only: each has its generator and its embeddings.
    """
    preset = loaded.preset.adjusted(plan.settings)
    pipe = loaded.pipe(
        plan.task,
        reference=plan.reference,
        controlled=plan.controlled,
        scheduler=preset.scheduler,
    )
    arguments = _shape(plan, samples, preset.steps)
    arguments |= guides_for(plan, samples, preset, arguments.get("image", ()))
    arguments["guidance_scale"] = preset.guidance
    arguments |= _conditions(loaded, preset, pipe, embeddings, samples)
    arguments["generator"] = _generators(samples)
    known = inspect.signature(pipe.__call__).parameters
    arguments = {name: value for name, value in arguments.items() if name in known}
    on_step_end = on_step_end.cutting(can_cut(pipe, preset.family, tuple(arguments)))
    tiling = loaded.tiling() if plan.tiled else nullcontext()
    try:
        with tiling:
            tensors = pipe(
                **arguments,
                callback_on_step_end=on_step_end,
                callback_on_step_end_tensor_inputs=on_step_end.tensors,
                output_type="pt",
            ).images
    finally:
        pipe.maybe_free_model_hooks()
    images = _images(pipe, tensors, preset)
    facts = _facts(preset, plan, arguments)
    return [
        Picture(_with_kept(image, sample), facts | _own_facts(sample, preset))
        for image, sample in zip(images, samples, strict=True)
    ]


def _images(pipe: Any, tensors: Any, preset: Preset) -> list[Any]:
    """Decoded pictures, of shape (pictures, 3, height, width) and from 0 to 1, as `PIL.Image`s.

    Raises `Overflowed`: as pixels, what is no number would be black and could not be told.
    """
    import torch

    if not torch.isfinite(tensors).all():
        raise Overflowed(preset.name)
    processor = pipe.image_processor
    return processor.numpy_to_pil(processor.pt_to_numpy(tensors))


def _shape(plan: Plan, samples: Sequence[Sample], num_inference_steps: int) -> dict[str, Any]:
    """Size and steps, and what the images start from."""
    arguments: dict[str, Any] = {"height": plan.height, "width": plan.width}
    match plan.task:
        case "text-to-image":
            pass
        case "edit":
            arguments["image"] = [samples[0].init_image]
        case "image-to-image" | "inpaint":
            num_inference_steps, strength = inference_steps(num_inference_steps, plan.strength)
            arguments |= {"image": [sample.init_image for sample in samples], "strength": strength}
    if plan.task == "inpaint":
        arguments["mask_image"] = [_hard(sample.mask) for sample in samples]
    return arguments | {"num_inference_steps": num_inference_steps}


def _hard(mask: Any) -> Any:
    """A mask whose soft edge is painted, to be laid softly over what was there."""
    return mask.point([0] + [255] * 255)


def _conditions(
    loaded: LoadedModel,
    preset: Preset,
    pipe: Any,
    embeddings: Embeddings,
    samples: Sequence[Sample],
) -> dict[str, Any]:
    """The prompts, and where the model is guided by them, the negative prompts."""
    weights = (preset.name, loaded.loras, loaded.dtype)

    many = [sample.pieces for sample in samples]
    if preset.is_guided:
        many += [sample.negative for sample in samples]
    embedded = embeddings.of(pipe, preset.family, many, weights)
    prompts, negatives = embedded[: len(samples)], embedded[len(samples) :]
    bundle = listed if preset.family in LISTED else stacked
    return bundle(prompts, negatives, pipe._execution_device)


def _with_kept(image: Any, sample: Sample) -> Any:
    """`image` with what its mask keeps as it was: the VAE changes all of it a little."""
    if sample.kept is None or sample.mask is None:
        return image
    from PIL import Image

    whole = Image.composite(image.convert("RGBA"), sample.kept, sample.mask)
    is_opaque = whole.getchannel("A").getextrema()[0] == 255
    return whole.convert("RGB") if is_opaque else whole


def _generators(samples: Sequence[Sample]) -> list[Any]:
    """On the CPU, so that a seed means the same noise on every device."""
    import torch

    return [torch.Generator("cpu").manual_seed(sample.seed) for sample in samples]


def _facts(preset: Preset, plan: Plan, arguments: dict[str, Any]) -> dict[str, Fact]:
    facts: dict[str, Fact] = {
        "title": preset.title,
        "model": _public(preset),
        "num_inference_steps": arguments["num_inference_steps"],
        "guidance_scale": arguments["guidance_scale"],
        "scheduler": SCHEDULERS[preset.scheduler].title,
        "size": f"{plan.width}x{plan.height}",
    }
    if "strength" in arguments:
        facts["strength"] = round(arguments["strength"], 3)
    loras = [(lora.name, lora.weight) for lora in preset.loras] + list(plan.loras)
    if loras:
        facts["loras"] = ", ".join(f"{name}:{weight:g}" for name, weight in loras)
    return facts


def _public(preset: Preset) -> str:
    """Where a model is from, as members may read it: not where it lies on this machine."""
    if is_local(preset.source):
        return Path(preset.file or preset.source).name
    return preset.source if preset.file is None else f"{preset.source}/{preset.file}"


def _own_facts(sample: Sample, preset: Preset) -> dict[str, Fact]:
    facts: dict[str, Fact] = {"prompt": marked(sample.pieces), "seed": sample.seed}
    facts |= sample.facts
    if sample.negative and preset.is_guided:
        facts["negative_prompt"] = marked(sample.negative)
    return facts


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

TellStep = Callable[[int, int, Any], object]
"""Called with steps done, steps in all, and the latents after them."""


@dataclass(frozen=True, slots=True)
class StepCallback:
    """The `callback_on_step_end` of one pipeline call, safe for any batch."""

    stop: threading.Event
    tell: TellStep
    guided: float | None = None
    """Share of the steps that are guided; `None`: all are."""
    cut: tuple[str, ...] = ()
    """Tensors to cut in half where guidance ends; from `can_cut`."""

    def cutting(self, tensors: tuple[str, ...]) -> StepCallback:
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
