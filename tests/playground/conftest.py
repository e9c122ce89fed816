import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from playground.server import Playground
from tests.playground.bot import Bot, point_discord_at

Start = Callable[[Bot], Awaitable[Bot]]


@pytest.fixture
async def playground(playground: Playground, monkeypatch: pytest.MonkeyPatch) -> Playground:
    point_discord_at(playground, monkeypatch)
    return playground


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
        await bot.wait_until_ready()
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


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def problems(self) -> dict[str, str]:
        """Discord's code of what is wrong, by path."""
        return dict(_flattened(self.body.get("errors", {}), ""))


def _flattened(node: dict[str, Any], path: str) -> Iterator[tuple[str, str]]:
    for key, inner in node.items():
        if key == "_errors":
            yield path, inner[0]["code"]
        else:
            yield from _flattened(inner, f"{path}.{key}" if path else key)


Rest = Callable[..., Awaitable[Answer]]


@pytest.fixture
async def rest(playground: Playground) -> AsyncIterator[Rest]:
    """Plain requests to the REST interface, as the bot."""
    async with aiohttp.ClientSession() as http:

        async def rest(method: str, path: str, body: Any = None, **options: Any) -> Answer:
            if body is not None:
                options["json"] = body
            options.setdefault("headers", {"Authorization": f"Bot {playground.token}"})
            url = f"{playground.url}/api/v10{path}"
            async with http.request(method, url, **options) as response:
                is_json = response.content_type == "application/json"
                answer = await response.json() if is_json else await response.text()
                return Answer(response.status, answer, response.headers)

        yield rest
