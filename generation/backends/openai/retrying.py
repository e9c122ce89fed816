"""Patience with a provider: wait when told to, try again when it stumbles."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from generation.errors import ProviderDown, RateLimited

log = logging.getLogger(__name__)

T = TypeVar("T")

PAUSES_S = (1.0, 4.0)
"""Between the attempts while the provider fails: there is one more of these than of pauses."""
SHORTEST_WAIT_S = 1.0
"""Also where a provider says "now": it has said so before."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How to wait. Tests give a `sleep` that takes no time, and a `jitter` of 0."""

    patience_s: float
    sleep: Callable[[float], Awaitable[object]]
    jitter: Callable[[], float]
    """From 0 to 1: who was refused together does not come back together."""

    async def insist(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """What `attempt` returns. Raises what it raises, once patience or attempts are used up."""
        left_s, pauses = self.patience_s, iter(PAUSES_S)
        while True:
            try:
                return await attempt()
            except RateLimited as error:
                wait_s = max(error.retry_after_s, SHORTEST_WAIT_S) + self.jitter()
                if wait_s > left_s:
                    raise
            except ProviderDown:
                pause_s = next(pauses, None)
                if pause_s is None or pause_s > left_s:
                    raise
                wait_s = pause_s * (1 + self.jitter())
            left_s -= wait_s
            log.info("Trying again in %.1f s", wait_s)
            await self.sleep(wait_s)
