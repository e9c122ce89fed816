"""AvatarService: the use cases. The one place where storage, queues and backends meet."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from bot.storage.avatars import AvatarStore
from bot.storage.errors import DatabaseBusy, DiskFull, GenerationClosed
from bot.storage.guilds import GuildStore
from bot.storage.records import Generation, Image, Kind, NewGeneration
from bot.tasks import TaskKeeper
from generation.backends.base import Backend, Report
from generation.errors import GenerationNotFound, UnknownBackend
from generation.job import Cancelled, Failed, Job
from generation.prompt import read_prompt
from generation.queue import JobQueue
from generation.request import AvatarRequest, new_seed

log = logging.getLogger(__name__)

TRY_AGAIN_AFTER_S = (1.0, 10.0, 60.0, 600.0)
"""How long an end that cannot be stored waits between attempts."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A finished generation with its pictures, in order."""

    generation: Generation
    images: tuple[Image, ...]


@dataclass(frozen=True, slots=True)
class Lane:
    """A backend and the queue before it."""

    backend: Backend
    queue: JobQueue[Drawing]

    @classmethod
    def of(cls, backend: Backend) -> Lane:
        """A lane with as many slots as the backend takes at a time."""
        return cls(backend, JobQueue(backend.capabilities.concurrency))

    async def aclose(self) -> None:
        """End the queue first: the backend's threads are idle then."""
        await self.queue.aclose()
        await self.backend.aclose()


@dataclass(frozen=True, slots=True)
class Origin:
    """Who asks, and where the answer is shown."""

    owner_id: int
    guild_id: int | None
    channel_id: int
    locale: str
    private: bool


class Submitted(NamedTuple):
    """An accepted request: the job to follow, and the row it is stored in."""

    job: Job[Drawing]
    generation: Generation


class AvatarService:
    """What members can ask for. Event loop only."""

    def __init__(self, avatars: AvatarStore, guilds: GuildStore, lanes: Mapping[str, Lane]) -> None:
        self._avatars = avatars
        self._guilds = guilds
        self._lanes = lanes
        self._tasks = TaskKeeper()

    async def create(
        self, prompt: str, origin: Origin, *, count: int, seed: int | None, size_px: int
    ) -> Submitted:
        """Draw `count` pictures from a prompt. Raises `PromptError`, or as `_submit` does."""
        reading = read_prompt(prompt)
        request = AvatarRequest(
            prompt=prompt,
            traits=reading.traits,
            leftover=reading.leftover,
            count=count,
            seed=new_seed() if seed is None else seed,
            size_px=size_px,
        )
        return await self._submit(request, origin, "create")

    async def edit(self, generation_id: int, prompt: str, origin: Origin) -> Submitted:
        """Draw from a changed prompt, as many and as large as before; the seed stays the same."""
        old = (await self._avatars.generation(generation_id)).request
        reading = read_prompt(prompt)
        request = replace(
            old,
            prompt=prompt,
            traits=reading.traits,
            leftover=reading.leftover,
            variation_of=None,
        )
        return await self._submit(request, origin, "edit")

    async def reroll(self, generation_id: int, origin: Origin) -> Submitted:
        """The same request with another seed, for whoever asks."""
        old = await self._avatars.generation(generation_id)
        request = replace(old.request, seed=new_seed())
        return await self._submit(request, origin, "reroll", old.parent_image_id)

    async def vary(self, image_id: int, origin: Origin) -> Submitted:
        """Small variations of one picture, for whoever asks."""
        image = await self._avatars.image(image_id)
        old = await self._avatars.generation(image.generation_id)
        request = replace(old.request, seed=new_seed(), variation_of=image.traits)
        return await self._submit(request, origin, "vary", image_id)

    def cancel(self, generation_id: int) -> bool:
        """Cancel a job that waits or runs; False if there is none any more."""
        for lane in self._lanes.values():
            if job := lane.queue.job(generation_id):
                job.cancel()
                return True
        return False

    async def shown(self, generation_id: int, message_id: int) -> None:
        """Remember on which message a drawing is shown."""
        await self._avatars.shown(generation_id, message_id)

    async def resume(self) -> tuple[Submitted, ...]:
        """Queue again what an earlier run of the program accepted and did not finish."""
        resumed: list[Submitted] = []
        for generation in await self._avatars.open_generations():
            try:
                resumed.append(Submitted(self._queue(generation), generation))
            except UnknownBackend as error:
                await self._avatars.close(generation.id, "failed", type(error).__name__)
        return tuple(resumed)

    async def drawing(self, generation_id: int) -> Drawing:
        """A stored generation with what is left of its pictures. Raises `GenerationNotFound`."""
        generation = await self._avatars.generation(generation_id)
        return Drawing(generation, await self._avatars.images_of(generation_id))

    async def aclose(self) -> None:
        """Stop the lanes; what is not finished stays open and is resumed at the next start."""
        for lane in self._lanes.values():
            await lane.aclose()
        await self._tasks.aclose()

    async def _submit(
        self, request: AvatarRequest, origin: Origin, kind: Kind, parent_image_id: int | None = None
    ) -> Submitted:
        """Store, then queue. Raises `LimitReached` or `UnknownBackend` instead of queueing."""
        config = await self._guilds.get(origin.guild_id)
        self._lane(config.backend)
        generation = await self._avatars.begin(
            NewGeneration(
                owner_id=origin.owner_id,
                guild_id=origin.guild_id,
                channel_id=origin.channel_id,
                locale=origin.locale,
                private=origin.private,
                kind=kind,
                request=request,
                backend=config.backend,
                parent_image_id=parent_image_id,
            ),
            config.open_jobs_limit,
        )
        return Submitted(self._queue(generation), generation)

    def _queue(self, generation: Generation) -> Job[Drawing]:
        lane = self._lane(generation.backend)

        async def work(report: Report) -> Drawing:
            await self._avatars.started(generation.id)
            pictures = await lane.backend.generate(generation.request, report)
            images = await self._avatars.complete(generation.id, pictures)
            return Drawing(await self._avatars.generation(generation.id), images)

        job = lane.queue.submit(
            work,
            job_id=generation.id,
            owner_id=generation.owner_id,
            group_id=generation.guild_id or generation.owner_id,
        )
        self._tasks.start(self._close_row(job), f"close-{job.id}")
        return job

    async def _close_row(self, job: Job[Drawing]) -> None:
        """Record an end that is no picture. An interrupted job stays open, to be resumed."""
        try:
            match await job.wait():
                case Failed(error):
                    log.warning("Job %d failed", job.id, exc_info=error)
                    await self._insist_on_close(job.id, "failed", type(error).__name__)
                case Cancelled():
                    log.info("Job %d cancelled", job.id)
                    await self._insist_on_close(job.id, "cancelled", None)
                case _:
                    pass
        except (GenerationClosed, GenerationNotFound) as error:
            # The pictures were being saved, or all of it deleted, at that very moment.
            log.info("Job %d: %s", job.id, error)

    async def _insist_on_close(
        self, generation_id: int, status: Literal["failed", "cancelled"], error: str | None
    ) -> None:
        """Close a row, also if the disk is full for a while: open ones count against the limit."""
        for pause_s in TRY_AGAIN_AFTER_S:
            try:
                return await self._avatars.close(generation_id, status, error)
            except (DatabaseBusy, DiskFull) as refusal:
                log.warning("Job %d is closed in %g s (%s)", generation_id, pause_s, refusal)
                await asyncio.sleep(pause_s)
        await self._avatars.close(generation_id, status, error)

    def _lane(self, backend: str) -> Lane:
        try:
            return self._lanes[backend]
        except KeyError:
            raise UnknownBackend(backend, tuple(self._lanes)) from None
