"""Tiny pipelines in the layout that checkpoints of one file have: that of the original programs."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Weights = dict[str, Any]

RESNET = {
    "norm1": "in_layers.0",
    "conv1": "in_layers.2",
    "time_emb_proj": "emb_layers.1",
    "norm2": "out_layers.0",
    "conv2": "out_layers.3",
    "conv_shortcut": "skip_connection",
}
UNET = {
    "time_embedding.linear_1": "time_embed.0",
    "time_embedding.linear_2": "time_embed.2",
    "add_embedding.linear_1": "label_emb.0.0",
    "add_embedding.linear_2": "label_emb.0.2",
    "conv_in": "input_blocks.0.0",
    "conv_norm_out": "out.0",
    "conv_out": "out.2",
    "mid_block.resnets.0": "middle_block.0",
    "mid_block.attentions.0": "middle_block.1",
    "mid_block.resnets.1": "middle_block.2",
}
VAE = {
    "mid_block.resnets.0": "mid.block_1",
    "mid_block.resnets.1": "mid.block_2",
    "mid_block.attentions.0": "mid.attn_1",
    "conv_norm_out": "norm_out",
    "conv_shortcut": "nin_shortcut",
    "group_norm": "norm",
    "to_q": "q",
    "to_k": "k",
    "to_v": "v",
    "to_out.0": "proj_out",
    "downsamplers.0": "downsample",
    "upsamplers.0": "upsample",
}
OPEN_CLIP = {
    "embeddings.token_embedding": "token_embedding",
    "embeddings.position_embedding.weight": "positional_embedding",
    "final_layer_norm": "ln_final",
    "text_projection.weight": "text_projection",
    "encoder.layers": "transformer.resblocks",
    "layer_norm1": "ln_1",
    "layer_norm2": "ln_2",
    "mlp.fc1": "mlp.c_fc",
    "mlp.fc2": "mlp.c_proj",
    "self_attn.out_proj": "attn.out_proj",
}


def save_checkpoint(model: Path, file: Path, *, without: str | None = None) -> Path:
    """The tiny pipeline of SD 1.5 or SDXL in `model` as one file; `without` what begins
    so.
    """
    import torch

    pipe = _library("diffusers").DiffusionPipeline.from_pretrained(
        model, dtype=torch.float32, use_safetensors=True, local_files_only=True
    )
    unet = _renamed(pipe.unet, _unet_name(pipe.unet.config.layers_per_block + 1))
    vae = _renamed(pipe.vae, _vae_name(len(pipe.vae.config.block_out_channels)))
    parts = {
        "model.diffusion_model.": unet,
        "first_stage_model.": {n: _as_convolution(n, value) for n, value in vae.items()},
    }
    text = _renamed(pipe.text_encoder, lambda name: name.removeprefix("text_model."))
    if hasattr(pipe, "text_encoder_2"):
        parts["conditioner.embedders.0.transformer.text_model."] = text
        parts["conditioner.embedders.1.model."] = _open_clip(pipe.text_encoder_2)
    else:
        parts["cond_stage_model.transformer.text_model."] = text
    whole = {
        prefix + name: value.contiguous()
        for prefix, part in parts.items()
        for name, value in part.items()
        if without is None or not prefix.startswith(without)
    }
    _library("safetensors.torch").save_file(whole, file)
    return file


def _renamed(model: Any, name: Callable[[str], str]) -> Weights:
    return {name(old): value for old, value in model.state_dict().items()}


def _replaced(name: str, names: Mapping[str, str]) -> str:
    """`name` with what is whole words of it, between dots, by the other name."""
    for old, new in names.items():
        name = re.sub(rf"(?<![^.]){re.escape(old)}(?![^.])", new, name)
    return name


def _unet_name(per_block: int) -> Callable[[str], str]:
    """`per_block`: resnets of a block on the way down and its downsampler, or of one on the way up.

    Blocks are counted through; what is in one stands beside its resnet as 1 or, after that, 2.
    """

    def renamed(name: str) -> str:
        block = re.fullmatch(r"(down|up)_blocks\.(\d+)\.(\w+)\.(\d+)\.(.+)", name)
        if block is None:
            new = _replaced(name, UNET)
            return new if ".attentions." in name else _replaced(new, RESNET)
        way, number, kind, place, rest = block.groups()
        at = int(number) * per_block + int(place)
        blocks, first = ("input_blocks", 1) if way == "down" else ("output_blocks", 0)
        match kind:
            case "resnets":
                return f"{blocks}.{at + first}.0.{_replaced(rest, RESNET)}"
            case "attentions":
                return f"{blocks}.{at + first}.1.{rest}"
            case "downsamplers":
                return f"input_blocks.{at + per_block}.0.{rest.replace('conv', 'op')}"
            case _:  # the first of the tiny UNets' blocks on the way up has attentions
                return f"output_blocks.{at + per_block - 1}.2.{rest}"

    return renamed


def _vae_name(blocks: int) -> Callable[[str], str]:
    """Blocks on the way up are counted from the end."""

    def up(match: re.Match[str]) -> str:
        return f"up.{blocks - 1 - int(match[1])}"

    def renamed(name: str) -> str:
        name = re.sub(r"up_blocks\.(\d+)", up, _replaced(name, VAE))
        return name.replace("down_blocks", "down").replace("resnets", "block")

    return renamed


def _as_convolution(name: str, value: Any) -> Any:
    """The matrices of a VAE's attention are convolutions there."""
    attends = ".attn_1." in name and name.endswith(".weight") and value.dim() == 2
    return value[..., None, None] if attends else value


def _open_clip(text_encoder: Any) -> Weights:
    """The second text encoder of SDXL is another program's: its three matrices are one."""
    import torch

    weights = _renamed(text_encoder, lambda name: name.removeprefix("text_model."))
    made: Weights = {}
    for name, value in weights.items():
        joined = re.fullmatch(r"(.+)\.self_attn\.q_proj\.(weight|bias)", name)
        if joined:
            layer, kind = joined.groups()
            three = [weights[f"{layer}.self_attn.{which}_proj.{kind}"] for which in "qkv"]
            made[f"{_replaced(layer, OPEN_CLIP)}.attn.in_proj_{kind}"] = torch.cat(three)
        elif not re.search(r"self_attn\.[kv]_proj", name):
            new = _replaced(name, OPEN_CLIP)
            made[new] = value.T if new == "text_projection" else value
    return made


def _library(name: str) -> Any:
    return importlib.import_module(name)
