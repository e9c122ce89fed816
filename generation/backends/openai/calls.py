"""What is asked of the server: a request as one or more calls, and a call as parameters.

Only what matters is sent: servers refuse parameters that they do not know.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from generation.backends.backend_options import AUTO, OpenAIOptions
from generation.backends.base import BatchItem, Fact
from generation.backends.openai.image_models import Family, family_of
from generation.masks.keeping import fitted
from generation.prompts.compile import Intent, PromptStyle, Sight, compile_prompt
from generation.prompts.markup import has_choices
from generation.request import Candidate, Vary, candidates, starts_from_figure
from generation.traits import Traits


@dataclass(frozen=True, slots=True)
class Call:
    """One request to the server, and whose pictures it brings."""

    candidates: tuple[Candidate, ...]
    """One, or several that have a prompt and an init image in common."""
    model: str
    prompt: str
    told: Mapping[str, str]
    """What is worth telling about it."""
    width: int
    height: int
    transparent: bool
    pictures: tuple[bytes, ...]
    """PNGs: what it starts from, what is looked at, the pose; where these are there."""
    mask: bytes | None
    """Of the first of `pictures`."""
    original: tuple[bytes, bytes] | None
    """With a mask: the init image and the mask before they were scaled to what is sent."""
    idempotency_key: str
    """The same for the same call of the same job, so that none is billed twice."""

    @property
    def family(self) -> Family:
        """What `model` understands."""
        return family_of(self.model)

    @property
    def streams(self) -> bool:
        """Whether a preview comes along. OpenAI streams only single pictures.

        One call for several pictures costs less than a call each (a preview counts as 100 tokens,
        and so does the init image again), and is drawn or refused as a whole: so these have none.
        """
        return self.family.is_gpt_image and len(self.candidates) == 1


def calls_of(item: BatchItem, model: str) -> tuple[Call, ...]:
    """The calls for all candidates of `item`, in order. Blocking: the illustrator may draw.

    A gpt-image draws candidates of the same look in one call. Others draw them one by one, each by
    its own seed.
    """
    request = item.request
    wanted, repainted = candidates(request), starts_from_figure(request)
    varied = isinstance(request, Vary) and request.traits is not None
    subject = request.subject
    alike = not (repainted or varied or has_choices(subject.prompt, subject.lists))
    if family_of(model).is_gpt_image and alike:
        groups = [wanted]
    else:
        groups = [(candidate,) for candidate in wanted]
    return tuple(_call(item, model, group, repainted) for group in groups)


def _call(item: BatchItem, model: str, group: tuple[Candidate, ...], repainted: bool) -> Call:
    output = item.request.output
    width, height = family_of(model).size(output.shape, output.size_px)
    init_image: bytes | None = item.init_image
    intent: Intent = "draw" if init_image is None else "edit"
    if repainted:
        candidate, init_image = _figure(group[0], item.request.output.size_px)
        group, intent = (candidate,), "redraw"
    mask, original = item.mask, None
    if init_image is not None and mask is not None:
        intent, original = "part", (init_image, mask)
        init_image, mask = (fitted(png, width, height) for png in original)
    compiled = compile_prompt(
        item.request.subject,
        group[0].traits,
        PromptStyle(
            form="sentence", languages=("en", "zh"), transparent=family_of(model).transparent
        ),
        seed=group[0].seed,
        intent=intent,
        sight=Sight(len(item.references), item.pose is not None),
    )
    prompt = compiled.prompt
    return Call(
        candidates=group,
        model=model,
        prompt=prompt,
        width=width,
        height=height,
        transparent=group[0].traits.background == "transparent",
        pictures=tuple(png for png in (init_image, *item.references, item.pose) if png is not None),
        mask=mask,
        original=original,
        told=compiled.facts(),
        idempotency_key=_key(item.id, model, prompt, group),
    )


def _figure(candidate: Candidate, size_px: int) -> tuple[Candidate, bytes]:
    """The candidate with nothing left open, and the illustrator's PNG of it."""
    from generation import illustrator

    whole: Traits = illustrator.complete(candidate.traits, candidate.seed)
    png = illustrator.draw(whole, candidate.seed, size_px)
    return Candidate(whole, candidate.seed), png


def _key(job: str, model: str, prompt: str, group: tuple[Candidate, ...]) -> str:
    seeds = ",".join(str(candidate.seed) for candidate in group)
    return hashlib.sha256("\0".join((job, model, prompt, seeds)).encode()).hexdigest()


def parameters(call: Call, options: OpenAIOptions) -> dict[str, Any]:
    """What the client's `images.generate` takes, or `images.edit` where there is an "image"."""
    asked: dict[str, Any] = {
        "model": call.model,
        "prompt": call.prompt,
        "size": f"{call.width}x{call.height}",
    }
    if call.pictures:
        asked["image"] = [
            (f"picture-{number}.png", png, "image/png")
            for number, png in enumerate(call.pictures, 1)
        ]
        if call.mask is not None:
            asked["mask"] = ("mask.png", call.mask, "image/png")
    if call.family.is_gpt_image:
        return asked | _for_gpt_image(call, options)
    if call.family.takes_seed and not options.is_official:
        asked["extra_body"] = {"seed": call.candidates[0].seed}
    return asked | {"response_format": "b64_json"}


def _for_gpt_image(call: Call, options: OpenAIOptions) -> dict[str, Any]:
    asked: dict[str, Any] = {}
    if len(call.candidates) > 1:
        asked["n"] = len(call.candidates)
    if options.quality != AUTO:
        asked["quality"] = options.quality
    if options.moderation != AUTO and not call.pictures:  # edits have no such parameter
        asked["moderation"] = options.moderation
    if call.transparent and call.family.transparent:
        asked |= {"background": "transparent", "output_format": "png"}
    if call.streams:
        asked |= {"stream": True, "partial_images": 1}
    return asked


def facts(call: Call, options: OpenAIOptions) -> dict[str, Fact]:
    """What is worth telling of `call`: what was sent, without pictures and transport."""
    sent = parameters(call, options)
    sent |= sent.get("extra_body", {})
    return {name: sent[name] for name in _TOLD if name in sent} | dict(call.told)


_TOLD = ("model", "prompt", "size", "quality", "moderation", "background", "seed")
