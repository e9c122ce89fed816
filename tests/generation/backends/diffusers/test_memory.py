"""Which models stay in memory."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable

import pytest

from generation.backends.diffusers.device import Device
from generation.backends.diffusers.loaded import Loaded
from generation.backends.diffusers.loading import load
from generation.backends.diffusers.memory import Shelf
from generation.backends.diffusers.presets import Preset
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
    """A shelf with room for some models, and what was loaded for it."""

    def __init__(self, device: Device, limit_bytes: int) -> None:
        self.shelf = Shelf(dataclasses.replace(device, total_bytes=0), limit_bytes / 2**30)
        self.device = device
        self.loaded: list[str] = []

    def get(self, preset: Preset) -> Loaded:
        def make() -> Loaded:
            self.loaded.append(preset.name)
            stop = threading.Event()
            return load(preset, self.device, print, stop, room=self.shelf.room)

        return self.shelf.get(preset, make)


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

    assert loading.shelf.names() == ("one", "three")


def test_one_model_stays_however_large(
    named: Callable[[str], Preset], cpu_device: Device, size_bytes: int
) -> None:
    loading = Loading(cpu_device, size_bytes // 2)
    for name in ("one", "two"):
        loading.get(named(name))

    assert loading.shelf.names() == ("two",)


def test_others_go_where_memory_does_not_suffice(
    named: Callable[[str], Preset], cpu_device: Device, size_bytes: int
) -> None:
    loading = Loading(cpu_device, 3 * size_bytes)
    for name in ("one", "two", "three"):
        loading.get(named(name))

    assert loading.shelf.make_room(keep="two")
    assert loading.shelf.names() == ("two",)
    assert not loading.shelf.make_room(keep="two")  # a CPU has nowhere to put it


def test_without_a_bound_most_of_the_memory_may_be_used(cpu_device: Device) -> None:
    gpu = dataclasses.replace(cpu_device, name="cuda:0")

    assert Shelf(cpu_device).limit_bytes < Shelf(gpu).limit_bytes < gpu.total_bytes


def test_a_shelf_that_is_cleared_is_empty(
    named: Callable[[str], Preset], cpu_device: Device, size_bytes: int
) -> None:
    loading = Loading(cpu_device, 2 * size_bytes)
    loading.get(named("one"))

    loading.shelf.clear()

    assert loading.shelf.names() == ()
