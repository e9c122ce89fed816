"""Requests made of words, and of earlier requests: pure, and nobody is asked anything."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import assert_never

from bot.storage.records import Image
from bot.user_errors import MaskExpired, NotYours, PhotoNotShared
from generation.capabilities import Model
from generation.errors import ImageNotFound, PhotoExpired
from generation.inputs import inputs_of
from generation.masks.parts import STRENGTHS, naming, without_part
from generation.prompt import read_prompt, shape_said
from generation.prompts.wildcards import Lists, lists_for
from generation.request import (
    COUNTS,
    NO_GUIDES,
    VARY_STRENGTHS,
    ApplyTool,
    Between,
    Draw,
    Output,
    Part,
    R,
    Refine,
    Repaint,
    Request,
    Subject,
    Vary,
    guides_of,
    new_seed,
    settings_of,
    with_settings,
)
from generation.shapes import RATIOS, Shape
from generation.traits import Traits
from generation.tuning import fitting


def read_subject(
    prompt: str, seed: int, chosen: Traits, without: tuple[str, ...], lists: Lists
) -> Subject:
    """Who is asked for; `chosen` and `without` stand beside the words. Raises `PromptError`."""
    lists = lists_for(prompt, lists, seed)
    reading = read_prompt(prompt, seed, without, lists)
    return Subject(
        prompt=prompt,
        traits=reading.traits.merged_with(chosen),
        leftover=reading.leftover,
        without=without,
        lists=lists,
    )


def as_many(output: Output) -> int:
    """As many as were drawn, but no more than a member may ask for: steps between two are more."""
    return min(output.count, COUNTS[-1])


def without_words(subject: Subject) -> Subject:
    """Who is drawn, as everybody sees it: the words are their owner's."""
    return Subject(prompt="", traits=subject.traits)


def for_others(request: Request) -> Request:
    """What everybody may ask again of somebody's `request`: neither their words nor their pictures.

    Raises `PhotoNotShared` where without these there is nothing to draw, `NotYours` for what is
    done to a picture of one's own.
    """
    subject, output, model = without_words(request.subject), request.output, request.model
    match request:
        case Repaint(init_image=str()):
            _check_left(subject)
            return Draw(subject=subject, output=output, model=model, settings=request.settings)
        case Between():
            return replace(request, subject=subject, other=without_words(request.other))
        case Draw() | Repaint() | Vary():
            if request.guides != NO_GUIDES and not isinstance(request, Vary):
                _check_left(subject)
            return replace(request, subject=subject, guides=NO_GUIDES)
        case ApplyTool() | Refine():
            raise NotYours
        case _:
            assert_never(request)


def _check_left(subject: Subject) -> None:
    """Raise `PhotoNotShared` where nothing of a drawing is left without its owner's pictures."""
    if subject.traits == Traits():
        raise PhotoNotShared


def of_another(request: Request, subject: Subject) -> Draw | Repaint:
    """What `request` becomes with another prompt: drawn anew, or from the same picture."""
    output, model = request.output, request.model
    match request:
        case Repaint():
            return replace(request, subject=subject)
        case Vary(traits=None):
            return Repaint(
                subject=subject,
                output=output,
                model=model,
                init_image=request.image,
                strength=VARY_STRENGTHS[request.strength],
                guides=request.guides,
                settings=request.settings,
            )
        case Draw() | Vary() | ApplyTool() | Refine() | Between():
            return Draw(
                subject=subject,
                output=replace(output, count=as_many(output)),
                model=model,
                guides=guides_of(request),
                settings=settings_of(request),
            )
        case _:
            assert_never(request)


def reshaped(request: R, before: Subject, model: Model) -> R:
    """`request` in the shape that a flag of its words asks for, if those of `before` said another.

    A shape that was chosen beside the words stays as long as nobody changes the flag.
    """
    output, shapes = request.output, model.capabilities.shapes
    said = shape_said(request.subject, output.seed, shapes)
    if said is None or said == shape_said(before, output.seed, shapes):
        return request
    return replace(request, output=replace(output, shape=said))


def of_model(request: Request, model: Model) -> Request:
    """`request` for another model, in a size and a shape that it draws, and run as it can be."""
    can, output = model.capabilities, request.output
    size_px = output.size_px if output.size_px in can.sizes_px else can.sizes_px[0]
    shape = output.shape if output.shape in can.shapes else can.shapes[0]
    output = replace(output, size_px=size_px, shape=shape)
    other = replace(request, model=model.key, output=output)
    return with_settings(other, fitting(settings_of(request), can.settings))


def painted(
    image: Image, old: Request, part: Part, words: str, model: Model, lists: Lists
) -> Repaint:
    """A part of a picture, for `model` to paint anew by `words` or, without any, as what was asked
    for says: as many as were drawn with it, in the model's size and shape that are nearest to it.

    It lacks its mask. Raises `PromptError`.
    """
    was, can = old.subject, model.capabilities
    said = naming(words, part) if words.strip() else was.prompt
    subject = replace(was, traits=Traits())
    if said:
        subject = read_subject(said, new_seed(), Traits(), was.without, lists)
    side_px = math.sqrt(image.width * image.height)
    output = Output(
        count=as_many(old.output),
        seed=new_seed(),
        size_px=min(can.sizes_px, key=lambda size_px: (size_px < side_px, abs(size_px - side_px))),
        shape=min(can.shapes, key=lambda shape: _distance(image, shape)),
    )
    traits = without_part(image.traits, part).merged_with(subject.traits)
    return Repaint(
        subject=replace(subject, traits=traits),
        output=output,
        model=model.key,
        init_image=image.sha256,
        strength=STRENGTHS[part],
        part=part,
        settings=fitting(settings_of(old), can.settings),
    )


def _distance(image: Image, shape: Shape) -> float:
    width, height = RATIOS[shape]
    return abs(math.log(image.width / image.height * height / width))


def why_gone(request: Request, sha256: str) -> Exception:
    """What to tell where a picture is gone that `request` needs."""
    is_start = sha256 == inputs_of(request).init_image
    match request:
        case Repaint(part=None):
            return PhotoExpired()
        case Repaint(mask=mask) if mask == sha256:
            return MaskExpired()
        case _:
            return ImageNotFound(0) if is_start else PhotoExpired()
