"""Tiny pipelines of each family, saved once a session."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from generation.backends.diffusers.device import Device, prepare_environment
from tests.generation.backends.diffusers import tiny

TinyModel = Callable[[str], Path]

prepare_environment()  # before anything in this folder imports torch


@pytest.fixture(scope="session", autouse=True)
def one_torch_thread() -> None:
    """These models are too small for more."""
    import torch

    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> TinyModel:
    """`tiny_model("sd15")`: the folder of a tiny pipeline of that family. Not to be written to."""
    root = tmp_path_factory.mktemp("models")

    def folder(family: str) -> Path:
        saved = root / family
        return saved if saved.exists() else tiny.save(family, saved)

    return folder


@pytest.fixture(scope="session")
def cpu_device() -> Device:
    """A CPU that computes in float32, whatever this one can."""
    return Device(
        name="cpu",
        title="cpu",
        bfloat16=False,
        channels_last=True,
        attention="native",
        threads=1,
        total_bytes=2**30,
    )
