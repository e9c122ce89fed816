import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import discord
import pytest
import yarl

from playground.server import Playground
from tests.playground.bot import Bot

Start = Callable[[Bot], Awaitable[Bot]]


@pytest.fixture
async def playground(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Playground]:
    playground = Playground()
    await playground.start()
    monkeypatch.setattr(discord.http.Route, "BASE", f"{playground.url}/api/v10")
    gateway = yarl.URL(playground.addresses.gateway)
    monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", gateway)
    monkeypatch.setattr(discord.Asset, "BASE", playground.url)
    yield playground
    await playground.close()


@pytest.fixture
async def start(playground: Playground) -> AsyncIterator[Start]:
    """Starts bots and ends them after the test; a bot that died fails the test."""
    running: list[tuple[Bot, asyncio.Task[None]]] = []

    async def start(bot: Bot) -> Bot:
        task = asyncio.create_task(bot.start(playground.token))
        running.append((bot, task))
        ready = asyncio.create_task(playground.gateway.ready.wait())
        async with asyncio.timeout(10):
            await asyncio.wait({task, ready}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            await task
        return bot

    yield start
    for bot, task in running:
        await bot.close()
        await task
