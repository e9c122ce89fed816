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
_WORDS = """
    1boy 1girl angry armor armour background black blazer blossoms blue blurry body cat cherry
    chibi closed cut ears embarrassed eyebrows eye eyes eyewear falling fox freckles girl glasses
    gold golden green grumpy hair hat kimono knight large laughing long looking lowres mouth
    night open orange petals pink quality round school serious shaped short silver simple sky
    smile smiling solo spiked spiky starry twintails uniform upper viewer white winking witch with
"""
"""Each is a token or two of our tokenizer; other words are spelled."""


def build(shape: Shape, device: str = "cpu", dtype: str = "float32") -> Any:
    """A text-to-image pipeline made on `device`, in `dtype`: seconds on a GPU."""
    import torch

    diffusers = _diffusers()
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


def quiet() -> None:
    """No bars, and nothing on what a configuration has too much."""
    import diffusers
    import transformers

    for library in (diffusers, transformers):
        logs: Any = library.utils.logging
        logs.disable_progress_bar()
        logs.set_verbosity_error()


def tiny_vae(shape: Shape, device: str = "cpu", dtype: str = "float32") -> Any:
    """An `AutoencoderTiny` for it, as large as the published one; smaller for the mini."""
    import torch

    width = 16 if shape == "mini" else 64
    torch.manual_seed(SEED)
    with _made_on(device, dtype):
        vae = _diffusers().AutoencoderTiny(
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
    """CLIP's, with a small vocabulary: as many tokens as the real one makes of common words."""
    import transformers

    kind: Any = transformers.CLIPTokenizer
    vocabulary, merges = _vocabulary()
    return kind(vocab=vocabulary, merges=merges, model_max_length=77)


def _vocabulary() -> tuple[dict[str, int], list[tuple[str, str]]]:
    """All letters, and what puts the words together from left to right; the marks come last."""
    merges: dict[tuple[str, str], None] = {}
    for word in _WORDS.split():
        letters = [*word[:-1], f"{word[-1]}</w>"]
        for end in range(1, len(letters)):
            merges["".join(letters[:end]), letters[end]] = None
    letters = [*_LETTERS, *(f"{letter}</w>" for letter in _LETTERS)]
    tokens = [*letters, *dict.fromkeys(a + b for a, b in merges), _BOS, _EOS]
    return {token: id for id, token in enumerate(tokens)}, list(merges)


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
    diffusers = _diffusers()
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


def _diffusers() -> Any:
    """The library, whose names are only there when they are asked for."""
    import diffusers

    return diffusers


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
    vocabulary, _ = _vocabulary()
    return {
        "hidden_size": wide,
        "intermediate_size": 4 * wide,
        "projection_dim": wide,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "vocab_size": 49408,
        "max_position_embeddings": 77,
        "bos_token_id": vocabulary[_BOS],
        "eos_token_id": vocabulary[_EOS],
        "pad_token_id": vocabulary[_EOS],
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
