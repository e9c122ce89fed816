"""The use cases, with a real database and the real illustrator."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.service import AvatarService, Lane, Origin
from bot.storage.avatars import AvatarStore
from bot.storage.errors import DatabaseBusy, DiskFull
from bot.storage.guilds import GuildStore
from generation.backends import create_backend
from generation.errors import EmptyPrompt, GenerationNotFound, LimitReached, UnknownBackend
from generation.job import Cancelled, Finished
from tests.bot.storage.making import new_generation

MIKA = Origin(owner_id=1, guild_id=10, channel_id=100, locale="en-US", private=False)
YUE = replace(MIKA, owner_id=2, locale="zh-CN")


@pytest.fixture
async def service(avatars: AvatarStore, guilds: GuildStore) -> AsyncIterator[AvatarService]:
    lanes = {"illustrator": Lane.of(create_backend("illustrator"))}
    service = AvatarService(avatars, guilds, lanes)
    yield service
    await service.aclose()


async def create(service: AvatarService, prompt: str = "pink hair", origin: Origin = MIKA):
    return await service.create(prompt, origin, count=2, seed=7, size_px=256)


async def finished(service: AvatarService, prompt: str = "pink hair", origin: Origin = MIKA):
    event = await (await create(service, prompt, origin)).job.wait()
    assert isinstance(event, Finished)
    return event.result


async def test_a_prompt_becomes_stored_pictures(
    service: AvatarService, avatars: AvatarStore
) -> None:
    drawing = await finished(service)

    assert drawing.generation.status == "finished"
    assert [image.seed for image in drawing.images] == [7, 8]
    assert all(image.traits.hair_color == "pink" for image in drawing.images)
    assert (await avatars.picture(drawing.images[0].sha256)).startswith(b"\x89PNG")


async def test_what_is_accepted_is_in_the_database_at_once(
    service: AvatarService, avatars: AvatarStore
) -> None:
    submitted = await create(service)

    assert (await avatars.generation(submitted.generation.id)).request.prompt == "pink hair"
    await submitted.job.wait()


async def test_an_empty_prompt_leaves_nothing_behind(
    service: AvatarService, avatars: AvatarStore
) -> None:
    with pytest.raises(EmptyPrompt):
        await create(service, "\u200b")

    assert await avatars.open_generations() == ()


async def test_a_reroll_asks_the_same_with_another_seed(service: AvatarService) -> None:
    first = await finished(service)

    again = (await service.reroll(first.generation.id, YUE)).generation

    assert again.owner_id == YUE.owner_id
    assert again.request.seed != first.generation.request.seed
    assert replace(again.request, seed=7) == first.generation.request


async def test_a_variation_keeps_who_it_is(service: AvatarService) -> None:
    first = await finished(service, "green hime cut, red eyes")

    event = await (await service.vary(first.images[1].id, MIKA)).job.wait()

    assert isinstance(event, Finished)
    assert event.result.generation.parent_image_id == first.images[1].id
    for image in event.result.images:
        assert (image.traits.hair_style, image.traits.eye_color) == ("hime cut", "red")


async def test_rerolling_a_variation_varies_the_same_picture(service: AvatarService) -> None:
    first = await finished(service)
    varied = (await service.vary(first.images[0].id, MIKA)).generation

    again = (await service.reroll(varied.id, MIKA)).generation

    assert again.request.variation_of == first.images[0].traits
    assert again.parent_image_id == first.images[0].id


async def test_an_edit_keeps_seed_count_and_size(service: AvatarService) -> None:
    first = await finished(service)

    edited = (await service.edit(first.generation.id, "blue hair", MIKA)).generation.request

    assert edited.traits.hair_color == "blue"
    assert (edited.seed, edited.count, edited.size_px) == (7, 2, 256)


async def test_over_the_limit_nothing_is_queued(service: AvatarService, guilds: GuildStore) -> None:
    await guilds.update(10, open_jobs_limit=1)
    await create(service)

    with pytest.raises(LimitReached) as caught:
        await create(service)

    assert caught.value.limit == 1


async def test_a_server_whose_backend_is_gone_is_told(
    service: AvatarService, guilds: GuildStore
) -> None:
    await guilds.update(10, backend="retired")

    with pytest.raises(UnknownBackend):
        await create(service)


async def test_cancelling_closes_the_row(service: AvatarService, avatars: AvatarStore) -> None:
    submitted = await create(service)

    assert service.cancel(submitted.generation.id)
    assert await submitted.job.wait() == Cancelled()

    await service.aclose()
    assert (await avatars.generation(submitted.generation.id)).status == "cancelled"


async def test_there_is_nothing_to_cancel_once_it_is_done(service: AvatarService) -> None:
    drawing = await finished(service)

    assert not service.cancel(drawing.generation.id)


async def test_what_was_open_at_the_end_is_resumed_at_the_next_start(
    service: AvatarService, avatars: AvatarStore, guilds: GuildStore
) -> None:
    accepted = [(await create(service)).generation.id for _ in range(3)]
    await service.aclose()
    left = {generation.id for generation in await avatars.open_generations()}

    lanes = {"illustrator": Lane.of(create_backend("illustrator"))}
    again = AvatarService(avatars, guilds, lanes)
    resumed = await again.resume()
    for submitted in resumed:
        assert isinstance(await submitted.job.wait(), Finished)
    await again.aclose()

    assert {submitted.generation.id for submitted in resumed} == left
    for generation_id in accepted:
        assert len(await avatars.images_of(generation_id)) == 2


async def test_what_no_backend_can_resume_is_closed_as_failed(
    avatars: AvatarStore, guilds: GuildStore
) -> None:
    orphan = await avatars.begin(new_generation(backend="retired"), None)

    resumed = await AvatarService(avatars, guilds, {}).resume()

    assert resumed == ()
    assert (await avatars.generation(orphan.id)).error == "UnknownBackend"


async def test_an_unknown_generation_is_said_to_be_gone(service: AvatarService) -> None:
    with pytest.raises(GenerationNotFound):
        await service.reroll(999, MIKA)


async def test_an_end_that_cannot_be_stored_is_stored_later(
    service: AvatarService, avatars: AvatarStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.service.TRY_AGAIN_AFTER_S", (0.0, 0.0))
    close, failures = avatars.close, [DatabaseBusy(Path("db")), DiskFull(Path("db"))]
    closed = asyncio.Event()

    async def close_later(*arguments: Any) -> None:
        if failures:
            raise failures.pop()
        await close(*arguments)
        closed.set()

    monkeypatch.setattr(avatars, "close", close_later)
    submitted = await create(service)
    submitted.job.cancel()

    async with asyncio.timeout(5):
        await closed.wait()
    assert await avatars.open_generations() == ()
