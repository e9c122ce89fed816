"""AvatarService: the use cases. The one place where storage, queues and backends meet."""

from __future__ import annotations

import math
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace

from bot.comparing import Comparing
from bot.derived import (
    as_many,
    for_others,
    of_another,
    of_model,
    painted,
    read_subject,
    reshaped,
    why_gone,
    without_words,
)
from bot.jobs import Jobs, Submitted
from bot.lanes import Business, Lanes
from bot.policy import Context, Policy
from bot.refining import Refining
from bot.storage.guilds import GuildStore
from bot.storage.images import ImageStore
from bot.storage.records import Cause, Drawing, Generation, Image
from bot.user_errors import NotYours
from generation.capabilities import Model, check, ignores_strength
from generation.errors import (
    GenerationError,
    ImageNotFound,
    NoStrength,
    NothingToStartFrom,
    UnknownBackend,
)
from generation.inputs import Inputs, inputs_of
from generation.photo import NO_PHOTOS, Photo, Photos, unread
from generation.prompt import chosen_style, shape_said
from generation.prompts.markup import listed_things
from generation.prompts.wildcards import Lists
from generation.request import (
    AS_USUAL,
    DEFAULT_STRENGTH,
    MASK_STRENGTH,
    NO_GUIDES,
    REPAINT,
    ApplyTool,
    Draw,
    Guides,
    Output,
    Part,
    Repaint,
    Request,
    Settings,
    Vary,
    VaryOnly,
    VaryStrength,
    guides_of,
    new_seed,
    settings_of,
    with_seed,
    with_settings,
)
from generation.shapes import Shape
from generation.traits import Traits


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What is asked for beside the prompt; what is `None` is left to the model."""

    count: int = 4
    seed: int | None = None
    size_px: int | None = None
    shape: Shape | None = None
    """What the words say with a flag, or else a square, where it is `None`."""
    model: str | None = None
    """The key of a model."""
    style: str | None = None
    """One of the illustrator's, or `REPAINT`."""
    photo: Photo | None = None
    """What to start from."""
    mask: Photo | None = None
    """What of that is painted anew; the rest is kept."""
    references: tuple[Photo, ...] = ()
    """What to look at."""
    pose: Photo | None = None
    """Whose pose to take."""
    strength: float | None = None
    without: str = ""
    """What is not to be in the picture, as typed."""
    settings: Settings = AS_USUAL


class AvatarService:
    """What members can ask for. Event loop only."""

    def __init__(
        self,
        images: ImageStore,
        guilds: GuildStore,
        lanes: Lanes,
        policy: Policy,
        jobs: Jobs,
        lists: Lists = (),
    ) -> None:
        self._images = images
        self._guilds = guilds
        self._lanes = lanes
        self._policy = policy
        self._jobs = jobs
        self._lists = lists
        self.comparing = Comparing(images, lanes, policy, jobs, lists)
        self.refining = Refining(images, guilds, lanes, policy, jobs)

    async def create(self, prompt: str, context: Context, wishes: Wishes) -> Submitted:
        """Draw from a prompt. Raises `PromptError`, `NoStrength`, `NothingToStartFrom`, or as
        `_submit` does.
        """
        seed = new_seed() if wishes.seed is None else wishes.seed
        chosen = Traits() if wishes.style in (None, REPAINT) else Traits(style=wishes.style)
        subject = read_subject(prompt, seed, chosen, listed_things(wishes.without), self._lists)
        model = self._lanes.model(wishes.model or context.config.backend)
        can = model.capabilities
        output = Output(
            count=wishes.count,
            seed=seed,
            size_px=wishes.size_px or can.sizes_px[0],
            shape=wishes.shape or shape_said(subject, seed, can.shapes) or can.shapes[0],
        )
        photos: dict[str, Photo] = {}
        guides = Guides(
            references=tuple(_take(photo, photos) for photo in wishes.references),
            pose=None if wishes.pose is None else _take(wishes.pose, photos),
        )
        if wishes.photo is None and wishes.style != REPAINT:
            if wishes.strength is not None:
                raise NothingToStartFrom
            drawn = Draw(
                subject=subject,
                output=output,
                model=model.key,
                guides=guides,
                settings=wishes.settings,
            )
            return await self._submit(drawn, model, context, "command", photos=photos)
        request = Repaint(
            subject=subject,
            output=output,
            model=model.key,
            init_image=None if wishes.photo is None else _take(wishes.photo, photos),
            mask=None if wishes.mask is None else _take(wishes.mask, photos),
            strength=wishes.strength or (MASK_STRENGTH if wishes.mask else DEFAULT_STRENGTH),
            guides=guides,
            settings=wishes.settings,
        )
        if wishes.strength is not None and ignores_strength(request, model.capabilities):
            raise NoStrength(model.title)
        return await self._submit(request, model, context, "command", photos=photos)

    async def edit(self, generation_id: int, prompt: str, context: Context) -> Submitted:
        """Draw from a changed prompt, as many and as large as before; the seed stays the same.

        Raises `NotYours` for whoever did not ask for it.
        """
        generation = await self._images.generation(generation_id)
        _check_owner(generation, context)
        old = (await self.refining.drawn(generation)).request
        chosen = Traits(style=chosen_style(old.subject, old.output.seed))
        subject = read_subject(prompt, old.output.seed, chosen, old.subject.without, self._lists)
        request = of_another(old, subject)
        model = self._lanes.model(request.model)
        request = reshaped(request, old.subject, model)
        was = generation.parent_image_id if generation.part else None
        return await self._submit(request, model, context, "edit", was)

    async def reroll(self, generation_id: int, context: Context) -> Submitted:
        """The same request with another seed; for others than its owner, what they may have of it.

        Raises `PhotoNotShared` where that is nothing.
        """
        old = await self._images.generation(generation_id)
        is_own = old.owner_id == context.member_id
        shared = old.request if is_own else for_others(old.request)
        request = with_seed(shared, new_seed())
        model = self._model_of(request)
        return await self._submit(request, model, context, "reroll", old.parent_image_id)

    async def switch(self, generation_id: int, key: str, context: Context) -> Submitted:
        """The same request, seed and all, with another model, as large as that draws.

        Raises `NotYours` for whoever did not ask for it, `ModelGone`, or as `_submit` does.
        """
        old = await self._images.generation(generation_id)
        _check_owner(old, context)
        model = self.model(key)
        request = of_model(old.request, model)
        return await self._submit(request, model, context, "edit", old.parent_image_id)

    async def tune(self, generation_id: int, settings: Settings, context: Context) -> Submitted:
        """The same request, seed and all, by a model that is run as `settings` say.

        Raises `NotYours` for whoever did not ask for it, or as `_submit` does.
        """
        old = await self._images.generation(generation_id)
        _check_owner(old, context)
        request = with_settings(old.request, settings)
        model = self._model_of(request)
        return await self._submit(request, model, context, "edit", old.parent_image_id)

    def reader_for(self, drawing: Drawing) -> Model | None:
        """A model that can be given the words of `drawing` that the one that drew it could not, and
        draw the same at once; free ones first. `None` where there is none, or no need.
        """
        if not drawing.images or "unsaid" not in drawing.images[0].given:
            return None
        request = drawing.generation.request
        reading = [m for m in self.models() if m.is_here and "zh" in m.capabilities.reads]
        for model in sorted(reading, key=lambda m: m.capabilities.price is not None):
            with suppress(GenerationError):
                check(of_model(request, model), model, ())
                return model
        return None

    async def vary(
        self,
        image_id: int,
        context: Context,
        *,
        strength: VaryStrength = "subtle",
        only: VaryOnly | None = None,
    ) -> Submitted:
        """Variations of one picture, for whoever asks."""
        image = await self._images.image(image_id)
        old = await self._images.generation(image.generation_id)
        generation = await self.refining.drawn(old)
        drawn, is_own = generation.request, generation.owner_id == context.member_id
        is_known = drawn.model == "illustrator"  # tools leave the traits as they are
        request = Vary(
            subject=drawn.subject if is_own else without_words(drawn.subject),
            output=replace(drawn.output, seed=new_seed(), count=as_many(drawn.output)),
            model=drawn.model,
            image=image.sha256,
            traits=image.traits if is_known else None,
            strength=strength,
            only=only,
            image_seed=image.seed if is_known else None,
            guides=await self._kept_guides(drawn) if is_own else NO_GUIDES,
            settings=settings_of(drawn),
        )
        return await self._submit(request, self._model_of(request), context, "vary", image_id)

    async def image(self, image_id: int) -> tuple[Image, Generation]:
        """A picture and what it came of. Raises `ImageNotFound`."""
        image = await self._images.image(image_id)
        return image, await self._images.generation(image.generation_id)

    async def can_vary(self, generation: Generation) -> bool:
        """Whether what drew its pictures is there, and can start from one."""
        try:
            model = self.model_of(await self.refining.drawn(generation))
        except (ImageNotFound, UnknownBackend):
            return False
        if model is None:
            return False
        can = model.capabilities.tasks & {"image-to-image", "edit"}
        return model.problem is None and (bool(can) or model.key == "illustrator")

    async def apply(self, tool: str, image_id: int, context: Context) -> Submitted:
        """Have a tool work on one picture of one's own. Raises `NotYours`."""
        image = await self._images.image(image_id)
        old = await self._images.generation(image.generation_id)
        _check_owner(old, context)
        hand = image.given.get("hand")  # whose drawing it exactly is, also after other tools
        request = ApplyTool(
            subject=replace(old.request.subject, traits=image.traits),
            output=Output(
                count=1, seed=image.seed, size_px=round(math.sqrt(image.width * image.height))
            ),
            tool=tool,
            image=image.sha256,
            traits=image.traits if isinstance(hand, int) else None,
            hand=hand if isinstance(hand, int) else None,
        )
        return await self._submit(request, None, context, "tool", image_id)

    async def paint(
        self, image: Image, part: Part, words: str, mask: Photo, model: Model, context: Context
    ) -> Submitted:
        """A part of one's own picture painted anew. Raises `NotYours`, or a `PromptError`."""
        old = await self._images.generation(image.generation_id)
        _check_owner(old, context)
        photos: dict[str, Photo] = {}
        request = painted(image, old.request, part, words, model, self._lists)
        request = replace(request, mask=_take(mask, photos))
        return await self._submit(request, model, context, "part", image.id, photos)

    async def drawing(self, generation_id: int) -> Drawing:
        """A stored generation with what is left of its images. Raises `GenerationNotFound`."""
        return await self._images.drawing(generation_id)

    def cancel(self, generation_id: int) -> bool:
        """Cancel a job that waits or runs; False if there is none any more."""
        return self._jobs.cancel(generation_id)

    def models(self) -> tuple[Model, ...]:
        """What can be chosen, usable now or not."""
        return tuple(self._lanes.models())

    async def default_model(self, guild_id: int | None) -> Model | None:
        """What draws in that server where nobody says otherwise; `None` where that is gone."""
        try:
            return self.model((await self._guilds.get(guild_id)).backend)
        except UnknownBackend:
            return None

    def model(self, key: str) -> Model:
        """The model for a key that is stored. Raises `ModelGone`."""
        return self._lanes.model(key)

    def model_named(self, typed: str) -> Model:
        """The model that somebody means. Raises `UnknownBackend`, or what is below it."""
        return self._lanes.named(typed)

    def model_of(self, generation: Generation) -> Model | None:
        """The model that drew it, as it is now; `None` where that is gone, or for a tool."""
        try:
            return self._model_of(generation.request)
        except UnknownBackend:
            return None

    def mistakes(self) -> dict[str, str]:
        """What the operator has to mend and hinders nothing yet, by backend (see `Description`)."""
        told = (lane.backend.describe() for lane in self._lanes.all())
        return {each.name: each.mistake for each in told if each.mistake}

    def business(self, model: Model) -> Business:
        """How busy what draws with `model` is, and how quick."""
        scheduler = self._lanes.lane(model.backend).scheduler
        return Business(scheduler.waiting, scheduler.seconds_per_image(model))

    def _model_of(self, request: Request) -> Model | None:
        """What draws it, and `None` where a tool works. Raises `UnknownBackend`."""
        return None if isinstance(request, ApplyTool) else self._lanes.model(request.model)

    async def _submit(
        self,
        request: Request,
        model: Model | None,
        context: Context,
        cause: Cause,
        parent_image_id: int | None = None,
        photos: Photos = NO_PHOTOS,
    ) -> Submitted:
        """Raises `PhotoExpired`, `ImageNotFound`, as `Policy.admit` or as `Jobs.submit` does;
        nothing is kept then.
        """
        await self._check_inputs(request, photos)
        admission = await self._policy.admit(context, request, model)
        return await self._jobs.submit(admission, request, cause, parent_image_id, photos)

    async def _check_inputs(self, request: Request, photos: Collection[str]) -> None:
        """Raise `PhotoExpired` or `ImageNotFound` where a picture is gone that `request` needs and
        that is none of `photos`, which are still to be read.
        """
        for needed in inputs_of(request).named:
            if needed not in photos and not await self._images.has_file(needed):
                raise why_gone(request, needed)

    async def _kept_guides(self, request: Request) -> Guides:
        """What `request` looks at, if all of it is still kept; a variation goes on without."""
        guides = guides_of(request)
        seen = Inputs(references=guides.references, pose=guides.pose).named
        kept = [await self._images.has_file(sha256) for sha256 in seen]
        return guides if all(kept) else NO_GUIDES


def _take(photo: Photo, photos: dict[str, Photo]) -> str:
    """Put `photo` among `photos`; the name that stands for it until it is read."""
    name = unread(len(photos))
    photos[name] = photo
    return name


def _check_owner(generation: Generation, context: Context) -> None:
    """Raise `NotYours` for anybody else than whoever asked for it."""
    if generation.owner_id != context.member_id:
        raise NotYours
