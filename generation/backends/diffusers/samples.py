"""What is to be drawn: from what somebody asked for to samples, each with its prompts and its init
image: a photo, the illustrator's figure, or the edges of these.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, assert_never

from generation.backends.base import BatchItem, Fact
from generation.backends.diffusers.embeddings import Pieces
from generation.backends.diffusers.families import FAMILIES
from generation.backends.diffusers.presets import Preset
from generation.capabilities import Capabilities, OfferedLora, Task, task_of
from generation.inputs import inputs_of
from generation.prompt_errors import PictureDamaged, UnknownLora
from generation.prompts.compile import Intent, PromptStyle, compile_prompt
from generation.prompts.markup import Piece, read_markup
from generation.prompts.rating import RatingWords
from generation.request import (
    AS_USUAL,
    VARY_STRENGTHS,
    ApplyTool,
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
    settings_of,
    starts_from_figure,
)
from generation.shapes import SHAPES, frame
from generation.traits import Traits
from generation.tuning import fitting, unusual

Size = tuple[int, int]
"""Width and height in pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One image to draw."""

    item_id: str
    """The batch sample that it is of."""
    seed: int
    traits: Traits
    pieces: Pieces
    negative: Pieces = ()
    facts: Mapping[str, Fact] = field(default_factory=dict[str, Fact])
    """What is worth telling about these."""
    init_image: Any | None = None
    """An RGB `PIL.Image` as large as the picture."""
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
    """Whether an IP-Adapter looks at the init image, in a call of its own for each picture."""
    tiled: bool = False
    """Whether the VAE works piece by piece: on pictures larger than the model's own, all at once
    takes more memory than the model itself.
    """
    controlled: bool = False
    """Whether a ControlNet holds the picture to the outlines of the init image."""


FINEST_PX, FINEST_FACTOR = 1536, 2
"""How large a picture is made finer, and how many times what a model was taught: on still larger
ones it begins to see several pictures, and its attention takes minutes.
"""


def capabilities_of(preset: Preset, memory_bytes: float = math.inf) -> Capabilities:
    """What the models of `preset` can do on a device with so much memory."""
    tasks, style = FAMILIES[preset.family].tasks, prompt_style_of(preset, "any")
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
        refines=frozenset(how for how, can in refines.items() if can),
        finest_px=max(largest_px, min(FINEST_FACTOR * largest_px, FINEST_PX)),
    )


def plan_of(request: Request, preset: Preset) -> Plan:
    """What `request` has in common with those that may share its call. Quick."""
    task = task_of(request, capabilities_of(preset))
    output, multiple = request.output, FAMILIES[preset.family].size_multiple
    width, height = frame(output.shape, output.size_px, multiple)
    return Plan(
        task=task,
        width=width,
        height=height,
        strength=_strength(request),
        loras=_loras(request.subject, preset),
        settings=_settings(request, preset),
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
        case Repaint() | Refine():
            return request.strength
        case Vary(traits=None):
            return VARY_STRENGTHS[request.strength]
        case Draw() | Vary() | ApplyTool():
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
        kept = _as_it_was(item.init_image, size)
    return tuple(
        replace(sample_of(item, plan, candidate, preset, init_image), mask=mask, kept=kept)
        for candidate in candidates(item.request)
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
        typed = re.compile(rf"(?<!\w)(?:embedding:)?{re.escape(token)}(?!\w)", re.IGNORECASE)
        text = typed.sub(lambda _, token=token: token, text)
    return text


MAX_INFERENCE_STEPS = 50
"""Steps of the longest schedule that a few steps are the end of; LCM knows no longer one."""


LEAST_KEPT = 0.6
"""A picture of another shape is cropped where this share of it is kept. Below, a crop would take
heads: a square one loses a third for a portrait, and two thirds for a banner.
"""


def read_photo(png: bytes, size: Size, *, is_whole: bool = False) -> Any:
    """A picture as a start of `size`, as an RGB `PIL.Image`: its middle or, where too little would
    be left of it, all of it in the middle of its own blurred colours, for the model to go on from.

    What is transparent in it becomes white. `is_whole`: it is looked at, and not gone on from, so
    that it needs no surroundings, and may be smaller. Raises `PictureDamaged`.
    """
    from PIL import Image, ImageFilter, ImageOps

    image = _decoded(png)
    white = Image.new("RGBA", image.size, "white")
    picture = Image.alpha_composite(white, image).convert("RGB")
    if _is_cropped(picture.size, size):
        return _middle(picture, size)
    whole = ImageOps.contain(picture, size, Image.Resampling.LANCZOS)
    if is_whole:
        return whole
    around = _middle(picture, size).filter(ImageFilter.GaussianBlur(min(size) / 16))
    around.paste(whole, _centred(whole.size, size))
    return around


def read_mask(png: bytes, size: Size) -> Any:
    """A mask as an "L" `PIL.Image`: white where `png` is transparent, and where `read_photo` adds
    to the picture; black where it is opaque. Raises `PictureDamaged`.
    """
    from PIL import Image, ImageOps

    alpha = _decoded(png).getchannel("A")
    if _is_cropped(alpha.size, size):
        alpha = _middle(alpha, size)
    else:
        whole = ImageOps.contain(alpha, size, Image.Resampling.LANCZOS)
        alpha = Image.new("L", size)
        alpha.paste(whole, _centred(whole.size, size))
    return ImageOps.invert(alpha)


def _as_it_was(png: bytes, size: Size) -> Any:
    """As `read_photo`, an RGBA `PIL.Image` with what is transparent in it."""
    image = _decoded(png)
    if _is_cropped(image.size, size):
        return _middle(image, size)
    return read_photo(png, size).convert("RGBA")


def draw_figure(traits: Traits, seed: int, size: Size) -> tuple[Any, Traits]:
    """The illustrator's character for `traits` as a start, and its traits, now complete. It stands
    at the bottom of what is higher, and in the middle of what is wider than a square.
    """
    from PIL import Image

    from generation import illustrator

    whole = replace(illustrator.complete(traits, seed), background="plain")
    side = min(size)
    figure = read_photo(illustrator.draw(whole, seed, side), (side, side))
    picture = Image.new("RGB", size, figure.getpixel((0, 0)))
    picture.paste(figure, ((size[0] - side) // 2, size[1] - side))
    return picture, whole


def find_edges(image: Any) -> Any:
    """White lines on black where `image` has edges: what a ControlNet for edges is led by."""
    from PIL import ImageFilter

    lines = image.convert("L").filter(ImageFilter.FIND_EDGES)
    return lines.point([0] * 40 + [255] * 216).convert("RGB")


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


def _decoded(png: bytes) -> Any:
    """What has been stored is a PNG of a bounded size already."""
    from PIL import Image

    try:
        return Image.open(io.BytesIO(png), formats=["PNG"]).convert("RGBA")
    except (OSError, ValueError, SyntaxError) as error:
        raise PictureDamaged from error


def _is_cropped(size: Size, wanted: Size) -> bool:
    """Whether enough of a picture of `size` is kept in the middle of it that is like `wanted`."""
    share = size[0] * wanted[1] / (size[1] * wanted[0])
    return wanted[0] == wanted[1] or min(share, 1 / share) >= LEAST_KEPT


def _middle(image: Any, size: Size) -> Any:
    from PIL import Image, ImageOps

    return ImageOps.fit(image, size, Image.Resampling.LANCZOS)


def _centred(size: Size, within: Size) -> tuple[int, int]:
    return (within[0] - size[0]) // 2, (within[1] - size[1]) // 2
