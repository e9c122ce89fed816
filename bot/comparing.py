"""Comparing: what members ask for to see it side by side."""

from __future__ import annotations

from collections.abc import Sequence

from bot.derived import for_others, read_subject
from bot.jobs import Jobs, Submitted
from bot.lanes import Lanes
from bot.policy import Context, Policy
from bot.storage.images import ImageStore
from bot.storage.records import Cause, Drawing
from bot.user_errors import NothingBetween, SameModelTwice, TooManyAtOnce
from generation.capabilities import Model
from generation.errors import LimitReached
from generation.prompts.wildcards import Lists
from generation.request import Between, Draw, Output, Request, Subject, new_seed, with_seed
from generation.traits import Traits

STEPS = 5
"""Pictures from one character to another."""


class Comparing:
    """The use cases of comparisons: of models, and of the steps between two characters."""

    def __init__(
        self, images: ImageStore, lanes: Lanes, policy: Policy, jobs: Jobs, lists: Lists
    ) -> None:
        self._images = images
        self._lanes = lanes
        self._policy = policy
        self._jobs = jobs
        self._lists = lists

    async def compare(
        self, prompt: str, context: Context, keys: Sequence[str], seed: int | None
    ) -> tuple[Submitted, ...]:
        """The same words and seed, once with each model of `keys`.

        Raises `SameModelTwice`, `PromptError`, or as `_submit` does.
        """
        models = [self._lanes.model(key) for key in keys]
        seed = new_seed() if seed is None else seed
        subject = read_subject(prompt, seed, Traits(), (), self._lists)
        return await self._submit(_of_models(subject, seed, models), context, "command")

    async def again(self, generation_id: int, context: Context) -> tuple[Submitted, ...]:
        """The comparison that a generation belongs to, with another seed; for others than its
        owner, what they may have of it.
        """
        seed = new_seed()
        asked: list[Request] = []
        for drawing in await self.drawings(generation_id):
            old = drawing.generation
            is_own = old.owner_id == context.member_id
            asked.append(with_seed(old.request if is_own else for_others(old.request), seed))
        return await self._submit(asked, context, "reroll")

    async def morph(
        self, ends: tuple[str, str | None], context: Context, seed: int | None, last: int | None
    ) -> Submitted:
        """Five pictures from one character to another, by the first model that can.

        Words for the second that are missing are those of the first; so is its seed, unless the
        words are the same. Raises `NothingBetween`, `PromptError`, or as `Policy.admit` and
        `Jobs.submit` do.
        """
        prompt, into = ends
        seed = new_seed() if seed is None else seed
        if last is None:
            last = new_seed() if into is None else seed
        subject, other = (
            read_subject(words, own, Traits(), (), self._lists)
            for words, own in ((prompt, seed), (into or prompt, last))
        )
        if (subject, seed) == (other, last):
            raise NothingBetween
        model = self._blender(context)
        request = Between(
            subject=subject,
            output=Output(count=STEPS, seed=seed, size_px=model.capabilities.sizes_px[0]),
            model=model.key,
            other=other,
            other_seed=last,
        )
        admission = await self._policy.admit(context, request, model)
        return await self._jobs.submit(admission, request, "command")

    def _blender(self, context: Context) -> Model:
        """The server's own model if it can; `admit` refuses one that cannot."""
        own = self._lanes.model(context.config.backend)
        usable = [model for model in (own, *self._lanes.models()) if model.problem is None]
        return next((model for model in usable if model.capabilities.blends), own)

    async def drawings(self, generation_id: int) -> tuple[Drawing, ...]:
        """Those on the message that names a generation. Raises `GenerationNotFound`."""
        return await self._images.compared(generation_id)

    async def _submit(
        self, requests: Sequence[Request], context: Context, cause: Cause
    ) -> tuple[Submitted, ...]:
        """All of them, for one message. Raises `TooManyAtOnce`, `ModelGone`, or as
        `Policy.admit_compared` does; nothing is kept then.
        """
        asked = [(request, self._lanes.model(request.model)) for request in requests]
        admission = await self._policy.admit_compared(context, asked)
        try:
            return await self._jobs.submit_compared(admission, requests, cause)
        except LimitReached as refusal:
            raise TooManyAtOnce(len(requests), refusal.limit) from refusal


def _of_models(subject: Subject, seed: int, models: Sequence[Model]) -> list[Draw]:
    """The same, once with each of `models`, as large as each draws best.

    Raises `SameModelTwice`.
    """
    for place, model in enumerate(models):
        if model.key in [other.key for other in models[:place]]:
            raise SameModelTwice(model.title)
    return [
        Draw(
            subject=subject,
            output=Output(count=1, seed=seed, size_px=model.capabilities.sizes_px[0]),
            model=model.key,
        )
        for model in models
    ]
