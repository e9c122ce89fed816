"""What is put on a loaded pipeline: LoRAs, learned words, an IP-Adapter. Worker thread only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generation.backends.diffusers.device import is_out_of_memory
from generation.backends.diffusers.hub import Found
from generation.backends.diffusers.presets import IpAdapter, Lora, Preset
from generation.errors import LoraDoesNotFit


def fuse_loras(pipe: Any, preset: Preset, found: Mapping[str, Found]) -> None:
    """Add the LoRAs that are always on to the weights themselves, where they cost nothing."""
    if not preset.loras:
        return
    for number, lora in enumerate(preset.loras):
        load_lora(pipe, preset, lora, found[f"lora:{number}"])
    names = [lora.name for lora in preset.loras]
    pipe.set_adapters(names, [lora.weight for lora in preset.loras])
    pipe.fuse_lora(adapter_names=names)
    pipe.unload_lora_weights()


def load_lora(pipe: Any, preset: Preset, lora: Lora, found: Found) -> None:
    """Load `lora` as an adapter of its name. Raises `LoraDoesNotFit`, and leaves nothing of it."""
    try:
        pipe.load_lora_weights(
            str(found.file.parent),
            weight_name=found.file.name,
            adapter_name=lora.name,
            use_safetensors=True,
            local_files_only=True,
        )
    except (RuntimeError, ValueError, KeyError) as error:  # of shapes, or of names
        if is_out_of_memory(error):
            raise
        pipe.delete_adapters(lora.name)
        raise LoraDoesNotFit(preset.name, found.file.name) from error
    if not any(lora.name in names for names in pipe.get_list_adapters().values()):
        raise LoraDoesNotFit(preset.name, found.file.name)  # no name of it is known: it is left out


def allowed_loras(preset: Preset, found: Mapping[str, Found]) -> dict[str, tuple[Lora, Found]]:
    """Those that a prompt may ask for, by name, with their files."""
    return {
        lora.name: (lora, found[f"lora:{number}"])
        for number, lora in enumerate(preset.allowed_loras, start=len(preset.loras))
    }


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
