"""A loaded model at work: progress, stopping, and memory that runs out."""

from __future__ import annotations

import io
import threading
from dataclasses import replace
from typing import Any

import pytest
import torch
from PIL import Image

from generation.backends.diffusers.checkpoints import load
from generation.backends.diffusers.families import FAMILIES, FLOW_MATCHING, SCHEDULERS
from generation.backends.diffusers.pipeline import LoadedModel
from generation.backends.diffusers.previews import Previews
from generation.backends.diffusers.sampler import Overflowed, TooLittleMemory, parts
from generation.backends.runs import Stopped
from generation.capabilities import Task
from generation.request import Settings
from generation.shapes import frame
from tests.generation.backends.diffusers import asking
from tests.generation.backends.diffusers.conftest import TinyModel


class Narrow(torch.nn.Module):
    """A UNet on a device that holds so many pictures at a time, counting its calls."""

    def __init__(self, unet: Any, room: int, error: Exception) -> None:
        super().__init__()
        self.unet, self.room, self.error = unet, room, error
        self.batches: list[int] = []

    def __getattr__(self, name: str) -> Any:
        try:
            return super().__getattr__(name)
        except AttributeError:
            return getattr(super().__getattr__("unet"), name)

    def forward(self, sample: Any, *args: Any, **kwargs: Any) -> Any:
        self.batches.append(len(sample))
        if len(sample) > self.room:
            raise self.error
        return self.unet(sample, *args, **kwargs)


SHORTAGES = (
    torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."),
    RuntimeError("[enforce fail at alloc_cpu.cpp:121] DefaultCPUAllocator: can't allocate memory"),
    MemoryError(),
)


@pytest.fixture
def model(tiny_model: TinyModel) -> LoadedModel:
    return asking.loaded(tiny_model("sd15"), guidance=1.0)


def narrowed(model: LoadedModel, room: int, error: Exception = SHORTAGES[0]) -> Narrow:
    pipe = model.pipe("text-to-image")
    pipe.unet = narrow = Narrow(pipe.unet, room, error)
    return narrow


def numbered(count: int) -> list[Any]:
    return [asking.sample("a cat", seed, item=seed) for seed in range(count)]


@pytest.mark.parametrize("error", SHORTAGES, ids=lambda error: type(error).__name__)
def test_where_memory_is_short_fewer_are_drawn_at_a_time(
    error: Exception, model: LoadedModel
) -> None:
    wanted = asking.draw(model, numbered(5))
    narrow = narrowed(model, 2, error)

    drawn = asking.draw(model, numbered(5))

    assert all(asking.difference(a, b) <= 1 for a, b in zip(wanted, drawn, strict=True))
    assert narrow.batches[0] == 5
    assert narrow.batches[-1] == 2
    assert [size for size in narrow.batches if size > 2] == [5, 3]


def test_where_not_even_one_fits_it_is_said_and_the_next_call_works(model: LoadedModel) -> None:
    wanted = asking.draw(model, numbered(2))
    narrow = narrowed(model, 0)

    with pytest.raises(TooLittleMemory):
        asking.draw(model, numbered(2))
    narrow.room = 2

    again = asking.draw(model, numbered(2))
    assert all(asking.difference(a, b) == 0 for a, b in zip(wanted, again, strict=True))


def test_a_failed_call_leaves_no_tensors_behind(model: LoadedModel) -> None:
    narrow = narrowed(model, 0, MemoryError())

    with pytest.raises(TooLittleMemory) as raised:
        asking.draw(model, numbered(1))

    assert raised.value.__context__ is None
    assert narrow.batches == [1]


def test_other_errors_are_not_taken_for_a_shortage(model: LoadedModel) -> None:
    narrowed(model, 0, RuntimeError("expected scalar type Half but found Float"))

    with pytest.raises(RuntimeError, match="scalar type"):
        asking.draw(model, numbered(2))


@pytest.mark.parametrize(
    ("count", "limit", "sizes"),
    [(1, 4, [1]), (4, 4, [4]), (5, 4, [2, 3]), (9, 4, [3, 3, 3]), (3, 1, [1, 1, 1])],
)
def test_many_pictures_are_parted_evenly(count: int, limit: int, sizes: list[int]) -> None:
    items = numbered(count)

    found = parts(items, limit)

    assert [len(part) for part in found] == sizes
    assert [item for part in found for item in part] == items


@pytest.mark.parametrize("scheduler", ["euler", "pndm", "lcm"])
def test_a_stop_takes_effect_at_the_next_step_and_leaves_no_trace(
    scheduler: str, tiny_model: TinyModel
) -> None:
    model = asking.loaded(tiny_model("sd15"), scheduler=scheduler, steps=6)
    whole = asking.draw(model, numbered(2))
    narrow, stop = narrowed(model, 99), threading.Event()

    def stop_after_two(done: int, total: int, *_: Any) -> None:
        if done == 2:
            stop.set()

    with pytest.raises(Stopped):
        asking.draw(model, numbered(2), stop=stop, tell=stop_after_two)
    steps = len(narrow.batches)

    again = asking.draw(model, numbered(2))
    assert steps == 3
    assert all(asking.difference(a, b) == 0 for a, b in zip(whole, again, strict=True))


def test_a_stop_between_two_calls_is_seen_in_the_second(model: LoadedModel) -> None:
    narrow, stop = narrowed(model, 99), threading.Event()

    def stop_at_the_end(done: int, total: int, *_: Any) -> None:
        if done == 3:
            stop.set()

    with pytest.raises(Stopped):
        asking.draw(model, numbered(2), limit=1, stop=stop, tell=stop_at_the_end)

    assert len(narrow.batches) == 4


def told(model: LoadedModel, count: int = 1, limit: int = 8, **plan: Any) -> list[tuple[int, int]]:
    """Steps done and in all, as they are told."""
    seen: list[tuple[int, int]] = []
    items = [
        asking.sample("a cat", seed, init_image=asking.gradient() if plan else None)
        for seed in range(count)
    ]
    asking.draw(
        model, items, limit=limit, tell=lambda done, total, *_: seen.append((done, total)), **plan
    )
    return seen


@pytest.mark.parametrize(
    ("scheduler", "steps"), [("euler", 5), ("pndm", 6)], ids=["euler", "pndm, with a step more"]
)
def test_progress_counts_the_steps_that_are_taken(
    scheduler: str, steps: int, tiny_model: TinyModel
) -> None:
    model = asking.loaded(tiny_model("sd15"), scheduler=scheduler, steps=5)

    assert told(model) == [(step, steps) for step in range(1, steps + 1)]


@pytest.mark.parametrize("family", FAMILIES)
def test_progress_of_every_family_ends_with_all_steps(family: str, tiny_model: TinyModel) -> None:
    model = asking.loaded(tiny_model(family), family, steps=2)

    assert told(model) == [(1, 2), (2, 2)]


@pytest.mark.parametrize(
    ("family", "task"),
    [(family.key, task) for family in FAMILIES.values() for task in sorted(family.tasks)],
)
def test_every_family_draws_a_banner_and_previews_of_it_for_every_task(
    family: str, task: Task, tiny_model: TinyModel
) -> None:
    model = asking.loaded(tiny_model(family), family, steps=2)
    width, height = frame("wide", 128, 16)
    start = asking.gradient(width).crop((0, 0, width, height))
    sample = asking.sample("a cat", init_image=start, mask=Image.new("L", start.size, "white"))
    seen: list[bytes] = []

    def look(done: int, total: int, samples: Any, latents: Any) -> None:
        seen.extend(Previews(model.family).of(latents, {0: [0]}).values())

    (picture,) = asking.draw(model, [sample], tell=look, task=task, width=width, height=height)

    assert picture.shape == (height, width, 3)
    assert len(seen) == 2
    across, down = Image.open(io.BytesIO(seen[0])).size
    assert across == pytest.approx(3 * down, rel=0.02)


def test_progress_goes_on_over_several_calls(model: LoadedModel) -> None:
    assert told(model, count=3, limit=2) == [(step, 6) for step in range(1, 7)]


def test_progress_from_a_picture_counts_only_the_steps_that_are_left(model: LoadedModel) -> None:
    assert told(model, task="image-to-image", strength=0.5) == [(1, 2), (2, 2)]


def test_guidance_ends_where_the_preset_says(tiny_model: TinyModel) -> None:
    model = asking.loaded(tiny_model("sd15"), steps=5, drop_guidance_after=0.4)
    narrow = narrowed(model, 99)

    asking.draw(model, numbered(2))

    assert narrow.batches == [4, 4, 2, 2, 2]


def test_guidance_that_ended_early_is_there_again_in_the_next_call(tiny_model: TinyModel) -> None:
    model = asking.loaded(tiny_model("sd15"), steps=4, drop_guidance_after=0.5)

    first = asking.draw(model, numbered(1))
    second = asking.draw(model, numbered(1))

    assert asking.difference(first[0], second[0]) == 0


def test_a_negative_prompt_counts_wherever_the_family_is_guided(tiny_model: TinyModel) -> None:
    """Z-Image is guided from 0 on, where the others are from 1 on."""
    model = asking.loaded(tiny_model("z-image"), "z-image", guidance=0.5)

    plain, without_hats = (
        asking.draw(model, [asking.sample("a cat", negative=((words, 1.0),))])[0]
        for words in ("", "a hat")
    )

    assert asking.difference(plain, without_hats) > 0


WHOLE, CORNER = slice(None), slice(0, 3)


def overflowing(
    tiny_model: TinyModel, *, always: bool = False, where: slice = WHOLE
) -> LoadedModel:
    """A model in bfloat16 whose VAE gives what is no number: in that format, or in any, and in the
    first picture of a call.
    """
    device = replace(asking.cpu(), bfloat16=True)
    preset = asking.preset(tiny_model("sd15"))
    model = load(preset, device, lambda _: None, threading.Event())

    def overflow(module: Any, args: Any, image: Any) -> Any:
        if always or image.dtype == torch.bfloat16:
            image[0, :, where, where] = float("nan")
        return image

    model.pipe("text-to-image").vae.decoder.register_forward_hook(overflow)
    return model


@pytest.mark.parametrize("where", [WHOLE, CORNER], ids=["all of it", "a corner of it"])
def test_what_overflows_is_drawn_again_in_float32(where: slice, tiny_model: TinyModel) -> None:
    model = overflowing(tiny_model, where=where)

    pictures = asking.draw(model, [asking.sample("a cat", seed) for seed in (1, 2)])

    assert all(picture.max() > 0 for picture in pictures)
    assert all(picture[CORNER, CORNER].max() > 0 for picture in pictures)
    assert model.dtype == torch.float32
    assert asking.draw(model, [asking.sample("a cat", 1)])[0].max() > 0


@pytest.mark.parametrize("where", [WHOLE, CORNER], ids=["all of it", "a corner of it"])
def test_what_overflows_in_float32_too_is_no_picture(where: slice, tiny_model: TinyModel) -> None:
    model = overflowing(tiny_model, always=True, where=where)

    with pytest.raises(Overflowed):
        asking.draw(model, [asking.sample("a cat", 1)])


WITH_SAMPLERS = [
    (family, sampler)
    for family in ("sd15", "sdxl", "sd35")
    for sampler in SCHEDULERS
    if (sampler in FLOW_MATCHING) != FAMILIES[family].unet
]


@pytest.mark.parametrize(("family", "sampler"), WITH_SAMPLERS)
def test_a_sampler_that_is_chosen_draws_as_that_of_a_preset_and_leaves_no_trace(
    family: str, sampler: str, tiny_model: TinyModel
) -> None:
    model = asking.loaded(tiny_model(family), family)
    own = model.preset.scheduler
    wanted = asking.draw(
        asking.loaded(tiny_model(family), family, scheduler=sampler, steps=5, guidance=3.0),
        numbered(1),
    )
    usual = asking.draw(model, numbered(1))

    asked = Settings(steps=5, guidance=3.0, sampler=None if sampler == own else sampler)
    chosen = asking.draw(model, numbered(1), settings=asked)

    assert asking.difference(chosen[0], wanted[0]) == 0
    assert asking.difference(chosen[0], usual[0]) > 0
    assert asking.difference(asking.draw(model, numbered(1))[0], usual[0]) == 0


@pytest.mark.parametrize("sampler", sorted(set(SCHEDULERS) - FLOW_MATCHING))
def test_the_presets_options_are_for_every_sampler(sampler: str, tiny_model: TinyModel) -> None:
    options = {"timestep_spacing": "trailing", "use_exponential_sigmas": False}
    model = asking.loaded(tiny_model("sd15"), scheduler_options=options)

    pictures = asking.draw(model, numbered(1), settings=Settings(sampler=sampler))

    scheduler = model.pipe("text-to-image", scheduler=sampler).scheduler
    assert type(scheduler).__name__ == SCHEDULERS[sampler].kind
    assert scheduler.config.timestep_spacing == "trailing"
    assert len(pictures) == 1
