"""What an operator sets for the diffusers backend; the models themselves are in models.toml."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

DeviceName = Literal["off", "auto", "cuda", "cpu", "mps"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffusersOptions:
    """Options of `DiffusersBackend`."""

    models_file: Path | None = None
    """The presets; `None`: those that come with Moevatar."""
    device: DeviceName = "auto"
    cache_dir: Path | None = None
    """Where downloads go; `None`: where the hub's own library puts them."""
    memory_gb: float | None = None
    """Bound on the memory of all loaded models together; `None`: what the device has."""
    clip_folder: Path | None = None
    """A CLIP by which the pictures of a request are ordered, the best first."""
    compile: bool = False
    """Compile the repeated blocks of each model while it loads. Works on CUDA, is slow to start."""
