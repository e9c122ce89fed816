"""Tiny pipelines of the real classes: random weights from a fixed seed, vocabularies of letters."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from generation.backends.diffusers.families import FAMILIES
from generation.backends.diffusers.presets import Preset

SIZE_PX = 64
"""The size that they draw; anything divisible by 16 works."""


def save(family: str, folder: Path) -> Path:
    """A tiny pipeline of `family` in `folder`, as `save_pretrained` leaves it; a few MB."""
    import torch

    with torch.random.fork_rng():
        torch.manual_seed(0)
        PIPELINES[family]().save_pretrained(folder, safe_serialization=True)
    return folder


def preset(source: Path, family: str = "sd15", **changes: Any) -> Preset:
    """A preset of the tiny model in `source`."""
    values = {
        "name": f"tiny-{family}",
        "title": "Tiny",
        "source": str(source),
        "family": family,
        "steps": 3,
        "guidance": 5.0 if FAMILIES[family].negative else 1.0,
        "scheduler": "euler" if FAMILIES[family].unet else "flow-euler",
        "sizes_px": (SIZE_PX,),
        "licence": "MIT",
    }
    return Preset.model_validate(values | changes)


def sd15() -> Any:
    """`StableDiffusionPipeline` with a UNet of two blocks."""
    diffusers = _library("diffusers")

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


def sdxl() -> Any:
    """`StableDiffusionXLPipeline`: two text encoders, the second with a pooled output."""
    diffusers = _library("diffusers")

    return diffusers.StableDiffusionXLPipeline(
        unet=_unet(
            cross_attention_dim=32 + 64,
            addition_embed_type="text_time",
            addition_time_embed_dim=8,
            projection_class_embeddings_input_dim=64 + 6 * 8,
            use_linear_projection=True,
        ),
        vae=_vae(latent_channels=4),
        text_encoder=_clip(hidden_size=32),
        text_encoder_2=_clip(hidden_size=64, projection=True),
        tokenizer=_clip_tokenizer(),
        tokenizer_2=_clip_tokenizer(),
        scheduler=_noise_scheduler(),
        force_zeros_for_empty_prompt=True,
    )


def sd35() -> Any:
    """`StableDiffusion3Pipeline`: two CLIPs and a T5."""
    diffusers = _library("diffusers")

    transformer = diffusers.SD3Transformer2DModel(
        sample_size=SIZE_PX // 8,
        in_channels=16,
        num_layers=2,
        attention_head_dim=8,
        num_attention_heads=4,
        joint_attention_dim=32 + 64,
        caption_projection_dim=32,
        pooled_projection_dim=32 + 64,
        pos_embed_max_size=16,
        dual_attention_layers=(0,),
        qk_norm="rms_norm",
    )
    return diffusers.StableDiffusion3Pipeline(
        transformer=transformer.eval(),
        vae=_vae(latent_channels=16, use_quant_conv=False, use_post_quant_conv=False, **_SHIFTED),
        text_encoder=_clip(hidden_size=32, projection=True),
        text_encoder_2=_clip(hidden_size=64, projection=True),
        text_encoder_3=_t5(hidden_size=32 + 64),
        tokenizer=_clip_tokenizer(),
        tokenizer_2=_clip_tokenizer(),
        tokenizer_3=_t5_tokenizer(),
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(shift=3.0),
    )


def flux1() -> Any:
    """`FluxPipeline`: a CLIP for the pooled output and a T5; latents are packed in patches."""
    diffusers = _library("diffusers")

    transformer = diffusers.FluxTransformer2DModel(
        in_channels=64,
        num_layers=1,
        num_single_layers=1,
        attention_head_dim=16,
        num_attention_heads=2,
        joint_attention_dim=32,
        pooled_projection_dim=32,
        axes_dims_rope=(4, 4, 8),
    )
    return diffusers.FluxPipeline(
        transformer=transformer.eval(),
        vae=_vae(latent_channels=16, use_quant_conv=False, use_post_quant_conv=False, **_SHIFTED),
        text_encoder=_clip(hidden_size=32),
        text_encoder_2=_t5(hidden_size=32),
        tokenizer=_clip_tokenizer(),
        tokenizer_2=_t5_tokenizer(),
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(shift=1.0),
    )


def flux2_klein() -> Any:
    """`Flux2KleinPipeline`, distilled. It reads layers 9, 18 and 27 of its text encoder, so there
    are as many.
    """
    diffusers = _library("diffusers")

    transformer = diffusers.Flux2Transformer2DModel(
        in_channels=128,
        num_layers=1,
        num_single_layers=1,
        attention_head_dim=16,
        num_attention_heads=2,
        joint_attention_dim=3 * 16,
        timestep_guidance_channels=16,
        axes_dims_rope=(4, 4, 4, 4),
        guidance_embeds=False,
    )
    vae = diffusers.AutoencoderKLFlux2(**_vae_blocks(), latent_channels=32)
    return diffusers.Flux2KleinPipeline(
        transformer=transformer.eval(),
        vae=vae.eval(),
        text_encoder=_qwen(hidden_size=16, layers=27, head=True),
        tokenizer=_qwen_tokenizer(),
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(shift=3.0, use_dynamic_shifting=True),
        is_distilled=True,
    )


def z_image() -> Any:
    """`ZImagePipeline`; in the repositories, too, its text encoder is a Qwen3 without a head."""
    diffusers = _library("diffusers")

    transformer = diffusers.ZImageTransformer2DModel(
        in_channels=16,
        dim=32,
        n_layers=2,
        n_refiner_layers=1,
        n_heads=2,
        n_kv_heads=2,
        cap_feat_dim=16,
        axes_dims=[4, 6, 6],
        axes_lens=[1024, 64, 64],
    )
    return diffusers.ZImagePipeline(
        transformer=transformer.eval(),
        vae=_vae(latent_channels=16, use_quant_conv=False, use_post_quant_conv=False, **_SHIFTED),
        text_encoder=_qwen(hidden_size=16, layers=2, head=False),
        tokenizer=_qwen_tokenizer(),
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(shift=3.0),
    )


PIPELINES: dict[str, Callable[[], Any]] = {
    "sd15": sd15,
    "sdxl": sdxl,
    "sd35": sd35,
    "flux1": flux1,
    "flux2-klein": flux2_klein,
    "z-image": z_image,
}

_SHIFTED = {"scaling_factor": 0.3611, "shift_factor": 0.1159}
"""How the VAEs with 16 channels place their latents."""


def _library(name: str) -> Any:
    """Imported as late as it is in the code under test."""
    return importlib.import_module(name)


def _unet(**config: Any) -> Any:
    diffusers = _library("diffusers")

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
    diffusers = _library("diffusers")

    return diffusers.AutoencoderKL(**_vae_blocks(), **config).eval()


def _vae_blocks() -> dict[str, Any]:
    """Latents are 1/8 of the picture's side, as everywhere."""
    return {
        "block_out_channels": (8, 8, 8, 8),
        "down_block_types": ("DownEncoderBlock2D",) * 4,
        "up_block_types": ("UpDecoderBlock2D",) * 4,
        "layers_per_block": 1,
        "norm_num_groups": 4,
        "sample_size": SIZE_PX,
    }


def _noise_scheduler() -> Any:
    """As in the repositories of SD 1.5 and SDXL."""
    diffusers = _library("diffusers")

    return diffusers.PNDMScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        skip_prk_steps=True,
        steps_offset=1,
    )


def _clip(*, hidden_size: int, projection: bool = False) -> Any:
    transformers = _library("transformers")

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
    transformers = _library("transformers")

    return transformers.CLIPTokenizer(vocab=_clip_vocabulary(), merges=[], model_max_length=77)


def _t5(*, hidden_size: int) -> Any:
    transformers = _library("transformers")

    config = transformers.T5Config(
        d_model=hidden_size,
        d_kv=8,
        d_ff=32,
        num_layers=2,
        num_heads=2,
        vocab_size=len(_t5_vocabulary()),
    )
    return transformers.T5EncoderModel(config).eval()


def _t5_vocabulary() -> list[tuple[str, float]]:
    """Letters with their scores; unknown ones are one token."""
    special = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("\u2581", -1.0)]
    return special + [(chr(code), -2.0) for code in range(33, 127)]


def _t5_tokenizer() -> Any:
    transformers = _library("transformers")

    return transformers.T5Tokenizer(vocab=_t5_vocabulary(), extra_ids=0, model_max_length=512)


def _qwen(*, hidden_size: int, layers: int, head: bool) -> Any:
    transformers = _library("transformers")

    config = transformers.Qwen3Config(
        hidden_size=hidden_size,
        intermediate_size=hidden_size,
        num_hidden_layers=layers,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=8,
        vocab_size=len(_qwen_vocabulary()),
        bos_token_id=None,
        eos_token_id=_qwen_vocabulary()["<|im_end|>"],
    )
    kind = transformers.Qwen3ForCausalLM if head else transformers.Qwen3Model
    return kind(config).eval()


def _qwen_vocabulary() -> dict[str, int]:
    tokens = [*_letters(), "<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    return {token: number for number, token in enumerate(tokens)}


def _qwen_tokenizer() -> Any:
    transformers = _library("transformers")

    tokenizer = transformers.Qwen2Tokenizer(vocab=_qwen_vocabulary(), merges=[])
    tokenizer.add_special_tokens({"additional_special_tokens": ["<|im_start|>", "<|im_end|>"]})
    tokenizer.chat_template = (
        "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}"
        "<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
    )
    return tokenizer
