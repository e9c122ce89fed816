"""What a backend has to draw with, as data, and whether that can do what is asked."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, assert_never

from generation.errors import (
    CannotDraw,
    TooLargeToRefine,
    TooManyReferences,
    UnknownBackend,
    UnsupportedShape,
    UnsupportedSize,
)
from generation.inputs import inputs_of
from generation.problems import Problem, error_of
from generation.prompt_errors import UnknownLora
from generation.prompts.markup import read_markup
from generation.request import (
    ApplyTool,
    Between,
    Draw,
    Refine,
    RefineHow,
    Repaint,
    Request,
    Vary,
    settings_of,
    starts_from_figure,
)
from generation.shapes import Shape
from generation.traits import Traits
from generation.tuning import Adjustable, check_settings

Task = Literal["text-to-image", "image-to-image", "inpaint", "edit"]
"""What a model can do. "edit": a photo goes in whole and the prompt says what becomes of it, where
"image-to-image" starts from its pixels at a strength.
"""

FINER_FACTORS = (2.0, 1.5, 1.25)
"""How many times as wide "Finer" makes a picture: the first that the model and memory allow."""


@dataclass(frozen=True, slots=True)
class Price:
    """What an image costs, roughly, in US dollars: what is told before somebody asks for one."""

    usd_per_image: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedLora:
    """One that a prompt may ask for as `<lora:name:weight>`, whatever its case."""

    name: str
    weight: float = 1.0
    """The usual one."""
    about: str = ""
    """What it does, as its maker or the operator says it."""
    words: tuple[str, ...] = ()
    """Words that a prompt has to say for it to act in full."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a model can do, declared so that a request can be refused before it is queued."""

    tasks: frozenset[Task] = frozenset({"text-to-image"})
    """None: it does not draw, and nobody is offered it."""
    sizes_px: tuple[int, ...]
    """Allowed widths of squares, whose pixels other shapes have; the first is taken where nobody
    says a size.
    """
    shapes: tuple[Shape, ...] = ("square",)
    """The first is taken where nobody says one."""
    candidates_per_call: int = 1
    """Images that one batch draws side by side; more of them take several calls, or wait."""
    price: Price | None = None
    """`None`: free."""
    loras: tuple[OfferedLora, ...] = ()
    reads: tuple[Literal["en", "zh"], ...] = ()
    """Languages in which it is given the person's own words; none where it draws from traits."""
    blends: bool = False
    """Whether it draws the steps from one character to another."""
    refines: frozenset[RefineHow] = frozenset()
    """How it can go over a finished picture a second time."""
    finest_px: int = 0
    """How large it makes one finer: the side of a square of the same area."""
    takes_negative: bool = False
    """Whether it has a negative prompt that has an effect."""
    settings: Adjustable | None = None
    """`None`: nobody can change how it is run."""
    references: int = 0
    """Pictures that it can look at beside the words. One that edits counts all that it is given:
    also what it starts from, and the pose.
    """
    poses: bool = False
    """Whether it can take a pose from a picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Something to draw with, as members choose it and `/models` shows it."""

    backend: str
    name: str
    """Unique within its backend."""
    title: str
    """A proper name, the same in all languages."""
    capabilities: Capabilities
    problem: Problem | None = None
    """Why it cannot be used now; `None` when it can."""
    is_here: bool = True
    """Whether nothing of it has to be downloaded before it draws."""
    can_fetch: bool = False
    """Whether `Backend.fetch` may bring what it lacks."""
    download_gb: float | None = None
    """How much that is, roughly; `None` where nobody knows."""
    disk_bytes: int | None = None
    """What its files take here; `None` where it has none, or not all of them."""
    memory_gb: float | None = None
    """What it wants of the device; `None` where nobody has said."""
    loaded: bool = False
    device: str = ""
    """Where it runs, in the words of its field: "cpu", "cuda:0 (NVIDIA H100)"."""
    licence: str = ""
    """Name of the licence."""
    licence_note: str = ""
    """What the licence forbids, to be said when the model is chosen; empty where it forbids nothing
    that a server would do.
    """

    @property
    def key(self) -> str:
        """What stands for it in requests and settings: "illustrator", "diffusers/anime"."""
        return self.backend if self.name == self.backend else f"{self.backend}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """A backend in short."""

    name: str
    """The key in `generation.backends.BACKENDS`."""
    concurrency: int
    """Batches that may run at the same time."""
    models: tuple[Model, ...]
    """What there is to draw with, usable now or not, the default first."""
    mistake: str = ""
    """What the operator has to mend, in English and without paths, while what was set before is in
    force; empty where nothing is.
    """

    def model(self, key: str) -> Model:
        """The model of that key, the first for the backend's name. Raises `UnknownBackend`."""
        for model in self.models:
            if key in (model.key, self.name):
                return model
        raise UnknownBackend(key, tuple(model.key for model in self.models))


def task_of(request: Request, capabilities: Capabilities) -> Task:
    """What the model has to do for `request`.

    A model that cannot start from the pixels of a picture may still edit it.
    """
    match request:
        case Draw() | Vary(traits=Traits()) | Between():
            return "text-to-image"
        case Repaint(mask=str()):
            return "inpaint"
        case Refine():
            return "image-to-image"
        case Repaint() | Vary() | ApplyTool():
            edits = "edit" in capabilities.tasks and "image-to-image" not in capabilities.tasks
            return "edit" if edits else "image-to-image"
        case _:
            assert_never(request)


def ignores_strength(request: Request, capabilities: Capabilities) -> bool:
    """Whether the model does what `request` wants, but cannot be told how far to go from what it
    starts from: those that only edit cannot.
    """
    task = task_of(request, capabilities)
    is_edit = task == "edit" or (task == "inpaint" and "image-to-image" not in capabilities.tasks)
    return is_edit and task in capabilities.tasks


def check(request: Request, model: Model, all_models: Iterable[Model]) -> None:
    """Raise what stands in the way of `request` with `model`.

    `all_models` are for advice, and looked at only then.

    A transparent background never does: a model that cannot leave it out paints a white one.

    Raises the error of `model.problem`, `CannotDraw`, `TooManyReferences`, `UnsupportedSize`,
    `UnsupportedShape`, `TooLargeToRefine`, `UnknownLora` or a `BadSetting`.
    """
    if model.problem is not None:
        raise error_of(model.problem)
    if not _has_task(request, model):
        others = _others(all_models, lambda other: _has_task(request, other))
        task = "between" if isinstance(request, Between) else task_of(request, model.capabilities)
        raise CannotDraw(model.title, task, others)
    _check_guides(request, model, all_models)
    if isinstance(request, Refine):
        _check_growth(request, model)
    elif not _has_size(request, model):
        others = _others(all_models, lambda m: _has_size(request, m) and _has_task(request, m))
        sizes = model.capabilities.sizes_px
        raise UnsupportedSize(model.title, request.output.size_px, sizes, others)
    elif not _has_shape(request, model):
        others = _others(all_models, lambda m: _has_shape(request, m) and _has_task(request, m))
        shapes = model.capabilities.shapes
        raise UnsupportedShape(model.title, request.output.shape, shapes, others)
    check_settings(settings_of(request), model.capabilities.settings, model.title)
    allowed = tuple(lora.name for lora in model.capabilities.loras)
    for lora in read_markup(request.subject.prompt).loras:
        if lora.name.casefold() not in map(str.casefold, allowed):
            raise UnknownLora(lora.name, _nearest_first(lora.name, allowed))


def _nearest_first(typed: str, names: Iterable[str]) -> tuple[str, ...]:
    """`names`, those before that are spelt like what was typed."""
    matcher = difflib.SequenceMatcher(b=typed.casefold(), autojunk=False)

    def unlike(name: str) -> float:
        matcher.set_seq1(name.casefold())
        return -matcher.ratio()

    return tuple(sorted(names, key=unlike))


def _has_task(request: Request, model: Model) -> bool:
    can = model.capabilities
    if isinstance(request, Refine) and request.how not in can.refines:
        return False
    if isinstance(request, Between) and not can.blends:
        return False
    return task_of(request, can) in can.tasks


def _check_growth(request: Refine, model: Model) -> None:
    """Raise `TooLargeToRefine` where the picture is about as large as it can become."""
    limit_px = model.capabilities.finest_px
    if request.how == "hires" and request.output.size_px * FINER_FACTORS[-1] > limit_px:
        raise TooLargeToRefine(model.title, limit_px)


def _check_guides(request: Request, model: Model, all_models: Iterable[Model]) -> None:
    """Raise `CannotDraw` or `TooManyReferences` where it cannot look at all that is given."""
    if _sees(request, model):
        return
    others = _others(all_models, lambda m: _sees(request, m) and _has_task(request, m))
    inputs, can = inputs_of(request), model.capabilities
    if inputs.pose is not None and not can.poses:
        raise CannotDraw(model.title, "pose", others)
    if can.references == 0:
        raise CannotDraw(model.title, "reference", others)
    given = len(inputs.references)
    most = can.references - (_looked_at(request, can) - given)
    raise TooManyReferences(model.title, given, most, others)


def _sees(request: Request, model: Model) -> bool:
    inputs, can = inputs_of(request), model.capabilities
    if inputs.pose is not None and not can.poses:
        return False
    return not inputs.references or _looked_at(request, can) <= can.references


def _looked_at(request: Request, capabilities: Capabilities) -> int:
    """Pictures that count towards `Capabilities.references`."""
    inputs = inputs_of(request)
    if "edit" not in capabilities.tasks:
        return len(inputs.references)
    has_start = inputs.init_image is not None or starts_from_figure(request)
    return len(inputs.references) + has_start + (inputs.pose is not None)


def _has_size(request: Request, model: Model) -> bool:
    return request.output.size_px in model.capabilities.sizes_px


def _has_shape(request: Request, model: Model) -> bool:
    return request.output.shape in model.capabilities.shapes


def _others(models: Iterable[Model], can: Callable[[Model], bool]) -> tuple[str, ...]:
    """The keys of those that are ready and can."""
    return tuple(model.key for model in models if model.problem is None and can(model))
