import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

import pytest

from playground.server import Playground
from tests.playground.bot import Bot, point_discord_at

Start = Callable[[Bot], Awaitable[Bot]]


@pytest.fixture
async def playground(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Playground]:
    playground = Playground()
    await playground.start()
    point_discord_at(playground, monkeypatch)
    yield playground
    await playground.close()


@asynccontextmanager
async def running(playground: Playground, bot: Bot) -> AsyncIterator[Bot]:
    """`bot` from the moment it is on the gateway; what kills it fails the test."""
    task = asyncio.create_task(bot.start(playground.token))
    ready = asyncio.create_task(playground.gateway.ready.wait())
    try:
        async with asyncio.timeout(10):
            await asyncio.wait({task, ready}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            await task
        yield bot
    finally:
        ready.cancel()
        await bot.close()
        await task


@pytest.fixture
def start_at() -> Callable[[Playground, Bot], AbstractAsyncContextManager[Bot]]:
    return running


@pytest.fixture
async def start(playground: Playground) -> AsyncIterator[Start]:
    """Starts bots, which run until the test is over."""
    async with AsyncExitStack() as stack:

        async def start(bot: Bot) -> Bot:
            return await stack.enter_async_context(running(playground, bot))

        yield start
