"""Tiny pipelines of each family, saved once a session."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.generation.backends.diffusers import tiny

TinyModel = Callable[[str], Path]


@pytest.fixture(scope="session", autouse=True)
def quiet_threads() -> None:
    """One torch thread: these models are too small for more."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
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
