"""Jobs and their leases: who works on what, and what becomes of it when they stop."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.storage.database import Database
from bot.storage.disk import PictureFiles
from bot.storage.images import ImageStore
from bot.storage.leases import LEASE_S, JobStore
from bot.storage.records import Drawing
from bot.storage.storage_errors import GenerationClosed
from generation.errors import GenerationNotFound, ImageNotFound, LimitReached
from tests.bot.storage.making import (
    MESSAGE,
    OTHER,
    complete,
    completion,
    drawn,
    generated,
    new_generation,
)


@pytest.fixture
async def other(
    database_path: Path, jobs: JobStore, pictures: PictureFiles
) -> AsyncIterator[JobStore]:
    """Another process, on the same database."""
    async with Database.open(database_path) as database:
        yield JobStore(database, pictures, "another process")


async def run_out(database: Database) -> None:
    """Make all leases a minute older."""
    ago = datetime.now(UTC).replace(tzinfo=None) - timedelta(seconds=1)
    older = text("UPDATE jobs SET lease_until = :ago")
    await database.write(lambda session: session.execute(older, {"ago": str(ago)}))


async def test_what_one_process_holds_no_other_takes(jobs: JobStore, other: JobStore):
    await jobs.accept(new_generation(), None)

    assert await other.claim() == ()


async def test_what_starts_from_a_picture_that_is_deleted_at_that_moment_is_refused(
    jobs: JobStore, images: ImageStore
):
    (image,) = await drawn(jobs, b"a picture")
    await images.delete_image(image.id)

    with pytest.raises(ImageNotFound):
        await jobs.accept(new_generation(parent_image_id=image.id), None)

    assert await jobs.claim(abandoned=True) == ()


async def test_what_has_run_out_is_taken_up_once(
    database: Database, jobs: JobStore, other: JobStore
):
    accepted = await jobs.accept(new_generation(token="secret"), None)
    await run_out(database)

    (claim,) = await other.claim()

    assert (claim.generation, claim.attempts) == (accepted, 2)
    assert await jobs.claim() == ()


async def test_what_was_taken_over_is_not_ended_by_who_held_it_before(
    database: Database, images: ImageStore, jobs: JobStore, other: JobStore
):
    accepted = await jobs.accept(new_generation(), None)
    await run_out(database)
    await other.claim()

    with pytest.raises(GenerationClosed):
        await complete(jobs, accepted.id, generated(b"late"))
    with pytest.raises(GenerationClosed):
        await jobs.close(accepted.id, "cancelled", None)

    assert len(await complete(other, accepted.id, generated())) == 1
    assert (await images.generation(accepted.id)).status == "finished"


async def test_renewing_holds_everything_and_notes_the_messages(
    database: Database, images: ImageStore, jobs: JobStore, other: JobStore
):
    accepted = [await jobs.accept(new_generation(), None) for _ in range(3)]
    await run_out(database)

    await jobs.renew({accepted[0].id: MESSAGE, accepted[2].id: MESSAGE + 1})

    assert await other.claim() == ()
    found = [(await images.generation(each.id)).message_id for each in accepted]
    assert found == [MESSAGE, None, MESSAGE + 1]


async def test_what_is_given_back_may_be_taken_at_once_and_was_no_attempt(
    images: ImageStore, jobs: JobStore, other: JobStore
):
    accepted = await jobs.accept(new_generation(), None)

    await jobs.release({accepted.id: MESSAGE})
    (claim,) = await other.claim()

    assert (claim.generation.id, claim.attempts) == (accepted.id, 1)
    assert claim.generation.message_id == MESSAGE


async def test_what_is_abandoned_needs_no_patience(jobs: JobStore, other: JobStore):
    accepted = await jobs.accept(new_generation(), None)

    claims = await other.claim(abandoned=True)

    assert [claim.generation.id for claim in claims] == [accepted.id]
    assert await other.claim(abandoned=True) == ()


async def test_what_was_not_shown_is_taken_up_in_order(jobs: JobStore, other: JobStore):
    queued = await jobs.accept(new_generation(), None)
    (unseen,) = await drawn(jobs, b"1")
    (seen,) = await drawn(jobs, b"2")
    await jobs.delivered([seen.generation_id], {seen.generation_id: MESSAGE})

    claims = await other.claim(abandoned=True)

    assert [(claim.generation.id, claim.generation.status) for claim in claims] == [
        (queued.id, "queued"),
        (unseen.generation_id, "finished"),
    ]


async def test_a_token_lives_as_long_as_its_job(database: Database, jobs: JobStore):
    accepted = await jobs.accept(new_generation(token="secret"), None)
    assert accepted.token == "secret"

    await jobs.delivered([accepted.id], {})

    async with database.reading() as session:
        assert await session.scalar(text("SELECT count(*) FROM jobs")) == 0


async def test_many_are_completed_together_and_what_is_gone_hinders_none(
    images: ImageStore, jobs: JobStore, pictures: PictureFiles
):
    first, cancelled, last = [await jobs.accept(new_generation(), None) for _ in range(3)]
    await jobs.close(cancelled.id, "cancelled", None)

    outcomes = await jobs.complete(
        [
            completion(first.id, generated(b"1"), generated(b"2"), message_id=MESSAGE),
            completion(cancelled.id, generated(b"3")),
            completion(99, generated(b"4")),
            completion(last.id, generated(b"5")),
        ]
    )

    assert [type(each) for each in outcomes] == [
        Drawing,
        GenerationClosed,
        GenerationNotFound,
        Drawing,
    ]
    drawings = [each for each in outcomes if isinstance(each, Drawing)]
    assert [each for each in drawings] == [await images.drawing(each.id) for each in (first, last)]
    assert [len(each.images) for each in drawings] == [2, 1]
    assert drawings[0].generation.message_id == MESSAGE
    assert await pictures.read(drawings[1].images[0].sha256) == b"5"


async def test_what_has_ended_does_not_end_again(images: ImageStore, jobs: JobStore):
    (image,) = await drawn(jobs, b"1")
    ended = image.generation_id

    for call in (
        complete(jobs, ended, generated(b"2")),
        jobs.close(ended, "failed", "DrawingFailed"),
    ):
        with pytest.raises(GenerationClosed) as caught:
            await call

        assert caught.value.status == "finished"
    assert (await images.drawing(ended)).images == (image,)


async def test_over_the_limit_nothing_is_accepted(jobs: JobStore, other: JobStore):
    await jobs.accept(new_generation(), 1)

    with pytest.raises(LimitReached) as caught:
        await jobs.accept(new_generation(), 1)

    assert caught.value.limit == 1
    assert len(await other.claim(abandoned=True)) == 1


async def test_the_limit_counts_only_what_the_owner_has_open(jobs: JobStore):
    await jobs.accept(new_generation(owner_id=OTHER), 1)
    await drawn(jobs, b"1")

    assert (await jobs.accept(new_generation(), 1)).status == "queued"


async def test_of_two_requests_at_once_only_as_many_as_allowed_are_accepted(jobs: JobStore):
    calls = [jobs.accept(new_generation(), 1) for _ in range(2)]

    ended = await asyncio.gather(*calls, return_exceptions=True)

    assert sorted(type(each).__name__ for each in ended) == ["Generation", "LimitReached"]


async def test_the_limit_holds_between_two_processes(jobs: JobStore, other: JobStore):
    calls = [store.accept(new_generation(), 3) for store in (jobs, other) for _ in range(5)]

    ended = await asyncio.gather(*calls, return_exceptions=True)

    assert sum(isinstance(each, LimitReached) for each in ended) == 7


async def test_a_lease_is_long_enough_to_miss_two_renewals():
    from bot.jobs import RENEW_AFTER_S

    assert RENEW_AFTER_S * 3 <= LEASE_S


async def test_what_is_not_there_is_not_found(images: ImageStore, jobs: JobStore):
    for call in (
        images.generation(9),
        images.drawing(9),
        complete(jobs, 9, generated()),
        jobs.close(9, "cancelled", None),
    ):
        with pytest.raises(GenerationNotFound) as caught:
            await call
        assert caught.value.generation_id == 9


async def test_what_is_compared_is_accepted_and_taken_up_together(
    database: Database, images: ImageStore, jobs: JobStore, other: JobStore
):
    alone = await jobs.accept(new_generation(), None)
    first, second = await jobs.accept_compared([new_generation("a"), new_generation("b")], 3)
    await complete(jobs, first.id, generated())
    await run_out(database)

    claims = await other.claim()

    together = [claim.generation for claim in claims if claim.generation.comparison_id]
    assert [(each.id, each.status) for each in together] == [
        (first.id, "finished"),
        (second.id, "queued"),
    ]
    assert {each.comparison_id for each in together} == {first.id}
    compared = await images.compared(second.id)
    assert [(one.generation.id, len(one.images)) for one in compared] == [
        (first.id, 1),
        (second.id, 0),
    ]
    assert [one.generation.id for one in await images.compared(alone.id)] == [alone.id]


async def test_what_is_compared_has_one_lease(database: Database, jobs: JobStore):
    await jobs.accept_compared([new_generation(), new_generation()], None)

    async with database.reading() as session:
        leases = await session.scalars(text("SELECT DISTINCT lease_until FROM jobs"))
        assert len(leases.all()) == 1


async def test_all_that_is_compared_is_accepted_or_nothing(jobs: JobStore, other: JobStore):
    await jobs.accept(new_generation(), None)

    with pytest.raises(LimitReached):
        await jobs.accept_compared([new_generation(), new_generation()], 2)

    assert len(await other.claim(abandoned=True)) == 1


async def test_what_is_compared_is_delivered_at_once(images: ImageStore, jobs: JobStore):
    accepted = await jobs.accept_compared([new_generation(), new_generation()], None)
    ids = [generation.id for generation in accepted]

    await jobs.delivered(ids, dict.fromkeys(ids, MESSAGE))

    assert await jobs.claim(abandoned=True) == ()
    assert [(await images.generation(each)).message_id for each in ids] == [MESSAGE, MESSAGE]
