"""What a model is led by beside its prompt: pictures that it looks at, a pose, outlines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from generation.backends.diffusers.presets import ControlNet, Preset
from generation.backends.diffusers.samples import Plan, Sample


def guides_for(
    plan: Plan, samples: Sequence[Sample], preset: Preset, starts: Sequence[Any]
) -> dict[str, Any]:
    """What is looked at beside the prompt, and beside what the pictures start from."""
    guides: dict[str, Any] = {}
    seen, pose = samples[0].references, samples[0].pose
    if plan.looks and plan.task == "inpaint":
        guides["image_reference"] = [*seen, *filter(None, [pose])]
    elif plan.looks:
        guides["image"] = [*starts, *seen, *filter(None, [pose])]
    if plan.reference:
        guides["ip_adapter_image"] = _squared(seen[0]) if seen else samples[0].init_image
    if plan.controlled and preset.controlnet is not None:
        # where nothing is started from, the pipelines call it by another name
        name = "image" if plan.task == "text-to-image" else "control_image"
        guides[name] = [_led_by(sample, plan, preset.controlnet) for sample in samples]
        guides["controlnet_conditioning_scale"] = preset.controlnet.scale
    return guides


def _squared(image: Any) -> Any:
    """All of `image` in a white square: an IP-Adapter's encoder cuts off what is beside one."""
    from PIL import ImageOps

    return ImageOps.pad(image, (max(image.size),) * 2, color="white")


def _led_by(sample: Sample, plan: Plan, controlnet: ControlNet) -> Any:
    """What a ControlNet is led by: all of the pose, else what the picture starts from."""
    from PIL import ImageOps

    led_by: Any = sample.init_image if sample.pose is None else sample.pose
    if controlnet.preprocessor == "edges":
        led_by = find_edges(led_by)
    return ImageOps.pad(led_by, (plan.width, plan.height), color="black")


def find_edges(image: Any) -> Any:
    """White lines on black where `image` has edges: what a ControlNet for edges is led by."""
    from PIL import ImageFilter

    lines = image.convert("L").filter(ImageFilter.FIND_EDGES)
    return lines.point([0] * 40 + [255] * 216).convert("RGB")
