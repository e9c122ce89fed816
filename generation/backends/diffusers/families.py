"""What is particular to each family of models, and the noise schedulers that they are sampled with.

Few-step models (Turbo, Lightning, LCM) are no families of their own: they are the same classes with
other steps, guidance and noise scheduler, which a preset says.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from generation.capabilities import Task

Rgb = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Layout:
    """A checkpoint of one file: how the names of its weights begin, part by part."""

    config: str
    """The repository of the family whose small files go with it: configurations, vocabularies."""
    text_encoders: tuple[str, ...]
    unet: str = "model.diffusion_model."
    vae: str = "first_stage_model."


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """How pipelines of one architecture are called."""

    key: str
    pipelines: Mapping[Task, str]
    """Task → pipeline class in diffusers. All of them run on the same weights."""
    controlled: Mapping[Task, str]
    """The same with a ControlNet; empty where this package has none for the family."""
    prompt: Literal["tags", "sentence"]
    """What its text encoders were trained on."""
    languages: tuple[Literal["en", "zh"], ...] = ("en",)
    """What these read, the usual one first."""
    negative: bool
    """Whether a negative prompt is taken, while guidance is on."""
    guidance_off: float = 1.0
    """Guidance is on, and costs a second pass, where guidance_scale is above this."""
    text: Literal["clip", "clip+t5", "native"]
    """"clip": we encode it, in windows of 75 tokens; otherwise the pipeline encodes it itself."""
    prompt_tokens: int | None
    """What the pipeline's own encoder reads before it cuts; `None`: as many as we like."""
    size_multiple: int
    """Height and width are multiples of this, in pixels."""
    latent_channels: int
    latent_rgb: tuple[Rgb, ...] = ()
    """One row a latent channel: a linear guess at the picture, for previews. Where it is empty,
    `LoadedModel.family` has one that was fitted to the model's VAE.
    """
    latent_bias: Rgb = (0.0, 0.0, 0.0)
    packed: bool = False
    """Whether the latents seen in the step callback are patches in a row, and not a picture."""
    half: Literal["float16", "bfloat16"]
    """The 16-bit type it was trained for; bfloat16 ones overflow in float16."""
    layout: Layout | None = None
    """`None`: its checkpoints are loaded from folders only."""
    unet: bool = False
    """A convolutional UNet, which channels_last makes faster, or else a transformer."""
    has_ip_adapter: bool = False
    has_textual_inversion: bool = False
    references: int = 0
    """Pictures that it reads with the prompt, without an adapter: those for an edit among them."""

    @property
    def tasks(self) -> frozenset[Task]:
        """What it can do."""
        return frozenset(self.pipelines)

    @property
    def accepted(self) -> frozenset[str]:
        """Values of `_class_name` in a model_index.json that are of this family."""
        return frozenset(self.pipelines.values())


_SD15_RGB: tuple[Rgb, ...] = (
    (0.298, 0.207, 0.208),
    (0.187, 0.286, 0.173),
    (-0.158, 0.189, 0.264),
    (-0.184, -0.271, -0.473),
)

_SDXL_RGB: tuple[Rgb, ...] = (
    (0.235, 0.235, 0.259),
    (-0.157, -0.020, 0.004),
    (-0.016, 0.126, -0.102),
    (-0.028, -0.055, -0.275),
)
"""Of the example in diffusers' guide to callbacks, scaled from 0..255 to -1..1."""

FAMILIES: dict[str, Family] = {
    family.key: family
    for family in (
        Family(
            key="sd15",
            pipelines={
                "text-to-image": "StableDiffusionPipeline",
                "image-to-image": "StableDiffusionImg2ImgPipeline",
                "inpaint": "StableDiffusionInpaintPipeline",
            },
            controlled={
                "text-to-image": "StableDiffusionControlNetPipeline",
                "image-to-image": "StableDiffusionControlNetImg2ImgPipeline",
                "inpaint": "StableDiffusionControlNetInpaintPipeline",
            },
            prompt="tags",
            negative=True,
            text="clip",
            prompt_tokens=None,
            size_multiple=8,
            latent_channels=4,
            latent_rgb=_SD15_RGB,
            half="float16",
            layout=Layout(
                "stable-diffusion-v1-5/stable-diffusion-v1-5",
                ("cond_stage_model.transformer.text_model.",),
            ),
            unet=True,
            has_ip_adapter=True,
            has_textual_inversion=True,
        ),
        Family(
            key="sdxl",
            pipelines={
                "text-to-image": "StableDiffusionXLPipeline",
                "image-to-image": "StableDiffusionXLImg2ImgPipeline",
                "inpaint": "StableDiffusionXLInpaintPipeline",
            },
            controlled={
                "text-to-image": "StableDiffusionXLControlNetPipeline",
                "image-to-image": "StableDiffusionXLControlNetImg2ImgPipeline",
                "inpaint": "StableDiffusionXLControlNetInpaintPipeline",
            },
            prompt="tags",
            negative=True,
            text="clip",
            prompt_tokens=None,
            size_multiple=8,
            latent_channels=4,
            latent_rgb=_SDXL_RGB,
            latent_bias=(0.137, 0.082, 0.004),
            half="float16",
            layout=Layout(
                "stabilityai/stable-diffusion-xl-base-1.0",
                ("conditioner.embedders.0.transformer.", "conditioner.embedders.1.model."),
            ),
            unet=True,
            has_ip_adapter=True,
            has_textual_inversion=True,
        ),
        Family(
            key="sd35",
            pipelines={
                "text-to-image": "StableDiffusion3Pipeline",
                "image-to-image": "StableDiffusion3Img2ImgPipeline",
                "inpaint": "StableDiffusion3InpaintPipeline",
            },
            controlled={},
            prompt="sentence",
            negative=True,
            text="clip+t5",
            prompt_tokens=256,
            size_multiple=16,
            latent_channels=16,
            half="bfloat16",
        ),
        Family(
            key="flux1",
            pipelines={
                "text-to-image": "FluxPipeline",
                "image-to-image": "FluxImg2ImgPipeline",
                "inpaint": "FluxInpaintPipeline",
            },
            controlled={},
            prompt="sentence",
            negative=False,
            guidance_off=math.inf,  # its guidance_scale is an input of the model
            text="clip+t5",
            prompt_tokens=256,
            size_multiple=16,
            latent_channels=16,
            packed=True,
            half="bfloat16",
        ),
        Family(
            key="flux2-klein",
            pipelines={
                "text-to-image": "Flux2KleinPipeline",
                "edit": "Flux2KleinPipeline",
                "inpaint": "Flux2KleinInpaintPipeline",
            },
            references=4,  # docs.bfl.ai, "Image Editing", 2026-11: klein takes up to 4
            controlled={},
            prompt="sentence",
            languages=("en", "zh"),
            negative=False,
            text="native",
            prompt_tokens=512,
            size_multiple=16,
            latent_channels=32,
            packed=True,
            half="bfloat16",
        ),
        Family(
            key="z-image",
            pipelines={
                "text-to-image": "ZImagePipeline",
                "image-to-image": "ZImageImg2ImgPipeline",
                "inpaint": "ZImageInpaintPipeline",
            },
            controlled={},
            prompt="sentence",
            languages=("en", "zh"),
            negative=True,
            guidance_off=0.0,
            text="native",
            prompt_tokens=512,
            size_multiple=16,
            latent_channels=16,
            half="bfloat16",
        ),
    )
}

Option = str | int | float | bool


class NoiseScheduler(NamedTuple):
    """A noise scheduler as people know it."""

    title: str
    kind: str
    """Its class in diffusers."""
    options: Mapping[str, Option] = MappingProxyType({})
    """What that is made with beside the model's own configuration."""


SCHEDULERS: dict[str, NoiseScheduler] = {
    "euler": NoiseScheduler("Euler", "EulerDiscreteScheduler"),
    "euler-a": NoiseScheduler("Euler a", "EulerAncestralDiscreteScheduler"),
    "dpmpp-2m": NoiseScheduler("DPM++ 2M", "DPMSolverMultistepScheduler"),
    "dpmpp-2m-karras": NoiseScheduler(
        "DPM++ 2M Karras", "DPMSolverMultistepScheduler", {"use_karras_sigmas": True}
    ),
    "dpmpp-2m-sde-karras": NoiseScheduler(
        "DPM++ 2M SDE Karras",
        "DPMSolverMultistepScheduler",
        {"use_karras_sigmas": True, "algorithm_type": "sde-dpmsolver++"},
    ),
    "unipc": NoiseScheduler("UniPC", "UniPCMultistepScheduler"),
    "ddim": NoiseScheduler("DDIM", "DDIMScheduler", {"clip_sample": False}),
    "pndm": NoiseScheduler("PNDM", "PNDMScheduler", {"skip_prk_steps": True}),
    "lcm": NoiseScheduler("LCM", "LCMScheduler"),
    "flow-euler": NoiseScheduler("Euler", "FlowMatchEulerDiscreteScheduler"),
}
"""Those that a preset may name, those before that most people want."""

FLOW_MATCHING = frozenset({"flow-euler"})
"""Those for models that were trained by flow matching; all others are for the older kind."""
FOR_FEW_STEPS = ("lcm", "euler", "euler-a", "ddim")
"""Those that draw in the few steps that a model of the older kind was distilled for."""


def make_scheduler(config: Any, key: str, options: Mapping[str, Option]) -> Any:
    """A new noise scheduler `key` with the noise levels of `config`, which is the configuration of
    the one that came with the model.

    New for each pipeline: it holds the state of the call it serves. `options` are arguments of its
    class, such as `timestep_spacing`.
    """
    import diffusers

    scheduler = SCHEDULERS[key]
    kind: Any = getattr(diffusers, scheduler.kind)
    return kind.from_config(config, **(dict(scheduler.options) | dict(options)))


def family_named(found: str) -> str:
    """The word in a preset for a pipeline's class; the class itself, where there is none for it."""
    return next((key for key, family in FAMILIES.items() if found in family.accepted), found)
