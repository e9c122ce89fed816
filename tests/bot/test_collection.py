"""Where a picked avatar may be shown."""

from dataclasses import replace

import pytest

from bot.collection import Collection
from bot.storage.images import ImageStore
from bot.storage.leases import JobStore
from bot.user_errors import NotForEverybody
from generation.request import Rating, Request
from tests.bot.asking import CONFIG, context
from tests.bot.storage.making import OWNER, drawn
from tests.generation import requests


def rated(request: Request, rating: Rating) -> Request:
    return replace(request, output=replace(request.output, rating=rating))


async def test_what_a_tool_made_of_a_picture_is_for_no_more_people_than_that(
    jobs: JobStore, images: ImageStore
) -> None:
    collection = Collection(images)
    (adult,) = await drawn(jobs, b"adult", request=rated(requests.draw(), "any"))
    tooled = rated(requests.apply_tool("sharpen"), "safe")
    (sharp,) = await drawn(jobs, b"sharp", request=tooled, parent_image_id=adult.id)
    await collection.pick(OWNER, sharp.id)
    restricted = context(is_age_restricted=True, config=replace(CONFIG, rating="any"))

    assert await collection.avatar_to_show(OWNER, restricted) == sharp
    with pytest.raises(NotForEverybody):
        await collection.avatar_to_show(OWNER, context())


async def test_what_is_for_everybody_is_shown_everywhere(
    jobs: JobStore, images: ImageStore
) -> None:
    collection = Collection(images)
    (safe,) = await drawn(jobs, b"safe")
    await collection.pick(OWNER, safe.id)

    assert await collection.avatar_to_show(OWNER, context()) == safe
