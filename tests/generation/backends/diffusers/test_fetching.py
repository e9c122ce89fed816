"""What the backend tells of models that are still at the hub, before, while and after they come."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from generation.backends.backend_options import DiffusersOptions
from generation.backends.base import Faulty, Progress, StockEvent, Whole
from generation.backends.diffusers.backend import DiffusersBackend
from generation.backends.diffusers.hub import Hub
from generation.capabilities import Model
from generation.download_errors import HubUnreachable
from generation.errors import ModelGated
from tests.generation import batches
from tests.generation.backends.diffusers import asking
from tests.generation.backends.diffusers.conftest import TinyModel
from tests.generation.backends.diffusers.hub_server import (
    FAR,
    NAME,
    WEIGHTS,
    HubServer,
    running_hub,
)

PRESETS = (
    FAR
    + """download_gb = 2.5

[here]
title = "Here"
source = "{here}"
family = "sd15"
steps = 2
guidance = 1.0
scheduler = "euler"
sizes_px = [64]
licence = "MIT"
"""
)


@pytest.fixture
def server(tiny_model: TinyModel, tmp_path: Path) -> Iterator[HubServer]:
    with running_hub() as server:
        server.repositories[NAME] = shutil.copytree(tiny_model("sd15"), tmp_path / "served")
        yield server


@pytest.fixture
async def backend(
    server: HubServer, tiny_model: TinyModel, tmp_path: Path
) -> AsyncIterator[DiffusersBackend]:
    file = tmp_path / "models.toml"
    file.write_text(PRESETS.format(here=tiny_model("sd15")))
    backend = DiffusersBackend(DiffusersOptions(models_file=file, device="cpu"))
    await backend.open()
    assert backend._worker is not None
    backend._worker._hub = Hub(tmp_path / "cache", server.endpoint, pauses_s=())
    backend._worker.look(backend._registry.presets.values())
    yield backend
    await backend.aclose()


def far(backend: DiffusersBackend) -> Model:
    return backend.describe().model("diffusers/far")


async def fetched(backend: DiffusersBackend) -> list[StockEvent]:
    return [event async for event in backend.fetch("diffusers/far")]


async def test_a_model_comes_with_progress_and_is_here_then(
    backend: DiffusersBackend, server: HubServer
) -> None:
    before = far(backend)

    *told, end = await fetched(backend)

    assert (before.is_here, before.can_fetch, before.download_gb) == (False, True, 2.5)
    assert before.disk_bytes is None
    assert end == Whole()
    last = told[-1]
    assert isinstance(last, Progress)
    assert (last.done, last.stage) == (last.total, "downloading")
    after = far(backend)
    assert (after.is_here, after.can_fetch, after.download_gb) == (True, False, None)
    assert after.disk_bytes == last.total
    assert [event async for event in backend.verify("diffusers/far")][-1] == Whole()


async def test_another_model_draws_while_one_comes(
    backend: DiffusersBackend, server: HubServer
) -> None:
    server.held_after[WEIGHTS] = 100
    coming = asyncio.create_task(fetched(backend))
    assert await asyncio.to_thread(server.holding.wait, 60)

    drawn = await batches.result(backend, asking.request("hair", model="diffusers/here"))
    was_coming = not coming.done()
    server.let_go.set()

    assert drawn.images
    assert was_coming
    assert (await coming)[-1] == Whole()


async def test_what_is_given_up_goes_on_the_next_time(
    backend: DiffusersBackend, server: HubServer
) -> None:
    server.held_after[WEIGHTS] = 1000
    coming = asyncio.create_task(fetched(backend))
    assert await asyncio.to_thread(server.holding.wait, 60)
    coming.cancel()
    server.let_go.set()
    with pytest.raises(asyncio.CancelledError):
        await coming
    given_up = far(backend)
    del server.held_after[WEIGHTS]

    assert (given_up.is_here, given_up.can_fetch, given_up.problem) == (False, True, None)
    assert (await fetched(backend))[-1] == Whole()


async def test_a_hub_that_is_away_does_not_lock_a_model(
    backend: DiffusersBackend, server: HubServer
) -> None:
    server.failing.add(WEIGHTS)

    (*_, end) = await fetched(backend)
    with pytest.raises(HubUnreachable):
        await batches.result(backend, asking.request("hair", model="diffusers/far"))
    model = far(backend)
    server.failing.clear()

    assert isinstance(end, Faulty)
    assert end.problem.kind == "HubUnreachable"
    assert end.cause.startswith(f"{NAME}: HTTPStatusError: Client error '410 Gone'")
    assert (model.problem, model.can_fetch) == (None, True)
    assert (await fetched(backend))[-1] == Whole()


async def test_a_model_whose_licence_was_not_accepted_can_be_fetched_once_it_is(
    backend: DiffusersBackend, server: HubServer
) -> None:
    server.gated.add(NAME)

    with pytest.raises(ModelGated):
        await batches.result(backend, asking.request("hair", model="diffusers/far"))
    locked = far(backend)
    server.gated.clear()
    (*_, end) = await fetched(backend)

    assert locked.problem is not None
    assert locked.problem.parameters == {"model": "Far away", "source": NAME}
    assert locked.can_fetch
    assert end == Whole()
    assert (far(backend).problem, far(backend).is_here) == (None, True)


async def test_a_fresh_install_has_no_model_ready_that_is_not(tmp_path: Path) -> None:
    backend = DiffusersBackend(DiffusersOptions(device="cpu", cache_dir=tmp_path / "cache"))
    await backend.open()

    models = backend.describe().models
    await backend.aclose()

    assert len(models) >= 8
    assert [model.name for model in models if model.is_here or not model.can_fetch] == []
