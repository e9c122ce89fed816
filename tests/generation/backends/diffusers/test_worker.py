"""Which models stay in memory, and what people are told while their pictures are drawn."""

from __future__ import annotations

import asyncio
import dataclasses
import io
import threading
from collections.abc import Callable

import pytest
from PIL import Image

from generation.backends.base import Batch, BatchEvent, ItemProgress, Progress
from generation.backends.diffusers.checkpoints import load
from generation.backends.diffusers.device import Device
from generation.backends.diffusers.embeddings import Embeddings
from generation.backends.diffusers.families import FAMILIES
from generation.backends.diffusers.pipeline import LoadedModel
from generation.backends.diffusers.presets import Preset
from generation.backends.diffusers.previews import Previews
from generation.backends.diffusers.sampler import Sampler
from generation.backends.diffusers.worker import ModelCache, draw_items
from generation.backends.runs import Run, Runs
from tests.generation.backends.diffusers import asking
from tests.generation.backends.diffusers.conftest import TinyModel
from tests.generation.backends.diffusers.tiny import preset


@pytest.fixture
def named(tiny_model: TinyModel) -> Callable[[str], Preset]:
    return lambda name: preset(tiny_model("sd15"), name=name)


@pytest.fixture
def size_bytes(named: Callable[[str], Preset], cpu_device: Device) -> int:
    """Of one of them."""
    return load(named("any"), cpu_device, print, threading.Event()).size_bytes


class Loading:
    """A cache with room for some models, and what was loaded for it."""

    def __init__(self, device: Device, limit_bytes: int) -> None:
        self.cache = ModelCache(dataclasses.replace(device, total_bytes=0), limit_bytes / 2**30)
        self.device = device
        self.loaded: list[str] = []

    def get(self, preset: Preset) -> LoadedModel:
        def make() -> LoadedModel:
            self.loaded.append(preset.name)
            stop = threading.Event()
            return load(preset, self.device, print, stop, room=self.cache.room)

        return self.cache.get(preset, make)


def test_a_model_is_loaded_once(
    named: Callable[[str], Preset], cpu_device: Device, size_bytes: int
) -> None:
    loading = Loading(cpu_device, 2 * size_bytes)

    assert loading.get(named("one")) is loading.get(named("one"))
    assert loading.loaded == ["one"]


def test_the_one_that_was_not_used_for_longest_goes_first(
    named: Callable[[str], Preset], cpu_device: Device, size_bytes: int
) -> None:
    loading = Loading(cpu_device, 2 * size_bytes)
    for name in ("one", "two", "one", "three"):
        loading.get(named(name))

    assert loading.cache.names() == ("one", "three")


def test_one_model_stays_however_large(
    named: Callable[[str], Preset], cpu_device: Device, size_bytes: int
) -> None:
    loading = Loading(cpu_device, size_bytes // 2)
    for name in ("one", "two"):
        loading.get(named(name))

    assert loading.cache.names() == ("two",)


def test_others_go_where_memory_does_not_suffice(
    named: Callable[[str], Preset], cpu_device: Device, size_bytes: int
) -> None:
    loading = Loading(cpu_device, 3 * size_bytes)
    for name in ("one", "two", "three"):
        loading.get(named(name))

    assert loading.cache.make_room(keep="two")
    assert loading.cache.names() == ("two",)
    assert not loading.cache.make_room(keep="two")  # a CPU has nowhere to put it


def test_without_a_bound_most_of_the_memory_may_be_used(cpu_device: Device) -> None:
    gpu = dataclasses.replace(cpu_device, name="cuda:0")

    assert ModelCache(cpu_device).limit_bytes < ModelCache(gpu).limit_bytes < gpu.total_bytes


def test_a_cache_that_is_cleared_is_empty(
    named: Callable[[str], Preset], cpu_device: Device, size_bytes: int
) -> None:
    loading = Loading(cpu_device, 2 * size_bytes)
    loading.get(named("one"))

    loading.cache.clear()

    assert loading.cache.names() == ()


class Ticking:
    """A clock that goes on by a second each time it is looked at."""

    now_s = 0.0

    def __call__(self) -> float:
        self.now_s += 1.0
        return self.now_s


def told(
    family: str, tiny_model: TinyModel, limit: int = 4, count: int = 1
) -> list[list[Progress]]:
    """What two people are told of five steps of a second each."""
    model = asking.loaded(tiny_model(family), family, steps=5)
    requests = [asking.request(prompt, seed=10 * n, count=count) for n, prompt in enumerate("ab")]
    items = [asking.item(each) for each in requests]
    sampler = Sampler(model, Embeddings(), limit)
    previews = Previews(model.family, clock=Ticking())

    async def draw(run: Run) -> None:
        draw_items(sampler, model.preset, run.items, run, previews)

    async def follow() -> list[BatchEvent]:
        return [event async for event in Runs("diffusers").events(Batch(tuple(items)), draw)]

    events = [event for event in asyncio.run(follow()) if isinstance(event, ItemProgress)]
    return [[e.progress for e in events if e.item_id == item.id] for item in items]


def previewed(seen: list[Progress]) -> list[int]:
    return [progress.done for progress in seen if progress.preview is not None]


def test_each_sees_a_preview_of_their_own_picture_every_two_seconds(tiny_model: TinyModel) -> None:
    one, other = told("sd15", tiny_model)

    assert previewed(one) == previewed(other) == [2, 4]
    assert one[1].preview != other[1].preview
    assert [progress.done for progress in one] == [1, 2, 3, 4, 5]


def test_only_who_is_drawn_now_sees_a_preview(tiny_model: TinyModel) -> None:
    one, other = told("sd15", tiny_model, limit=1)

    assert previewed(one) == [2, 4]
    assert previewed(other) == [6, 8, 10]
    assert [progress.total for progress in one] == [10] * 10


def shown(seen: list[Progress]) -> list[tuple[int, ...]]:
    return [progress.shown for progress in seen if progress.preview is not None]


def test_it_is_told_which_of_somebodys_pictures_a_preview_shows(tiny_model: TinyModel) -> None:
    together, _ = told("sd15", tiny_model, count=2)
    one, other = told("sd15", tiny_model, limit=1, count=2)

    assert shown(together) == [(1, 2), (1, 2)]
    assert shown(one) == [(1,), (1,), (2,), (2,), (2,)]
    assert shown(other) == [(1,), (1,), (2,), (2,), (2,)]


def test_every_family_has_previews(tiny_model: TinyModel) -> None:
    for family in FAMILIES:
        one, _ = told(family, tiny_model)

        previews = [progress.preview for progress in one if progress.preview]
        assert len(previews) == 2, family
        assert Image.open(io.BytesIO(previews[-1])).size == (256, 256)
