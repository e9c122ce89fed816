"""What is to be drawn: from what somebody asked for to samples, each with its prompts and its init
image: a photo, the illustrator's figure, or the edges of these.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, assert_never

from generation.backends.base import BatchItem, Fact
from generation.backends.diffusers.embeddings import Pieces
from generation.backends.diffusers.families import FAMILIES
from generation.backends.diffusers.presets import EMBEDDING, Preset
from generation.backends.diffusers.starts import (
    as_it_was,
    draw_figure,
    read_mask,
    read_photo,
    read_reference,
)
from generation.capabilities import Capabilities, OfferedLora, Task, task_of
from generation.inputs import inputs_of
from generation.prompt_errors import UnknownLora
from generation.prompts.compile import Intent, PromptStyle, compile_prompt
from generation.prompts.frame import NOTHING_SEEN, Sight
from generation.prompts.markup import Piece, read_markup
from generation.prompts.rating import RatingWords
from generation.request import (
    AS_USUAL,
    NO_GUIDES,
    VARY_STRENGTHS,
    ApplyTool,
    Between,
    Candidate,
    Draw,
    Rating,
    Refine,
    RefineHow,
    Repaint,
    Request,
    Settings,
    Subject,
    Vary,
    candidates,
    guides_of,
    settings_of,
    starts_from_figure,
)
from generation.shapes import SHAPES, frame
from generation.traits import Traits
from generation.tuning import fitting, unusual


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One image to draw."""

    item_id: str
    """The batch item that it is of."""
    number: int = 1
    """Which of its item's images it is, from 1."""
    seed: int
    traits: Traits
    pieces: Pieces
    negative: Pieces = ()
    facts: Mapping[str, Fact] = field(default_factory=dict[str, Fact])
    """What is worth telling about these."""
    init_image: Any | None = None
    """An RGB `PIL.Image` as large as the picture."""
    references: tuple[Any, ...] = ()
    """RGB `PIL.Image`s to look at, of any shape."""
    pose: Any | None = None
    """An RGB `PIL.Image` of the pose to take, of any shape."""
    mask: Any | None = None
    """An "L" `PIL.Image`, white where it is painted anew, grey at a soft edge."""
    kept: Any | None = None
    """With a mask: the init image as it was, with its opacity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What all pictures of a call have in common."""

    task: Task
    width: int
    height: int
    strength: float = 1.0
    loras: tuple[tuple[str, float], ...] = ()
    settings: Settings = AS_USUAL
    """How the model is run instead of as its preset says."""
    reference: bool = False
    """Whether an IP-Adapter looks at a picture, else at the init image, in a call of its own for
    each picture that is drawn.
    """
    looks: bool = False
    """Whether the model reads pictures with its prompt beside what it starts from."""
    tiled: bool = False
    """Whether the VAE works piece by piece: on pictures larger than the model's own, all at once
    takes more memory than the model itself.
    """
    controlled: bool = False
    """Whether a ControlNet holds the picture to a pose, else to the outlines of the init image."""


FINEST_PX, FINEST_FACTOR = 1536, 2
"""How large a picture is made finer, and how many times what a model was taught: on still larger
ones it begins to see several pictures, and its attention takes minutes.
"""


def capabilities_of(preset: Preset, memory_bytes: float = math.inf) -> Capabilities:
    """What the models of `preset` can do on a device with so much memory."""
    family, style = FAMILIES[preset.family], prompt_style_of(preset, "any")
    tasks = family.tasks
    largest_px = max(preset.sizes_px)
    can_start = "image-to-image" in tasks
    has_room = (preset.memory_gb or 0) * 2**30 <= memory_bytes
    refines: dict[RefineHow, bool] = {"hires": can_start and has_room, "face": can_start}
    return Capabilities(
        tasks=tasks,
        sizes_px=preset.sizes_px,
        shapes=SHAPES,
        candidates_per_call=preset.max_batch,
        loras=tuple(
            OfferedLora(
                name=lora.name, weight=lora.weight, about=lora.description, words=lora.words
            )
            for lora in preset.allowed_loras
        ),
        settings=preset.adjustable,
        reads=style.languages,
        takes_negative=style.negative,
        references=family.references or (1 if preset.ip_adapter else 0),
        poses=family.references > 0 or preset.controlnet is not None,
        refines=frozenset(how for how, can in refines.items() if can),
        finest_px=max(largest_px, min(FINEST_FACTOR * largest_px, FINEST_PX)),
    )


def plan_of(request: Request, preset: Preset) -> Plan:
    """What `request` has in common with those that may share its call. Quick."""
    task, guides = task_of(request, capabilities_of(preset)), guides_of(request)
    starts, family = task == "image-to-image", FAMILIES[preset.family]
    output = request.output
    width, height = frame(output.shape, output.size_px, family.size_multiple)
    return Plan(
        task=task,
        width=width,
        height=height,
        strength=_strength(request),
        loras=_loras(request.subject, preset),
        settings=_settings(request, preset),
        reference=preset.ip_adapter is not None
        and (bool(guides.references) or (starts and _photo(request))),
        looks=family.references > 0 and guides != NO_GUIDES,
        controlled=preset.controlnet is not None and (starts or guides.pose is not None),
    )


def stands_alone(plan: Plan) -> bool:
    """Whether one person's picture would be looked at for all in the call."""
    return plan.reference or plan.looks or plan.task == "edit"


def _photo(request: Request) -> bool:
    return inputs_of(request).init_image is not None


def _strength(request: Request) -> float:
    match request:
        case Repaint() | Refine():
            return request.strength
        case Vary(traits=None):
            return VARY_STRENGTHS[request.strength]
        case Draw() | Vary() | ApplyTool() | Between():
            return 1.0
        case _:
            assert_never(request)


def _settings(request: Request, preset: Preset) -> Settings:
    """What the preset does not say itself; its owner may have changed its limits since."""
    adjustable = preset.adjustable
    return unusual(fitting(settings_of(request), adjustable), adjustable)


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
    preset = preset.adjusted(plan.settings)
    size, is_whole = (plan.width, plan.height), plan.task == "edit"
    init_image = None
    if item.init_image is not None:
        init_image = read_photo(item.init_image, size, is_whole=is_whole)
    mask = None if item.mask is None else read_mask(item.mask, size)
    kept = None
    if mask is not None and item.init_image is not None:
        kept = as_it_was(item.init_image, size)
    references = tuple(read_reference(png, max(size)) for png in item.references)
    pose = None if item.pose is None else read_reference(item.pose, max(size))
    beside = {"mask": mask, "kept": kept, "references": references, "pose": pose}
    return tuple(
        replace(sample_of(item, plan, candidate, preset, init_image), number=number, **beside)
        for number, candidate in enumerate(candidates(item.request), start=1)
    )


def sample_of(
    item: BatchItem,
    plan: Plan,
    candidate: Candidate,
    preset: Preset,
    init_image: object | None,
) -> Sample:
    """One image of `item`, which starts from `init_image`, or from a figure that is drawn here."""
    request, traits = item.request, candidate.traits
    if starts_from_figure(request):
        init_image, traits = draw_figure(traits, candidate.seed, (plan.width, plan.height))
    compiled = compile_prompt(
        request.subject,
        traits,
        prompt_style_of(preset, request.output.rating),
        seed=candidate.seed,
        intent=_intent(request, plan.task),
        sight=Sight(len(item.references), item.pose is not None) if plan.looks else NOTHING_SEEN,
    )
    return Sample(
        item_id=item.id,
        seed=candidate.seed,
        traits=traits,
        pieces=_as_pairs(compiled.pieces, preset),
        negative=_as_pairs(compiled.negative, preset),
        facts=compiled.facts(),
        init_image=init_image,
    )


def prompt_style_of(preset: Preset, rating: Rating) -> PromptStyle:
    """How the models of `preset` are spoken to where pictures of that rating are wanted."""
    family, words = FAMILIES[preset.family], preset.rating
    form = preset.prompt or family.prompt
    held_to = RatingWords(words.safe, words.avoid) if words and rating == "safe" else None
    safe, avoid = (held_to.safe, held_to.avoid) if held_to else ("", "")
    is_first = words is not None and words.first
    around = ", " if form == "tags" else " "
    return PromptStyle(
        form=form,
        languages=preset.languages or family.languages,
        negative=family.negative and preset.is_guided,
        prefix=around.join(filter(None, (preset.prompt_prefix, safe if is_first else ""))),
        suffix=around.join(filter(None, ("" if is_first else safe, preset.prompt_suffix))),
        negative_prompt=", ".join(filter(None, (avoid, preset.negative_prompt))),
        rating=held_to,
    )


def _intent(request: Request, task: Task) -> Intent:
    """An edit is told what becomes of the picture; other models are told what is in it."""
    if isinstance(request, Refine) and request.how == "face":
        return "face"
    if task != "edit":
        return "draw"
    return "redraw" if starts_from_figure(request) else "edit"


def _as_pairs(pieces: tuple[Piece, ...], preset: Preset) -> Pieces:
    return tuple((_with_learned_words(piece.text, preset), piece.weight) for piece in pieces)


def _with_learned_words(text: str, preset: Preset) -> str:
    """`text` with the words that `preset` teaches its model as the model knows them: they may be
    typed in any case, and after "embedding:" as in ComfyUI.
    """
    for token in (inversion.token for inversion in preset.textual_inversions):
        name = re.escape(token.removeprefix(EMBEDDING))
        typed = re.compile(rf"(?<!\w)(?:{EMBEDDING})?{name}(?!\w)", re.IGNORECASE)
        text = typed.sub(lambda _, token=token: token, text)
    return text


MAX_INFERENCE_STEPS = 50
"""Steps of the longest schedule that a few steps are the end of; LCM knows no longer one."""


def inference_steps(num_inference_steps: int, strength: float) -> tuple[int, float]:
    """`num_inference_steps` and `strength` for a pipeline that starts from a picture.

    A pipeline runs the last `strength` of its steps. A model of 28 steps runs 17 of 28 at 0.6; one
    of 2 steps runs 2 of 3, and one of a single step 1 of 2, so that few steps neither come to none
    nor forget the start.
    """
    run = max(1, math.ceil(num_inference_steps * strength - 1e-9))
    longest = max(num_inference_steps, MAX_INFERENCE_STEPS)
    steps = max(run, min(round(run / max(strength, 1e-6)), longest))
    share = run / steps
    while int(steps * share) < run:  # 49 * (1 / 49) is less than 1
        share = math.nextafter(share, 2.0)
    return steps, share
