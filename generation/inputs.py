"""The stored pictures that a request needs to be drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple, assert_never

from generation.request import (
    ApplyTool,
    Between,
    Draw,
    Guides,
    R,
    Refine,
    Repaint,
    Request,
    Vary,
    guides_of,
)


class Inputs(NamedTuple):
    """The stored pictures that a request needs, by sha256."""

    init_image: str | None = None
    mask: str | None = None
    references: tuple[str, ...] = ()
    pose: str | None = None

    @property
    def named(self) -> tuple[str, ...]:
        """All of them that there are."""
        others = (self.init_image, self.mask, self.pose)
        return (*(sha256 for sha256 in others if sha256 is not None), *self.references)


def inputs_of(request: Request) -> Inputs:
    """The stored pictures without which `request` cannot be drawn."""
    guides = guides_of(request)
    seen = Inputs(references=guides.references, pose=guides.pose)
    match request:
        case Draw() | Between():
            return seen
        case Repaint():
            return seen._replace(init_image=request.init_image, mask=request.mask)
        case Vary():
            return seen._replace(init_image=request.image if request.traits is None else None)
        case ApplyTool() | Refine():
            return Inputs(request.image)
        case _:
            assert_never(request)


def with_names(request: R, names: Mapping[str, str]) -> R:
    """`request` with other `names` for pictures that it needs and members attached."""
    match request:
        case Draw() | Vary():
            return replace(request, guides=_named(request.guides, names))
        case Repaint():
            return replace(
                request,
                init_image=_name(request.init_image, names),
                mask=_name(request.mask, names),
                guides=_named(request.guides, names),
            )
        case ApplyTool() | Refine() | Between():
            return request
        case _:
            assert_never(request)


def _named(guides: Guides, names: Mapping[str, str]) -> Guides:
    references = tuple(names.get(sha256, sha256) for sha256 in guides.references)
    return Guides(references=references, pose=_name(guides.pose, names))


def _name(sha256: str | None, names: Mapping[str, str]) -> str | None:
    return None if sha256 is None else names.get(sha256, sha256)
