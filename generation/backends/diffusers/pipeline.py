"""A model in memory, with a pipeline for each task on it, and what is put on these: LoRAs, learned
words, an IP-Adapter. Worker thread only.
"""

from __future__ import annotations

import contextlib
import gc
import logging
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import Any

from generation.backends.diffusers.device import Device, is_out_of_memory
from generation.backends.diffusers.families import Family, make_scheduler
from generation.backends.diffusers.hub import Found, Hub, find_lora
from generation.backends.diffusers.presets import IpAdapter, Lora, Preset
from generation.capabilities import Task
from generation.errors import BackendError, LoraDoesNotFit, ModelIncomplete, OutOfMemory

log = logging.getLogger(__name__)

HEADROOM = 0.75
"""Share of the free memory that weights may take; the rest is for what is computed."""


class LoadedModel:
    """A model in memory: one set of weights, and a pipeline for each task on them."""

    def __init__(
        self,
        preset: Preset,
        family: Family,
        device: Device,
        base: Any,
        tiny_vae: Any,
        found: Mapping[str, Found],
        hub: Hub,
    ) -> None:
        self.preset = preset
        self.family = family
        """With what is known of this model's own VAE."""
        self.device = device
        self.dtype: Any = device.dtype(family)
        """The `torch.dtype` that it computes in."""
        self.tiny_vae = tiny_vae
        """A small VAE of the same latents, on the device; `None` where the preset has none. If the
        preset says so, it is the pipelines' own on a CPU.
        """
        self.offloaded = False
        """Whether parts are on the device only while they work."""
        self.controlnet: Any = None
        self.image_encoder: Any = None
        self._base: Any = base
        self._noise: Any = base.scheduler.config
        self._found = found
        self._hub = hub
        self.loras: tuple[tuple[Lora, float], ...] = ()
        """Those that are on of those that may be asked for, with their weights."""
        self._adapters: dict[str, Lora] = {}
        self._pipes: dict[tuple[Task, bool], Any] = {}
        self._schedulers: dict[tuple[Task, bool, str], Any] = {}
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

    def pipe(
        self,
        task: Task,
        *,
        reference: bool = False,
        controlled: bool = False,
        scheduler: str | None = None,
    ) -> Any:
        """The pipeline for `task`, with a noise scheduler of its own: `scheduler`, or the preset's.
        Ask anew for each call: where the model is offloaded, it is brought in place.

        With `reference` it takes, and needs, `ip_adapter_image`, and such calls draw one picture;
        with `controlled` a ControlNet's picture.
        """
        self._use_reference(reference)
        key = (task, controlled)
        if key not in self._pipes:
            self._pipes[key] = self._make(task, controlled)
        pipe = self._pipes[key]
        pipe.scheduler = self._scheduler(*key, scheduler or self.preset.scheduler)
        if self.offloaded and self._placed is not pipe:
            pipe.enable_model_cpu_offload(device=self.device.name)
            self._placed = pipe
        return pipe

    def _make(self, task: Task, controlled: bool) -> Any:
        import diffusers

        names = self.family.controlled if controlled else self.family.pipelines
        kind: Any = getattr(diffusers, names[task])
        extra = {"controlnet": self.controlnet} if controlled else {}
        pipe = kind.from_pipe(
            self._base,
            dtype=self.dtype,
            vae=self._base.vae,  # a tiny one would not be taken over by itself
            **extra,
        )
        pipe.set_progress_bar_config(disable=True)
        return pipe

    def _scheduler(self, task: Task, controlled: bool, name: str) -> Any:
        key = (task, controlled, name)
        if key not in self._schedulers:
            self._schedulers[key] = make_scheduler(self._noise, name, self.preset.scheduler_options)
        return self._schedulers[key]

    def set_loras(self, asked: Sequence[tuple[str, float]]) -> None:
        """Have exactly these of `preset.allowed_loras` on, with these weights. `fetch_loras` has
        seen to it that they are here. Raises `LoraMissing` and `LoraDoesNotFit`.
        """
        allowed = {lora.name: lora for lora in self.preset.allowed_loras}
        loras = tuple((allowed[name], weight) for name, weight in asked)
        if loras == self.loras:
            return
        for lora, _ in loras:
            if self._adapters.get(lora.adapter) != lora:
                self._load_lora(lora)
        if loras:
            self._base.enable_lora()
            self._base.set_adapters(
                [lora.adapter for lora, _ in loras], [weight for _, weight in loras]
            )
        else:
            self._base.disable_lora()
        self.loras = loras

    def _load_lora(self, lora: Lora) -> None:
        if self._adapters.pop(lora.adapter, None) is not None:  # the file is another one now
            self._base.delete_adapters(lora.adapter)
        with reading(self.preset, lora.source):
            found = find_lora(self.preset, lora, self._hub)
            load_lora(self._base, self.preset, lora, found)
        self._adapters[lora.adapter] = lora
        self._placed = None

    def _use_reference(self, on: bool) -> None:
        adapter = self.preset.ip_adapter
        if on == self._looks or adapter is None:
            return
        if on:
            with reading(self.preset, adapter.source):
                found = self._found["ip_adapter"]
                put_on(self._base, adapter, found, self.image_encoder)
        else:
            take_off(self._base)
        self._looks = on
        self._pipes.clear()
        self._placed = None

    @contextlib.contextmanager
    def tiling(self) -> Generator[None]:
        """Have the VAE work piece by piece for a while."""
        self._base.vae.enable_tiling()
        try:
            yield
        finally:
            self._base.vae.disable_tiling()

    def widen(self) -> bool:
        """Compute in float32 from now on, in twice the memory. Whether that changed anything."""
        import torch

        if self.dtype == torch.float32:
            return False
        for module in (*self._base.components.values(), *self._extras()):
            if isinstance(module, torch.nn.Module):
                module.to(dtype=torch.float32)
        self.dtype = torch.float32
        return True

    def offload(self) -> bool:
        """Keep the weights in main memory, each part on the device only while it works. Whether
        that changed anything: it is slower, and for when memory does not suffice.
        """
        if self.offloaded or self.device.is_cpu:
            return False
        log.info("%s: offloading, its memory does not suffice", self.preset.name)
        self.offloaded = True
        self._placed = None
        self._base.to("cpu", silence_dtype_warnings=True)
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
            raise OutOfMemory(preset.title) from error
        log.warning("%s: %s cannot be loaded: %s", preset.name, source, type(error).__name__)
        raise ModelIncomplete(preset.title, Path(source).name) from error


def fuse_loras(pipe: Any, preset: Preset, found: Mapping[str, Found]) -> None:
    """Add the LoRAs that are always on to the weights themselves, where they cost nothing."""
    if not preset.loras:
        return
    for number, lora in enumerate(preset.loras):
        load_lora(pipe, preset, lora, found[f"lora:{number}"])
    names = [lora.adapter for lora in preset.loras]
    pipe.set_adapters(names, [lora.weight for lora in preset.loras])
    pipe.fuse_lora(adapter_names=names)
    pipe.unload_lora_weights()


def load_lora(pipe: Any, preset: Preset, lora: Lora, found: Found) -> None:
    """Load `lora` as an adapter. Raises `LoraDoesNotFit`, and leaves nothing of it."""
    try:
        pipe.load_lora_weights(
            str(found.file.parent),
            weight_name=found.file.name,
            adapter_name=lora.adapter,
            use_safetensors=True,
            local_files_only=True,
        )
    except (RuntimeError, ValueError, KeyError) as error:  # of shapes, or of names
        if is_out_of_memory(error):
            raise
        pipe.delete_adapters(lora.adapter)
        raise LoraDoesNotFit(preset.title, found.file.name) from error
    if not any(lora.adapter in names for names in pipe.get_list_adapters().values()):
        raise LoraDoesNotFit(
            preset.title, found.file.name
        )  # no name of it is known: it is left out


def load_words(pipe: Any, preset: Preset, found: Mapping[str, Found]) -> None:
    """Teach the text encoders the preset's textual inversions."""
    import safetensors.torch

    library: Any = safetensors.torch
    for number, inversion in enumerate(preset.textual_inversions):
        vectors: dict[str, Any] = library.load_file(found[f"inversion:{number}"].file)
        if {"clip_l", "clip_g"} <= vectors.keys():  # SDXL has two encoders, each its own
            parts = {"clip_l": "", "clip_g": "_2"}
        else:
            parts = {next(iter(vectors)): ""}
        for key, suffix in parts.items():
            pipe.load_textual_inversion(
                vectors[key],
                token=inversion.token,
                text_encoder=getattr(pipe, f"text_encoder{suffix}"),
                tokenizer=getattr(pipe, f"tokenizer{suffix}"),
            )


def load_image_encoder(adapter: IpAdapter, found: Found, dtype: Any) -> Any:
    """The encoder through which an IP-Adapter looks at a picture."""
    import transformers

    kind: Any = transformers.CLIPVisionModelWithProjection
    return kind.from_pretrained(
        found.folder / adapter.image_encoder,
        dtype=dtype,
        use_safetensors=True,
        local_files_only=True,
    ).eval()


def put_on(pipe: Any, adapter: IpAdapter, found: Found, image_encoder: Any) -> None:
    """Let `pipe` look at a picture; it then needs one in each call."""
    pipe.register_modules(image_encoder=image_encoder)
    pipe.load_ip_adapter(
        str(found.folder),
        subfolder=adapter.subfolder,
        weight_name=adapter.weight_name,
        image_encoder_folder=None,
        local_files_only=True,
    )
    pipe.set_ip_adapter_scale(adapter.scale)


def take_off(pipe: Any) -> None:
    """Undo `put_on`; the image encoder stays with whoever holds it."""
    pipe.unload_ip_adapter()
