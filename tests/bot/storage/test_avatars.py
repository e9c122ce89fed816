import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest

from bot.storage.avatars import AvatarStore
from bot.storage.database import Database
from bot.storage.errors import FolderNotWritable, GenerationClosed
from bot.storage.pictures import PictureFiles
from generation.backends.base import Drawn
from generation.errors import GenerationNotFound, ImageNotFound, LimitReached, PictureLost
from generation.request import Request, backend_of
from generation.traits import Traits
from tests.bot.storage.making import (
    MESSAGE,
    OTHER,
    OWNER,
    complete,
    drawn,
    generated,
    new_generation,
    put_file_at,
)
from tests.generation.requests import apply_tool, draw, repaint, vary


async def test_what_was_accepted_is_found_unchanged(avatars: AvatarStore):
    new = new_generation("银发猫耳少女，笑 🐱", guild_id=None, private=True, kind="edit")

    begun = await avatars.begin(new, None)

    assert await avatars.generation(begun.id) == begun
    assert {name: getattr(begun, name) for name in new.__dataclass_fields__} == {
        name: getattr(new, name) for name in new.__dataclass_fields__
    }
    assert begun.status == "queued"
    assert begun.created_at.tzinfo is UTC
    assert datetime.now(UTC) - begun.created_at < timedelta(minutes=1)


async def test_a_variation_remembers_what_it_varies(avatars: AvatarStore):
    (parent,) = await drawn(avatars, b"1")
    new = new_generation()
    new = replace(
        new,
        request=vary(Traits(skin="tan", marks=())),
        kind="vary",
        parent_image_id=parent.id,
    )

    begun = await avatars.begin(new, None)

    assert (await avatars.generation(begun.id)).request == new.request
    assert begun.parent_image_id == parent.id


async def test_a_generation_runs_and_finishes(avatars: AvatarStore):
    begun = await avatars.begin(new_generation(), None)

    await avatars.shown(begun.id, MESSAGE)
    await avatars.started(begun.id)
    running = await avatars.generation(begun.id)
    await complete(avatars, begun.id, generated())
    finished = await avatars.generation(begun.id)

    assert (running.status, running.message_id) == ("running", MESSAGE)
    assert running.started_at is not None
    assert running.finished_at is None
    assert finished.status == "finished"
    assert finished.finished_at is not None
    assert finished.finished_at >= running.started_at >= begun.created_at


async def test_finished_pictures_are_kept_in_order(avatars: AvatarStore):
    begun = await avatars.begin(new_generation(), None)
    pictures = [generated(b"first", 7, skin="tan"), generated(b"second", 8, skin="fair")]

    images = await complete(avatars, begun.id, *pictures)

    assert await avatars.images_of(begun.id) == images
    assert await avatars.image(images[1].id) == images[1]
    first, second = images
    assert (first.position, first.seed, first.traits) == (0, 7, Traits(skin="tan"))
    assert (second.position, second.owner_id, second.bytes) == (1, OWNER, len(b"second"))
    assert (second.width, second.height) == (512, 256)
    assert await avatars.picture(second.sha256) == b"second"


@pytest.mark.parametrize(("status", "error"), [("failed", "DrawingFailed"), ("cancelled", None)])
async def test_a_generation_may_end_without_pictures(
    avatars: AvatarStore, status: Literal["failed", "cancelled"], error: str | None
):
    begun = await avatars.begin(new_generation(), None)

    await avatars.close(begun.id, status, error)

    closed = await avatars.generation(begun.id)
    assert (closed.status, closed.error) == (status, error)
    assert closed.finished_at is not None


async def test_what_has_ended_neither_starts_nor_ends_again(avatars: AvatarStore):
    (image,) = await drawn(avatars, b"1")
    ended = image.generation_id

    for call in (
        avatars.started(ended),
        complete(avatars, ended, generated(b"2")),
        avatars.close(ended, "failed", "DrawingFailed"),
    ):
        with pytest.raises(GenerationClosed) as caught:
            await call

        assert caught.value.status == "finished"
    assert await avatars.images_of(ended) == (image,)


async def test_what_is_not_delivered_is_found_in_order_after_a_restart(
    avatars: AvatarStore, database_path: Path, pictures_folder: Path
):
    queued = await avatars.begin(new_generation(), None)
    running = await avatars.begin(new_generation(), None)
    await avatars.started(running.id)
    (unseen,) = await drawn(avatars, b"1")
    (seen,) = await drawn(avatars, b"2")
    await avatars.delivered(seen.generation_id, "shown")

    async with Database.open(database_path) as again:
        found = await AvatarStore(again, PictureFiles(pictures_folder)).undelivered()

    assert [(each.id, each.status) for each in found] == [
        (queued.id, "queued"),
        (running.id, "running"),
        (unseen.generation_id, "finished"),
    ]


async def test_what_is_delivered_keeps_no_token(avatars: AvatarStore):
    begun = await avatars.begin(new_generation(token="secret"), None)
    assert (await avatars.generation(begun.id)).token == "secret"

    await avatars.delivered(begun.id, "lost")

    delivered = await avatars.generation(begun.id)
    assert (delivered.delivery, delivered.token) == ("lost", None)


@pytest.mark.parametrize(
    "request_",
    [
        draw(model="diffusers"),
        repaint(model="diffusers/anime", init_image="a" * 64, mask="b" * 64, strength=0.4),
        repaint(),
        vary(None, model="diffusers/anime"),
        replace(vary(None), strength="strong", only="background"),
        apply_tool("sharpen"),
        replace(apply_tool("cutout", Traits(skin="tan")), hand=2),
    ],
    ids=lambda request: type(request).__name__,
)
async def test_a_request_is_stored_whole(avatars: AvatarStore, request_: Request):
    backend = backend_of(request_.model)

    begun = await avatars.begin(new_generation(request=request_, backend=backend), None)

    assert (await avatars.generation(begun.id)).request == request_


async def test_what_a_model_was_given_and_what_it_cost_are_remembered(avatars: AvatarStore):
    begun = await avatars.begin(new_generation(), None)
    picture = replace(generated(), given={"num_inference_steps": 28, "guidance_scale": 5.5})
    cost = Drawn((picture,), usage={"output_tokens": 1756}, cost_usd=0.053)

    (image,) = await avatars.complete(begun.id, cost, datetime.now(UTC))

    assert image.given == picture.given
    assert (await avatars.image(image.id)).given == picture.given
    finished = await avatars.generation(begun.id)
    assert (finished.usage, finished.cost_usd) == (cost.usage, cost.cost_usd)


async def test_a_picture_that_others_start_from_outlives_its_image(avatars: AvatarStore):
    (image,) = await drawn(avatars, b"1")
    request = repaint(init_image=image.sha256)
    await avatars.begin(new_generation(request=request), None)

    await avatars.delete_image(image.id)
    await avatars.sweep_pictures()

    assert await avatars.picture(image.sha256) == b"1"


async def test_over_the_limit_nothing_is_accepted(avatars: AvatarStore):
    await avatars.begin(new_generation(), 1)

    with pytest.raises(LimitReached) as caught:
        await avatars.begin(new_generation(), 1)

    assert caught.value.limit == 1
    assert len(await avatars.undelivered()) == 1


async def test_the_limit_counts_only_what_the_owner_has_open(avatars: AvatarStore):
    await avatars.begin(new_generation(owner_id=OTHER), 1)
    await drawn(avatars, b"1")

    assert (await avatars.begin(new_generation(), 1)).status == "queued"


async def test_of_two_requests_at_once_only_as_many_as_allowed_are_accepted(avatars: AvatarStore):
    calls = [avatars.begin(new_generation(), 1) for _ in range(2)]

    ended = await asyncio.gather(*calls, return_exceptions=True)

    assert sorted(type(each).__name__ for each in ended) == ["Generation", "LimitReached"]


async def test_the_limit_holds_between_two_programs(
    avatars: AvatarStore, database_path: Path, pictures_folder: Path
):
    async with Database.open(database_path) as again:
        other = AvatarStore(again, PictureFiles(pictures_folder))
        calls = [store.begin(new_generation(), 3) for store in (avatars, other) for _ in range(5)]

        ended = await asyncio.gather(*calls, return_exceptions=True)

    assert sum(isinstance(each, LimitReached) for each in ended) == 7
    assert len(await avatars.undelivered()) == 3


async def test_what_is_not_there_is_not_found(avatars: AvatarStore):
    for call in (
        avatars.generation(9),
        avatars.shown(9, MESSAGE),
        avatars.started(9),
        complete(avatars, 9, generated()),
        avatars.close(9, "cancelled", None),
        avatars.delivered(9, "shown"),
    ):
        with pytest.raises(GenerationNotFound) as of_generation:
            await call
        assert of_generation.value.generation_id == 9
    for call in (avatars.image(9), avatars.delete_image(9)):
        with pytest.raises(ImageNotFound) as of_image:
            await call
        assert of_image.value.image_id == 9
    assert await avatars.images_of(9) == ()


async def test_a_picture_that_cannot_be_written_leaves_the_generation_open(
    avatars: AvatarStore, pictures_folder: Path
):
    begun = await avatars.begin(new_generation(), None)
    put_file_at(pictures_folder)

    with pytest.raises(FolderNotWritable):
        await complete(avatars, begun.id, generated())

    assert (await avatars.generation(begun.id)).status == "queued"
    assert await avatars.images_of(begun.id) == ()


@pytest.mark.parametrize("turns", [1, 2, 5, 10, 20, 40])
async def test_a_cancelled_call_reaches_its_end_and_holds_no_lock(avatars: AvatarStore, turns: int):
    begun = await avatars.begin(new_generation(), None)
    completing = asyncio.create_task(complete(avatars, begun.id, generated(b"1")))
    for _ in range(turns):
        await asyncio.sleep(0)

    completing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await completing

    (image,) = await avatars.images_of(begun.id)
    assert await avatars.picture(image.sha256) == b"1"
    assert (await avatars.begin(new_generation(), None)).status == "queued"


async def test_a_cancelled_call_that_fails_is_cancelled_all_the_same(avatars: AvatarStore):
    deleting = asyncio.create_task(avatars.delete_image(9))
    await asyncio.sleep(0)

    deleting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await deleting


async def test_a_deleted_picture_is_gone_from_the_disk(avatars: AvatarStore):
    first, second = await drawn(avatars, b"1", b"2")

    await avatars.delete_image(first.id)

    assert await avatars.images_of(first.generation_id) == (second,)
    with pytest.raises(PictureLost):
        await avatars.picture(first.sha256)


async def test_a_file_stays_as_long_as_any_image_has_it(avatars: AvatarStore):
    (first,) = await drawn(avatars, b"the same")
    (second,) = await drawn(avatars, b"the same", owner_id=OTHER)

    await avatars.delete_image(first.id)
    assert await avatars.picture(second.sha256) == b"the same"

    await avatars.delete_image(second.id)
    with pytest.raises(PictureLost):
        await avatars.picture(second.sha256)


async def test_drawing_and_deleting_the_same_picture_at_once_never_loses_it(avatars: AvatarStore):
    for _ in range(20):
        (old,) = await drawn(avatars, b"the same")

        (new,), _ = await asyncio.gather(drawn(avatars, b"the same"), avatars.delete_image(old.id))

        assert await avatars.picture(new.sha256) == b"the same"
        await avatars.delete_image(new.id)


async def test_what_a_deleted_picture_led_to_stays(avatars: AvatarStore):
    (parent,) = await drawn(avatars, b"1")
    child = await avatars.begin(new_generation(parent_image_id=parent.id), None)

    await avatars.delete_image(parent.id)

    assert (await avatars.generation(child.id)).parent_image_id is None


async def test_an_id_is_never_given_out_twice(avatars: AvatarStore):
    (image,) = await drawn(avatars, b"1")
    await avatars.delete_image(image.id)

    (later,) = await drawn(avatars, b"2")

    assert later.id > image.id
