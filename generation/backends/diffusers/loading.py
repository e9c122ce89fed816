"""From files to a pipeline that is ready to run. Worker thread only."""

from __future__ import annotations

import contextlib
import gc
import inspect
import logging
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any

from generation.backends.base import Progress, Report, Task
from generation.backends.diffusers import adapters
from generation.backends.diffusers.device import Device, free_bytes, is_out_of_memory
from generation.backends.diffusers.downloading import fetch
from generation.backends.diffusers.families import FAMILIES, Family
from generation.backends.diffusers.hub import Found, Hub
from generation.backends.diffusers.latent_colors import with_colors
from generation.backends.diffusers.presets import Preset
from generation.backends.diffusers.schedulers import make_scheduler
from generation.backends.thread import Stopped
from generation.errors import BackendError, ModelIncomplete, OutOfMemory

log = logging.getLogger(__name__)

HEADROOM = 0.75
"""Share of the free memory that weights may take; the rest is for what is computed."""


class Loaded:
    """A model in memory: one set of weights, and a pipeline for each task on them."""

    def __init__(
        self, preset: Preset, device: Device, base: Any, tiny_vae: Any, found: Mapping[str, Found]
    ) -> None:
        self.preset = preset
        self.family: Family = FAMILIES[preset.family]
        self.device = device
        self.tiny_vae = tiny_vae
        """A small VAE of the same latents, on the device; `None` where the preset has none."""
        self.offloaded = False
        """Whether parts are on the device only while they work."""
        self.controlnet: Any = None
        self.image_encoder: Any = None
        self._base: Any = base
        self._noise: Any = base.scheduler.config
        self._found = found
        self._allowed = adapters.allowed_loras(preset, found)
        self._loras: set[str] = set()
        self._on: tuple[tuple[str, float], ...] = ()
        self._pipes: dict[tuple[Task, bool], Any] = {}
        self._placed: Any = None
        self._looks = False

    @property
    def size_bytes(self) -> int:
        """Memory of all weights."""
        modules = (*self._base.components.values(), *self._extras())
        tensors = {
            id(tensor): tensor.numel() * tensor.element_size()
            for module in modules
            if hasattr(module, "parameters")
            for tensor in module.parameters()
        }
        return sum(tensors.values())

    def pipe(self, task: Task, *, reference: bool = False, controlled: bool = False) -> Any:
        """The pipeline for `task`, with its own noise scheduler. Ask anew for each call: where the
        model is offloaded, it is brought in place.

        With `reference` it takes, and needs, `ip_adapter_image`, and such calls draw one picture;
        with `controlled` a ControlNet's picture.
        """
        self._use_reference(reference)
        key = (task, controlled)
        if key not in self._pipes:
            self._pipes[key] = self._make(task, controlled)
        pipe = self._pipes[key]
        if self.offloaded and self._placed is not pipe:
            pipe.enable_model_cpu_offload(device=self.device.name)
            self._placed = pipe
        return pipe

    def _make(self, task: Task, controlled: bool) -> Any:
        import diffusers

        names = self.family.controlled if controlled else self.family.pipelines
        kind: Any = getattr(diffusers, names[task])
        extra = {"controlnet": self.controlnet} if controlled else {}
        scheduler = make_scheduler(
            self._noise, self.preset.scheduler, self.preset.scheduler_options
        )
        pipe = kind.from_pipe(
            self._base, dtype=self.device.dtype(self.family), scheduler=scheduler, **extra
        )
        pipe.set_progress_bar_config(disable=True)
        return pipe

    def set_loras(self, asked: Sequence[tuple[str, float]]) -> None:
        """Have exactly these of `preset.allowed_loras` on, with these weights."""
        if tuple(asked) == self._on:
            return
        for name, _ in asked:
            if name not in self._loras:
                lora, found = self._allowed[name]
                with reading(self.preset, lora.source):
                    adapters.load_lora(self._base, lora, found)
                self._loras.add(name)
                self._placed = None
        if asked:
            self._base.enable_lora()
            self._base.set_adapters([name for name, _ in asked], [weight for _, weight in asked])
        else:
            self._base.disable_lora()
        self._on = tuple(asked)

    def _use_reference(self, on: bool) -> None:
        adapter = self.preset.ip_adapter
        if on == self._looks or adapter is None:
            return
        if on:
            with reading(self.preset, adapter.source):
                found = self._found["ip_adapter"]
                adapters.put_on(self._base, adapter, found, self.image_encoder)
        else:
            adapters.take_off(self._base)
        self._looks = on
        self._pipes.clear()
        self._placed = None

    def offload(self) -> bool:
        """Keep the weights in main memory, each part on the device only while it works. Whether
        that changed anything: it is slower, and for when memory does not suffice.
        """
        if self.offloaded or self.device.is_cpu:
            return False
        log.info("%s: offloading, its memory does not suffice", self.preset.name)
        self.offloaded = True
        self._placed = None
        empty_memory(self.device)
        return True

    def place(self, free: int) -> None:
        """Move everything to the device, of which `free` bytes are free; or offload."""
        if self.device.is_cpu:
            return
        for module in self._extras():
            module.to(self.device.name)
        if self.size_bytes > free * HEADROOM:
            self.offload()
        else:
            self._base.to(self.device.name)

    def free(self) -> None:
        """Give all memory back; the object is of no use afterwards."""
        if self.offloaded:
            for pipe in (self._base, *self._pipes.values()):
                pipe.remove_all_hooks()
        self._pipes.clear()
        for name in ("_base", "_placed", "tiny_vae", "controlnet", "image_encoder"):
            setattr(self, name, None)
        empty_memory(self.device)

    def _extras(self) -> tuple[Any, ...]:
        """Models beside the pipeline's own."""
        extras = (self.tiny_vae, self.controlnet, self.image_encoder)
        return tuple(extra for extra in extras if extra is not None)


def load(
    preset: Preset,
    device: Device,
    report: Report,
    stop: threading.Event,
    hub: Hub | None = None,
    room: Callable[[int], object] | None = None,
) -> Loaded:
    """Fetch what `preset` needs and load it. Blocks. `room` is told how many bytes the weights are
    going to take, before they do.

    Reports bytes while it downloads, then that it loads. Looks at `stop` between files and raises
    `Stopped`. Raises `ModelMissing`, `ModelGated`, `ModelIncomplete`, `WrongFamily`,
    `UnsafeWeights`, `OutOfMemory`.
    """
    found = fetch(preset, hub or Hub(), report, stop)
    if stop.is_set():
        raise Stopped
    if room is not None:
        room(_size(preset, device, found))
    return _assemble(preset, device, found, report)


def _assemble(preset: Preset, device: Device, found: Mapping[str, Found], report: Report) -> Loaded:
    """Load what lies on the disk. Raises `ModelIncomplete` and `OutOfMemory`."""
    report(Progress(0, 0, "loading"))
    log.info("loading %s (%s) on %s", preset.name, preset.source, device.title)
    _silence()
    family = FAMILIES[preset.family]
    dtype = device.dtype(family)
    with reading(preset, preset.source):
        base = _pipeline(preset, family, found, dtype)
        tiny_vae = _model("AutoencoderTiny", found.get("tiny_vae"), dtype)
        loaded = Loaded(preset, device, base, tiny_vae, found)
        loaded.controlnet = _model("ControlNetModel", found.get("controlnet"), dtype)
        if preset.ip_adapter is not None:
            loaded.image_encoder = adapters.load_image_encoder(
                preset.ip_adapter, found["ip_adapter"], dtype
            )
        adapters.load_words(base, preset, found)
        adapters.fuse_loras(base, preset, found)
        _lay_out(base, family, device)
        loaded.place(free_bytes(device))
        loaded.family = with_colors(family, base.vae)
    log.info("%s is ready: %s, %.2f GiB", preset.name, dtype, loaded.size_bytes / 2**30)
    return loaded


def _size(preset: Preset, device: Device, found: Mapping[str, Found]) -> int:
    """Bytes that the weights of `found` will take on `device`."""
    kept = (part.numbers for role, part in found.items() if not role.startswith("inversion"))
    return sum(kept) * device.dtype(FAMILIES[preset.family]).itemsize


def empty_memory(device: Device) -> None:
    """Give back what nobody holds any more."""
    import torch

    gc.collect()
    if device.name.startswith("cuda"):
        torch.cuda.empty_cache()
    elif device.name == "mps":
        torch.mps.empty_cache()


@contextlib.contextmanager
def reading(preset: Preset, source: str) -> Generator[None]:
    """What goes wrong in here is the files' fault, or there is too little memory."""
    try:
        yield
    except BackendError:
        raise
    except Exception as error:
        if is_out_of_memory(error):
            raise OutOfMemory(preset.name) from error
        raise ModelIncomplete(preset.name, source) from error


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
