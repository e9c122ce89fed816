"""AvatarService: the use cases. The one place where storage, queues and backends meet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, assert_never

from bot.lanes import Drawing, Lanes
from bot.rowkeeping import keep_row
from bot.storage.avatars import AvatarStore
from bot.storage.guilds import GuildStore
from bot.storage.records import OPEN, Generation, Kind, NewGeneration
from bot.tasks import TaskKeeper
from bot.work import StoredWork
from generation.backends.base import Model, model_of
from generation.checking import check
from generation.errors import DrawingFailed, ImageNotFound, UnknownBackend
from generation.job import Cancelled, Failed, Finished, Job, JobEvent
from generation.prompt import read_prompt
from generation.request import (
    DEFAULT_STRENGTH,
    REPAINT,
    VARY_STRENGTHS,
    ApplyTool,
    Draw,
    Output,
    Repaint,
    Request,
    Subject,
    Vary,
    backend_of,
    new_seed,
    with_seed,
)
from generation.traits import Traits
from generation.work import Priority


@dataclass(frozen=True, slots=True)
class Origin:
    """Who asks, and where the answer is shown."""

    owner_id: int
    guild_id: int | None
    channel_id: int
    locale: str
    private: bool
    token: str | None = None
    """Of the interaction: see `NewGeneration.token`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What is asked for beside the prompt; what is `None` is left to the model."""

    count: int = 4
    seed: int | None = None
    size_px: int | None = None
    model: str | None = None
    """The key of a model."""
    style: str | None = None
    """One of the illustrator's, or `REPAINT`."""
    photo: bytes | None = None
    """A PNG to start from, as `generation.photo` has read it."""
    strength: float | None = None


class Submitted(NamedTuple):
    """An accepted request: the job to follow, and the row it is stored in."""

    job: Job[Drawing]
    generation: Generation


class AvatarService:
    """What members can ask for. Event loop only."""

    def __init__(self, avatars: AvatarStore, guilds: GuildStore, lanes: Lanes) -> None:
        self._avatars = avatars
        self._guilds = guilds
        self._lanes = lanes
        self._tasks = TaskKeeper()

    async def create(self, prompt: str, origin: Origin, wishes: Wishes) -> Submitted:
        """Draw from a prompt. Raises `PromptError`, or as `_submit` does."""
        reading = read_prompt(prompt)
        model = await self.model(origin.guild_id, wishes.model)
        styled = None if wishes.style in (None, REPAINT) else Traits(style=wishes.style)
        subject = Subject(
            prompt=prompt,
            traits=reading.traits.merged_with(styled) if styled else reading.traits,
            leftover=reading.leftover,
        )
        output = Output(
            count=wishes.count,
            seed=new_seed() if wishes.seed is None else wishes.seed,
            size_px=wishes.size_px or model.capabilities.sizes_px[0],
        )
        if wishes.photo is None and wishes.style != REPAINT:
            drawn = Draw(subject=subject, output=output, model=model.key)
            return await self._submit(drawn, origin, "create")
        request = Repaint(
            subject=subject,
            output=output,
            model=model.key,
            init_image=None if wishes.photo is None else await self._avatars.keep(wishes.photo),
            strength=DEFAULT_STRENGTH if wishes.strength is None else wishes.strength,
        )
        return await self._submit(request, origin, "create")

    async def edit(self, generation_id: int, prompt: str, origin: Origin) -> Submitted:
        """Draw from a changed prompt, as many and as large as before; the seed stays the same."""
        old = (await self._drawn(await self._avatars.generation(generation_id))).request
        reading = read_prompt(prompt)
        subject = Subject(
            prompt=prompt,
            traits=reading.traits.merged_with(_chosen_style(old.subject)),
            leftover=reading.leftover,
        )
        return await self._submit(_of_another(old, subject), origin, "edit")

    async def reroll(self, generation_id: int, origin: Origin) -> Submitted:
        """The same request with another seed, for whoever asks."""
        old = await self._avatars.generation(generation_id)
        request = with_seed(old.request, new_seed())
        return await self._submit(request, origin, "reroll", old.parent_image_id)

    async def vary(self, image_id: int, origin: Origin) -> Submitted:
        """Small variations of one picture, for whoever asks."""
        image = await self._avatars.image(image_id)
        old = await self._avatars.generation(image.generation_id)
        drawn = (await self._drawn(old)).request
        is_known = drawn.model == "illustrator"  # tools leave the traits as they are
        request = Vary(
            subject=drawn.subject,
            output=replace(drawn.output, seed=new_seed()),
            model=drawn.model,
            image=image.sha256,
            traits=image.traits if is_known else None,
        )
        return await self._submit(request, origin, "vary", image_id)

    async def apply(self, tool: str, image_id: int, origin: Origin) -> Submitted:
        """Have a tool work on one picture."""
        image = await self._avatars.image(image_id)
        old = await self._avatars.generation(image.generation_id)
        hand = image.given.get("hand")  # whose drawing it exactly is, also after other tools
        request = ApplyTool(
            subject=replace(old.request.subject, traits=image.traits),
            output=Output(count=1, seed=image.seed, size_px=image.width),
            tool=tool,
            image=image.sha256,
            traits=image.traits if isinstance(hand, int) else None,
            hand=hand if isinstance(hand, int) else None,
        )
        return await self._submit(request, origin, "tool", image_id)

    def cancel(self, generation_id: int) -> bool:
        """Cancel a job that waits or runs; False if there is none any more."""
        if job := self._lanes.job(generation_id):
            job.cancel()
            return True
        return False

    async def shown(self, generation_id: int, message_id: int) -> None:
        """Remember on which message a drawing is shown."""
        await self._avatars.shown(generation_id, message_id)

    async def delivered(self, generation_id: int, delivery: Literal["shown", "lost"]) -> None:
        """Remember that the end of a drawing has been shown, or cannot be any more."""
        await self._avatars.delivered(generation_id, delivery)

    async def resume(self) -> tuple[Submitted, ...]:
        """Take up what an earlier run of the program accepted: queue it again, or if it has ended,
        have its end shown.
        """
        resumed: list[Submitted] = []
        for generation in await self._avatars.undelivered():
            if generation.status in OPEN:
                job = await self._requeue(generation)
            else:
                job = await self._ended(generation)
            resumed.append(Submitted(job, generation))
        return tuple(resumed)

    async def drawing(self, generation_id: int) -> Drawing:
        """A stored generation with what is left of its pictures. Raises `GenerationNotFound`."""
        generation = await self._avatars.generation(generation_id)
        return Drawing(generation, await self._avatars.images_of(generation_id))

    def models(self) -> tuple[Model, ...]:
        """What can be chosen, usable now or not."""
        return self._lanes.models()

    async def model(self, guild_id: int | None, key: str | None = None) -> Model:
        """The model for a key, or for none what draws in that server. Raises `UnknownBackend`."""
        return self._lanes.model(key or (await self._guilds.get(guild_id)).backend)

    def waiting(self) -> dict[str, int]:
        """How many jobs wait, by backend."""
        return {lane.backend.name: lane.queue.waiting for lane in self._lanes.all()}

    async def aclose(self) -> None:
        """Stop the lanes; what is not finished stays open and is resumed at the next start."""
        await self._lanes.aclose()
        await self._tasks.aclose()

    async def _drawn(self, generation: Generation) -> Generation:
        """The generation that drew a picture on which tools have worked since.

        Raises `ImageNotFound` if the picture that was drawn has been deleted.
        """
        while isinstance(generation.request, ApplyTool):
            if generation.parent_image_id is None:
                raise ImageNotFound(0)
            parent = await self._avatars.image(generation.parent_image_id)
            generation = await self._avatars.generation(parent.generation_id)
        return generation

    async def _submit(
        self,
        request: Request,
        origin: Origin,
        kind: Kind,
        parent_image_id: int | None = None,
    ) -> Submitted:
        """Store, then queue.

        Raises `LimitReached`, `QueueFull`, `UnknownBackend`, `Unavailable` or `CannotDo` instead
        of queueing.
        """
        config = await self._guilds.get(origin.guild_id)
        backend = backend_of(request.model)
        lane = self._lanes.lane(backend)
        if not isinstance(request, ApplyTool):
            check(request, model_of(lane.backend, request.model), self.models())
        with lane.queue.place():
            generation = await self._avatars.begin(
                NewGeneration(
                    owner_id=origin.owner_id,
                    guild_id=origin.guild_id,
                    channel_id=origin.channel_id,
                    locale=origin.locale,
                    private=origin.private,
                    token=origin.token,
                    kind=kind,
                    request=request,
                    backend=backend,
                    parent_image_id=parent_image_id,
                ),
                config.open_jobs_limit,
            )
            return Submitted(self._queue(generation), generation)

    def _queue(self, generation: Generation, priority: Priority = Priority.NORMAL) -> Job[Drawing]:
        job = self._lanes.lane(generation.backend).queue.submit(
            StoredWork(generation, self._avatars),
            job_id=generation.id,
            owner_id=generation.owner_id,
            group_id=generation.guild_id or generation.owner_id,
            priority=priority,
        )
        self._tasks.start(keep_row(self._avatars, job), f"row-{job.id}")
        return job

    async def _requeue(self, generation: Generation) -> Job[Drawing]:
        try:
            return self._queue(generation, Priority.RESUMED)
        except UnknownBackend as error:
            await self._avatars.close(generation.id, "failed", type(error).__name__)
            return Job[Drawing].ended(generation.id, generation.owner_id, Failed(error))

    async def _ended(self, generation: Generation) -> Job[Drawing]:
        event: JobEvent[Drawing]
        match generation.status:
            case "finished":
                event = Finished(await self.drawing(generation.id))
            case "cancelled":
                event = Cancelled()
            case _:
                event = Failed(DrawingFailed(generation.backend))
        return Job[Drawing].ended(generation.id, generation.owner_id, event)


def _of_another(request: Request, subject: Subject) -> Draw | Repaint:
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
            )
        case Draw() | Vary() | ApplyTool():
            return Draw(subject=subject, output=output, model=model)
        case _:
            assert_never(request)


def _chosen_style(subject: Subject) -> Traits:
    """The style that was chosen beside the prompt, and holds for another prompt as well."""
    style = subject.traits.style
    return Traits() if style == read_prompt(subject.prompt).traits.style else Traits(style=style)
