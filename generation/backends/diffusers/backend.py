"""Diffusion models on this machine, by the library diffusers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from generation.backends.backend_options import DiffusersOptions
from generation.backends.base import BadOptions, Batch, BatchEvent, Faulty, StockEvent, Whole
from generation.backends.diffusers.device import prepare_environment
from generation.backends.diffusers.downloads import cause_of
from generation.backends.diffusers.presets import Preset
from generation.backends.diffusers.registry import Registry
from generation.backends.diffusers.samples import capabilities_of, plan_of, stands_alone
from generation.backends.diffusers.worker import FileWork, Pictures, Worker, encoded
from generation.backends.runs import Run, Runs, reports
from generation.capabilities import Description, Model
from generation.errors import (
    GenerationError,
    ModelMissing,
    NotConfigured,
    NotInstalled,
    Unavailable,
)
from generation.problems import problem_of
from generation.ranking import Clip, load_clip
from generation.request import Refine, Request

PACKAGES = ("torch", "diffusers", "transformers", "accelerate", "safetensors")
"""What the extra `diffusion` brings."""
COMMAND = "make diffusion"
TITLE = "Stable Diffusion"
"""How people know what stands for all models while there are none."""
ENCODERS = 4
"""Threads that make PNGs of what is drawn, so that a GPU need not wait for them: a picture of 1024
px takes longer than a step. Pillow releases the interpreter lock meanwhile.
"""


class DiffusersBackend:
    """Draws on one executor thread, which owns every pipeline from load to close.

    Two threads on one pipeline gave wrong pictures without a word, and one GPU gains nothing from
    them.
    """

    NAME = "diffusers"

    def __init__(
        self, options: DiffusersOptions, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Reads the presets. Raises `BadPresets`."""
        self._options = options
        self._registry = Registry(
            options.models_file, options.loras_dir, options.embeddings_dir, clock
        )
        self._executor = ThreadPoolExecutor(1, thread_name_prefix=self.NAME)
        self._encoders = ThreadPoolExecutor(ENCODERS, thread_name_prefix=f"{self.NAME}-png")
        self._files = ThreadPoolExecutor(1, thread_name_prefix=f"{self.NAME}-files")
        self._runs = Runs(self.NAME)
        self._worker: Worker | None = None
        self._clip: Clip | None = None
        self._absence = self._find_absence()

    async def open(self) -> None:
        """See `Backend.open`."""
        if self._absence is not None:
            return
        prepare_environment()
        loop = asyncio.get_running_loop()
        presets = tuple(self._registry.presets.values())
        self._worker = await loop.run_in_executor(
            self._executor, Worker.opened, self._options, presets
        )
        if self._options.clip_folder is not None:
            self._clip = await loop.run_in_executor(
                self._executor, _clip, self._options.clip_folder
            )

    def describe(self) -> Description:
        """See `Backend.describe`. Where nothing can be drawn at all, one model stands for all."""
        if self._worker is None:
            models = (self._nothing(),)
        else:
            worker = self._worker
            worker.look(self._registry.refresh())
            models = tuple(self._model(preset, worker) for preset in self._in_order(worker))
        return Description(
            name=self.NAME, concurrency=1, models=models, mistake=self._registry.mistake
        )

    def batch_key(self, request: Request) -> Hashable | None:
        """See `Backend.batch_key`."""
        preset = self._preset(request)
        if preset is None or self._worker is None or isinstance(request, Refine):
            return None
        plan = plan_of(request, preset)
        return None if stands_alone(plan) else (preset.name, plan)

    def run(self, batch: Batch) -> AsyncGenerator[BatchEvent]:
        """See `Backend.run`."""
        return self._runs.events(batch, self._draw)

    async def cancel(self, item_id: str) -> None:
        """See `Backend.cancel`."""
        self._runs.cancel(item_id)

    async def _draw(self, run: Run) -> None:
        if self._worker is None:
            raise self._absence or NotInstalled(TITLE, COMMAND)
        request = run.items[0].request
        preset = self._preset(request)
        if preset is None:
            models_file = self._options.models_file
            raise ModelMissing(request.model, models_file.name if models_file else "models.toml")
        drawn = await run.in_thread(self._executor, partial(self._worker.draw, preset, run))
        run.release()
        await asyncio.gather(*(self._encode(run, *pair) for pair in drawn.items()))

    async def _encode(self, run: Run, item_id: str, pictures: Pictures) -> None:
        item = next(item for item in run.items if item.id == item_id)
        try:
            result = await run.in_thread(self._encoders, partial(encoded, pictures, self._clip))
        except Exception as error:
            run.fail(item, error)
        else:
            run.finish(item, result)

    def fetch(self, model: str) -> AsyncGenerator[StockEvent]:
        """See `Backend.fetch`. One download at a time: two would share the way and the disk."""
        return self._stock_events(model, lambda worker: worker.fetch)

    def verify(self, model: str) -> AsyncGenerator[StockEvent]:
        """See `Backend.verify`."""
        return self._stock_events(model, lambda worker: worker.verify)

    async def _stock_events(
        self, model: str, work_of: Callable[[Worker], FileWork]
    ) -> AsyncGenerator[StockEvent]:
        worker, presets = self._worker, self._registry.presets
        try:
            name = self.describe().model(model).name
            if worker is None:
                raise self._absence or NotInstalled(TITLE, COMMAND)
            work = partial(work_of(worker), presets[name])
            is_whole = True
            async with aclosing(reports(self._files, work)) as told:
                async for event in told:
                    is_whole = is_whole and not isinstance(event, Faulty)
                    yield event
        except GenerationError as error:
            yield Faulty(problem_of(error), cause_of(error))
        else:
            if is_whole:
                yield Whole()

    async def aclose(self) -> None:
        """See `Backend.aclose`. A second time does nothing."""
        worker, self._worker = self._worker, None
        if worker is not None:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._executor, worker.close)
        self._executor.shutdown(wait=True, cancel_futures=True)
        self._files.shutdown(wait=True, cancel_futures=True)
        self._encoders.shutdown(wait=True)

    def _preset(self, request: Request) -> Preset | None:
        _, _, name = request.model.partition("/")
        return self._registry.presets.get(name or self.describe().models[0].name)

    def _in_order(self, worker: Worker) -> list[Preset]:
        """As in the file; on a CPU those first that are meant for one."""
        presets = self._registry.presets.values()
        if not worker.device.is_cpu:
            return list(presets)
        return sorted(presets, key=lambda preset: preset.use_tiny_vae != "cpu")

    def _find_absence(self) -> Unavailable | None:
        """Why there is nothing to draw with at all, if that is so."""
        if self._options.device == "off":
            return NotConfigured(TITLE, "MOEVATAR_DIFFUSERS")
        if any(find_spec(package) is None for package in PACKAGES):
            return NotInstalled(TITLE, COMMAND)
        return None

    def _nothing(self) -> Model:
        """What stands for all models while there are none."""
        first = next(iter(self._registry.presets.values()))
        return Model(
            backend=self.NAME,
            name=self.NAME,
            title=TITLE,
            capabilities=capabilities_of(first),
            problem=problem_of(self._absence or NotInstalled(TITLE, COMMAND)),
        )

    def _model(self, preset: Preset, worker: Worker) -> Model:
        stock = worker.stock(preset.name)
        return Model(
            backend=self.NAME,
            name=preset.name,
            title=preset.title,
            capabilities=capabilities_of(preset, worker.device.total_bytes),
            problem=None if stock.problem is None else problem_of(stock.problem),
            is_here=not stock.lacking,
            can_fetch=bool(stock.lacking),
            download_gb=preset.download_gb if "pipeline" in stock.lacking else None,
            disk_bytes=None if stock.problem or stock.lacking else stock.size_bytes,
            memory_gb=preset.memory_gb,
            loaded=worker.has(preset.name),
            device=worker.device.title,
            licence=preset.licence,
            licence_note=preset.licence_note,
        )


def _clip(folder: Path) -> Clip:
    try:
        return load_clip(folder)
    except (OSError, ValueError) as error:
        raise BadOptions(f"MOEVATAR_CLIP_FOLDER: no CLIP with safetensors in {folder}") from error
