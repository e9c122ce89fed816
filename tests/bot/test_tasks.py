"""What runs in the background: kept, waited for, and heard where it fails."""

import asyncio
import logging

import pytest

from bot.tasks import TaskKeeper


async def test_closing_waits_for_what_runs() -> None:
    keeper, done = TaskKeeper(), asyncio.Event()

    async def work() -> None:
        done.set()

    keeper.start(work(), "work")
    await keeper.aclose()

    assert done.is_set()


async def test_closing_cancels_what_outlasts_the_grace() -> None:
    keeper, cancelled = TaskKeeper(), asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    keeper.start(work(), "work")
    await keeper.aclose(grace_s=0.01)

    assert cancelled.is_set()


async def test_an_exception_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    keeper = TaskKeeper()

    async def work() -> None:
        raise ZeroDivisionError

    with caplog.at_level(logging.ERROR, logger="bot.tasks"):
        keeper.start(work(), "division")
        await keeper.aclose()

    assert "division" in caplog.text
    assert "ZeroDivisionError" in caplog.text
