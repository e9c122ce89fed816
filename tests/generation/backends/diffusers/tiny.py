"""Tiny pipelines of the real classes: random weights from a fixed seed, vocabularies of letters."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

SIZE_PX = 64
"""The size that they draw; anything divisible by 16 works."""


def save(family: str, folder: Path) -> Path:
    """A tiny pipeline of `family` in `folder`, as `save_pretrained` leaves it; a few MB."""
    import torch

    with torch.random.fork_rng():
        torch.manual_seed(0)
        PIPELINES[family]().save_pretrained(folder, safe_serialization=True)
    return folder


def sd15() -> Any:
    """`StableDiffusionPipeline` with a UNet of two blocks."""
    import diffusers

    return diffusers.StableDiffusionPipeline(
        unet=_unet(cross_attention_dim=32),
        vae=_vae(latent_channels=4),
        text_encoder=_clip(hidden_size=32),
        tokenizer=_clip_tokenizer(),
        scheduler=_noise_scheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


PIPELINES: dict[str, Callable[[], Any]] = {"sd15": sd15}


def _unet(**config: Any) -> Any:
    import diffusers

    defaults = {
        "sample_size": SIZE_PX // 8,
        "block_out_channels": (32, 64),
        "layers_per_block": 1,
        "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D"),
        "up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D"),
        "attention_head_dim": 8,
        "norm_num_groups": 8,
    }
    return diffusers.UNet2DConditionModel(**(defaults | config)).eval()


def _vae(**config: Any) -> Any:
    import diffusers

    defaults = {
        "block_out_channels": (8, 8, 8, 8),
        "down_block_types": ("DownEncoderBlock2D",) * 4,
        "up_block_types": ("UpDecoderBlock2D",) * 4,
        "norm_num_groups": 4,
        "sample_size": SIZE_PX,
    }
    return diffusers.AutoencoderKL(**(defaults | config)).eval()


def _noise_scheduler() -> Any:
    """As in the repositories of SD 1.5 and SDXL."""
    import diffusers

    return diffusers.PNDMScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        skip_prk_steps=True,
        steps_offset=1,
    )


def _clip(*, hidden_size: int, projection: bool = False) -> Any:
    import transformers

    config = transformers.CLIPTextConfig(
        hidden_size=hidden_size,
        projection_dim=hidden_size,
        intermediate_size=hidden_size,
        num_attention_heads=4,
        num_hidden_layers=2,
        max_position_embeddings=77,
        vocab_size=len(_clip_vocabulary()),
        bos_token_id=_clip_vocabulary()[START],
        eos_token_id=_clip_vocabulary()[END],
        pad_token_id=_clip_vocabulary()[END],
    )
    kind = transformers.CLIPTextModelWithProjection if projection else transformers.CLIPTextModel
    return kind(config).eval()


START, END = "<|startoftext|>", "<|endoftext|>"


def _letters() -> list[str]:
    from tokenizers.pre_tokenizers import ByteLevel

    return sorted(ByteLevel.alphabet())


def _clip_vocabulary() -> dict[str, int]:
    """A token a letter, and another for a letter at the end of a word, as CLIP's own has."""
    letters = _letters()
    tokens = letters + [f"{letter}</w>" for letter in letters] + [START, END]
    return {token: number for number, token in enumerate(tokens)}


def _clip_tokenizer() -> Any:
    import transformers

    return transformers.CLIPTokenizer(vocab=_clip_vocabulary(), merges=[], model_max_length=77)
