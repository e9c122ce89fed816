"""The contract between the scheduler and whatever draws: plain data in, plain data out.

What goes in and what comes out crosses a wire as it is: no callables, nothing to await, and no
exception but as a `Problem`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from generation.capabilities import Description
from generation.problems import Problem
from generation.request import Request
from generation.traits import Traits

Fact = str | int | float
"""One thing worth telling about how an image was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchItem:
    """One request's part in a batch."""

    id: str
    """The same for the same job, also after a restart: a provider that bills must not bill twice.
    """
    request: Request
    init_image: bytes | None = None
    """PNG of what the request starts from; `None` where that is the illustrator's figure, or
    nothing.
    """
    mask: bytes | None = None
    """PNG; what is transparent in it is painted anew, the rest is kept."""
    references: tuple[bytes, ...] = ()
    """PNGs of whom or what is to be in the picture, in the order in which they were given."""
    pose: bytes | None = None
    """PNG of the pose to take."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Items that are drawn together: one, or several of one `Backend.batch_key`."""

    items: tuple[BatchItem, ...]


Stage = Literal["downloading", "checking", "loading", "drawing"]


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total`: steps while "drawing", bytes while "downloading" or "checking".

    While "loading", `total` is 0: nobody knows how long that takes.
    """

    done: int
    total: int
    stage: Stage = "drawing"
    preview: bytes | None = None
    """What there is of the image so far: a small encoded WebP, JPEG or PNG."""
    shown: tuple[int, ...] = ()
    """Which of the item's images `preview` shows, from 1, where that is known; side by side."""


@dataclass(frozen=True, slots=True)
class GeneratedImage:
    """A finished image: an encoded PNG, and what it takes to draw it again."""

    png: bytes
    seed: int
    traits: Traits
    """Complete where the backend knows what it drew (the illustrator does)."""
    width: int
    height: int
    metadata: Mapping[str, Fact] = field(default_factory=dict[str, Fact])
    """What the model was really given, by its own names: "prompt", "num_inference_steps", …"""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one item: its images, in order, one a candidate, and what they cost."""

    images: tuple[GeneratedImage, ...]
    usage: Mapping[str, int] = field(default_factory=dict[str, int])
    """What the provider has counted, such as {"output_tokens": 1756}."""
    cost_usd: float | None = None
    """An estimate by the provider's list price; `None` where drawing is free."""


@dataclass(frozen=True, slots=True)
class ItemProgress:
    """How far an item is."""

    item_id: str
    progress: Progress


@dataclass(frozen=True, slots=True)
class Released:
    """The device is free: the next batch may start. What still comes has only to be encoded."""


@dataclass(frozen=True, slots=True)
class ItemFinished:
    """An item is drawn."""

    item_id: str
    result: Result


@dataclass(frozen=True, slots=True)
class ItemFailed:
    """An item is not drawn, and why."""

    item_id: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class ItemCancelled:
    """An item is not wanted any more."""

    item_id: str


Ended = ItemFinished | ItemFailed | ItemCancelled
"""How an item ends: there is exactly one of these for each."""
BatchEvent = ItemProgress | Released | Ended


@dataclass(frozen=True, slots=True)
class Whole:
    """All files of a model are here, and as they should be."""


@dataclass(frozen=True, slots=True)
class Faulty:
    """A model is not here, or not as it should be, and why."""

    problem: Problem
    cause: str = ""
    """For the operator alone: the repository or file, and what the network or the disk said."""


StockEvent = Progress | Whole | Faulty
"""What is told of the files of a model."""


class BadOptions(Exception):
    """An operator has set what cannot be. The text is for them, and says what to do."""


class Backend(Protocol):
    """Something that draws. Event loop only; blocking work goes to threads of its own."""

    async def open(self) -> None:
        """Import what is heavy and look at what is there, before the bot logs in.

        Raises nothing for what is missing, which `describe` tells, but `BadOptions` for a mistake.
        """
        ...

    def describe(self) -> Description:
        """Its name, what there is to draw with, and why not. Quick: asked while somebody types."""
        ...

    def batch_key(self, request: Request) -> Hashable | None:
        """Requests with equal keys may share a batch, up to `Capabilities.candidates_per_call`
        images in all. `None`: this one is drawn alone.
        """
        ...

    def run(self, batch: Batch) -> AsyncGenerator[BatchEvent]:
        """Draw `batch`; what happens, until every item has ended. It never raises but
        `CancelledError`: what hinders all is the end of each.

        An image does not depend on its neighbours, and what is wrong with one item alone ends that
        one. Cancelling the task that iterates, or closing it, stops the work, and returns once no
        thread works on it any more.
        """
        ...

    async def cancel(self, item_id: str) -> None:
        """An item is not wanted any more: it ends as `ItemCancelled`, unless it has ended. Once
        none of a batch is wanted, the work stops within a step.
        """
        ...

    def fetch(self, model: str) -> AsyncGenerator[StockEvent]:
        """Download what is not here of the model of that key: how far it is, in bytes, then `Whole`
        (at once where nothing is to be fetched) or one `Faulty`. Drawing goes on meanwhile.

        Cancelling the task that iterates, or closing it, stops it, and returns once no thread works
        on it any more; what has come is kept, and the next time goes on from there.
        """
        ...

    def verify(self, model: str) -> AsyncGenerator[StockEvent]:
        """Read every file of the model of that key: how far it is, in bytes, and a `Faulty` for
        each that is not as it should be, or else `Whole`. Closed as `fetch` is.
        """
        ...

    async def aclose(self) -> None:
        """Release threads and memory; the backend is not used again, but for another `aclose`."""
        ...
