"""JobStore: the generations that still have work to do, and which process does it.

A job is a row beside its generation, from the moment that is accepted until its owner has been
shown how it ended. Its lease says which process works on it, and until when nobody else may: who
works renews, who stops gives back, and what has run out is taken up by whoever lives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, bindparam, delete, func, or_, select, update
from sqlalchemy.orm import Session

from bot.storage.database import Database, uninterrupted
from bot.storage.disk import PictureFiles
from bot.storage.images import without_rows
from bot.storage.records import Drawing, Generation, NewGeneration
from bot.storage.storage_errors import GenerationClosed
from bot.storage.tables import (
    IMAGE,
    GenerationRow,
    ImageRow,
    InputRow,
    JobRow,
    generation_record,
    generation_row,
    image_record,
    image_row,
    input_rows,
    name_request,
)
from generation.backends.base import Result
from generation.errors import GenerationNotFound, ImageNotFound, LimitReached
from generation.job import Priority
from generation.request import Request

INPUTS_KEPT = timedelta(days=1)
"""How long somebody's photo outlives its drawing, for them to reroll it."""
_PREPARING, _OPEN, _ENDED = "preparing", "open", "ended"
"""What is left of a job: to have its photos read, to be drawn, to be shown."""
LEASE_S = 60.0
"""How long nobody else may take up a job whose process is not heard of."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that was taken up: to be drawn, or, where it has ended, to be shown."""

    generation: Generation
    attempts: int
    """How often it was taken up and not given back: more than once, and a process has crashed."""
    is_ready: bool = True
    """Whether everything is there that it needs: a photo may not have been read."""


@dataclass(frozen=True, slots=True)
class Completion:
    """What became of a job: pictures, to be kept."""

    generation_id: int
    result: Result
    started_at: datetime
    message_id: int | None = None
    """The message it is shown on, if that is known by now."""


_Outcome = Drawing | GenerationClosed | GenerationNotFound


class JobStore:
    """Jobs and their leases in the database. One method is one transaction.

    Invariants: a job's row is there exactly while its generation is open or its end has not been
    shown; only the process that holds its lease ends it.
    """

    def __init__(self, database: Database, pictures: PictureFiles, lease_owner: str) -> None:
        self._database = database
        self._pictures = pictures
        self._lease_owner = lease_owner

    @uninterrupted
    async def accept(
        self, new: NewGeneration, open_jobs_limit: int | None, *, is_ready: bool = True
    ) -> Generation:
        """Accept `new`, leased; unless it `is_ready`, pictures that it needs are still to come,
        and `start` or `forget` follows.

        Raises `LimitReached` if its owner has that many open ones, `ImageNotFound` if the picture
        that it is made of has just been deleted; nothing is kept then.
        """

        def work(session: Session) -> Generation:
            _check_limit(session, [new], open_jobs_limit)
            if new.parent_image_id and session.get(ImageRow, new.parent_image_id) is None:
                raise ImageNotFound(new.parent_image_id)
            row = generation_row(new, _now())
            session.add(row)
            session.flush()
            session.add(self._job_row(row, new, _OPEN if is_ready else _PREPARING))
            if is_ready:
                session.add_all(input_rows(row.id, new.request))
            session.flush()
            return generation_record(row, new.token)

        return await self._database.write(work)

    @uninterrupted
    async def accept_compared(
        self, news: Sequence[NewGeneration], open_jobs_limit: int | None
    ) -> tuple[Generation, ...]:
        """Accept all of `news`, of one owner, for one message; the pictures they need are there.

        Raises `LimitReached` if all of them are too many; nothing is kept then.
        """

        def work(session: Session) -> tuple[Generation, ...]:
            _check_limit(session, news, open_jobs_limit)
            now, lease = _now(), _lease()  # of all: they are taken up together
            rows = [generation_row(new, now) for new in news]
            session.add_all(rows)
            session.flush()
            for row, new in zip(rows, news, strict=True):
                row.comparison_id = rows[0].id
                job = self._job_row(row, new, _OPEN)
                job.lease_until = lease
                session.add(job)
                session.add_all(input_rows(row.id, new.request))
            session.flush()
            return tuple(
                generation_record(row, new.token) for row, new in zip(rows, news, strict=True)
            )

        return await self._database.write(work)

    @uninterrupted
    async def start(
        self, accepted: Generation, request: Request, pngs: Sequence[bytes]
    ) -> Generation:
        """Keep the pictures that `accepted` waited for, and the `request` that names them.

        Raises `GenerationNotFound`, or a `StorageError` of the disk; nothing is kept then.
        """
        async with self._pictures.changing:
            hashes = await self._pictures.write_all(pngs)
            try:
                return await self._start(accepted, request)
            except BaseException:
                async with self._database.reading() as session:
                    unused = await session.run_sync(without_rows, set(hashes))
                await self._pictures.delete(unused)
                raise

    async def _start(self, accepted: Generation, request: Request) -> Generation:
        def work(session: Session) -> Generation:
            row = session.get(GenerationRow, accepted.id)
            if row is None:
                raise GenerationNotFound(accepted.id)
            name_request(row, request)
            session.add_all(input_rows(row.id, request))
            job = update(JobRow).where(JobRow.generation_id == row.id)
            session.execute(job.values(status=_OPEN))
            session.flush()
            return generation_record(row, accepted.token)

        return await self._database.write(work)

    @uninterrupted
    async def forget(self, generation_id: int) -> None:
        """It is refused after all: keep nothing of it."""

        def work(session: Session) -> None:
            session.execute(delete(GenerationRow).where(GenerationRow.id == generation_id))

        await self._database.write(work)

    @uninterrupted
    async def complete(self, completions: Sequence[Completion]) -> tuple[_Outcome, ...]:
        """Keep pictures and end their generations as finished; all of them, or nothing.

        One that somebody else has ended or deleted meanwhile is told by the error in its place.
        Raises a `StorageError` of the disk or the database.
        """
        async with self._pictures.changing:
            hashes = await self._pictures.write_all(
                [image.png for completion in completions for image in completion.result.images]
            )

            def work(session: Session) -> tuple[_Outcome, ...]:
                found = self._open(session, [c.generation_id for c in completions])
                images: dict[int, list[ImageRow]] = {}
                now, position = _now(), 0
                for completion in completions:
                    drawn = completion.result.images
                    named = hashes[position : position + len(drawn)]
                    position += len(drawn)
                    if row := found.get(completion.generation_id):
                        images[row.id] = _finish(row, completion, named, now)
                session.add_all(image for rows in images.values() for image in rows)
                _end_jobs(session, list(images))
                session.flush()
                outcomes: list[_Outcome] = []
                for completion in completions:
                    if row := found.get(completion.generation_id):
                        stored = tuple(image_record(image) for image in images[row.id])
                        outcomes.append(Drawing(generation_record(row), stored))
                    else:
                        outcomes.append(_why_not(session, completion.generation_id))
                return tuple(outcomes)

            return await self._database.write(work)

    @uninterrupted
    async def close(
        self, generation_id: int, status: Literal["failed", "cancelled"], error: str | None
    ) -> None:
        """End it without pictures. Raises `GenerationNotFound` or `GenerationClosed`."""

        def work(session: Session) -> None:
            row = self._open(session, [generation_id]).get(generation_id)
            if row is None:
                raise _why_not(session, generation_id)
            row.status = status
            row.error = error
            row.finished_at = _now()
            _end_jobs(session, [generation_id])

        await self._database.write(work)

    @uninterrupted
    async def delivered(
        self, generation_ids: Sequence[int], message_ids: Mapping[int, int]
    ) -> None:
        """Their owner has seen how they ended, or never will: there is nothing left to do.

        `message_ids` as `renew`.
        """

        def work(session: Session) -> None:
            session.execute(delete(JobRow).where(JobRow.generation_id.in_(generation_ids)))
            _note_messages(session, message_ids)

        await self._database.write(work)

    @uninterrupted
    async def renew(self, message_ids: Mapping[int, int]) -> None:
        """Hold on to everything that is held, and note the messages it is shown on.

        `message_ids` are those learnt since, by generation.
        """

        def work(session: Session) -> None:
            session.execute(update(JobRow).where(self._held()).values(lease_until=_lease()))
            _note_messages(session, message_ids)

        await self._database.write(work)

    @uninterrupted
    async def claim(self, *, abandoned: bool = False) -> tuple[Claim, ...]:
        """Take up every job that nobody works on, oldest first.

        With `abandoned`, whatever others hold counts as let go: the caller knows that they do not
        live any more.
        """
        free = or_(JobRow.lease_owner.is_(None), JobRow.lease_until < _now())
        theirs = or_(JobRow.lease_owner.is_(None), JobRow.lease_owner != self._lease_owner)
        lease = _lease()

        def work(session: Session) -> tuple[Claim, ...]:
            found = session.execute(
                select(GenerationRow, JobRow)
                .join(JobRow, JobRow.generation_id == GenerationRow.id)
                .where(theirs if abandoned else free)
                .order_by(GenerationRow.id)
            )
            claims: list[Claim] = []
            for row, job in found.all():
                job.lease_owner = self._lease_owner
                job.lease_until = lease
                job.attempts += 1
                record, is_ready = generation_record(row, job.token), job.status != _PREPARING
                claims.append(Claim(record, job.attempts, is_ready))
            return tuple(claims)

        return await self._database.write(work)

    @uninterrupted
    async def release(self, message_ids: Mapping[int, int]) -> None:
        """Give back everything that is held, for whoever comes next; `message_ids` as `renew`."""
        free = {"lease_owner": None, "lease_until": None, "attempts": JobRow.attempts - 1}

        def work(session: Session) -> None:
            session.execute(update(JobRow).where(self._held()).values(free))
            _note_messages(session, message_ids)

        await self._database.write(work)

    def _job_row(self, row: GenerationRow, new: NewGeneration, status: str) -> JobRow:
        return JobRow(
            generation_id=row.id,
            status=status,
            owner_id=row.owner_id,
            group_id=new.group_id,
            priority=Priority.NORMAL,
            attempts=1,
            lease_owner=self._lease_owner,
            lease_until=_lease(),
            token=new.token,
        )

    def _held(self) -> ColumnElement[bool]:
        return JobRow.lease_owner == self._lease_owner

    def _open(self, session: Session, ids: Sequence[int]) -> dict[int, GenerationRow]:
        """Those generations of `ids` that are open and held, by id."""
        jobs = select(JobRow.generation_id).where(
            JobRow.generation_id.in_(ids), JobRow.status != _ENDED, self._held()
        )
        rows = session.scalars(select(GenerationRow).where(GenerationRow.id.in_(jobs)))
        return {row.id: row for row in rows}


def _check_limit(
    session: Session, news: Sequence[NewGeneration], open_jobs_limit: int | None
) -> None:
    """Raise `LimitReached` if the owner of `news` may not have them open, too."""
    if open_jobs_limit is None:
        return
    owned = JobRow.owner_id == news[0].owner_id
    count = select(func.count()).where(owned, JobRow.status != _ENDED)
    if session.execute(count).scalar_one() + len(news) > open_jobs_limit:
        raise LimitReached(open_jobs_limit)


def _finish(
    row: GenerationRow, completion: Completion, hashes: Sequence[str], now: datetime
) -> list[ImageRow]:
    """End a generation as finished; the rows of its images."""
    row.status = "finished"
    row.started_at = completion.started_at
    row.finished_at = now
    row.usage = dict(completion.result.usage)
    row.cost_usd = completion.result.cost_usd
    if completion.message_id is not None:
        row.message_id = completion.message_id
    return [
        image_row(row, position, picture, sha256, now)
        for position, (picture, sha256) in enumerate(
            zip(completion.result.images, hashes, strict=True)
        )
    ]


def _end_jobs(session: Session, ids: Sequence[int]) -> None:
    ended = update(JobRow).where(JobRow.generation_id.in_(ids)).values(status=_ENDED)
    session.execute(ended)
    theirs = InputRow.generation_id.in_(ids)
    session.execute(delete(InputRow).where(theirs, InputRow.purpose == IMAGE))
    session.execute(update(InputRow).where(theirs).values(expires_at=_now() + INPUTS_KEPT))


def _why_not(session: Session, generation_id: int) -> GenerationClosed | GenerationNotFound:
    row = session.get(GenerationRow, generation_id)
    if row is None:
        return GenerationNotFound(generation_id)
    return GenerationClosed(generation_id, row.status)


def _note_messages(session: Session, message_ids: Mapping[int, int]) -> None:
    if message_ids:
        connection = session.connection()
        connection.execute(
            update(GenerationRow)
            .where(GenerationRow.id == bindparam("of"))
            .values(message_id=bindparam("shown_on")),
            [{"of": of, "shown_on": shown_on} for of, shown_on in message_ids.items()],
        )


def _lease() -> datetime:
    return _now() + timedelta(seconds=LEASE_S)


def _now() -> datetime:
    return datetime.now(UTC)
