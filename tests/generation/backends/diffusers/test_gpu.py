"""What only a CUDA device shows: 16 bits, memory that really runs out, compilation."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import torch

from generation.backends.diffusers.checkpoints import load
from generation.backends.diffusers.compiling import compile_blocks
from generation.backends.diffusers.device import find_device
from generation.backends.diffusers.pipeline import LoadedModel
from tests.generation.backends.diffusers import asking
from tests.generation.backends.diffusers.conftest import TinyModel

pytestmark = pytest.mark.gpu

TOLERANCE = 16
"""In 16 bits other kernels run for other sizes of batch: near, and not the same."""


@pytest.fixture
def model(tiny_model: TinyModel) -> LoadedModel:
    preset = asking.preset(tiny_model("sd15"), sizes_px=(64,), max_batch=4)
    return load(preset, find_device("cuda"), lambda _: None, threading.Event())


@pytest.fixture
def little_memory() -> Iterator[None]:
    """As much as is taken already, and a little more."""
    torch.cuda.empty_cache()
    total = torch.cuda.get_device_properties(0).total_memory
    torch.cuda.set_per_process_memory_fraction((torch.cuda.memory_reserved() + 2**28) / total)
    yield
    torch.cuda.set_per_process_memory_fraction(1.0)


def test_a_picture_is_nearly_the_same_alone_and_among_others(model: LoadedModel) -> None:
    items = [asking.sample(text, n, item=n) for n, text in enumerate(("a", asking.LONG, "b", ""))]

    alone = [asking.draw(model, [item])[0] for item in items]
    together = asking.draw(model, items)

    assert max(map(asking.difference, alone, together)) <= TOLERANCE


def test_memory_that_runs_out_makes_the_calls_smaller(
    model: LoadedModel, little_memory: None, caplog: pytest.LogCaptureFixture
) -> None:
    items = [asking.sample("a cat", seed, item=seed) for seed in range(32)]

    pictures = asking.draw(model, items, limit=32, width=1024, height=1024)

    assert len(pictures) == 32
    assert "no memory for 32 pictures" in caplog.text


def test_compiled_blocks_draw_the_same(model: LoadedModel) -> None:
    items = [asking.sample("a cat", seed, item=seed) for seed in range(4)]
    before = asking.draw(model, items)

    compile_blocks(model)

    assert max(map(asking.difference, before, asking.draw(model, items))) <= TOLERANCE


def test_an_offloaded_model_draws_the_same(model: LoadedModel) -> None:
    items = [asking.sample("a cat", seed, item=seed) for seed in range(4)]
    before = asking.draw(model, items)

    assert model.offload()

    assert max(map(asking.difference, before, asking.draw(model, items))) <= TOLERANCE
