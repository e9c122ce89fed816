"""Requests for tests: what a test does not care for is filled in."""

from __future__ import annotations

from typing import Any

from generation.request import (
    REFINE_STRENGTHS,
    ApplyTool,
    Draw,
    Guides,
    Output,
    Refine,
    Repaint,
    Subject,
    Vary,
)
from generation.traits import Traits

SHA = "0" * 64


def draw(
    prompt: str = "pink hair",
    *,
    model: str = "illustrator",
    references: tuple[str, ...] = (),
    pose: str | None = None,
    **shared: Any,
) -> Draw:
    """`shared`: fields of the subject and of the output."""
    guides = Guides(references=references, pose=pose)
    return Draw(**_shared(prompt, shared), model=model, guides=guides)


def repaint(
    prompt: str = "pink hair",
    *,
    model: str = "illustrator",
    init_image: str | None = None,
    mask: str | None = None,
    strength: float = 0.6,
    **shared: Any,
) -> Repaint:
    return Repaint(
        **_shared(prompt, shared), model=model, init_image=init_image, mask=mask, strength=strength
    )


def vary(
    known: Traits | None,
    prompt: str = "pink hair",
    *,
    model: str = "illustrator",
    image: str = SHA,
    **shared: Any,
) -> Vary:
    return Vary(**_shared(prompt, shared), model=model, image=image, traits=known)


def apply_tool(
    tool: str,
    known: Traits | None = None,
    prompt: str = "pink hair",
    *,
    image: str = SHA,
    **shared: Any,
) -> ApplyTool:
    return ApplyTool(**_shared(prompt, shared), tool=tool, image=image, traits=known)


def refine(
    prompt: str = "pink hair",
    *,
    model: str = "illustrator",
    image: str = SHA,
    face: tuple[float, float, float] | None = None,
    **shared: Any,
) -> Refine:
    """Of the face where that is given, else of all."""
    how = "hires" if face is None else "face"
    return Refine(
        **_shared(prompt, shared),
        model=model,
        image=image,
        how=how,
        face=face,
        strength=REFINE_STRENGTHS[how],
    )


def _shared(prompt: str, shared: dict[str, Any]) -> dict[str, Any]:
    subject = Subject(
        prompt=prompt, traits=shared.pop("traits", Traits()), leftover=shared.pop("leftover", ())
    )
    output: dict[str, Any] = {"count": 1, "seed": 0, "size_px": 512} | shared
    return {"subject": subject, "output": Output(**output)}
