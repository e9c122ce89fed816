"""The models in memory, under a bound. Worker thread only."""

from __future__ import annotations

import logging
from collections.abc import Callable

from generation.backends.diffusers.device import Device
from generation.backends.diffusers.loaded import Loaded
from generation.backends.diffusers.presets import Preset

log = logging.getLogger(__name__)

GPU_SHARE, CPU_SHARE = 0.8, 0.6
"""Shares of all memory that weights may take where the operator sets no bound: the rest is for what
is computed, and beside a CPU for everything else on the machine.
"""


class Shelf:
    """Keeps the models that were used last, as far as the bound goes; the newest always stays."""

    def __init__(self, device: Device, memory_gb: float | None = None) -> None:
        share = CPU_SHARE if device.is_cpu else GPU_SHARE
        self.limit_bytes = (
            round(device.total_bytes * share) if memory_gb is None else round(memory_gb * 2**30)
        )
        self._models: dict[str, Loaded] = {}  # by preset, the least recently used first

    def names(self) -> tuple[str, ...]:
        """The presets that are loaded, the one used last at the end."""
        return tuple(self._models)

    def get(self, preset: Preset, make: Callable[[], Loaded]) -> Loaded:
        """The model of `preset`; `make` loads it where it is not here, and may call `room`."""
        if preset.name not in self._models:
            made = make()
            self.room(made.size_bytes)  # it may have grown past what its files say
            self._models[preset.name] = made
        self._models[preset.name] = self._models.pop(preset.name)
        return self._models[preset.name]

    def room(self, size_bytes: int) -> None:
        """Let models go until one of `size_bytes` fits as well, or none is left."""
        held = {name: loaded.size_bytes for name, loaded in self._models.items()}
        for name in tuple(held):
            if sum(held.values()) + size_bytes <= self.limit_bytes:
                return
            self._drop(name)
            del held[name]

    def make_room(self, keep: str) -> bool:
        """Memory does not suffice for `keep`: let all others go or, where there are none, offload
        it. Whether that changed anything, so that it is worth another try.
        """
        others = [name for name in self._models if name != keep]
        for name in others:
            self._drop(name)
        if others or keep not in self._models:
            return bool(others)
        return self._models[keep].offload()

    def clear(self) -> None:
        """Let all models go."""
        for name in tuple(self._models):
            self._drop(name)

    def _drop(self, name: str) -> None:
        log.info("letting %s go", name)
        self._models.pop(name).free()
