"""From a checkpoint's files to pipelines that are ready to run. Worker thread only."""

from __future__ import annotations

import inspect
import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any

from generation.backends.base import Progress
from generation.backends.diffusers.device import Device, free_bytes
from generation.backends.diffusers.downloads import fetch
from generation.backends.diffusers.families import FAMILIES, Family
from generation.backends.diffusers.hub import Found, Hub
from generation.backends.diffusers.pipeline import (
    LoadedModel,
    fuse_loras,
    load_image_encoder,
    load_words,
    reading,
)
from generation.backends.diffusers.presets import Preset
from generation.backends.diffusers.previews import with_colors
from generation.backends.runs import Report, Stopped

log = logging.getLogger(__name__)


def load(
    preset: Preset,
    device: Device,
    report: Report,
    stop: threading.Event,
    hub: Hub | None = None,
    room: Callable[[int], object] | None = None,
) -> LoadedModel:
    """Fetch what `preset` needs and load it. Blocks. `room` is told how many bytes the weights are
    going to take, before they do.

    Reports bytes while it downloads, then that it loads. Looks at `stop` between files and raises
    `Stopped`. Raises `ModelMissing`, `ModelGated`, `ModelIncomplete`, `WrongFamily`,
    `UnsafeWeights`, `OutOfMemory`.
    """
    hub = hub or Hub()
    found = fetch(preset, hub, report, stop)
    if stop.is_set():
        raise Stopped
    if room is not None:
        room(_size(preset, device, found))
    return _assemble(preset, device, found, hub, report)


def _assemble(
    preset: Preset, device: Device, found: Mapping[str, Found], hub: Hub, report: Report
) -> LoadedModel:
    """Load what lies on the disk. Raises `ModelIncomplete` and `OutOfMemory`."""
    report(Progress(0, 0, "loading"))
    log.info("loading %s (%s) on %s", preset.name, preset.source, device.title)
    _silence()
    family = FAMILIES[preset.family]
    dtype = device.dtype(family)
    with reading(preset, preset.source):
        base = _pipeline(preset, family, found, dtype)
        family = with_colors(family, base.vae)
        tiny_vae = _model("AutoencoderTiny", found.get("tiny_vae"), dtype)
        if preset.use_tiny_vae == "cpu" and device.is_cpu:
            base.register_modules(vae=tiny_vae)  # the large one takes longer than all steps
        loaded = LoadedModel(preset, family, device, base, tiny_vae, found, hub)
        loaded.controlnet = _model("ControlNetModel", found.get("controlnet"), dtype)
        if preset.ip_adapter is not None:
            loaded.image_encoder = load_image_encoder(preset.ip_adapter, found["ip_adapter"], dtype)
        load_words(base, preset, found)
        fuse_loras(base, preset, found)
        _lay_out(base, family, device)
        loaded.place(free_bytes(device))
    log.info("%s is ready: %s, %.2f GiB", preset.name, dtype, loaded.size_bytes / 2**30)
    return loaded


def _size(preset: Preset, device: Device, found: Mapping[str, Found]) -> int:
    """Bytes that the weights of `found` will take on `device`."""
    kept = (part.numbers for role, part in found.items() if not role.startswith("inversion"))
    return sum(kept) * device.dtype(FAMILIES[preset.family]).itemsize


def _pipeline(preset: Preset, family: Family, found: Mapping[str, Found], dtype: Any) -> Any:
    import diffusers

    kind: Any = getattr(diffusers, family.pipelines["text-to-image"])
    takes = inspect.signature(kind.__init__).parameters
    extra: dict[str, Any] = {
        name: value
        for name, value in (
            ("safety_checker", None),
            ("feature_extractor", None),
            ("requires_safety_checker", False),
        )
        if name in takes
    }
    if (vae := _model(_vae_class(family), found.get("vae"), dtype)) is not None:
        extra["vae"] = vae
    if preset.is_one_file:
        pipe = kind.from_single_file(
            str(found["pipeline"].file),
            config=str(found["config"].folder),
            dtype=dtype,
            local_files_only=True,
            **extra,
        )
    else:
        pipe = kind.from_pretrained(
            found["pipeline"].folder / preset.subfolder,
            dtype=dtype,
            variant=_variant(preset, found["pipeline"]),
            use_safetensors=True,
            local_files_only=True,
            **extra,
        )
    pipe.set_progress_bar_config(disable=True)
    return pipe


def _variant(preset: Preset, found: Found) -> str | None:
    """The preset's variant, where there are files of it."""
    marked = preset.variant and any(f".{preset.variant}." in name for name in found.names)
    return preset.variant if marked else None


def _vae_class(family: Family) -> str:
    return "AutoencoderKLFlux2" if family.key == "flux2-klein" else "AutoencoderKL"


def _model(name: str, found: Found | None, dtype: Any) -> Any:
    """A model of the class `name` in diffusers; `None` where there is nothing to load."""
    if found is None:
        return None
    import diffusers

    kind: Any = getattr(diffusers, name)
    return kind.from_pretrained(
        found.folder, dtype=dtype, use_safetensors=True, local_files_only=True
    ).eval()


def _lay_out(pipe: Any, family: Family, device: Device) -> None:
    """Memory layout and attention as suit the device."""
    import torch

    if family.unet and device.channels_last:
        for model in (pipe.unet, pipe.vae):
            model.to(memory_format=torch.channels_last)
    if not device.is_cpu and hasattr(pipe.vae, "enable_slicing"):
        pipe.vae.enable_slicing()  # a batch of large pictures would not fit side by side
    if device.attention != "native":
        (pipe.unet if family.unet else pipe.transformer).set_attention_backend(device.attention)


def _silence() -> None:
    """No bars on the terminal of a server, and no advice; warnings go through `logging`."""
    import diffusers
    import transformers

    for library in (diffusers, transformers):
        logs: Any = library.utils.logging
        logs.disable_progress_bar()
        logs.set_verbosity_error()
