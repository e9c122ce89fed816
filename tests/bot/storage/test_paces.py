"""What is known of how long pictures take outlives the program."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import open_bot
from bot.service import Wishes
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.paces import KEPT_DAYS, PaceStore
from generation.pace import Effort, Measured
from tests.bot.asking import context

EFFORT = Effort("fake/first", 512**2)


@pytest.fixture
def paces(database: Database) -> PaceStore:
    return PaceStore(database)


async def test_the_first_who_wait_after_a_restart_are_told_when(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    async with open_bot(settings) as bot:
        model = bot.services.service.model("illustrator")
        assert bot.services.service.business(model).seconds_per_image is None
        drawn = await bot.services.service.create("a cat", context(), Wishes(count=1, size_px=256))
        await drawn.job.wait()

    async with open_bot(settings) as bot:
        again = await bot.services.service.create("a cat", context(), Wishes(count=4))
        assert again.job.ready_at is not None
        assert bot.services.service.business(model).seconds_per_image is not None


async def test_there_is_one_row_an_effort_with_the_newest_in_it(paces: PaceStore) -> None:
    now = datetime.now(UTC)
    for seconds in (1.0, 2.0, 3.0):
        await paces.keep([Measured(EFFORT, seconds, now), Measured(Effort("m"), 9.0, now)])

    assert sorted(await paces.read(), key=lambda one: one.seconds) == [
        Measured(EFFORT, 3.0, now),
        Measured(Effort("m"), 9.0, now),
    ]


async def test_what_was_not_measured_for_long_is_forgotten(paces: PaceStore) -> None:
    now = datetime.now(UTC)
    old = Measured(Effort("gone", 1), 1.0, now - timedelta(days=KEPT_DAYS + 1))
    kept = Measured(Effort("seldom", 1), 1.0, now - timedelta(days=KEPT_DAYS - 1))

    await paces.keep([old, kept])
    await paces.keep([Measured(EFFORT, 1.0, now)])

    assert {one.effort.model for one in await paces.read()} == {"seldom", "fake/first"}


async def test_it_is_written_now_and_then_so_that_a_crash_loses_little(
    paces: PaceStore, database: Database
) -> None:
    async with paces.keeping(every_s=0) as pace:
        pace.record(EFFORT, 2.0)
        async with asyncio.timeout(5):
            while not (found := await PaceStore(database).read()):
                pass

    assert [one.seconds for one in found] == [2.0]


async def test_where_it_cannot_be_written_the_bot_goes_on(
    paces: PaceStore, database_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(sqlite3.connect(database_path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        async with paces.keeping() as pace:
            pace.record(EFFORT, 2.0)

    assert "is not remembered" in caplog.text
    assert await paces.read() == ()
