"""Jobs: what this process has taken on, from its acceptance until its end has been shown."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import count
from typing import Literal, NamedTuple

from bot.lanes import Lanes
from bot.policy import Admission
from bot.results import Results, Stopping
from bot.storage.disk import PictureFiles
from bot.storage.images import ImageStore
from bot.storage.leases import LEASE_S, Claim, Completion, JobStore
from bot.storage.records import Cause, Drawing, Generation, NewGeneration
from bot.storage.storage_errors import GenerationClosed, MayPass
from bot.tasks import TaskKeeper
from bot.user_errors import PhotoInterrupted
from generation.backends.base import BatchItem, Result
from generation.errors import DrawingFailed, GenerationError, GenerationNotFound, UnknownBackend
from generation.inputs import inputs_of, with_names
from generation.job import Cancelled, Failed, Finished, Job, JobEvent, Priority
from generation.photo import NO_PHOTOS, Photos
from generation.prompt_errors import PromptError
from generation.request import Request

log = logging.getLogger(__name__)

RENEW_AFTER_S = LEASE_S / 3
MOST_ATTEMPTS = 10
"""A job that so many processes have crashed with is drawn no more."""
_FORGETS_EVERY = 30
"""Renewals between two looks for what has expired: some ten minutes."""


class Submitted(NamedTuple):
    """An accepted request: the job to follow, and the row it is stored in."""

    job: Job[Drawing]
    generation: Generation


Show = Callable[[tuple[Submitted, ...]], object]
"""What shows jobs that share a message."""


@dataclass(frozen=True, slots=True)
class _Work:
    """A stored generation, as its backend's scheduler works on it."""

    generation: Generation
    pictures: PictureFiles
    store: Callable[[Completion], Awaitable[Drawing]]

    @property
    def request(self) -> Request:
        """What is asked for."""
        return self.generation.request

    async def item(self) -> BatchItem:
        """Its id is the same after a restart: no row gets another's, and the seed is part of it.

        Raises `PictureLost`.
        """
        needed = inputs_of(self.request)
        return BatchItem(
            id=f"moevatar-{self.generation.id}-{self.request.output.seed}",
            request=self.request,
            init_image=await self._read(needed.init_image),
            mask=await self._read(needed.mask),
            references=tuple([await self.pictures.read(sha256) for sha256 in needed.references]),
            pose=await self._read(needed.pose),
        )

    async def finish(self, result: Result, started_at: datetime) -> Drawing:
        """Raises `GenerationClosed`, `GenerationNotFound` or a `StorageError` of the disk."""
        return await self.store(Completion(self.generation.id, result, started_at))

    async def _read(self, sha256: str | None) -> bytes | None:
        return None if sha256 is None else await self.pictures.read(sha256)


class Jobs:
    """Submits jobs, stores what becomes of them, and holds their leases. Event loop only."""

    def __init__(
        self, store: JobStore, images: ImageStore, pictures: PictureFiles, lanes: Lanes
    ) -> None:
        self._store, self._lanes = store, lanes
        self._images, self._pictures = images, pictures
        self._results = Results(store)
        self._tasks = TaskKeeper()
        self._renewing: asyncio.Task[None] | None = None
        self._ends: dict[int, asyncio.Task[None]] = {}
        """What closes the row of each job that has not ended yet."""

    async def submit(
        self,
        admission: Admission,
        request: Request,
        cause: Cause,
        parent_image_id: int | None = None,
        photos: Photos = NO_PHOTOS,
    ) -> Submitted:
        """Store, then queue; `photos` are read in between: by these names the request has them.

        Raises `LimitReached`, a `StorageError` or what reading raises; the place is free then.
        """
        new = admission.generation(request, cause, parent_image_id)
        limit = admission.open_jobs_limit
        with admission.reservation:
            accept = self._prepare(new, limit, photos) if photos else self._store.accept(new, limit)
            generation = await accept
            return Submitted(self._queue(generation), generation)

    async def submit_compared(
        self, admission: Admission, requests: Sequence[Request], cause: Cause
    ) -> tuple[Submitted, ...]:
        """Store all of `requests`, for one message, or none; then queue them.

        Raises `LimitReached` or a `StorageError` instead. What was reserved is free again either
        way.
        """
        news = [admission.generation(request, cause, None) for request in requests]
        with admission.reservation:
            accepted = await self._store.accept_compared(news, admission.open_jobs_limit)
            return tuple(Submitted(self._queue(each), each) for each in accepted)

    async def resume(self, show: Show) -> None:
        """Take up what an earlier run of the program accepted: queue it again, or if it has ended,
        have its end shown. `show` is called for those on each message, now and whenever another
        process is found to have left something.
        """
        await self._take_up(await self._store.claim(abandoned=True), show)
        self._renewing = asyncio.create_task(self._hold_on(show), name="leases")

    def cancel(self, generation_id: int) -> bool:
        """Cancel a job that waits or runs; False if there is none any more."""
        if job := self._lanes.job(generation_id):
            job.cancel()
            return True
        return False

    def shown(self, generation_id: int, message_id: int) -> None:
        """Note on which message a job is shown; stored with whatever is stored next."""
        self._results.messages[generation_id] = message_id

    async def delivered(self, *generation_ids: int) -> None:
        """The ends of jobs on one message have been shown, or cannot be any more."""
        # Else their rows would stay open, without a job.
        if ends := [self._ends[each] for each in generation_ids if each in self._ends]:
            await asyncio.wait(ends)
        noted = {each: self._results.messages.pop(each, None) for each in generation_ids}
        message_ids = {each: message_id for each, message_id in noted.items() if message_id}
        with contextlib.suppress(Stopping):
            await self._results.insist(
                lambda: self._store.delivered(generation_ids, message_ids),
                f"the delivery of jobs {list(generation_ids)}",
            )

    async def aclose(self) -> None:
        """Stop; what is not finished stays accepted, and is resumed by whoever comes next."""
        self._results.closing.set()  # what waits to be stored again is tried once more, and let go
        if self._renewing:
            self._renewing.cancel()
        await self._lanes.aclose()
        await self._tasks.aclose()

    async def release(self) -> None:
        """Give back every lease, once nothing is left to be shown."""
        with contextlib.suppress(MayPass):  # they run out
            await self._store.release(self._results.messages)

    async def _prepare(self, new: NewGeneration, limit: int, photos: Photos) -> Generation:
        """Store before the photos are read: whoever waits for that gets an answer, also if the
        program is killed meanwhile. One that cannot be read leaves nothing.
        """
        prepared = await self._store.accept(new, limit, is_ready=False)
        try:
            pngs = {name: await photo.read() for name, photo in photos.items()}
            named = with_names(new.request, {n: sha256(png).hexdigest() for n, png in pngs.items()})
            return await self._store.start(prepared, named, list(pngs.values()))
        except Exception:
            with contextlib.suppress(Stopping):
                await self._results.insist(
                    lambda: self._store.forget(prepared.id), f"that job {prepared.id} is refused"
                )
            raise

    def _queue(self, generation: Generation, priority: Priority = Priority.NORMAL) -> Job[Drawing]:
        job = self._lanes.lane(generation.backend).scheduler.submit(
            _Work(generation, self._pictures, self._results.keep),
            job_id=generation.id,
            owner_id=generation.owner_id,
            group_id=generation.group_id,
            priority=priority,
        )
        self._ends[job.id] = self._tasks.start(self._close(job), f"end-{job.id}")
        self._ends[job.id].add_done_callback(lambda _: self._ends.pop(job.id, None))
        return job

    async def _take_up(self, claims: tuple[Claim, ...], show: Show) -> None:
        messages: dict[int, list[Claim]] = {}
        for claim in claims:
            first = claim.generation.comparison_id or claim.generation.id
            messages.setdefault(first, []).append(claim)
        for together in messages.values():
            show(tuple([Submitted(await self._resumed(one), one.generation) for one in together]))

    async def _resumed(self, claim: Claim) -> Job[Drawing]:
        generation = claim.generation
        event: JobEvent[Drawing]
        match generation.status:
            case "queued":
                if not claim.is_ready:
                    event = Failed(PhotoInterrupted())
                elif claim.attempts <= MOST_ATTEMPTS:
                    try:
                        return self._queue(generation, Priority.RESUMED)
                    except UnknownBackend as error:
                        event = Failed(error)
                else:
                    event = Failed(DrawingFailed(generation.backend))
                log.warning("Job %d is given up: %s", generation.id, event.error)
                await self._end(generation.id, "failed", type(event.error).__name__)
            case "finished":
                event = Finished(await self._images.drawing(generation.id))
            case "cancelled":
                event = Cancelled()
            case "failed":
                event = Failed(DrawingFailed(generation.backend))
        return Job[Drawing].ended(generation.id, generation.owner_id, event)

    async def _hold_on(self, show: Show) -> None:
        """Renew the leases, and take up what others have let go, until cancelled."""
        for turn in count(1):
            await asyncio.sleep(RENEW_AFTER_S)
            noted = dict(self._results.messages)
            try:
                await self._store.renew(noted)
                claims = await self._store.claim()
                if turn % _FORGETS_EVERY == 0:
                    await self._images.forget_expired()
            except MayPass as refusal:
                log.warning("The leases are renewed later: %s", refusal)
                continue
            except Exception:  # ours to find; without renewals another process takes all jobs up
                log.exception("The leases were not renewed")
                continue
            for generation_id, message_id in noted.items():
                if self._results.messages.get(generation_id) == message_id:
                    del self._results.messages[generation_id]
            await self._take_up(claims, show)

    async def _close(self, job: Job[Drawing]) -> None:
        """Close the row of a job that ends without images. An interrupted one stays open."""
        match await job.wait():
            case Failed(error):
                _log(job.id, error)
                await self._end(job.id, "failed", type(error).__name__)
            case Cancelled():
                log.info("Job %d cancelled", job.id)
                await self._end(job.id, "cancelled", None)
            case Finished(drawing):
                _log_drawn(drawing)
            case _:
                pass

    async def _end(
        self, generation_id: int, status: Literal["failed", "cancelled"], error: str | None
    ) -> None:
        """Insist on it: open jobs count against the limit."""
        try:
            with contextlib.suppress(Stopping):
                await self._results.insist(
                    lambda: self._store.close(generation_id, status, error),
                    f"the end of job {generation_id}",
                )
        except (GenerationClosed, GenerationNotFound) as found:
            # The images were being stored, or all of it deleted, at that very moment.
            log.info("Job %d: %s", generation_id, found)


def _log_drawn(drawing: Drawing) -> None:
    """One line a drawing, without a word of anybody's."""
    generation, taken_s = drawing.generation, 0.0
    if generation.started_at and generation.finished_at:
        taken_s = (generation.finished_at - generation.started_at).total_seconds()
    log.info(
        "Job %d drawn by %s in %.1f s: %d of %d px",
        *(generation.id, generation.request.model, taken_s),
        *(len(drawing.images), generation.request.output.size_px),
    )


def _log(job_id: int, error: Exception) -> None:
    """In a line where the cause is known by name, with a traceback where it is ours to find."""
    match error:
        case PromptError():  # it quotes what was typed
            log.warning("Job %d failed: %s", job_id, type(error).__name__)
        case GenerationError() if not isinstance(error, DrawingFailed):
            log.warning("Job %d failed: %s", job_id, error)
        case _:
            log.warning("Job %d failed", job_id, exc_info=error)
