"""Whether a model can do what is asked, before anything is queued."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import assert_never

from generation.backends.base import Capabilities, Model, Task
from generation.errors import CannotDraw, UnknownLora, UnsupportedSize
from generation.markup import read_markup
from generation.request import ApplyTool, Draw, Repaint, Request, Vary
from generation.traits import Traits


def task_of(request: Request, capabilities: Capabilities) -> Task:
    """What the model has to do for `request`.

    A model that cannot start from the pixels of a picture may still edit it.
    """
    match request:
        case Draw() | Vary(traits=Traits()):
            return "text-to-image"
        case Repaint(mask=str()):
            return "inpaint"
        case Repaint() | Vary() | ApplyTool():
            edits = "edit" in capabilities.tasks and "image-to-image" not in capabilities.tasks
            return "edit" if edits else "image-to-image"
        case _:
            assert_never(request)


def check(request: Request, model: Model, all_models: Sequence[Model]) -> None:
    """Raise what stands in the way of `request` with `model`; `all_models` are for advice.

    A transparent background never does: a model that cannot leave it out paints a white one.

    Raises `model.problem`, `CannotDraw`, `UnsupportedSize` or `UnknownLora`.
    """
    if model.problem is not None:
        raise model.problem.with_traceback(None)
    if not _has_task(request, model):
        others = _others(all_models, lambda other: _has_task(request, other))
        raise CannotDraw(model.title, task_of(request, model.capabilities), others)
    if not _has_size(request, model):
        others = _others(all_models, lambda m: _has_size(request, m) and _has_task(request, m))
        sizes = model.capabilities.sizes_px
        raise UnsupportedSize(model.title, request.output.size_px, sizes, others)
    for lora in read_markup(request.subject.prompt).loras:
        if lora.name not in model.capabilities.loras:
            raise UnknownLora(lora.name, model.capabilities.loras)


def _has_task(request: Request, model: Model) -> bool:
    return task_of(request, model.capabilities) in model.capabilities.tasks


def _has_size(request: Request, model: Model) -> bool:
    return request.output.size_px in model.capabilities.sizes_px


def _others(models: Sequence[Model], can: Callable[[Model], bool]) -> tuple[str, ...]:
    """The keys of those that are ready and can."""
    return tuple(model.key for model in models if model.problem is None and can(model))
