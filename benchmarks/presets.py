"""The benchmarks' presets as the file that the bot's backend reads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks import drawing
from benchmarks.drawing import Preset

_SCHEDULERS = {
    "PNDMScheduler": "pndm",
    "DPMSolverMultistepScheduler": "dpmpp-2m-karras",
    "EulerAncestralDiscreteScheduler": "euler-a",
    "LCMScheduler": "lcm",
}
"""By class in diffusers, as the file names them."""


def write_presets(
    folder: Path, family: str, side_px: int, presets: Sequence[Preset], max_batch: int
) -> None:
    """Write models.toml into the folder of a model, as an operator does.

    The few-step preset takes the tiny VAE of `folder` for its pictures, where there is one.
    """
    lines: list[str] = []
    for preset in presets:
        lines += [
            f"[{key(preset)}]",
            f'title = "{preset.name}"',
            f'source = "{folder.as_posix()}"',
            f'family = "{family}"',
            f"steps = {preset.num_inference_steps}",
            f"guidance = {preset.guidance_scale}",
            f'scheduler = "{_SCHEDULERS[preset.scheduler]}"',
            f"sizes_px = [{side_px}]",
            f"max_batch = {max_batch}",
            'negative_prompt = "lowres, blurry"',
            'licence = "none: random numbers"',
        ]
        if preset is drawing.FEW_STEPS and (folder / "tiny_vae").exists():
            tiny = (folder / "tiny_vae").as_posix()
            lines += [f'tiny_vae = "{tiny}"', 'use_tiny_vae = "cpu"']
    (folder / "models.toml").write_text("\n".join(lines), encoding="utf-8")


def key(preset: Preset) -> str:
    """Its name in the file."""
    return preset.name.replace(" ", "-")
