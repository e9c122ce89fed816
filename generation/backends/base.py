"""The contract between the queue and whatever draws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from generation.request import AvatarRequest
from generation.traits import Traits


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` steps; what a step is, the backend decides."""

    done: int
    total: int


Report = Callable[[Progress], object]
"""Called by a backend from the event loop's thread or from its own."""


@dataclass(frozen=True, slots=True)
class GeneratedImage:
    """A finished picture: an encoded PNG, and what it takes to draw it again."""

    png: bytes
    seed: int
    traits: Traits
    """Complete where the backend knows what it drew (the illustrator does)."""
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a backend can do, declared so that a request can be refused before it is queued."""

    sizes_px: tuple[int, ...]
    concurrency: int
    """Requests that may run at the same time."""


class Backend(Protocol):
    """Something that draws. Event loop only; blocking work goes to threads of its own."""

    @property
    def name(self) -> str:
        """The key in `generation.backends.BACKENDS`."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """Constant for the backend's lifetime."""
        ...

    async def generate(self, request: AvatarRequest, report: Report) -> tuple[GeneratedImage, ...]:
        """One picture per candidate of `request`, in order. Raises `BackendError`.

        Cancelling the awaiting task stops the work and returns once no thread works on it any more.
        """
        ...

    async def aclose(self) -> None:
        """Release threads and memory; the backend is not used again."""
        ...
