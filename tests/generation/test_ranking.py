"""Ranking, with a CLIP of the real classes that is tiny and knows nothing."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import torch
from PIL import Image

from generation.ranking import Clip, load_clip, rank
from tests.generation.tiny_clip import save_clip


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    folder = tmp_path_factory.mktemp("clip")
    save_clip(folder)
    return load_clip(folder)


def plain(color: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (48, 48), color).save(out, "PNG")
    return out.getvalue()


COLORS = ("red", "green", "white", "black")


def test_the_order_follows_the_pictures_and_not_their_places(clip: Clip) -> None:
    pngs = [plain(color) for color in COLORS]

    forth = [COLORS[place] for place in rank(pngs, "red cat", clip)]
    back = [COLORS[::-1][place] for place in rank(pngs[::-1], "red cat", clip)]

    assert sorted(forth) == sorted(COLORS)
    assert forth == back


def test_the_first_fits_the_prompt_best(clip: Clip) -> None:
    pngs = [plain(color) for color in COLORS]
    inputs = clip.processor(
        text=["red cat"],
        images=[Image.new("RGB", (48, 48), c) for c in COLORS],
        return_tensors="pt",
    )
    with torch.inference_mode():
        best = int(clip.model(**inputs).logits_per_image.argmax())

    assert rank(pngs, "red cat", clip)[0] == best


def test_equals_keep_their_order(clip: Clip) -> None:
    assert rank([plain("red")] * 3, "cat", clip) == (0, 1, 2)


def test_a_long_prompt_is_read_as_far_as_clip_reads(clip: Clip) -> None:
    assert len(rank([plain("red"), plain("blue")], "red cat " * 200, clip)) == 2


def test_an_empty_folder_is_no_clip(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"model\.safetensors"):
        load_clip(tmp_path)
