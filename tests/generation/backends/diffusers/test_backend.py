"""The backend as the scheduler uses it: several people's requests in, their pictures out."""

from __future__ import annotations

import asyncio
import io
import shutil
import threading
import weakref
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from generation.backends.backend_options import DiffusersOptions
from generation.backends.base import (
    BadOptions,
    Batch,
    BatchEvent,
    BatchItem,
    ItemProgress,
    Progress,
    Released,
    Result,
)
from generation.backends.diffusers.backend import DiffusersBackend
from generation.backends.diffusers.hub import Hub
from generation.backends.diffusers.samples import plan_of
from generation.capabilities import OfferedLora
from generation.errors import (
    DrawingFailed,
    LoraMissing,
    ModelMissing,
    NotConfigured,
    NotInstalled,
    OutOfMemory,
    Unavailable,
)
from generation.job import Finished
from generation.pace import Effort, Pace
from generation.problems import problem_of
from generation.prompt_errors import BadPicture, UnknownLora
from generation.ranking import load_clip, rank
from generation.request import Request, Settings, with_settings
from generation.scheduler import Scheduler
from generation.traits import Traits
from tests.generation import batches
from tests.generation.backends.diffusers import asking, tiny_extras
from tests.generation.backends.diffusers.conftest import TinyModel
from tests.generation.backends.diffusers.hub_server import running_hub
from tests.generation.backends.diffusers.test_registry import Clock
from tests.generation.requests import SHA
from tests.generation.test_scheduler import Order
from tests.generation.tiny_clip import save_clip

PRESETS = """
[sd15]
title = "Tiny"
source = "{sd15}"
family = "sd15"
steps = 3
guidance = 5.0
scheduler = "euler"
sizes_px = [64, 128]
max_batch = 4
prompt_prefix = "masterpiece"
negative_prompt = "lowres"
licence = "MIT"
licence_note = "for tests only"

[klein]
title = "Tiny Klein"
source = "{klein}"
family = "flux2-klein"
steps = 2
guidance = 1.0
scheduler = "flow-euler"
sizes_px = [64]
licence = "MIT"

[lost]
title = "Lost"
source = "{lost}"
family = "sdxl"
steps = 2
guidance = 1.0
scheduler = "euler"
sizes_px = [64]
licence = "MIT"
"""


FROM_HUB = """
[{name}]
title = "Tiny {name}"
source = "someone/tiny"
family = "sd15"
steps = 2
guidance = 1.0
scheduler = "euler"
sizes_px = [64]
licence = "MIT"
"""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def file(tiny_model: TinyModel, tmp_path: Path) -> Path:
    """The operator's file of models."""
    file = tmp_path / "models.toml"
    sources = {"sd15": tiny_model("sd15"), "klein": tiny_model("flux2-klein")}
    file.write_text(PRESETS.format(**sources, lost=tmp_path / "lost"))
    return file


@pytest.fixture
async def backend(file: Path, clock: Clock) -> AsyncIterator[DiffusersBackend]:
    options = DiffusersOptions(models_file=file, loras_dir=file.parent / "loras", device="cpu")
    backend = DiffusersBackend(options, clock)
    await backend.open()
    yield backend
    await backend.aclose()


async def one(backend: DiffusersBackend, asked: Request, **changes: Any) -> Result:
    return await batches.result(backend, asked, **changes)


async def ends(backend: DiffusersBackend, *items: BatchItem) -> list[Any]:
    return await batches.ends(backend, *items)


def unet_of(backend: DiffusersBackend) -> Any:
    worker = backend._worker
    assert worker is not None
    return worker._cache._models["sd15"].pipe("text-to-image").unet


async def test_models_are_listed_in_the_order_of_the_file(backend: DiffusersBackend) -> None:
    sd15, klein, lost = backend.describe().models

    assert (sd15.key, sd15.title, sd15.licence_note) == ("diffusers/sd15", "Tiny", "for tests only")
    assert sd15.capabilities.sizes_px == (64, 128)
    assert sd15.capabilities.candidates_per_call == 4
    assert sd15.capabilities.tasks == {"text-to-image", "image-to-image", "inpaint"}
    assert (sd15.problem, sd15.loaded, sd15.device) == (None, False, "cpu")
    assert sd15.is_here
    assert sd15.capabilities.reads == ("en",)
    assert sd15.capabilities.takes_negative
    assert klein.problem is None
    assert klein.capabilities.reads == ("en", "zh")
    assert not klein.capabilities.takes_negative
    assert lost.problem is not None
    assert lost.problem.kind == "ModelMissing"


async def test_what_one_model_has_fetched_is_here_for_the_others(
    tiny_model: TinyModel, tmp_path: Path
) -> None:
    file = tmp_path / "models.toml"
    both = "\n".join(FROM_HUB.format(name=name) for name in ("one", "two"))
    file.write_text(both.replace("steps", "memory_gb = 8\ndownload_gb = 2.5\nsteps", 1))
    backend = DiffusersBackend(DiffusersOptions(models_file=file, device="cpu"))
    with running_hub() as server:
        server.repositories["someone/tiny"] = tiny_model("sd15")
        await backend.open()
        assert backend._worker is not None
        backend._worker._hub = Hub(tmp_path / "cache", server.endpoint)
        backend._worker.look(backend._registry.presets.values())
        before = backend.describe().models
        await one(backend, asking.request("hair", model="diffusers/one"))
        after = backend.describe().models
    await backend.aclose()

    assert [(m.is_here, m.download_gb) for m in before] == [(False, 2.5), (False, None)]
    assert [(m.is_here, m.download_gb) for m in after] == [(True, None), (True, None)]
    assert [m.memory_gb for m in after] == [8, None]
    assert [m.problem for m in before] == [None, None]


async def test_switched_off_it_says_how_to_switch_it_on() -> None:
    backend = DiffusersBackend(DiffusersOptions(device="off"))
    await backend.open()

    (model,) = backend.describe().models

    problem = NotConfigured("Stable Diffusion", "MOEVATAR_DIFFUSERS")
    assert model.problem == problem_of(problem)
    assert backend.batch_key(asking.request(model="diffusers/anime")) is None
    await backend.aclose()


async def test_before_it_is_open_nothing_can_be_drawn(tiny_model: TinyModel) -> None:
    backend = DiffusersBackend(DiffusersOptions(device="cpu"))

    problems = [model.problem for model in backend.describe().models]
    assert problems == [problem_of(NotInstalled("Stable Diffusion", "make diffusion"))]
    with pytest.raises(NotInstalled):
        await one(backend, asking.request())
    await backend.aclose()


async def test_a_picture_comes_with_what_the_model_was_given(backend: DiffusersBackend) -> None:
    asked = asking.request(
        "(silver hair:1.3)", traits=Traits(hair_color="silver"), leftover=(), seed=7
    )

    (image,) = (await one(backend, asked)).images

    assert (image.width, image.height, image.seed) == (64, 64, 7)
    assert image.png.startswith(b"\x89PNG")
    assert image.traits == asked.subject.traits
    metadata = image.metadata
    assert metadata["model"] == "sd15", "the folder's name, and not where it lies"
    assert metadata["num_inference_steps"] == 3
    assert metadata["guidance_scale"] == 5.0
    assert metadata["scheduler"] == "Euler"
    assert metadata["seed"] == 7
    assert "(silver hair:1.3)" in str(metadata["prompt"])
    assert str(metadata["prompt"]).startswith("masterpiece, ")
    assert "lowres" in str(metadata["negative_prompt"])
    assert backend.describe().models[0].loaded


async def test_a_negative_prompt_that_does_nothing_is_not_told(backend: DiffusersBackend) -> None:
    (image,) = (await one(backend, asking.request(model="diffusers/klein"))).images

    assert "negative_prompt" not in image.metadata


async def test_several_peoples_pictures_are_drawn_in_one_call(backend: DiffusersBackend) -> None:
    await one(backend, asking.request())
    sizes: list[int] = []
    unet_of(backend).register_forward_pre_hook(lambda _, args: sizes.append(len(args[0])))
    requests = [asking.request("cat", seed=1, count=2), asking.request("dog", seed=5)]

    results = await ends(backend, *map(asking.item, requests))

    assert sizes == [6, 6, 6]
    assert [[image.seed for image in result.images] for result in results] == [[1, 2], [5]]


async def test_progress_reaches_everybody_until_the_device_is_free(
    backend: DiffusersBackend,
) -> None:
    items = [asking.item(asking.request(seed=number)) for number in range(2)]
    events: list[BatchEvent] = []

    await batches.ends(backend, *items, events=events)

    for item in items:
        mine = [e.progress for e in events if isinstance(e, ItemProgress) and e.item_id == item.id]
        assert mine[0] == Progress(0, 0, "loading")
        steps = [(p.done, p.total) for p in mine if p.stage == "drawing"]
        assert steps == [(0, 0), (1, 3), (2, 3), (3, 3)], "the first once it is loaded"
    assert isinstance(events[-3], Released)


async def test_how_long_it_loads_is_learnt_apart_from_how_long_it_draws(
    backend: DiffusersBackend,
) -> None:
    pace = Pace()
    scheduler: Scheduler[str] = Scheduler(backend, pace=pace)
    asked = asking.request(model="diffusers/sd15")

    job = scheduler.submit(Order(asked), job_id=1, owner_id=1, group_id=1)
    assert isinstance(await job.wait(), Finished)
    await scheduler.aclose()

    loading, drawing = Effort("diffusers/sd15"), Effort("diffusers/sd15", 64 * 64)
    assert {one.effort for one in pace.take_changed()} == {loading, drawing}


async def test_the_loop_runs_on_while_pictures_are_drawn(backend: DiffusersBackend) -> None:
    turns, told = 0, list[int]()

    async def turn() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    turning = asyncio.create_task(turn())
    async for event in backend.run(Batch((asking.item(asking.request(count=4)),))):
        if isinstance(event, ItemProgress):
            told.append(turns)
    turning.cancel()

    assert len(set(told)) > 2, "nothing else ran between two steps"


@pytest.mark.parametrize("by_id", [True, False], ids=["its item", "its task"])
async def test_a_cancelled_batch_ends_within_a_step_and_the_next_is_unharmed(
    backend: DiffusersBackend, by_id: bool
) -> None:
    asked = asking.request(seed=3)
    wanted = (await one(backend, asked)).images[0].png
    steps: list[weakref.ref[Any]] = []
    unet_of(backend).register_forward_pre_hook(lambda _, args: steps.append(weakref.ref(args[0])))
    begun, go_on = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def hold(*_: Any) -> None:
        loop.call_soon_threadsafe(begun.set)
        go_on.wait()

    hook = unet_of(backend).register_forward_pre_hook(hold)
    item = asking.item(asked)
    task = asyncio.create_task(ends(backend, item))
    await begun.wait()
    if by_id:
        await backend.cancel(item.id)
    else:
        task.cancel()
        await asyncio.sleep(0)
    go_on.set()
    if by_id:
        assert await task == [None]
    else:
        with pytest.raises(asyncio.CancelledError):
            await task
    hook.remove()

    assert [latents() for latents in steps] == [None]
    assert (await one(backend, asked)).images[0].png == wanted


async def test_a_picture_that_cannot_be_read_fails_its_own_item_only(
    backend: DiffusersBackend,
) -> None:
    photo = asking.png(asking.gradient())
    items = [
        asking.item(asking.repaint(seed=1, init_image=SHA), init_image=b"no picture"),
        asking.item(asking.repaint(seed=2, init_image=SHA), init_image=photo),
    ]

    bad, good = await ends(backend, *items)

    assert isinstance(bad, BadPicture)
    assert good.images[0].seed == 2


async def test_a_prompt_that_breaks_the_model_fails_its_own_item_only(
    backend: DiffusersBackend,
) -> None:
    await one(backend, asking.request())
    worker = backend._worker
    assert worker is not None
    pipe = worker._cache._models["sd15"].pipe("text-to-image")
    poison = pipe.tokenizer("§", add_special_tokens=False).input_ids[-1]

    def choke(_: Any, args: Any) -> None:
        if poison in args[0]:
            raise ValueError("§")

    pipe.text_encoder.register_forward_pre_hook(choke)
    texts = ("cat", "bird §", "dog")

    items = [asking.item(asking.request(text, seed=n)) for n, text in enumerate(texts)]

    results = await ends(backend, *items)

    assert [isinstance(result, DrawingFailed) for result in results] == [False, True, False]
    assert [len(results[n].images) for n in (0, 2)] == [1, 1]


async def test_where_no_picture_fits_it_is_said_and_the_next_call_works(
    backend: DiffusersBackend,
) -> None:
    asked = asking.request()
    wanted = (await one(backend, asked)).images[0].png

    def full(*_: Any) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory.")

    hook = unet_of(backend).register_forward_pre_hook(full)
    with pytest.raises(OutOfMemory):
        await one(backend, asked)
    hook.remove()

    assert (await one(backend, asked)).images[0].png == wanted


async def test_a_lora_that_the_preset_does_not_allow_is_refused(backend: DiffusersBackend) -> None:
    with pytest.raises(UnknownLora):
        await one(backend, asking.request("cat <lora:ink:0.8>"))


async def test_with_a_clip_the_candidates_come_best_first(
    backend: DiffusersBackend, tmp_path: Path
) -> None:
    save_clip(tmp_path / "clip")
    ranking = DiffusersBackend(
        DiffusersOptions(
            models_file=tmp_path / "models.toml", device="cpu", clip_folder=tmp_path / "clip"
        )
    )
    await ranking.open()
    asked = asking.request("red cat", count=4)

    plain, ranked = await one(backend, asked), await one(ranking, asked)
    await ranking.aclose()

    prompt = str(plain.images[0].metadata["prompt"])
    order = rank([image.png for image in plain.images], prompt, load_clip(tmp_path / "clip"))
    assert [image.seed for image in ranked.images] == [plain.images[n].seed for n in order]


async def test_it_may_be_closed_twice(backend: DiffusersBackend) -> None:
    await backend.aclose()
    await backend.aclose()

    with pytest.raises(Unavailable):
        await one(backend, asking.request())


async def test_a_clip_that_is_none_is_said_to_the_operator(tmp_path: Path) -> None:
    backend = DiffusersBackend(DiffusersOptions(device="cpu", clip_folder=tmp_path))

    with pytest.raises(BadOptions, match="MOEVATAR_CLIP_FOLDER"):
        await backend.open()
    await backend.aclose()


async def test_a_model_that_is_not_there_is_reported(backend: DiffusersBackend) -> None:
    with pytest.raises(ModelMissing):
        await one(backend, asking.request(model="diffusers/lost"))
    with pytest.raises(ModelMissing):
        await one(backend, asking.request(model="diffusers/never heard of"))


async def test_a_repaint_starts_from_the_illustrators_figure(backend: DiffusersBackend) -> None:
    red, blue = Traits(hair_color="red"), Traits(hair_color="blue")

    (image,) = (await one(backend, asking.repaint(traits=red, strength=0.5))).images
    (other,) = (await one(backend, asking.repaint(traits=blue, strength=0.5))).images
    (plain,) = (await one(backend, asking.request(traits=red))).images

    assert image.traits.hair_style is not None
    assert (image.traits.hair_color, image.traits.background) == ("red", "plain")
    assert image.metadata["strength"] == 0.5
    assert asking.difference(asking.pixels(image.png), asking.pixels(other.png)) > 1
    assert asking.difference(asking.pixels(image.png), asking.pixels(plain.png)) > 1


async def test_a_photo_is_followed_the_less_the_stronger(backend: DiffusersBackend) -> None:
    photo = asking.png(asking.gradient())
    pngs = []
    for strength in (0.1, 0.9):
        asked = asking.repaint(strength=strength, init_image=SHA)
        (image,) = (await one(backend, asked, init_image=photo)).images
        pngs.append(image.png)

    assert pngs[0] != pngs[1]


async def test_a_mask_has_a_soft_edge_and_keeps_transparency(backend: DiffusersBackend) -> None:
    figure = asking.gradient().convert("RGBA")
    figure.paste((0, 0, 0, 0), (0, 0, 64, 16))
    mask = Image.linear_gradient("L").resize((64, 64))  # black, which is open, at the top
    closed = Image.new("RGBA", figure.size)
    closed.putalpha(mask.point([min(2 * value, 255) for value in range(256)]))
    asked = asking.repaint(strength=1.0, init_image=SHA, mask=SHA)

    (image,) = (
        await one(backend, asked, init_image=asking.png(figure), mask=asking.png(closed))
    ).images

    painted = Image.open(io.BytesIO(image.png))
    assert painted.mode == "RGBA"
    before, after = (np.asarray(one).astype(int) for one in (figure, painted))
    assert asking.difference(before[33:], after[33:]) == 0
    moved = abs(after - before)[16:32, :, :3].mean(axis=(1, 2))
    assert moved[0] > 2 * moved[-2] > 0
    assert (after[0, :, 3] > 240).all()
    assert (after[8, :, 3] < after[1, :, 3]).all()


async def test_what_the_mask_keeps_is_kept(backend: DiffusersBackend) -> None:
    photo = asking.gradient()
    mask = Image.new("RGBA", photo.size, "black")
    mask.paste((0, 0, 0, 0), (0, 0, 32, 64))
    asked = asking.repaint(strength=1.0, init_image=SHA, mask=SHA)

    (image,) = (
        await one(backend, asked, init_image=asking.png(photo), mask=asking.png(mask))
    ).images

    before, after = asking.pixels(asking.png(photo)), asking.pixels(image.png)
    assert asking.difference(before[:, 32:], after[:, 32:]) == 0
    assert asking.difference(before[:, :32], after[:, :32]) > 20


async def test_an_edit_looks_at_the_photo_and_stands_alone(backend: DiffusersBackend) -> None:
    asked = asking.repaint(model="diffusers/klein", init_image=SHA, count=2)

    (image, _) = (await one(backend, asked, init_image=asking.png(asking.gradient()))).images
    flat = asking.png(Image.new("RGB", (64, 64), "navy"))
    (other, _) = (await one(backend, asked, init_image=flat)).images

    assert backend.batch_key(asked) is None
    assert asking.difference(asking.pixels(image.png), asking.pixels(other.png)) > 1


async def test_a_model_that_only_edits_edits_the_figure(backend: DiffusersBackend) -> None:
    asked = asking.repaint(model="diffusers/klein", count=2)

    images = (await one(backend, asked)).images

    assert "image-to-image" not in backend.describe().models[1].capabilities.tasks
    assert [image.traits.background for image in images] == ["plain", "plain"]
    assert "strength" not in images[0].metadata


async def test_who_may_share_a_call(backend: DiffusersBackend) -> None:
    asked = asking.request("cat", seed=1)
    key = backend.batch_key(asked)

    assert key is not None
    assert backend.batch_key(asking.request("dog", seed=9, count=3)) == key
    assert backend.batch_key(replace(asked, model="diffusers/sd15")) == key
    others = [
        asking.request("cat", size_px=128),
        replace(asked, model="diffusers/klein"),
        asking.repaint("cat", strength=0.6),
        asking.repaint("cat", strength=0.7),
        asking.repaint("cat", strength=0.6, init_image="0", mask="1"),
        asking.request("cat <lora:ink:0.8>"),
        asking.request("cat <lora:ink:0.9>"),
        with_settings(asked, Settings(steps=5)),
        with_settings(asked, Settings(guidance=3.0)),
        with_settings(asked, Settings(sampler="ddim")),
    ]
    usual = with_settings(asked, Settings(steps=3, guidance=5.0, sampler="euler"))
    assert backend.batch_key(usual) == key
    keys = [backend.batch_key(other) for other in others]
    assert len({key, *keys}) == 11


def test_a_lora_is_found_by_its_name_in_any_case() -> None:
    loras = ({"name": "ink-wash", "source": "loras/ink"},)
    preset = asking.preset(Path("models/tiny"), allowed_loras=loras)

    plan = plan_of(asking.request("cat <lora:Ink-Wash:0.8>"), preset)

    assert plan.loras == (("ink-wash", 0.8),)


def rewrite(file: Path, changes: dict[str, str]) -> None:
    text = file.read_text()
    for before, after in changes.items():
        text = text.replace(before, after)
    file.write_text(text)


def lay_in(file: Path, model: Path, name: str, *, seed: int = 1) -> Path:
    """A LoRA for the tiny model `model` in the operator's folder."""
    made = tiny_extras.save_lora(model, "sd15", file.parent / f"made-{seed}", seed=seed)
    lora = file.parent / "loras" / f"{name}.safetensors"
    lora.parent.mkdir(exist_ok=True)
    shutil.copy(next(made.glob("*.safetensors")), lora)
    return lora


async def test_a_lora_laid_into_the_folder_acts_where_it_is_asked_for(
    backend: DiffusersBackend, file: Path, clock: Clock, tiny_model: TinyModel
) -> None:
    plain = (await one(backend, asking.request("cat"))).images[0].png
    lay_in(file, tiny_model("sd15"), "Ink v1.2")
    clock.tick()

    sd15, klein, _ = backend.describe().models
    asked = await one(backend, asking.request("cat <lora:ink V1.2:0.8>"))
    again = await one(backend, asking.request("cat"))

    assert sd15.capabilities.loras == (OfferedLora(name="Ink v1.2"),)
    assert klein.capabilities.loras == ()
    assert sd15.loaded
    assert asked.images[0].metadata["loras"] == "Ink v1.2:0.8"
    assert asked.images[0].png != plain
    assert again.images[0].png == plain


async def test_a_lora_that_was_replaced_is_the_new_one(
    backend: DiffusersBackend, file: Path, clock: Clock, tiny_model: TinyModel
) -> None:
    lay_in(file, tiny_model("sd15"), "ink")
    clock.tick()
    backend.describe()
    asked = asking.request("cat <lora:ink:1>")
    first = (await one(backend, asked)).images[0].png

    lay_in(file, tiny_model("sd15"), "ink", seed=2)
    clock.tick()
    backend.describe()

    assert (await one(backend, asked)).images[0].png != first


async def test_a_lora_that_is_gone_harms_nobody_else(
    backend: DiffusersBackend, file: Path, clock: Clock, tiny_model: TinyModel
) -> None:
    lay_in(file, tiny_model("sd15"), "ink")
    clock.tick()
    backend.describe()
    lay_in(file, tiny_model("sd15"), "ink").unlink()

    with pytest.raises(LoraMissing) as caught:
        await one(backend, asking.request("cat <lora:ink:1>"))

    assert caught.value.lora == "ink"
    assert (await one(backend, asking.request("cat"))).images
    assert backend.describe().models[0].problem is None


async def test_models_are_as_the_file_says_now(
    backend: DiffusersBackend, file: Path, clock: Clock
) -> None:
    asked = asking.request("cat")
    before = (await one(backend, asked)).images[0]
    rewrite(file, {"masterpiece": "sketch", "[lost]": "[found]"})
    clock.tick()

    sd15, _, found = backend.describe().models
    after = (await one(backend, asked)).images[0]

    assert (sd15.name, found.name) == ("sd15", "found")
    assert found.problem is not None
    assert found.problem.kind == "ModelMissing"
    assert str(before.metadata["prompt"]).startswith("masterpiece")
    assert str(after.metadata["prompt"]).startswith("sketch")
    assert after.png != before.png
    with pytest.raises(ModelMissing):
        await one(backend, replace(asked, model="diffusers/lost"))


async def test_a_file_that_is_broken_while_the_bot_runs_draws_as_before(
    backend: DiffusersBackend, file: Path, clock: Clock
) -> None:
    asked = asking.request("cat")
    before = (await one(backend, asked)).images[0].png
    rewrite(file, {"[sd15]": "[sd15"})
    clock.tick()

    assert [model.name for model in backend.describe().models] == ["sd15", "klein", "lost"]
    assert (await one(backend, asked)).images[0].png == before
