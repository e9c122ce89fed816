"""The backend with its real client, against a loopback server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from generation.backends.backend_options import OpenAIOptions
from generation.backends.openai.provider import OpenAIBackend
from tests.generation.backends.openai.drawing import Opening, Time
from tests.openai_server import KEY, OpenAIServer, running_openai

pytestmark = pytest.mark.usefixtures("no_proxy")


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with running_openai(OpenAIServer(picture_px=64)) as server:
        yield server


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def opened(server: OpenAIServer, time: Time) -> AsyncIterator[Opening]:
    """Opens a backend on the server; it is closed when the test ends."""
    async with AsyncExitStack() as closing:

        async def open_one(**options: Any) -> OpenAIBackend:
            chosen = OpenAIOptions(**{"api_key": KEY, "base_url": server.url, **options})
            backend = OpenAIBackend(
                chosen, sleep=time.sleep, jitter=lambda: 0.0, today=lambda: time.today
            )
            closing.push_async_callback(backend.aclose)
            await backend.open()
            return backend

        yield open_one
