"""The contract between the queue and whatever draws."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from generation.errors import BackendError, GenerationError, UnknownBackend
from generation.request import Request
from generation.traits import Traits

Task = Literal["text-to-image", "image-to-image", "inpaint", "edit"]
"""What a model can do. "edit": a photo goes in whole and the prompt says what becomes of it, where
"image-to-image" starts from its pixels at a strength.
"""


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total`: steps while "drawing", bytes while "downloading".

    While "loading", `total` is 0: nobody knows how long that takes.
    """

    done: int
    total: int
    stage: Literal["downloading", "loading", "drawing"] = "drawing"
    preview: bytes | None = None
    """What there is of the picture so far: a small encoded WebP, JPEG or PNG."""


Report = Callable[[Progress], object]
"""Called by a backend from the event loop's thread or from its own."""

Fact = str | int | float
"""One thing worth telling about how a picture was made."""


@dataclass(frozen=True, slots=True)
class GeneratedImage:
    """A finished picture: an encoded PNG, and what it takes to draw it again."""

    png: bytes
    seed: int
    traits: Traits
    """Complete where the backend knows what it drew (the illustrator does)."""
    width: int
    height: int
    given: Mapping[str, Fact] = field(default_factory=dict[str, Fact])
    """What the model was really given, by its own names: "prompt", "num_inference_steps", …

    "hand" is the version of the illustrator that drew it.
    """


@dataclass(frozen=True, slots=True)
class Drawn:
    """What became of one request: its pictures, in order, and what they cost."""

    images: tuple[GeneratedImage, ...]
    usage: Mapping[str, int] = field(default_factory=dict[str, int])
    """What the provider has counted, such as {"output_tokens": 1756}."""
    cost_usd: float | None = None
    """An estimate by the provider's list price; `None` where drawing is free."""


Outcome = Drawn | Awaitable[Drawn] | GenerationError
"""What became of a share. One to be awaited is drawn, and only has to be encoded."""


async def drawn_of(outcome: Outcome) -> Drawn:
    """The pictures, encoded. Raises the `GenerationError` that there is instead."""
    if isinstance(outcome, GenerationError):
        raise outcome
    return outcome if isinstance(outcome, Drawn) else await outcome


@dataclass(frozen=True, slots=True)
class Price:
    """What a picture costs, roughly, in US dollars: what is told before somebody asks for one."""

    usd_per_image: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a model can do, declared so that a request can be refused before it is queued."""

    tasks: frozenset[Task] = frozenset({"text-to-image"})
    sizes_px: tuple[int, ...]
    """Allowed widths; the first is taken where nobody says a size."""
    transparent: bool = False
    """Whether it can leave the background transparent."""
    references: int = 0
    """How many pictures it can look at beside the prompt."""
    candidates_per_call: int = 1
    """Pictures that one call draws side by side; more of them take several calls, or wait."""
    previews: bool = False
    """Whether progress comes with previews."""
    price: Price | None = None
    """`None`: free."""
    loras: tuple[str, ...] = ()
    """Names that a prompt may ask for as `<lora:name:weight>`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Something to draw with, as members choose it and `/models` shows it."""

    backend: str
    name: str
    """Unique within its backend."""
    title: str
    """A proper name, the same in all languages."""
    capabilities: Capabilities
    problem: BackendError | None = None
    """Why it cannot be used now; `None` when it can."""
    loaded: bool = False
    device: str = ""
    """Where it runs, in the words of its field: "cpu", "cuda:0 (NVIDIA H100)", a host name."""
    licence: str = ""
    """Name of the licence."""
    licence_note: str = ""
    """What the licence forbids, to be said when the model is chosen; empty where it forbids nothing
    that a server would do.
    """

    @property
    def key(self) -> str:
        """What stands for it in commands and settings: "illustrator", "diffusers/anime"."""
        return self.backend if self.name == self.backend else f"{self.backend}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One request's part in a call."""

    request: Request
    report: Report
    key: str
    """The same for the same job, also after a restart: a provider that bills must not bill twice.
    """
    start: bytes | None = None
    """PNG of what the request starts from; `None` where that is the illustrator's figure, or
    nothing.
    """
    mask: bytes | None = None
    """PNG; what is transparent in it is painted anew, the rest is kept."""


class BadOptions(Exception):
    """An operator has set what cannot be. The text is for them, and says what to do."""


class Backend(Protocol):
    """Something that draws. Event loop only; blocking work goes to threads of its own."""

    @property
    def name(self) -> str:
        """The key in `generation.backends.BACKENDS`."""
        ...

    @property
    def concurrency(self) -> int:
        """Calls of `generate` that may run at the same time."""
        ...

    async def open(self) -> None:
        """Import what is heavy and look at what is there, before the bot logs in.

        Raises nothing for what is missing, which `models` tells, but `BadOptions` for a mistake.
        """
        ...

    def models(self) -> tuple[Model, ...]:
        """What there is to draw with, the default first. Quick: asked while somebody types."""
        ...

    def batch_key(self, request: Request) -> Hashable | None:
        """Requests with equal keys may share a call, up to `Capabilities.candidates_per_call`
        pictures in all. `None`: this one is drawn alone.
        """
        ...

    async def generate(self, shares: Sequence[Share]) -> tuple[Outcome, ...]:
        """Draw all of `shares`, in order: one picture a candidate.

        Raises `BackendError` for what hinders all of them; what is wrong with one share alone is
        returned in its place, and the others are drawn. An outcome to be awaited needs the device
        no more: the next call may begin.

        Cancelling the awaiting task stops the work and returns once no thread works on it any more.
        Somebody whose share is not wanted any more is simply not given it: a picture does not
        depend on its neighbours.
        """
        ...

    async def aclose(self) -> None:
        """Release threads and memory; the backend is not used again, but for another `aclose`."""
        ...


def model_of(backend: Backend, key: str) -> Model:
    """The backend's model of that key, its first for its own name. Raises `UnknownBackend`."""
    models = backend.models()
    for model in models:
        if key in (model.key, model.backend):
            return model
    raise UnknownBackend(key, tuple(model.key for model in models))
