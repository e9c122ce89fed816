"""From what somebody asked for to what a pipeline is called with."""

from __future__ import annotations

from typing import assert_never

from generation.backends.base import BatchItem
from generation.backends.diffusers import starts
from generation.backends.diffusers.calling import Plan, Sample
from generation.backends.diffusers.encoding import Pieces
from generation.backends.diffusers.families import FAMILIES
from generation.backends.diffusers.presets import Preset
from generation.capabilities import Capabilities, task_of
from generation.compile import Piece, compile_sentence, compile_tags
from generation.errors import UnknownLora
from generation.markup import read_markup
from generation.request import (
    VARY_STRENGTHS,
    ApplyTool,
    Candidate,
    Draw,
    Repaint,
    Request,
    Subject,
    Vary,
    candidates,
    inputs_of,
    starts_from_figure,
)
from generation.traits import Traits


def capabilities_of(preset: Preset) -> Capabilities:
    """What the models of `preset` can do."""
    tasks = FAMILIES[preset.family].tasks
    return Capabilities(
        tasks=tasks,
        sizes_px=preset.sizes_px,
        candidates_per_call=preset.max_batch,
        loras=tuple(lora.name for lora in preset.allowed_loras),
    )


def plan_of(request: Request, preset: Preset) -> Plan:
    """What `request` has in common with those that may share its call. Quick."""
    task = task_of(request, capabilities_of(preset))
    return Plan(
        task=task,
        size_px=request.output.size_px,
        strength=_strength(request),
        loras=_loras(request.subject, preset),
        reference=task == "image-to-image" and preset.ip_adapter is not None and _photo(request),
        controlled=task == "image-to-image" and preset.controlnet is not None,
    )


def stands_alone(plan: Plan) -> bool:
    """Whether one person's picture would be looked at for all in the call."""
    return plan.reference or plan.task == "edit"


def _photo(request: Request) -> bool:
    return inputs_of(request).init_image is not None


def _strength(request: Request) -> float:
    match request:
        case Repaint():
            return request.strength
        case Vary(traits=None):
            return VARY_STRENGTHS[request.strength]
        case Draw() | Vary() | ApplyTool():
            return 1.0
        case _:
            assert_never(request)


def _loras(subject: Subject, preset: Preset) -> tuple[tuple[str, float], ...]:
    """Those that the prompt asks for, in any case, by the names that the preset has for them."""
    names = {lora.name.casefold(): lora.name for lora in preset.allowed_loras}
    asked = read_markup(subject.prompt).loras
    return tuple(sorted((names.get(one.name.casefold(), one.name), one.weight) for one in asked))


def samples_of(item: BatchItem, plan: Plan, preset: Preset) -> tuple[Sample, ...]:
    """The images of `item` to draw. Blocking: decodes its init image, or draws the figure.

    Raises `UnknownLora` and `BadPicture`.
    """
    allowed = tuple(lora.name for lora in preset.allowed_loras)
    for name, _ in plan.loras:
        if name not in allowed:
            raise UnknownLora(name, allowed)
    size_px = plan.size_px
    init_image = None if item.init_image is None else starts.photo(item.init_image, size_px)
    mask = None if item.mask is None else starts.mask(item.mask, size_px)
    return tuple(
        _sample(item, candidate, preset, init_image, mask) for candidate in candidates(item.request)
    )


def _sample(
    item: BatchItem,
    candidate: Candidate,
    preset: Preset,
    init_image: object | None,
    mask: object | None,
) -> Sample:
    request, traits = item.request, candidate.traits
    if starts_from_figure(request):
        init_image, traits = starts.figure(traits, candidate.seed, request.output.size_px)
    prompt, negative = _prompts(request.subject, traits, preset)
    return Sample(
        item_id=item.id,
        seed=candidate.seed,
        traits=traits,
        pieces=prompt,
        negative=negative,
        init_image=init_image,
        mask=mask,
    )


def _prompts(subject: Subject, traits: Traits, preset: Preset) -> tuple[Pieces, Pieces]:
    """The prompt and the negative prompt."""
    family, prefix, suffix = FAMILIES[preset.family], preset.prompt_prefix, preset.prompt_suffix
    negative = preset.negative_prompt
    tags = compile_tags(subject, traits, prefix=prefix, suffix=suffix, negative=negative)
    prompt = _listed(tags.pieces)
    if family.prompt == "sentence":
        sentence = compile_sentence(
            subject, traits, prefix=prefix, suffix=suffix, transparent=False
        )
        prompt = ((sentence, 1.0),)
    return prompt, _listed(tags.negative_pieces) if family.negative else ()


def _listed(pieces: tuple[Piece, ...]) -> Pieces:
    """With commas between them."""
    parts = [part for piece in pieces for part in ((", ", 1.0), (piece.text, piece.weight))]
    return tuple(parts[1:])
