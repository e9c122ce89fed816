"""Second passes over finished pictures: what has been done to one, who can go over it again, and
what they are asked.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

from bot.derived import of_model
from bot.jobs import Jobs, Submitted
from bot.lanes import Lanes
from bot.policy import Context, Policy
from bot.storage.guilds import GuildStore
from bot.storage.images import ImageStore
from bot.storage.records import Generation, Image
from bot.user_errors import NotYours
from generation.capabilities import Model, check
from generation.errors import GenerationError, ImageNotFound
from generation.postprocess import face_of
from generation.request import (
    AS_USUAL,
    REFINE_STRENGTHS,
    ApplyTool,
    Refine,
    RefineHow,
    Request,
    Retouch,
    settings_of,
)

Refiners = Mapping[RefineHow, Model]
"""Who can do it; nobody where it has no entry."""


class Refining:
    """The use cases of second passes. Event loop only."""

    def __init__(
        self, images: ImageStore, guilds: GuildStore, lanes: Lanes, policy: Policy, jobs: Jobs
    ) -> None:
        self._images = images
        self._guilds = guilds
        self._lanes = lanes
        self._policy = policy
        self._jobs = jobs

    async def refine(self, image_id: int, how: RefineHow, key: str, context: Context) -> Submitted:
        """Have a model go over one picture of one's own a second time.

        Raises `NotYours`, `ImageNotFound`, `ModelGone`, `NoFace`, `PictureLost`, or as
        `Policy.admit` or `Jobs.submit` does; nothing is kept then.
        """
        image = await self._images.image(image_id)
        generation = await self._images.generation(image.generation_id)
        if generation.owner_id != context.member_id:
            raise NotYours
        model = self._lanes.model(key)
        request = await self._request(image, await self._history(generation), how, model)
        admission = await self._policy.admit(context, request, model)
        return await self._jobs.submit(admission, request, "refine", image_id)

    async def refiners(self, image: Image, guild_id: int | None) -> Refiners:
        """Who can, the first for each way: what drew the picture, then what draws in that server
        where nobody says otherwise, then others that have nothing to download and cost nothing.
        """
        *_, drawn = await self._history(await self._images.generation(image.generation_id))
        usual = (await self._guilds.get(guild_id)).backend
        found: dict[RefineHow, Model] = {}
        for model in self._in_turn(drawn.request, usual):
            for how in REFINE_STRENGTHS:
                if how not in found:
                    with suppress(GenerationError):
                        check(refinement(drawn.request, image, model, how), model, ())
                        found[how] = model
        return found

    async def _request(
        self, image: Image, history: Sequence[Generation], how: RefineHow, model: Model
    ) -> Refine:
        """What `model` is asked for. Raises what `check` does, `NoFace` or `PictureLost`."""
        request = refinement(history[-1].request, image, model, how)
        check(request, model, self._lanes.models())
        if how != "face":
            return request
        png, hand = await self._images.png(image.sha256), image.given.get("hand")
        find = partial(face_of, png, image.traits, image.seed, hand)
        return replace(request, face=await asyncio.to_thread(find, is_cropped=_is_cropped(history)))

    async def drawn(self, generation: Generation) -> Generation:
        """The generation that drew a picture that has been worked on since; with another model
        where that has gone over it.

        Raises `ImageNotFound` if the picture that was drawn has been deleted, or `ModelGone`.
        """
        *later, drawn = await self._history(generation)
        if isinstance(drawn.request, Retouch):
            raise ImageNotFound(0)
        for one in later:
            if isinstance(one.request, Refine) and one.request.model != drawn.request.model:
                model = self._lanes.model(one.request.model)
                return replace(drawn, request=of_model(drawn.request, model))
        return drawn

    async def _history(self, generation: Generation) -> tuple[Generation, ...]:
        """All that has worked on a picture, the latest first, back to what drew it, or as far as
        the pictures in between have not been deleted.
        """
        history = [generation]
        while isinstance(history[-1].request, Retouch):
            parent = await self._images.parent(history[-1])
            if parent is None:
                break
            history.append(parent)
        return tuple(history)

    def _in_turn(self, drawn: Request, usual: str) -> Iterable[Model]:
        models = tuple(self._lanes.models())
        own = [model for model in models if model.key == drawn.model]
        others = [model for model in models if model.is_here and model.capabilities.price is None]
        first = [model for model in others if usual in (model.key, model.backend)]
        return {model.key: model for model in (*own, *first, *others)}.values()


def refinement(drawn: Request, image: Image, model: Model, how: RefineHow) -> Refine:
    """A second pass of `model` over `image`, which `drawn` asked for: in the same words and with
    the same seed; where it is the same model, run in the same way.
    """
    size_px = round(math.sqrt(image.width * image.height))
    return Refine(
        subject=replace(drawn.subject, traits=image.traits),
        output=replace(drawn.output, count=1, seed=image.seed, size_px=size_px),
        model=model.key,
        image=image.sha256,
        how=how,
        strength=REFINE_STRENGTHS[how],
        settings=settings_of(drawn) if drawn.model == model.key else AS_USUAL,
    )


def _is_cropped(history: Iterable[Generation]) -> bool:
    """Whether a tool has cropped the picture to its face."""
    return any(isinstance(one.request, ApplyTool) and one.request.tool == "face" for one in history)
