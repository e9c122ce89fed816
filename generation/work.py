"""What the queue is given to do."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum
from typing import NamedTuple, Protocol, TypeVar

from generation.backends.base import Drawn
from generation.request import Request

R_co = TypeVar("R_co", covariant=True)


class Priority(IntEnum):
    """Who comes before whom, whatever the turns."""

    RESUMED = 0
    """Accepted by an earlier run of the program: it has waited once already."""
    NORMAL = 1


class Inputs(NamedTuple):
    """The pictures a request refers to, as `Share` takes them."""

    start: bytes | None = None
    mask: bytes | None = None


class Work(Protocol[R_co]):
    """What a job is about."""

    @property
    def request(self) -> Request:
        """What is asked for."""
        ...

    @property
    def key(self) -> str:
        """See `Share.key`."""
        ...

    async def inputs(self) -> Inputs:
        """Read what the request refers to; called when its turn has come."""
        ...

    async def finish(self, drawn: Drawn, started_at: datetime) -> R_co:
        """Keep the pictures; what it returns is the job's result. Nobody's turn waits for this."""
        ...
