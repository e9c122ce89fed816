"""Where pictures are made: what the one GPU thread owns, from the device to the loaded models."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence

from generation.backends.diffusers.compiling import compile_blocks
from generation.backends.diffusers.device import Device, find_device
from generation.backends.diffusers.drawing import Drawer, TooLittleMemory
from generation.backends.diffusers.encoding import Embeddings
from generation.backends.diffusers.hub import Hub, look
from generation.backends.diffusers.loaded import Loaded, empty_memory
from generation.backends.diffusers.loading import load
from generation.backends.diffusers.memory import Shelf
from generation.backends.diffusers.options import DiffusersOptions
from generation.backends.diffusers.presets import Preset
from generation.backends.diffusers.preview import Previews
from generation.backends.diffusers.sharing import Pictures, draw_items
from generation.backends.runs import Report, Run, Stopped
from generation.errors import BackendError, OutOfMemory, Unavailable

log = logging.getLogger(__name__)


class Studio:
    """GPU thread only, but for `problem`, `has` and `device`, which any thread may ask."""

    def __init__(self, options: DiffusersOptions, device: Device) -> None:
        self.device = device
        self._options = options
        self._hub = Hub(options.cache_dir)
        self._shelf = Shelf(device, options.memory_gb)
        self._embeddings = Embeddings()
        self._limits: dict[str, int] = {}
        self._problems: dict[str, BackendError | None] = {}
        self._loaded: frozenset[str] = frozenset()

    @classmethod
    def opened(cls, options: DiffusersOptions, presets: Sequence[Preset]) -> Studio:
        """Import what is heavy, choose the device and look what is there of `presets`."""
        import diffusers
        import torch

        log.info("diffusers %s, torch %s", diffusers.__version__, torch.__version__)
        studio = cls(options, find_device(options.device))
        for preset in presets:
            studio._problems[preset.name] = look(preset, studio._hub)
        return studio

    def problem(self, name: str) -> BackendError | None:
        """Why this preset cannot be used, as far as it is known."""
        return self._problems.get(name)

    def has(self, name: str) -> bool:
        """Whether this preset is loaded."""
        return name in self._loaded

    def draw(self, preset: Preset, run: Run) -> Mapping[str, Pictures]:
        """What is drawn of `run`, by item; what is wrong with one alone ends in `run`.

        Raises `Stopped`, `Unavailable` and `OutOfMemory`.
        """
        loaded = self._get(preset, run.report, run.stop)
        drawer = Drawer(loaded, self._embeddings, self._limits[preset.name])
        # on a CPU it takes seconds, and a matrix no time
        tiny_vae = None if self.device.is_cpu else loaded.tiny_vae
        previews = Previews(loaded.family, tiny_vae)
        while not run.stop.is_set():
            try:
                return draw_items(drawer, preset, run.items, run, previews)
            except Stopped:
                break
            except TooLittleMemory:
                pass
            finally:
                self._limits[preset.name] = drawer.limit
            self._make_room(preset)
        # a new one: the frames of the first hold the tensors
        empty_memory(self.device)
        raise Stopped

    def close(self) -> None:
        """Let go of all models."""
        self._shelf.clear()
        self._loaded = frozenset()

    def _get(self, preset: Preset, report: Report, stop: threading.Event) -> Loaded:
        def make() -> Loaded:
            loaded = load(preset, self.device, report, stop, self._hub, self._shelf.room)
            self._limits[preset.name] = preset.max_batch
            if self._options.compile:
                compile_blocks(loaded)
            return loaded

        while True:
            try:
                loaded = self._shelf.get(preset, make)
                self._problems[preset.name] = None
                return loaded
            except Unavailable as error:
                self._problems[preset.name] = error
                raise
            except OutOfMemory:
                pass
            finally:
                self._loaded = frozenset(self._shelf.names())
            self._make_room(preset)

    def _make_room(self, preset: Preset) -> None:
        """Free memory for `preset`. Raises `OutOfMemory` where nothing is left to free."""
        changed = self._shelf.make_room(keep=preset.name)
        self._loaded = frozenset(self._shelf.names())
        empty_memory(self.device)
        if not changed:
            raise OutOfMemory(preset.name)
