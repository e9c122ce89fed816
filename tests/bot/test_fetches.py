"""Downloads of models: once for all who ask, stopped by anybody, and what is known of them."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.fetches import Fetch, Fetches
from bot.lanes import Lanes
from generation.backends.fake import FakeBackend
from generation.download_errors import HubUnreachable
from generation.errors import ModelGone
from generation.problems import problem_of

FAR = "fake/far"


@pytest.fixture
def backend() -> FakeBackend:
    return FakeBackend(models=("near", "far"), absent=("far",))


@pytest.fixture
async def fetches(backend: FakeBackend) -> AsyncIterator[Fetches]:
    fetches = Fetches(Lanes([backend]))
    yield fetches
    await fetches.aclose()


async def test_pressed_twice_it_is_downloaded_once(fetches: Fetches, backend: FakeBackend) -> None:
    fetches.start(FAR)
    fetches.start(FAR)
    await asyncio.sleep(0)
    fetches.start(FAR)
    backend.fetch_gate.set()
    await fetches.wait([FAR], 10)

    assert backend.fetches == [FAR]
    assert fetches.of(FAR) is None
    assert backend.describe().model(FAR).is_here


async def test_how_far_it_is_and_how_long_it_takes_is_known(
    fetches: Fetches, backend: FakeBackend
) -> None:
    fetches.start(FAR)
    begun = fetches.of(FAR)
    await fetches.wait([FAR], 0.01)

    half = fetches.of(FAR)
    assert begun == Fetch()
    assert half is not None
    assert (half.done_bytes, half.total_bytes, half.is_running) == (50_000_000, 100_000_000, True)
    assert Fetch(50, 100, 10.0).left_s == 5
    assert Fetch(50, 100).left_s is None


async def test_it_is_stopped_and_begun_anew(fetches: Fetches, backend: FakeBackend) -> None:
    fetches.start(FAR)
    await fetches.cancel(FAR)
    await fetches.cancel(FAR)
    stopped = fetches.of(FAR)
    backend.fetch_gate.set()
    fetches.start(FAR)
    await fetches.wait([FAR], 10)

    assert stopped is None
    assert backend.describe().model(FAR).is_here


async def test_why_it_failed_is_kept_until_the_next_time(
    fetches: Fetches, backend: FakeBackend
) -> None:
    backend.fetch_fails = HubUnreachable("Far", "someone/far")
    backend.fetch_gate.set()
    fetches.start(FAR)
    await fetches.wait([FAR], 10)

    failed = fetches.of(FAR)
    assert failed == Fetch(is_running=False, problem=problem_of(backend.fetch_fails))
    backend.fetch_fails = None
    fetches.start(FAR)
    await fetches.wait([FAR], 10)
    assert fetches.of(FAR) is None


async def test_a_model_that_is_gone_is_not_fetched(fetches: Fetches) -> None:
    with pytest.raises(ModelGone):
        fetches.start("fake/gone")


async def test_the_end_of_the_program_stops_it(fetches: Fetches, backend: FakeBackend) -> None:
    fetches.start(FAR)
    await fetches.wait([FAR], 0.01)

    await fetches.aclose()

    assert fetches.of(FAR) is None
    assert not backend.describe().model(FAR).is_here
