"""What goes with the tiny pipelines: LoRA, tiny VAE, a learned word, IP-Adapter, ControlNet."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any


def save_lora(model: Path, family: str, folder: Path, *, seed: int = 1) -> Path:
    """A LoRA on the attention of the tiny pipeline in `model`."""
    import torch

    peft, diffusers = _library("peft"), _library("diffusers")
    pipe = _pipeline(model)
    part = "unet" if hasattr(pipe, "unet") else "transformer"
    denoiser = getattr(pipe, part)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        targets = ["to_q", "to_v"]
        denoiser.add_adapter(peft.LoraConfig(r=2, target_modules=targets, init_lora_weights=False))
    layers = peft.get_peft_model_state_dict(denoiser)
    if part == "unet":
        layers = diffusers.utils.convert_state_dict_to_diffusers(layers)
    type(pipe).save_lora_weights(folder, **{f"{part}_lora_layers": layers})
    return folder


def save_tiny_vae(folder: Path, *, latent_channels: int = 4) -> Path:
    """An `AutoencoderTiny` for latents of 1/8 of the side."""
    import torch

    with torch.random.fork_rng():
        torch.manual_seed(2)
        vae = _library("diffusers").AutoencoderTiny(
            encoder_block_out_channels=(8, 8, 8, 8),
            decoder_block_out_channels=(8, 8, 8, 8),
            num_encoder_blocks=(1, 1, 1, 1),
            num_decoder_blocks=(1, 1, 1, 1),
            latent_channels=latent_channels,
        )
    vae.save_pretrained(folder)
    return folder


def save_word(file: Path, *, sizes: dict[str, int] | None = None) -> Path:
    """A textual inversion of two vectors; for SDXL `sizes` is {"clip_l": 32, "clip_g": 64}."""
    import torch

    made = {name: torch.ones(2, size) for name, size in (sizes or {"emb_params": 32}).items()}
    _library("safetensors.torch").save_file(made, file)
    return file


def save_controlnet(model: Path, folder: Path) -> Path:
    """A ControlNet for the UNet in `model` that does change the picture."""
    import torch

    unet = _pipeline(model).unet
    controlnet = _library("diffusers").ControlNetModel.from_unet(
        unet, conditioning_embedding_out_channels=(4, 4, 4, 4)
    )
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(3)
        for values in controlnet.parameters():
            values.add_(torch.randn_like(values) * 0.05)
    controlnet.save_pretrained(folder)
    return folder


def save_ip_adapter(model: Path, folder: Path) -> Path:
    """An IP-Adapter for the UNet in `model`: models/ip-adapter.safetensors and its encoder."""
    import torch

    unet = _pipeline(model).unet
    cross, embedding, tokens = unet.config.cross_attention_dim, 16, 4
    with torch.random.fork_rng():
        torch.manual_seed(4)
        weights = {
            "image_proj.proj.weight": torch.randn(tokens * cross, embedding),
            "image_proj.proj.bias": torch.randn(tokens * cross),
            "image_proj.norm.weight": torch.ones(cross),
            "image_proj.norm.bias": torch.zeros(cross),
        }
        names = [name for name in unet.attn_processors if name.endswith("attn2.processor")]
        for number, name in enumerate(names):
            hidden = unet.get_submodule(name.removesuffix(".processor")).to_k.out_features
            for part in ("to_k_ip", "to_v_ip"):
                key = f"ip_adapter.{2 * number + 1}.{part}.weight"
                weights[key] = torch.randn(hidden, cross)
        (folder / "models").mkdir(parents=True)
        _library("safetensors.torch").save_file(
            weights, folder / "models" / "ip-adapter.safetensors"
        )
        _image_encoder(embedding).save_pretrained(folder / "models" / "image_encoder")
    return folder


def _image_encoder(embedding: int) -> Any:
    transformers = _library("transformers")
    config = transformers.CLIPVisionConfig(
        hidden_size=16,
        intermediate_size=16,
        projection_dim=embedding,
        num_hidden_layers=1,
        num_attention_heads=2,
        image_size=32,
        patch_size=16,
    )
    return transformers.CLIPVisionModelWithProjection(config).eval()


def _pipeline(folder: Path) -> Any:
    import torch

    return _library("diffusers").DiffusionPipeline.from_pretrained(
        folder, dtype=torch.float32, use_safetensors=True, local_files_only=True
    )


def _library(name: str) -> Any:
    return importlib.import_module(name)
