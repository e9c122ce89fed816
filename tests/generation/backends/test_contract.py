"""What `Backend` asks, held against every backend that is registered, and the fake one."""

from __future__ import annotations

import asyncio
import dataclasses
import io
import pickle
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from generation import illustrator
from generation.backends import BACKENDS, create_backend
from generation.backends.backend_options import DiffusersOptions, OpenAIOptions
from generation.backends.base import (
    Backend,
    Batch,
    BatchEvent,
    Faulty,
    ItemCancelled,
    ItemFailed,
    ItemFinished,
    ItemProgress,
    Progress,
    Result,
    StockEvent,
    Whole,
)
from generation.backends.diffusers.previews import Previews
from generation.backends.fake import FakeBackend
from generation.capabilities import check
from generation.errors import CannotDo
from generation.request import Between, Guides, Request, candidates, with_seed
from generation.shapes import RATIOS
from generation.traits import Traits
from tests.generation import batches
from tests.generation.requests import apply_tool, draw
from tests.openai_server import KEY, OpenAIServer, running_openai

MODELS = """
[tiny]
title = "Tiny"
source = "{folder}"
family = "sd15"
steps = 2
guidance = 1.0
scheduler = "euler"
sizes_px = [64, 128]
licence = "MIT"
"""
ENDED = (ItemFinished, ItemFailed, ItemCancelled)
PICTURE = illustrator.draw(illustrator.complete(Traits(), 1), 1, 256)


@dataclass(frozen=True)
class Subject:
    """A backend that is open, what to ask of it, and what it promises."""

    backend: Backend
    request: Request
    init_image: bytes | None = None
    repeats: bool = True
    """The same request gives the same image."""
    transparent: bool = False
    previews: bool = False

    async def end(self, request: Request | None = None, id: str = "1") -> Result:
        return await batches.result(
            self.backend, request or self.request, id=id, init_image=self.init_image
        )


@asynccontextmanager
async def _illustrator(_: Path) -> AsyncGenerator[Subject]:
    yield Subject(create_backend("illustrator"), draw(count=3, seed=5), transparent=True)


@asynccontextmanager
async def _tools(_: Path) -> AsyncGenerator[Subject]:
    yield Subject(create_backend("tools"), apply_tool("sharpen", size_px=256), PICTURE)


@asynccontextmanager
async def _fake(_: Path) -> AsyncGenerator[Subject]:
    request = draw(count=3, seed=5, model="fake/first")
    yield Subject(FakeBackend(together=8, references=2), request, previews=True)


@asynccontextmanager
async def _openai(_: Path) -> AsyncGenerator[Subject]:
    async with running_openai(OpenAIServer()) as server:
        backend = create_backend("openai", OpenAIOptions(api_key=KEY, base_url=server.url))
        request = draw("a witch", seed=5, size_px=1024, model="openai")
        yield Subject(backend, request, repeats=False, transparent=True, previews=True)


@asynccontextmanager
async def _diffusers(folder: Path) -> AsyncGenerator[Subject]:
    pytest.importorskip("torch", reason="needs the extra diffusion")
    from tests.generation.backends.diffusers import tiny

    models = folder / "models.toml"
    models.write_text(MODELS.format(folder=tiny.save("sd15", folder / "sd15")))
    backend = create_backend("diffusers", DiffusersOptions(models_file=models, device="cpu"))
    request = draw("a cat", count=3, seed=5, size_px=64, model="diffusers/tiny")
    yield Subject(backend, request, previews=True)


SUBJECTS: dict[str, Callable[[Path], AbstractAsyncContextManager[Subject]]] = {
    "illustrator": _illustrator,
    "diffusers": _diffusers,
    "openai": _openai,
    "tools": _tools,
    "fake": _fake,
}


@pytest.fixture(params=SUBJECTS)
async def subject(
    request: pytest.FixtureRequest, tmp_path: Path, no_proxy: None, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Subject]:
    monkeypatch.setattr(Previews, "INTERVAL_S", 0.0)
    async with SUBJECTS[request.param](tmp_path) as subject:
        await subject.backend.open()
        yield subject
        await subject.backend.aclose()


def test_every_registered_backend_is_held_to_the_contract() -> None:
    assert set(SUBJECTS) == {*BACKENDS, "fake"}


async def test_it_says_what_it_has(subject: Subject, request: pytest.FixtureRequest) -> None:
    description = subject.backend.describe()

    assert f"[{description.name}]" in request.node.name
    assert description.concurrency >= 1
    keys = [model.key for model in description.models]
    assert len(set(keys)) == len(keys) > 0
    assert all(key.partition("/")[0] == description.name for key in keys)
    asked = description.model(subject.request.model)
    assert (asked.problem, description.model(description.name)) == (None, description.models[0])


async def test_there_is_one_image_a_candidate_in_order(subject: Subject) -> None:
    images = (await subject.end()).images

    assert [image.seed for image in images] == [c.seed for c in candidates(subject.request)]
    for image in images:
        opened = Image.open(io.BytesIO(image.png))
        opened.load()
        assert (opened.format, opened.size) == ("PNG", (image.width, image.height))


async def test_every_size_it_names_is_drawn(subject: Subject) -> None:
    model = subject.backend.describe().model(subject.request.model)
    sizes = model.capabilities.sizes_px if model.capabilities.tasks else (256,)

    for size_px in sizes:
        output = replace(subject.request.output, size_px=size_px, count=1)
        (image,) = (await subject.end(replace(subject.request, output=output))).images
        assert (image.width, image.height) == (size_px, size_px)


async def test_every_shape_it_names_is_drawn(subject: Subject) -> None:
    model = subject.backend.describe().model(subject.request.model)
    shapes = model.capabilities.shapes if model.capabilities.tasks else ()
    size_px = subject.request.output.size_px

    for shape in shapes:
        output = replace(subject.request.output, shape=shape, count=1)
        (image,) = (await subject.end(replace(subject.request, output=output), shape)).images
        width, height = RATIOS[shape]
        assert Image.open(io.BytesIO(image.png)).size == (image.width, image.height)
        assert image.width / image.height == pytest.approx(width / height, rel=0.05)
        assert 0.7 * size_px**2 < image.width * image.height < 1.6 * size_px**2


async def test_a_seed_gives_its_image_again_where_that_is_promised(subject: Subject) -> None:
    first = (await subject.end()).images

    last = with_seed(subject.request, first[-1].seed)
    alone = replace(last, output=replace(last.output, count=1))
    (again,) = (await subject.end(alone)).images

    assert not subject.repeats or again.png == first[-1].png


async def test_a_background_is_left_open_where_that_is_promised(subject: Subject) -> None:
    asked = replace(subject.request.subject, traits=Traits(background="transparent"))

    image = (await subject.end(replace(subject.request, subject=asked))).images[0]

    corner = Image.open(io.BytesIO(image.png)).convert("RGBA").getpixel((1, 1))
    assert isinstance(corner, tuple)
    assert not subject.transparent or corner[3] == 0


async def test_as_many_pictures_are_looked_at_as_it_names(subject: Subject) -> None:
    model = subject.backend.describe().model(subject.request.model)
    most = model.capabilities.references
    request = draw("a cat", seed=5, size_px=subject.request.output.size_px, model=model.key)
    many = [replace(request, guides=Guides(references=("a",) * n)) for n in (most, most + 1)]

    with pytest.raises(CannotDo):
        check(many[1], model, ())

    if most:
        seen = (PICTURE,) * most
        (image,) = (await batches.result(subject.backend, many[0], references=seen)).images
        assert image.seed == 5


async def test_there_are_small_previews_where_that_is_promised(subject: Subject) -> None:
    events = await told(subject)

    previews = [e.progress.preview for e in events if isinstance(e, ItemProgress)]
    sizes = [Image.open(io.BytesIO(preview)).size for preview in previews if preview]
    assert bool(sizes) == subject.previews
    assert all(max(size) <= 512 for size in sizes)


async def told(subject: Subject, *ids: str) -> list[BatchEvent]:
    """All that is told of a batch with an item for each id."""
    items = (
        batches.item(subject.request, id=id, init_image=subject.init_image) for id in ids or ("1",)
    )
    return [event async for event in subject.backend.run(Batch(tuple(items)))]


async def test_every_item_ends_once_and_nothing_is_told_of_it_after(subject: Subject) -> None:
    ids = ("one", "other")

    events = await told(subject, *ids)

    for id in ids:
        mine = [event for event in events if getattr(event, "item_id", id) == id]
        ends = [event for event in mine if isinstance(event, ENDED)]
        assert [type(end) for end in ends] == [ItemFinished]
        assert not any(isinstance(event, ItemProgress) for event in mine[mine.index(ends[0]) :])


async def test_what_is_not_wanted_ends_cancelled_and_harms_nothing(subject: Subject) -> None:
    reading = asyncio.create_task(told(subject, "gone"))
    await asyncio.sleep(0)

    await subject.backend.cancel("gone")
    events = await reading
    await subject.backend.cancel("gone")

    ends = [event for event in events if isinstance(event, ENDED)]
    assert ends == [ItemCancelled("gone")]
    assert (await subject.end()).images


async def test_one_of_a_batch_may_be_cancelled_alone(subject: Subject) -> None:
    reading = asyncio.create_task(told(subject, "gone", "kept"))
    await asyncio.sleep(0)

    await subject.backend.cancel("gone")
    events = await reading

    ends = {e.item_id: type(e) for e in events if isinstance(e, ENDED)}
    assert ends == {"gone": ItemCancelled, "kept": ItemFinished}


async def test_whoever_stops_reading_stops_the_work(subject: Subject) -> None:
    reading = asyncio.create_task(told(subject))
    await asyncio.sleep(0)

    reading.cancel()

    with pytest.raises(asyncio.CancelledError):
        await reading
    assert (await subject.end()).images


async def stock_of(events: AsyncGenerator[StockEvent]) -> list[StockEvent]:
    return [event async for event in events]


async def test_the_files_of_a_model_that_is_here_are_whole(subject: Subject) -> None:
    key = subject.backend.describe().model(subject.request.model).key

    fetched = await stock_of(subject.backend.fetch(key))
    *read, end = await stock_of(subject.backend.verify(key))

    assert fetched == [Whole()]
    assert end == Whole()
    for told in read:
        assert isinstance(told, Progress)
        assert told.stage == "checking"


async def test_of_a_model_that_is_gone_there_is_nothing_to_fetch(subject: Subject) -> None:
    for events in (subject.backend.fetch("gone/gone"), subject.backend.verify("gone/gone")):
        (end,) = await stock_of(events)

        assert isinstance(end, Faulty)
        assert end.problem.kind == "UnknownBackend"


async def test_a_model_may_be_fetched_while_another_draws_and_be_given_up(subject: Subject) -> None:
    key = subject.backend.describe().model(subject.request.model).key
    drawing = asyncio.create_task(subject.end())
    await asyncio.sleep(0)

    async with aclosing(subject.backend.fetch(key)) as events:
        await anext(events)

    assert (await drawing).images
    assert await stock_of(subject.backend.fetch(key)) == [Whole()]


async def test_what_goes_in_and_comes_out_is_plain_data(subject: Subject) -> None:
    batch = Batch((batches.item(subject.request, init_image=subject.init_image),))
    events: list[Any] = [event async for event in subject.backend.run(batch)]
    events += [event async for event in subject.backend.fetch("gone/gone")]
    for value in (subject.backend.describe(), batch, *events):
        assert_plain(value)
        assert pickle.loads(pickle.dumps(value)) == value


def assert_plain(value: Any) -> None:
    """Nothing but frozen dataclasses, collections, text, numbers and bytes."""
    match value:
        case None | str() | int() | float() | bytes():
            pass
        case tuple() | list() | frozenset():
            for one in value:
                assert_plain(one)
        case Mapping():
            for name, one in value.items():
                assert isinstance(name, str)
                assert_plain(one)
        case _:
            assert dataclasses.is_dataclass(value), f"{value!r} is not plain"
            assert "__setattr__" in vars(type(value)), "a frozen dataclass refuses to be changed"
            for field in dataclasses.fields(value):
                assert_plain(getattr(value, field.name))


async def test_steps_between_two_end_as_each_is_drawn_alone_or_are_refused(
    subject: Subject,
) -> None:
    model = subject.backend.describe().models[0]
    one = replace(subject.request.output, count=1)
    ends = [draw(words, seed=seed, model=model.key) for words, seed in (("pink", 1), ("navy", 2))]
    first, last = (replace(end, output=replace(one, seed=end.output.seed)) for end in ends)
    request = Between(
        subject=first.subject,
        output=replace(first.output, count=5),
        model=model.key,
        other=last.subject,
        other_seed=last.output.seed,
    )
    if not model.capabilities.blends:
        with pytest.raises(CannotDo):
            check(request, model, ())
        return

    steps = (await subject.end(request, "steps")).images
    alone = [(await subject.end(end, str(end.output.seed))).images[0] for end in (first, last)]

    assert len(steps) == 5
    assert [steps[0].png, steps[-1].png] == [image.png for image in alone]
    assert len({step.png for step in steps}) == 5
