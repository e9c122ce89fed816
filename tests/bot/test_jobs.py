"""What becomes of jobs while the database is held, when they are given up, and at the end."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.jobs import MOST_ATTEMPTS, Jobs, Submitted
from bot.lanes import Lanes
from bot.storage.database import PATIENCE_S, Database
from bot.storage.disk import PictureFiles
from bot.storage.images import ImageStore
from bot.storage.leases import JobStore
from bot.storage.records import NewGeneration
from generation.backends.fake import FakeBackend
from generation.job import Cancelled, Failed, Finished, Interrupted
from generation.prompt_errors import WeightOutOfRange
from generation.request import with_seed
from tests.bot.asking import admission
from tests.bot.storage.making import OTHER, new_generation
from tests.generation import requests


@pytest.fixture
def backend() -> FakeBackend:
    return FakeBackend(open_gate=False)


@pytest.fixture
async def running(
    jobs: JobStore, images: ImageStore, pictures: PictureFiles, backend: FakeBackend
) -> AsyncIterator[Jobs]:
    running = Jobs(jobs, images, pictures, Lanes([backend]))
    yield running
    await running.aclose()


@pytest.fixture
def other(database: Database, database_path: Path) -> Iterator[sqlite3.Connection]:
    """Another program's connection."""
    other = sqlite3.connect(database_path, isolation_level=None, check_same_thread=False)
    yield other
    other.close()


@pytest.fixture
def logged() -> Iterator[asyncio.Queue[str]]:
    """What goes into the log, as it comes."""
    lines: asyncio.Queue[str] = asyncio.Queue()
    handler = logging.Handler()
    handler.emit = lambda record: lines.put_nowait(record.getMessage())
    logger = logging.getLogger("bot.jobs")
    logger.addHandler(handler)
    yield lines
    logger.removeHandler(handler)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing waits for a minute."""
    monkeypatch.setattr("bot.results.TRY_AGAIN_AFTER_S", (0.1, 0.1))


GATED = requests.draw(model="fake")


def gated(**changes: Any) -> NewGeneration:
    return new_generation(request=GATED, **changes)


async def test_what_is_drawn_while_the_database_is_held_is_stored_later(
    running: Jobs,
    images: ImageStore,
    backend: FakeBackend,
    other: sqlite3.Connection,
    impatient: None,
):
    submitted = await running.submit(admission(), GATED, "command")
    other.execute("BEGIN IMMEDIATE")
    asyncio.get_running_loop().call_later(PATIENCE_S + 0.5, other.execute, "ROLLBACK")

    running.shown(submitted.generation.id, 77)
    backend.gate.set()
    event = await submitted.job.wait()

    assert isinstance(event, Finished)
    assert event.result.generation.message_id == 77
    assert await images.drawing(submitted.generation.id) == event.result
    assert len(backend.batches) == 1


async def test_what_is_told_at_once_is_closed_first(running: Jobs, images: ImageStore):
    submitted = await running.submit(admission(), GATED, "command")

    running.cancel(submitted.generation.id)
    await running.delivered(submitted.generation.id)

    assert (await images.generation(submitted.generation.id)).status == "cancelled"


async def test_an_end_that_cannot_be_stored_is_stored_later(
    running: Jobs, images: ImageStore, other: sqlite3.Connection, impatient: None
):
    submitted = await running.submit(admission(), GATED, "command")
    released = asyncio.Event()

    def release() -> None:
        other.execute("ROLLBACK")
        released.set()

    other.execute("BEGIN IMMEDIATE")
    asyncio.get_running_loop().call_later(PATIENCE_S + 0.5, release)

    running.cancel(submitted.generation.id)
    assert await submitted.job.wait() == Cancelled()
    await released.wait()
    await running.aclose()

    assert (await images.generation(submitted.generation.id)).status == "cancelled"


async def test_what_cannot_be_stored_at_the_end_is_left_to_the_next_start(
    running: Jobs,
    images: ImageStore,
    backend: FakeBackend,
    other: sqlite3.Connection,
    impatient: None,
):
    submitted = await running.submit(admission(), GATED, "command")
    other.execute("BEGIN IMMEDIATE")
    backend.gate.set()
    await backend.begun.wait()

    await running.aclose()

    assert submitted.job.latest == Interrupted()
    assert (await images.generation(submitted.generation.id)).status == "queued"


async def test_many_results_are_stored_in_few_transactions(
    jobs: JobStore,
    images: ImageStore,
    pictures: PictureFiles,
    caplog: pytest.LogCaptureFixture,
):
    backend = FakeBackend(concurrency=40, open_gate=False)
    running = Jobs(jobs, images, pictures, Lanes([backend]))
    submitted = [
        await running.submit(admission(), with_seed(GATED, seed), "command") for seed in range(40)
    ]
    caplog.set_level(logging.DEBUG, logger="sqlalchemy.engine")

    backend.gate.set()
    events = [await each.job.wait() for each in submitted]
    commits = caplog.text.count("COMMIT")
    await running.aclose()

    assert all(isinstance(event, Finished) for event in events)
    assert 1 <= commits <= 4


async def test_a_job_that_every_process_crashes_with_is_given_up(
    database: Database, pictures: PictureFiles, images: ImageStore, jobs: JobStore
):
    accepted = await jobs.accept(gated(), None)
    for crash in range(MOST_ATTEMPTS - 1):
        await JobStore(database, pictures, f"crash {crash}").claim(abandoned=True)
    resumed: list[tuple[Submitted, ...]] = []
    last = Jobs(
        JobStore(database, pictures, "last"),
        images,
        pictures,
        Lanes([FakeBackend(open_gate=False)]),
    )

    await last.resume(resumed.append)
    await last.aclose()

    ((submitted,),) = resumed
    assert isinstance(submitted.job.latest, Failed)
    assert (await images.generation(accepted.id)).status == "failed"


async def test_one_that_is_deleted_while_it_is_given_up_keeps_no_other_back(
    database: Database,
    pictures: PictureFiles,
    images: ImageStore,
    jobs: JobStore,
    other: sqlite3.Connection,
):
    accepted = [await jobs.accept(gated(), None) for _ in range(3)]
    for crash in range(MOST_ATTEMPTS - 1):
        await JobStore(database, pictures, f"crash {crash}").claim(abandoned=True)
    shown: list[int] = []

    def show(together: tuple[Submitted, ...]) -> None:
        shown.extend(submitted.generation.id for submitted in together)
        other.execute("DELETE FROM generations WHERE id = ?", (accepted[1].id,))

    last = Jobs(JobStore(database, pictures, "last"), images, pictures, Lanes([FakeBackend()]))
    await last.resume(show)
    await last.aclose()

    assert shown == [generation.id for generation in accepted]
    assert (await images.generation(accepted[2].id)).status == "failed"


async def test_what_another_process_lets_go_is_taken_up(
    database: Database,
    pictures: PictureFiles,
    images: ImageStore,
    jobs: JobStore,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("bot.jobs.RENEW_AFTER_S", 0.01)
    backend = FakeBackend(open_gate=False)
    backend.gate.set()
    living = Jobs(JobStore(database, pictures, "living"), images, pictures, Lanes([backend]))
    taken: asyncio.Queue[int] = asyncio.Queue()
    await living.resume(lambda together: taken.put_nowait(together[0].generation.id))
    accepted = await jobs.accept(gated(owner_id=OTHER), None)

    await jobs.release({})

    async with asyncio.timeout(5):
        assert await taken.get() == accepted.id
    await living.aclose()


async def test_a_defect_ends_no_renewing(
    database: Database,
    pictures: PictureFiles,
    images: ImageStore,
    jobs: JobStore,
    other: sqlite3.Connection,
    monkeypatch: pytest.MonkeyPatch,
    logged: asyncio.Queue[str],
):
    monkeypatch.setattr("bot.jobs.RENEW_AFTER_S", 0.01)
    living = Jobs(JobStore(database, pictures, "living"), images, pictures, Lanes([FakeBackend()]))
    taken: asyncio.Queue[int] = asyncio.Queue()
    await living.resume(lambda together: taken.put_nowait(together[0].generation.id))
    accepted = await jobs.accept(gated(owner_id=OTHER), None)
    await jobs.release({})
    other.execute("ALTER TABLE jobs RENAME TO elsewhere")

    async with asyncio.timeout(5):
        while "not renewed" not in await logged.get():
            pass
        other.execute("ALTER TABLE elsewhere RENAME TO jobs")
        assert await taken.get() == accepted.id
    await living.aclose()


async def test_what_somebody_has_typed_does_not_reach_the_log(
    running: Jobs, backend: FakeBackend, caplog: pytest.LogCaptureFixture
):
    backend.breaks = WeightOutOfRange("my address", 9, 0, 2)
    backend.gate.set()

    with caplog.at_level(logging.INFO, logger="bot.jobs"):
        submitted = await running.submit(admission(), GATED, "command")
        await submitted.job.wait()
        await running.delivered(submitted.generation.id)

    assert "WeightOutOfRange" in caplog.text
    assert "my address" not in caplog.text
