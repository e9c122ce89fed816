"""A second pass over a finished picture: larger and finer, or the face alone."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from generation.backends.backend_options import DiffusersOptions
from generation.backends.base import Batch, ItemCancelled, ItemProgress, Progress, Result
from generation.backends.diffusers.backend import DiffusersBackend
from generation.backends.diffusers.families import FAMILIES
from generation.backends.diffusers.samples import capabilities_of
from generation.capabilities import check
from generation.errors import OutOfMemory, TooLargeToRefine
from generation.prompt_errors import PictureDamaged
from generation.request import Refine
from generation.traits import Traits
from tests.generation import batches
from tests.generation.backends.diffusers import asking
from tests.generation.backends.diffusers.conftest import TinyModel
from tests.generation.requests import refine

FACE = (0.25, 0.25, 0.5)
CAN = [key for key, family in FAMILIES.items() if "image-to-image" in family.tasks]
PRESET = """
[{family}]
title = "Tiny"
source = "{folder}"
family = "{family}"
steps = 9
guidance = {guidance}
scheduler = "{scheduler}"
sizes_px = [64, 96]
licence = "MIT"
"""


def preset_of(family: str, folder: Path) -> str:
    kind = FAMILIES[family]
    guidance = 5.0 if kind.negative else 1.0
    scheduler = "euler" if kind.unet else "flow-euler"
    return PRESET.format(family=family, folder=folder, guidance=guidance, scheduler=scheduler)


@pytest.fixture
async def backend(tiny_model: TinyModel, tmp_path: Path) -> AsyncIterator[DiffusersBackend]:
    file = tmp_path / "models.toml"
    file.write_text("".join(preset_of(family, tiny_model(family)) for family in FAMILIES))
    backend = DiffusersBackend(DiffusersOptions(models_file=file, device="cpu"))
    await backend.open()
    yield backend
    await backend.aclose()


def asked(family: str = "sd15", face: tuple[float, float, float] | None = None) -> Refine:
    return refine("a cat", model=f"diffusers/{family}", face=face, seed=3, size_px=64)


async def refined(
    backend: DiffusersBackend, request: Refine, picture: Image.Image, **more: Any
) -> Result:
    check(request, backend.describe().model(request.model), ())
    return await batches.result(backend, request, init_image=asking.png(picture), **more)


def opened(result: Result) -> Image.Image:
    (image,) = result.images
    picture = Image.open(io.BytesIO(image.png))
    assert picture.size == (image.width, image.height)
    return picture


def difference(one: Image.Image, other: Image.Image) -> np.ndarray[Any, Any]:
    """Of each pixel, the largest of a colour value, of 255."""
    pair = (np.asarray(image.convert("RGB")).astype(int) for image in (one, other))
    return np.abs(next(pair) - next(pair)).max(axis=2)


def test_the_families_that_can_are_known() -> None:
    assert {"sd15", "sdxl", "sd35", "flux1", "z-image"} == set(CAN)


@pytest.mark.parametrize("family", CAN)
async def test_a_picture_is_made_larger_at_low_strength(
    family: str, backend: DiffusersBackend
) -> None:
    picture = asking.gradient(64)

    result = await refined(backend, asked(family), picture)

    (image,) = result.images
    assert opened(result).size == (128, 128)
    assert (image.seed, image.traits) == (3, Traits())
    assert {"title": "Tiny", "size": "128x128"}.items() <= image.metadata.items()
    assert image.metadata["num_inference_steps"] == 9
    assert image.metadata["strength"] == pytest.approx(0.333, abs=0.001)


@pytest.mark.parametrize("family", CAN)
async def test_a_face_is_refined_in_its_place_and_all_else_stays_to_the_pixel(
    family: str, backend: DiffusersBackend
) -> None:
    picture = asking.gradient(128)

    made = opened(await refined(backend, asked(family, FACE), picture))

    changed = difference(made, picture)
    outside = np.ones_like(changed, dtype=bool)
    outside[22:106, 22:106] = False  # the face's 64 px, and what a model sees around it
    assert made.size == picture.size
    assert changed[outside].max() == 0
    assert changed[22:30, 22:30].max() == 0  # it is an ellipse
    assert changed[54:74, 54:74].mean() > 1


@pytest.mark.parametrize("face", [None, FACE], ids=["hires", "face"])
async def test_the_same_picture_and_seed_give_the_same(
    face: tuple[float, float, float] | None, backend: DiffusersBackend
) -> None:
    request, picture = asked(face=face), asking.gradient(64)

    first = (await refined(backend, request, picture)).images[0].png

    assert (await refined(backend, request, picture)).images[0].png == first
    other = replace(request, output=replace(request.output, seed=4))
    assert (await refined(backend, other, picture)).images[0].png != first


async def test_what_is_drawn_afterwards_is_what_it_was_before(backend: DiffusersBackend) -> None:
    plain = asking.request(model="diffusers/sd15", size_px=96)
    before = (await batches.result(backend, plain)).images[0].png

    await refined(backend, asked(), asking.gradient(64))

    assert (await batches.result(backend, plain)).images[0].png == before


@pytest.mark.parametrize(
    ("family", "first"),
    [("sd15", "close-up, face, detailed eyes, "), ("z-image", "A close-up of the face, ")],
)
async def test_the_model_is_given_the_words_and_of_a_face_that_it_is_one(
    family: str, first: str, backend: DiffusersBackend
) -> None:
    whole, face = [
        (await refined(backend, asked(family, box), asking.gradient(64))).images[0].metadata
        for box in (None, FACE)
    ]

    assert "a cat" in str(whole["prompt"])
    assert "close-up" not in str(whole["prompt"]).casefold()
    assert str(face["prompt"]).startswith(first)
    assert "a cat" in str(face["prompt"])
    assert "upper body" not in str(face["prompt"])


@pytest.mark.parametrize("face", [None, FACE], ids=["hires", "face"])
async def test_what_was_transparent_stays_so(
    face: tuple[float, float, float] | None, backend: DiffusersBackend
) -> None:
    picture = asking.gradient(64)
    picture.putalpha(Image.linear_gradient("L").resize((64, 64)).point([0] * 128 + [255] * 128))

    made = opened(await refined(backend, asked(face=face), picture))

    small = made.getchannel("A").resize((64, 64))
    assert small.crop((0, 0, 64, 28)).getextrema() == (0, 0)
    assert small.crop((0, 36, 64, 64)).getextrema() == (255, 255)


async def test_the_face_of_a_large_picture_is_not_made_coarser(backend: DiffusersBackend) -> None:
    small, large = [
        await refined(backend, asked(face=FACE), asking.gradient(px)) for px in (64, 256)
    ]

    assert small.images[0].metadata["size"] == "64x64"
    assert large.images[0].metadata["size"] == "168x168"  # 1.3 of the face's 128


def told(events: list[Progress]) -> list[tuple[int, int]]:
    return [
        (event.done, event.total) for event in events if event.stage == "drawing" and event.total
    ]


@pytest.mark.parametrize("face", [None, FACE], ids=["hires", "face"])
async def test_enlarging_is_the_first_of_the_steps_that_are_told(
    face: tuple[float, float, float] | None, backend: DiffusersBackend
) -> None:
    progress: list[Progress] = []
    request = asked(face=face)

    await refined(backend, request, asking.gradient(64), progress=progress)

    steps = 3 if face is None else 4  # of nine
    assert told(progress) == [(done, steps + 1) for done in range(steps + 2)]


def unet_of(backend: DiffusersBackend) -> Any:
    assert backend._worker is not None
    return backend._worker._cache._models["sd15"].pipe("image-to-image").unet


async def short_of_memory(backend: DiffusersBackend, room_px: int) -> Any:
    """From now on nothing wider can be drawn."""
    await refined(backend, asked(), asking.gradient(64))

    def check_room(_: Any, args: Any) -> None:
        if args[0].shape[-1] * 8 > room_px:
            raise torch.OutOfMemoryError("CUDA out of memory.")

    return unet_of(backend).register_forward_pre_hook(check_room)


@pytest.mark.parametrize(("room_px", "made_px"), [(127, 96), (95, 80)])
async def test_where_memory_is_short_the_picture_grows_less(
    room_px: int, made_px: int, backend: DiffusersBackend
) -> None:
    await short_of_memory(backend, room_px)

    result = await refined(backend, asked(), asking.gradient(64))

    assert opened(result).size == (made_px, made_px)


async def test_where_memory_is_short_a_face_is_drawn_as_large_as_the_model_usually_does(
    backend: DiffusersBackend,
) -> None:
    await short_of_memory(backend, 64)

    result = await refined(backend, asked(face=FACE), asking.gradient(256))

    assert result.images[0].metadata["size"] == "64x64"
    assert opened(result).size == (256, 256)


async def test_where_nothing_fits_it_is_said_and_the_next_is_unharmed(
    backend: DiffusersBackend,
) -> None:
    wanted = (await refined(backend, asked(), asking.gradient(64))).images[0].png
    hook = await short_of_memory(backend, 8)

    with pytest.raises(OutOfMemory):
        await refined(backend, asked(), asking.gradient(64))
    hook.remove()

    assert (await refined(backend, asked(), asking.gradient(64))).images[0].png == wanted


async def test_other_models_go_before_a_picture_grows_less(backend: DiffusersBackend) -> None:
    await batches.result(backend, asking.request(model="diffusers/sdxl"))
    assert [m.name for m in backend.describe().models if m.loaded] == ["sdxl"]
    hook = await short_of_memory(backend, 127)

    await refined(backend, asked(), asking.gradient(64))
    hook.remove()

    assert [m.name for m in backend.describe().models if m.loaded] == ["sd15"]


@pytest.mark.parametrize("after", [0, 2], ids=["while it is enlarged", "in a step"])
async def test_a_pass_that_is_not_wanted_any_more_stops(
    after: int, backend: DiffusersBackend
) -> None:
    wanted = (await refined(backend, asked(), asking.gradient(64))).images[0].png
    item = batches.item(asked(), init_image=asking.png(asking.gradient(64)))
    seen: list[int] = []

    events = []
    async for event in backend.run(Batch((item,))):
        events.append(event)
        if isinstance(event, ItemProgress) and event.progress.total:
            seen.append(event.progress.done)
            if event.progress.done == after:
                await backend.cancel(item.id)

    assert isinstance(events[-1], ItemCancelled)
    assert max(seen) == after
    assert (await refined(backend, asked(), asking.gradient(64))).images[0].png == wanted


async def test_a_picture_that_is_large_already_is_refused_by_whoever_is_asked(
    backend: DiffusersBackend,
) -> None:
    model = backend.describe().model("diffusers/sd15")
    request = replace(asked(), output=replace(asked().output, size_px=160))

    assert model.capabilities.finest_px == 192
    with pytest.raises(TooLargeToRefine):
        check(request, model, ())
    with pytest.raises(TooLargeToRefine):
        await batches.result(backend, request, init_image=asking.png(asking.gradient(160)))


async def test_a_picture_that_cannot_be_read_is_said_to_be(backend: DiffusersBackend) -> None:
    with pytest.raises(PictureDamaged):
        await batches.result(backend, asked(), init_image=b"no picture")


async def test_only_what_starts_from_pixels_refines_and_grows_only_where_there_is_memory(
    backend: DiffusersBackend,
) -> None:
    declared = {m.name: m.capabilities.refines for m in backend.describe().models}
    both = frozenset({"hires", "face"})

    assert declared == {family: both if family in CAN else frozenset() for family in FAMILIES}
    preset = asking.preset(Path("any"), memory_gb=8)
    assert capabilities_of(preset, 9 * 2**30).refines == both
    assert capabilities_of(preset, 7 * 2**30).refines == {"face"}
