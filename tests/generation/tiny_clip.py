"""A CLIP of the real classes that is tiny and knows nothing."""

from pathlib import Path
from typing import Any

import torch
import transformers

WORDS = ("red</w>", "cat</w>", "<|startoftext|>", "<|endoftext|>")


def tiny_clip() -> Any:
    torch.manual_seed(0)
    layer = {
        "hidden_size": 16,
        "intermediate_size": 16,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
    }
    ends = {"bos_token_id": 2, "eos_token_id": 3, "pad_token_id": 3}
    config = transformers.CLIPConfig(
        text_config={**layer, **ends, "vocab_size": 64, "max_position_embeddings": 77},
        vision_config={**layer, "image_size": 32, "patch_size": 8},
        projection_dim=16,
    )
    return transformers.CLIPModel(config)


def save_clip(folder: Path) -> None:
    """Write it as one from the hub would lie there."""
    tiny_clip().save_pretrained(folder)
    letters = [letter + end for letter in "redcat" for end in ("", "</w>")]
    vocabulary = {word: place for place, word in enumerate(dict.fromkeys((*WORDS, *letters)))}
    transformers.CLIPProcessor(
        transformers.CLIPImageProcessor(size={"shortest_edge": 32}, crop_size=32),
        transformers.CLIPTokenizer(vocab=vocabulary, merges=[], model_max_length=77),
    ).save_pretrained(folder)
