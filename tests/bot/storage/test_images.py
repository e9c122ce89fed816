import asyncio
import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
from sqlalchemy import select, update

from bot.storage.database import Database
from bot.storage.disk import PictureFiles
from bot.storage.images import ImageStore
from bot.storage.leases import Completion, JobStore
from bot.storage.records import Drawing, Generation
from bot.storage.storage_errors import FolderNotWritable
from bot.storage.tables import GenerationRow, InputRow
from generation.backends.base import Result
from generation.errors import GenerationNotFound, LimitReached, PictureLost
from generation.request import Request
from generation.traits import Traits
from tests.bot.storage.making import (
    OTHER,
    OWNER,
    complete,
    drawn,
    files_in,
    generated,
    new_generation,
    put_file_at,
)
from tests.generation.requests import apply_tool, draw, repaint, vary


async def test_what_was_accepted_is_found_unchanged(images: ImageStore, jobs: JobStore):
    new = new_generation("银发猫耳少女，笑 🐱", guild_id=None, private=True, cause="edit")

    begun = await jobs.accept(new, None)

    assert await images.generation(begun.id) == begun
    assert {name: getattr(begun, name) for name in new.__dataclass_fields__} == {
        name: getattr(new, name) for name in new.__dataclass_fields__
    }
    assert begun.status == "queued"
    assert begun.created_at.tzinfo is UTC
    assert datetime.now(UTC) - begun.created_at < timedelta(minutes=1)


async def test_a_variation_remembers_what_it_varies(images: ImageStore, jobs: JobStore):
    (parent,) = await drawn(jobs, b"1")
    new = new_generation()
    new = replace(
        new,
        request=vary(Traits(skin="tan", marks=())),
        cause="vary",
        parent_image_id=parent.id,
    )

    begun = await jobs.accept(new, None)

    assert (await images.generation(begun.id)).request == new.request
    assert begun.parent_image_id == parent.id


async def test_finished_pictures_are_kept_in_order(
    images: ImageStore, jobs: JobStore, pictures: PictureFiles
):
    begun = await jobs.accept(new_generation(), None)
    first, second = generated(b"first", 7, skin="tan"), generated(b"second", 8, skin="fair")

    kept = await complete(jobs, begun.id, first, second)

    assert (await images.drawing(begun.id)).images == kept
    assert await images.image(kept[1].id) == kept[1]
    one, other = kept
    assert (one.position, one.seed, one.traits) == (0, 7, Traits(skin="tan"))
    assert (other.position, other.owner_id, other.bytes) == (1, OWNER, len(b"second"))
    assert (other.width, other.height) == (512, 256)
    assert await pictures.read(other.sha256) == b"second"


@pytest.mark.parametrize(("status", "error"), [("failed", "DrawingFailed"), ("cancelled", None)])
async def test_a_generation_may_end_without_pictures(
    images: ImageStore, jobs: JobStore, status: Literal["failed", "cancelled"], error: str | None
):
    begun = await jobs.accept(new_generation(), None)

    await jobs.close(begun.id, status, error)

    closed = await images.generation(begun.id)
    assert (closed.status, closed.error) == (status, error)
    assert closed.finished_at is not None


@pytest.mark.parametrize(
    "request_",
    [
        draw(model="diffusers"),
        repaint(model="diffusers/anime", init_image="a" * 64, mask="b" * 64, strength=0.4),
        repaint(),
        draw(references=("b" * 64, "a" * 64), pose="c" * 64),
        vary(None, model="diffusers/anime"),
        replace(vary(None), strength="strong", only="background"),
        apply_tool("sharpen"),
        replace(apply_tool("cutout", Traits(skin="tan")), hand=2),
    ],
    ids=lambda request: type(request).__name__,
)
async def test_a_request_is_stored_whole(images: ImageStore, jobs: JobStore, request_: Request):
    begun = await jobs.accept(new_generation(request=request_), None)

    assert (await images.generation(begun.id)).request == request_


async def test_what_a_model_was_given_and_what_it_cost_are_remembered(
    images: ImageStore, jobs: JobStore
):
    begun = await jobs.accept(new_generation(), None)
    picture = replace(generated(), metadata={"num_inference_steps": 28, "guidance_scale": 5.5})
    cost = Result((picture,), usage={"output_tokens": 1756}, cost_usd=0.053)

    (drawing,) = await jobs.complete([Completion(begun.id, cost, datetime.now(UTC))])
    assert isinstance(drawing, Drawing)
    (image,) = drawing.images

    assert image.given == picture.metadata
    assert (await images.image(image.id)).given == picture.metadata
    finished = await images.generation(begun.id)
    assert (finished.usage, finished.cost_usd) == (cost.usage, cost.cost_usd)


async def test_a_picture_that_is_needed_outlives_its_image_until_it_is_not(
    images: ImageStore, jobs: JobStore, pictures: PictureFiles
):
    (image,) = await drawn(jobs, b"1")
    request = apply_tool("sharpen", image=image.sha256)
    begun = await jobs.accept(new_generation(request=request), None)

    await images.delete_image(image.id)
    await images.sweep_pictures()
    assert await pictures.read(image.sha256) == b"1"

    await jobs.close(begun.id, "cancelled", None)
    assert not await images.has_file(image.sha256)


async def test_pictures_to_look_at_are_kept_in_order_and_go_after_a_day(
    database: Database, images: ImageStore, jobs: JobStore, pictures: PictureFiles
):
    first, second, pose = (hashlib.sha256(png).hexdigest() for png in (b"1", b"2", b"pose"))
    request = draw(references=(second, first, second), pose=pose)
    accepted = await jobs.accept(new_generation(request=request), 1, is_ready=False)
    begun = await jobs.start(accepted, request, [b"2", b"1", b"2", b"pose"])
    await complete(jobs, begun.id, generated(b"drawn"))

    stored = select(InputRow.purpose, InputRow.position, InputRow.sha256)
    async with database.reading() as session:
        rows = (await session.execute(stored.order_by(InputRow.purpose, InputRow.position))).all()
    assert [tuple(row) for row in rows] == [
        ("pose", 0, pose),
        ("reference", 0, second),
        ("reference", 1, first),
        ("reference", 2, second),
    ]
    assert (await images.generation(begun.id)).request == request
    assert [await pictures.read(sha256) for sha256 in (first, second, pose)] == [
        *(b"1", b"2", b"pose")
    ]

    expired = update(InputRow).values(expires_at=datetime.now(UTC))
    await database.write(lambda session: session.execute(expired))
    await images.forget_expired()

    assert [await images.has_file(sha256) for sha256 in (first, second, pose)] == [False] * 3


async def test_pictures_to_look_at_go_with_the_last_image(
    images: ImageStore, jobs: JobStore, pictures_folder: Path
):
    request = draw(references=(hashlib.sha256(b"1").hexdigest(),))
    accepted = await jobs.accept(new_generation(request=request), 1, is_ready=False)
    begun = await jobs.start(accepted, request, [b"1"])
    (image,) = await complete(jobs, begun.id, generated(b"drawn"))

    await images.delete_image(image.id)

    assert files_in(pictures_folder) == []


async def photo_of(jobs: JobStore, **changes: Any) -> Generation:
    request = repaint(init_image=hashlib.sha256(b"a photo").hexdigest())
    accepted = await jobs.accept(new_generation(request=request, **changes), 1, is_ready=False)
    return await jobs.start(accepted, request, [b"a photo"])


async def test_a_photo_outlives_its_drawing_by_a_day(
    database: Database, images: ImageStore, jobs: JobStore, pictures_folder: Path
):
    begun = await photo_of(jobs)
    await complete(jobs, begun.id, generated(b"drawn"))
    await images.forget_expired()
    assert len(files_in(pictures_folder)) == 2

    expired = update(InputRow).values(expires_at=datetime.now(UTC))
    await database.write(lambda session: session.execute(expired))
    await images.forget_expired()

    assert [path.read_bytes() for path in files_in(pictures_folder)] == [b"drawn"]


async def test_a_refused_photo_is_not_kept(jobs: JobStore, pictures_folder: Path):
    await jobs.accept(new_generation(), None)

    with pytest.raises(LimitReached):
        await photo_of(jobs)

    assert files_in(pictures_folder) == []


async def test_a_photo_of_what_is_gone_is_not_kept(jobs: JobStore, pictures_folder: Path):
    request = repaint(init_image=hashlib.sha256(b"a photo").hexdigest())
    accepted = await jobs.accept(new_generation(request=request), 1, is_ready=False)
    await jobs.forget(accepted.id)

    with pytest.raises(GenerationNotFound):
        await jobs.start(accepted, request, [b"a photo"])

    assert files_in(pictures_folder) == []
    assert (await jobs.accept(new_generation(), 1)).status == "queued"


async def test_what_was_asked_goes_with_the_last_image(
    images: ImageStore, jobs: JobStore, pictures_folder: Path
):
    begun = await photo_of(jobs)
    first, last = await complete(jobs, begun.id, generated(b"1"), generated(b"2"))

    await images.delete_image(first.id)
    assert (await images.generation(begun.id)).request.subject.prompt

    await images.delete_image(last.id)
    with pytest.raises(GenerationNotFound):
        await images.generation(begun.id)
    assert files_in(pictures_folder) == []
    await jobs.delivered([begun.id], {})  # harmless


async def test_what_came_to_nothing_is_forgotten_after_a_month(
    database: Database, images: ImageStore, jobs: JobStore
):
    old, new = [await jobs.accept(new_generation(), None) for _ in range(2)]
    for begun in (old, new):
        await jobs.close(begun.id, "failed", "DrawingFailed")
        await jobs.delivered([begun.id], {})
    then = datetime.now(UTC) - timedelta(days=31)
    older = update(GenerationRow).where(GenerationRow.id == old.id).values(finished_at=then)
    await database.write(lambda session: session.execute(older))

    await images.forget_expired()

    assert (await images.generation(new.id)).error == "DrawingFailed"
    with pytest.raises(GenerationNotFound):
        await images.generation(old.id)


async def test_a_picture_that_cannot_be_written_leaves_the_generation_open(
    images: ImageStore, jobs: JobStore, pictures_folder: Path
):
    begun = await jobs.accept(new_generation(), None)
    put_file_at(pictures_folder)

    with pytest.raises(FolderNotWritable):
        await complete(jobs, begun.id, generated())

    assert (await images.generation(begun.id)).status == "queued"
    assert (await images.drawing(begun.id)).images == ()


@pytest.mark.parametrize("turns", [1, 2, 5, 10, 20, 40])
async def test_a_cancelled_call_reaches_its_end_and_holds_no_lock(
    images: ImageStore, jobs: JobStore, turns: int, pictures: PictureFiles
):
    begun = await jobs.accept(new_generation(), None)
    completing = asyncio.create_task(complete(jobs, begun.id, generated(b"1")))
    for _ in range(turns):
        await asyncio.sleep(0)

    completing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await completing

    (image,) = (await images.drawing(begun.id)).images
    assert await pictures.read(image.sha256) == b"1"
    assert (await jobs.accept(new_generation(), None)).status == "queued"


async def test_a_cancelled_call_that_fails_is_cancelled_all_the_same(images: ImageStore):
    deleting = asyncio.create_task(images.delete_image(9))
    await asyncio.sleep(0)

    deleting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await deleting


async def test_a_deleted_picture_is_gone_from_the_disk(
    images: ImageStore, jobs: JobStore, pictures: PictureFiles
):
    first, second = await drawn(jobs, b"1", b"2")

    await images.delete_image(first.id)

    assert (await images.drawing(first.generation_id)).images == (second,)
    with pytest.raises(PictureLost):
        await pictures.read(first.sha256)


async def test_a_file_stays_as_long_as_any_image_has_it(
    images: ImageStore, jobs: JobStore, pictures: PictureFiles
):
    (first,) = await drawn(jobs, b"the same")
    (second,) = await drawn(jobs, b"the same", owner_id=OTHER)

    await images.delete_image(first.id)
    assert await pictures.read(second.sha256) == b"the same"

    await images.delete_image(second.id)
    with pytest.raises(PictureLost):
        await pictures.read(second.sha256)


async def test_drawing_and_deleting_the_same_picture_at_once_never_loses_it(
    images: ImageStore, jobs: JobStore, pictures: PictureFiles
):
    for _ in range(20):
        (old,) = await drawn(jobs, b"the same")

        (new,), _ = await asyncio.gather(drawn(jobs, b"the same"), images.delete_image(old.id))

        assert await pictures.read(new.sha256) == b"the same"
        await images.delete_image(new.id)


async def test_what_a_deleted_picture_led_to_stays(images: ImageStore, jobs: JobStore):
    (parent,) = await drawn(jobs, b"1")
    child = await jobs.accept(new_generation(parent_image_id=parent.id), None)

    await images.delete_image(parent.id)

    assert (await images.generation(child.id)).parent_image_id is None


async def test_an_id_is_never_given_out_twice(images: ImageStore, jobs: JobStore):
    (image,) = await drawn(jobs, b"1")
    await images.delete_image(image.id)

    (later,) = await drawn(jobs, b"2")

    assert later.id > image.id
