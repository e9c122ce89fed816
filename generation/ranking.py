"""Ordering candidates by how well they fit the prompt, where a CLIP is at hand. Off by default."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Clip:
    """A loaded CLIP: `transformers.CLIPModel` and its processor."""

    model: Any
    processor: Any


def load_clip(folder: Path) -> Clip:
    """The CLIP in `folder`, on the CPU. Blocking; for a thread.

    Nothing is downloaded and no code of the folder's is run. Raises `OSError` where it is not whole
    or not safetensors.
    """
    import transformers

    library: Any = transformers
    model = library.CLIPModel.from_pretrained(folder, local_files_only=True, use_safetensors=True)
    processor = library.CLIPProcessor.from_pretrained(folder, local_files_only=True)
    return Clip(model.eval(), processor)


def rank(pngs: Sequence[bytes], prompt: str, clip: Clip) -> tuple[int, ...]:
    """The places of `pngs`, the best first; equals keep their order. Blocking; for a thread.

    CLIP reads the first 77 tokens of the prompt.
    """
    import torch
    from PIL import Image

    pictures = [Image.open(io.BytesIO(png)).convert("RGB") for png in pngs]
    inputs = clip.processor(
        text=[prompt], images=pictures, return_tensors="pt", truncation=True, padding=True
    )
    with torch.inference_mode():
        scores: list[float] = clip.model(**inputs).logits_per_image[:, 0].tolist()
    return tuple(sorted(range(len(scores)), key=lambda place: -scores[place]))
