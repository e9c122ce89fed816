"""What the one GPU thread owns, from the device to the models in memory, and how it draws a batch:
each item gets its own images, or what was wrong with its part.
"""

from __future__ import annotations

import io
import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from generation.backends.backend_options import DiffusersOptions
from generation.backends.base import BatchItem, GeneratedImage, Progress, Result, StockEvent
from generation.backends.diffusers.checkpoints import load
from generation.backends.diffusers.compiling import compile_blocks
from generation.backends.diffusers.device import Device, find_device
from generation.backends.diffusers.downloads import cause_of, fetch, fetch_loras
from generation.backends.diffusers.embeddings import Embeddings
from generation.backends.diffusers.hub import Hub, Stock, after, look, verify
from generation.backends.diffusers.pipeline import LoadedModel, empty_memory
from generation.backends.diffusers.presets import Preset
from generation.backends.diffusers.previews import Previews
from generation.backends.diffusers.sampler import (
    Picture,
    Sampler,
    TooLittleMemory,
)
from generation.backends.diffusers.samples import Sample, plan_of, samples_of
from generation.backends.diffusers.second_pass import Hooks, ground_of, refine
from generation.backends.runs import Report, Run, Stopped
from generation.errors import (
    BackendError,
    GenerationError,
    OutOfMemory,
    Unavailable,
)
from generation.ranking import Clip, rank
from generation.request import Refine

log = logging.getLogger(__name__)

T = TypeVar("T")


FileWork = Callable[[Preset, Callable[[StockEvent], object], threading.Event], None]
"""Blocking work on the files of a preset, with whom it tells, and what tells it to stop."""


class Worker:
    """GPU thread only, but for `look`, `stock`, `has`, `device`, `fetch` and `verify`, which any
    thread may ask.
    """

    def __init__(self, options: DiffusersOptions, device: Device) -> None:
        self.device = device
        self._options = options
        self._hub = Hub(options.cache_dir)
        self._cache = ModelCache(device, options.memory_gb)
        self._embeddings = Embeddings()
        self._limits: dict[str, int] = {}
        self._stock: dict[str, Stock] = {}
        self._lacking: dict[str, Preset] = {}
        """Those of which parts are not here: what one fetches, another may have waited for."""
        self._loaded: frozenset[str] = frozenset()

    @classmethod
    def opened(cls, options: DiffusersOptions, presets: Sequence[Preset]) -> Worker:
        """Import what is heavy, choose the device and look what is there of `presets`."""
        import diffusers
        import torch

        log.info("diffusers %s, torch %s", diffusers.__version__, torch.__version__)
        worker = cls(options, find_device(options.device))
        worker.look(presets)
        return worker

    def look(self, presets: Iterable[Preset]) -> None:
        """See what is there of `presets`."""
        for preset in presets:
            self._stock[preset.name] = found = look(preset, self._hub)
            self._lacking.pop(preset.name, None)
            if found.lacking:
                self._lacking[preset.name] = preset

    def stock(self, name: str) -> Stock:
        """What is there of this preset, and why it cannot be used, as far as it is known."""
        return self._stock.get(name, Stock())

    def has(self, name: str) -> bool:
        """Whether this preset is loaded."""
        return name in self._loaded

    def fetch(
        self, preset: Preset, tell: Callable[[StockEvent], object], stop: threading.Event
    ) -> None:
        """Download what is not here of `preset`; see `downloads.fetch`."""
        try:
            fetch(preset, self._hub, tell, stop)
        except Unavailable as error:
            self._learn(preset, error)
            raise
        self.look((preset, *self._lacking.values()))  # others may have waited for the same

    def verify(
        self, preset: Preset, tell: Callable[[StockEvent], object], stop: threading.Event
    ) -> None:
        """See `hub.verify`."""
        verify(preset, self._hub, tell, stop)

    def _learn(self, preset: Preset, error: Unavailable) -> None:
        self.look((preset,))
        self._stock[preset.name] = after(error, self._stock[preset.name])

    def draw(self, preset: Preset, run: Run) -> Mapping[str, Pictures]:
        """What is drawn of `run`, by item; what is wrong with one alone ends in `run`.

        Raises `Stopped`, `Unavailable` and `OutOfMemory`.
        """
        loaded = self._get(preset, run.report, run.stop)
        asked = [name for name, _ in plan_of(run.items[0].request, preset).loras]
        fetch_loras(preset, asked, self._hub, run.report, run.stop)
        run.report(Progress(0, 0))  # loaded: from here on it draws
        sampler = Sampler(loaded, self._embeddings, self._limits[preset.name])
        # on a CPU it takes seconds, and a matrix no time
        tiny_vae = None if self.device.is_cpu else loaded.tiny_vae
        previews = Previews(loaded.family, tiny_vae)
        if isinstance(run.items[0].request, Refine):
            return self._refine(sampler, preset, run, previews)
        draw = partial(draw_items, sampler, preset, run.items, run, previews)
        return self._with_room(sampler, preset, run, draw)

    def _refine(
        self, sampler: Sampler, preset: Preset, run: Run, previews: Previews
    ) -> Mapping[str, Pictures]:
        """A smaller result comes before a slower model: that would stay so for everybody."""
        (item,) = run.items
        ground = ground_of(item, preset)
        hooks = Hooks(run.stop, run.report, _teller(run.items, run, previews))
        last = ground.sizes[-1]
        for size in ground.sizes:
            work = partial(refine, sampler, preset, ground, size, hooks)
            try:
                pair = self._with_room(sampler, preset, run, work, may_offload=size == last)
                return {item.id: (pair,)}
            except OutOfMemory:
                log.warning("%s: no memory to refine in %d x %d", preset.name, *size)
        raise OutOfMemory(preset.name)

    def _with_room(
        self,
        sampler: Sampler,
        preset: Preset,
        run: Run,
        work: Callable[[], T],
        *,
        may_offload: bool = True,
    ) -> T:
        """What `work` draws, with more room made for it as long as memory does not suffice.

        Raises `OutOfMemory` where there is no more, and `Stopped`.
        """
        while not run.stop.is_set():
            try:
                return work()
            except Stopped:
                break
            except TooLittleMemory:
                pass
            finally:
                self._limits[preset.name] = sampler.limit
            self._make_room(preset, may_offload=may_offload)
        # a new one: the frames of the first hold the tensors
        empty_memory(self.device)
        raise Stopped

    def close(self) -> None:
        """Let go of all models."""
        self._cache.clear()
        self._loaded = frozenset()

    def _get(self, preset: Preset, report: Report, stop: threading.Event) -> LoadedModel:
        def make() -> LoadedModel:
            loaded = load(preset, self.device, report, stop, self._hub, self._cache.room)
            self._limits[preset.name] = preset.max_batch
            if self._options.compile:
                compile_blocks(loaded)
            return loaded

        if self._cache.drop_older(preset):
            self._embeddings = Embeddings()
        while True:
            try:
                loaded = self._cache.get(preset, make)
                if preset.name in self._lacking or self.stock(preset.name).problem is not None:
                    self.look((preset, *self._lacking.values()))
                return loaded
            except Unavailable as error:
                log.warning("%s cannot draw: %s", preset.title, cause_of(error))
                self._learn(preset, error)
                raise
            except OutOfMemory:
                pass
            finally:
                self._loaded = frozenset(self._cache.names())
            self._make_room(preset)

    def _make_room(self, preset: Preset, *, may_offload: bool = True) -> None:
        """Free memory for `preset`. Raises `OutOfMemory` where nothing is left to free."""
        changed = self._cache.make_room(keep=preset.name, may_offload=may_offload)
        self._loaded = frozenset(self._cache.names())
        empty_memory(self.device)
        if not changed:
            raise OutOfMemory(preset.title)


GPU_SHARE, CPU_SHARE = 0.8, 0.6
"""Shares of all memory that weights may take where the operator sets no bound: the rest is for what
is computed, and beside a CPU for everything else on the machine.
"""


class ModelCache:
    """Keeps the models that were used last, as far as the bound goes; the newest always stays."""

    def __init__(self, device: Device, memory_gb: float | None = None) -> None:
        share = CPU_SHARE if device.is_cpu else GPU_SHARE
        self.limit_bytes = (
            round(device.total_bytes * share) if memory_gb is None else round(memory_gb * 2**30)
        )
        self._models: dict[str, LoadedModel] = {}  # by preset, the least recently used first

    def names(self) -> tuple[str, ...]:
        """The presets that are loaded, the one used last at the end."""
        return tuple(self._models)

    def get(self, preset: Preset, make: Callable[[], LoadedModel]) -> LoadedModel:
        """The model of `preset`; `make` loads it where it is not here, and may call `room`."""
        if preset.name not in self._models:
            made = make()
            self.room(made.size_bytes)  # it may have grown past what its files say
            self._models[preset.name] = made
        self._models[preset.name] = self._models.pop(preset.name)
        return self._models[preset.name]

    def drop_older(self, preset: Preset) -> bool:
        """Let the model of `preset` go where the operator has changed what it is made of or how it
        draws; LoRAs that may be asked for are taken over. Whether it went.
        """
        loaded = self._models.get(preset.name)
        if loaded is None:
            return False
        if loaded.preset.draws_as(preset):
            loaded.preset = preset
            return False
        self._drop(preset.name)
        return True

    def room(self, size_bytes: int) -> None:
        """Let models go until one of `size_bytes` fits as well, or none is left."""
        held = {name: loaded.size_bytes for name, loaded in self._models.items()}
        for name in tuple(held):
            if sum(held.values()) + size_bytes <= self.limit_bytes:
                return
            self._drop(name)
            del held[name]

    def make_room(self, keep: str, *, may_offload: bool = True) -> bool:
        """Memory does not suffice for `keep`: let all others go or, where there are none and that
        is wanted, offload it. Whether that changed anything, so that it is worth another try.
        """
        others = [name for name in self._models if name != keep]
        for name in others:
            self._drop(name)
        if others or keep not in self._models:
            return bool(others)
        return may_offload and self._models[keep].offload()

    def clear(self) -> None:
        """Let all models go."""
        for name in tuple(self._models):
            self._drop(name)

    def _drop(self, name: str) -> None:
        log.info("letting %s go", name)
        self._models.pop(name).free()


Pictures = tuple[tuple[Sample, Picture], ...]
"""One person's pictures, with what each was to show."""


def draw_items(
    sampler: Sampler,
    preset: Preset,
    items: Sequence[BatchItem],
    run: Run,
    previews: Previews,
) -> dict[str, Pictures]:
    """What is drawn of each of `items`, by id; one that is faulty ends in `run`, and does not harm
    the others.

    Raises `Stopped`, `BackendError` for what hinders all, and `TooLittleMemory` where not even a
    single picture fits.
    """
    plan = plan_of(items[0].request, preset)
    samples: list[Sample] = []
    sound: list[BatchItem] = []
    for item in items:
        try:
            samples += samples_of(item, plan, preset)
            sound.append(item)
        except GenerationError as error:
            run.fail(item, error)
    if not sound:
        return {}
    try:
        pictures = sampler.draw(plan, samples, run.stop, _teller(sound, run, previews))
        return {item.id: _own(item, samples, pictures) for item in sound}
    except (Stopped, TooLittleMemory, BackendError):
        raise
    except Exception as error:
        log.exception("%s: drawing for %d at once failed", preset.name, len(sound))
        if len(sound) == 1:
            run.fail(sound[0], error)
            return {}
        drawn: dict[str, Pictures] = {}  # whose fault it is shows when each is drawn alone
        for item in sound:
            drawn |= draw_items(sampler, preset, [item], run, previews)
        return drawn


def _own(item: BatchItem, samples: Sequence[Sample], pictures: Sequence[Picture]) -> Pictures:
    both = zip(samples, pictures, strict=True)
    return tuple(pair for pair in both if pair[0].item_id == item.id)


def encoded(pictures: Pictures, clip: Clip | None) -> Result:
    """The pictures as PNGs, where there is a CLIP those first that fit their prompt best.

    Blocking, any thread: the next batch need not wait for it.
    """
    images = tuple(_image(sample, picture) for sample, picture in pictures)
    if clip is None or len(images) == 1:
        return Result(images)
    order = rank([image.png for image in images], str(images[0].metadata["prompt"]), clip)
    return Result(tuple(images[place] for place in order))


def _teller(items: Sequence[BatchItem], run: Run, previews: Previews) -> Callable[..., None]:
    """Passes each step on to all `items`, with a preview of their own pictures where it is due."""

    def tell(done: int, total: int, samples: Sequence[Sample], latents: Any) -> None:
        made: dict[str, bytes] = {}
        places: dict[str, list[int]] = {item.id: [] for item in items}
        if previews.due():
            for place, sample in enumerate(samples):
                if len(places[sample.item_id]) < previews.most(len(samples)):
                    places[sample.item_id].append(place)
            made = previews.of(latents, places)
        for item in items:
            shown = tuple(samples[place].number for place in places[item.id])
            progress = Progress(done, total, "drawing", made.get(item.id), shown)
            run.report(progress, item)

    return tell


def _image(sample: Sample, picture: Picture) -> GeneratedImage:
    buffer = io.BytesIO()
    picture.image.save(buffer, "PNG", compress_level=1)
    width, height = picture.image.size
    return GeneratedImage(
        buffer.getvalue(), sample.seed, sample.traits, width, height, picture.metadata
    )
