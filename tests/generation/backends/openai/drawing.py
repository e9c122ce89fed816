"""What the tests of the OpenAI backend ask for, and the time that passes in them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from generation.backends.base import Progress, Result
from generation.backends.openai.provider import OpenAIBackend
from generation.request import Draw, Repaint, Request, Vary
from generation.traits import Traits
from tests.generation import batches, requests
from tests.openai_server import TODAY

Opening = Callable[..., Awaitable[OpenAIBackend]]


@dataclass
class Time:
    """Sleeps that take no time, but for those of minutes: these end when a test says so."""

    today: date = field(default_factory=lambda: date.fromisoformat(TODAY))
    slept: list[float] = field(default_factory=list)
    long: asyncio.Queue[float] = field(default_factory=asyncio.Queue)
    """The long sleeps that have begun."""
    woken: asyncio.Queue[None] = field(default_factory=asyncio.Queue)

    async def sleep(self, seconds: float) -> None:
        if seconds < 300:
            self.slept.append(seconds)
            return
        self.long.put_nowait(seconds)
        await self.woken.get()


PLAIN: dict[str, Any] = {
    "prompt": "a witch with a pink bob cut",
    "traits": Traits(hair_style="bob cut", hair_color="pink", outfit="wizard robe"),
    "seed": 7,
    "size_px": 1024,
    "model": "openai",
}


def a_request(**changes: Any) -> Draw:
    return requests.draw(**{**PLAIN, **changes})


def a_repaint(**changes: Any) -> Repaint:
    return requests.repaint(**{**PLAIN, **changes})


def a_variation(known: Traits, **changes: Any) -> Vary:
    return requests.vary(known, **{**PLAIN, **changes})


async def drawn(
    backend: OpenAIBackend,
    request: Request | None = None,
    *,
    progress: list[Progress] | None = None,
    **item: Any,
) -> Result:
    """What the backend makes of one request."""
    return await batches.result(
        backend, request or a_request(), progress=progress, **{"id": "job-1", **item}
    )
