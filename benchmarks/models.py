"""Pipelines to measure with: true shapes, random weights, nothing downloaded.

Speed and memory do not depend on what the weights are. How much two ways of computing differ does,
so each model's output is scaled to the spread that a trained one's has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

Shape = Literal["sd15", "sdxl", "mini"]
SEED = 7
SIDE_PX: Mapping[Shape, int] = MappingProxyType({"sd15": 512, "sdxl": 1024, "mini": 256})
"""What each is trained to draw, or would be."""

_NOISE = {
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "steps_offset": 1,
}
_BOS, _EOS = "<|startoftext|>", "<|endoftext|>"
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789,.!?:;'-_()"
_VOCABULARY: dict[str, int] = {
    token: id
    for id, token in enumerate(
        ["!", *(c for c in _LETTERS if c != "!"), *(f"{c}</w>" for c in _LETTERS), _BOS, _EOS]
    )
}


def build(shape: Shape, device: str = "cpu", dtype: str = "float32") -> Any:
    """A text-to-image pipeline made on `device`, in `dtype`: seconds on a GPU."""
    import diffusers
    import torch

    torch.manual_seed(SEED)
    with _made_on(device, dtype):
        parts: dict[str, Any] = {
            "unet": diffusers.UNet2DConditionModel(**_UNETS[shape]),
            "vae": diffusers.AutoencoderKL(**_VAES[shape]),
            "text_encoder": _text_encoder(shape),
            "tokenizer": tokenizer(),
        }
        if shape == "sdxl":
            parts["text_encoder_2"] = _second_text_encoder()
            parts["tokenizer_2"] = tokenizer()
    for name, part in parts.items():
        if not name.startswith("tokenizer"):
            part.eval().requires_grad_(False)
    _calibrate(parts["unet"], parts["vae"], sdxl=shape == "sdxl")
    pipe = _assemble(shape, parts)
    pipe.set_progress_bar_config(disable=True)
    return pipe


def tiny_vae(shape: Shape, device: str = "cpu", dtype: str = "float32") -> Any:
    """An `AutoencoderTiny` for it, as large as the published one; smaller for the mini."""
    import torch
    from diffusers import AutoencoderTiny

    width = 16 if shape == "mini" else 64
    torch.manual_seed(SEED)
    with _made_on(device, dtype):
        vae = AutoencoderTiny(
            encoder_block_out_channels=(width,) * 4, decoder_block_out_channels=(width,) * 4
        )
    return vae.eval().requires_grad_(False)


def save(pipe: Any, folder: Path) -> None:
    """Write `pipe` as `from_pretrained` reads it: safetensors, nothing else to load."""
    pipe.save_pretrained(folder, safe_serialization=True)


def parameters(part: Any) -> int:
    """How many numbers a model has."""
    return sum(weight.numel() for weight in part.parameters())


def tokenizer() -> Any:
    """CLIP's, with letters for a vocabulary: it makes more tokens of a prompt than the real one,
    and pads to the same 77.
    """
    from transformers import CLIPTokenizer

    return CLIPTokenizer(vocab=dict(_VOCABULARY), merges=[], model_max_length=77)


@contextmanager
def _made_on(device: str, dtype: str) -> Iterator[None]:
    """Whatever is made within is made there, and initialised there."""
    import torch

    before = torch.get_default_dtype()
    torch.set_default_dtype(getattr(torch, dtype))
    try:
        with torch.device(device):
            yield
    finally:
        torch.set_default_dtype(before)


def _assemble(shape: Shape, parts: Mapping[str, Any]) -> Any:
    import diffusers

    if shape == "sdxl":
        return diffusers.StableDiffusionXLPipeline(
            **parts,
            scheduler=diffusers.EulerDiscreteScheduler(**_NOISE, timestep_spacing="leading"),
            add_watermarker=False,
        )
    return diffusers.StableDiffusionPipeline(
        **parts,
        scheduler=diffusers.PNDMScheduler(**_NOISE, skip_prk_steps=True),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


def _calibrate(unet: Any, vae: Any, *, sdxl: bool) -> None:
    """Scale the last layers: noise predicted with a spread of 1, pictures with one of a photo's."""
    import torch

    like = {"device": unet.device, "dtype": unet.dtype}
    latents = torch.randn(1, 4, 32, 32, **like)
    states = torch.randn(1, 77, unet.config.cross_attention_dim, **like)
    added = {"text_embeds": torch.randn(1, 1280, **like), "time_ids": torch.zeros(1, 6, **like)}
    with torch.no_grad():
        noise = unet(latents, 500, states, added_cond_kwargs=added if sdxl else None).sample
        unet.conv_out.weight /= noise.float().std().item()
        picture = vae.decode(latents / vae.config.scaling_factor).sample
        vae.decoder.conv_out.weight *= 0.5 / picture.float().std().item()


def _text_encoder(shape: Shape) -> Any:
    from transformers import CLIPTextConfig, CLIPTextModel

    wide, layers, heads = _TEXT_ENCODERS[shape]
    return CLIPTextModel(CLIPTextConfig(**_clip(wide, layers, heads), hidden_act="quick_gelu"))


def _second_text_encoder() -> Any:
    from transformers import CLIPTextConfig, CLIPTextModelWithProjection

    return CLIPTextModelWithProjection(CLIPTextConfig(**_clip(1280, 32, 20), hidden_act="gelu"))


def _clip(wide: int, layers: int, heads: int) -> dict[str, Any]:
    return {
        "hidden_size": wide,
        "intermediate_size": 4 * wide,
        "projection_dim": wide,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "vocab_size": 49408,
        "max_position_embeddings": 77,
        "bos_token_id": _VOCABULARY[_BOS],
        "eos_token_id": _VOCABULARY[_EOS],
        "pad_token_id": _VOCABULARY[_EOS],
    }


def _vae(channels: tuple[int, ...], scaling_factor: float, layers: int = 2) -> dict[str, Any]:
    return {
        "block_out_channels": channels,
        "down_block_types": ("DownEncoderBlock2D",) * 4,
        "up_block_types": ("UpDecoderBlock2D",) * 4,
        "layers_per_block": layers,
        "latent_channels": 4,
        "scaling_factor": scaling_factor,
        "force_upcast": False,  # as with the VAE that is published for half precision
    }


def _sd_unet(
    channels: tuple[int, ...], states: int, sample_size: int, layers: int = 2
) -> dict[str, Any]:
    return {
        "sample_size": sample_size,
        "layers_per_block": layers,
        "block_out_channels": channels,
        "down_block_types": (*("CrossAttnDownBlock2D",) * 3, "DownBlock2D"),
        "up_block_types": ("UpBlock2D", *("CrossAttnUpBlock2D",) * 3),
        "cross_attention_dim": states,
        "attention_head_dim": 8,
    }


_TEXT_ENCODERS: dict[Shape, tuple[int, int, int]] = {
    "sd15": (768, 12, 12),
    "sdxl": (768, 12, 12),
    "mini": (128, 4, 4),
}
"""Width, layers and heads."""
_VAES: dict[Shape, dict[str, Any]] = {
    "sd15": _vae((128, 256, 512, 512), 0.18215),
    "sdxl": _vae((128, 256, 512, 512), 0.13025),
    "mini": _vae((32, 64, 128, 128), 0.18215, layers=1),
}
_UNETS: dict[Shape, dict[str, Any]] = {
    "sd15": _sd_unet((320, 640, 1280, 1280), 768, 64),
    "mini": _sd_unet((64, 128, 256, 256), 128, 32, layers=1),
    "sdxl": {
        "sample_size": 128,
        "block_out_channels": (320, 640, 1280),
        "down_block_types": ("DownBlock2D", *("CrossAttnDownBlock2D",) * 2),
        "up_block_types": (*("CrossAttnUpBlock2D",) * 2, "UpBlock2D"),
        "cross_attention_dim": 2048,
        "attention_head_dim": (5, 10, 20),
        "transformer_layers_per_block": (1, 2, 10),
        "use_linear_projection": True,
        "addition_embed_type": "text_time",
        "addition_time_embed_dim": 256,
        "projection_class_embeddings_input_dim": 2816,
    },
}
