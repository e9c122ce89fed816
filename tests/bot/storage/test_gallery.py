import pytest

from bot.storage.avatars import AvatarStore
from generation.errors import ImageNotFound
from tests.bot.storage.making import OTHER, OWNER, complete, drawn, generated, new_generation


async def some_pictures(avatars: AvatarStore, count: int) -> list[int]:
    """Ids of `count` pictures of the owner's, newest first."""
    images = await drawn(avatars, *(bytes([n]) for n in range(count)))
    return [image.id for image in reversed(images)]


async def test_a_gallery_shows_the_newest_first_page_by_page(avatars: AvatarStore):
    ids = await some_pictures(avatars, 5)

    pages = [await avatars.gallery(OWNER, page, per_page=2) for page in range(3)]

    assert [[image.id for image in page.images] for page in pages] == [ids[:2], ids[2:4], ids[4:]]
    assert [(page.page, page.pages, page.total) for page in pages] == [
        (0, 3, 5),
        (1, 3, 5),
        (2, 3, 5),
    ]


@pytest.mark.parametrize(("asked", "shown"), [(-1, 0), (2, 1), (10**6, 1)])
async def test_a_page_that_does_not_exist_is_the_nearest(
    avatars: AvatarStore, asked: int, shown: int
):
    await some_pictures(avatars, 4)

    page = await avatars.gallery(OWNER, asked, per_page=2)

    assert page.page == shown
    assert len(page.images) == 2


async def test_an_empty_gallery_has_one_empty_page(avatars: AvatarStore):
    page = await avatars.gallery(OWNER, 3)

    assert (page.images, page.page, page.pages, page.total) == ((), 0, 1, 0)


async def test_a_gallery_holds_nobody_elses_pictures(avatars: AvatarStore):
    await drawn(avatars, b"1", owner_id=OTHER)

    assert (await avatars.gallery(OWNER, 0)).total == 0


async def test_favourites_are_the_starred_ones_newest_first(avatars: AvatarStore):
    newest, _, oldest = await some_pictures(avatars, 3)
    for image_id in (newest, oldest):
        await avatars.set_favourite(OWNER, image_id, True)

    page = await avatars.gallery(OWNER, 0, favourites=True)

    assert [image.id for image in page.images] == [newest, oldest]
    assert page.total == 2
    assert (await avatars.gallery(OTHER, 0, favourites=True)).total == 0


async def test_starring_twice_is_as_starring_once(avatars: AvatarStore):
    (image,) = await drawn(avatars, b"1")

    for on in (True, True):
        await avatars.set_favourite(OWNER, image.id, on)
    assert await avatars.is_favourite(OWNER, image.id)

    for on in (False, False):
        await avatars.set_favourite(OWNER, image.id, on)
    assert not await avatars.is_favourite(OWNER, image.id)


async def test_a_deleted_picture_is_no_favourite_and_no_avatar(avatars: AvatarStore):
    (image,) = await drawn(avatars, b"1")
    await avatars.set_favourite(OWNER, image.id, True)
    await avatars.pick(OWNER, image.id)

    await avatars.delete_image(image.id)

    assert not await avatars.is_favourite(OWNER, image.id)
    assert await avatars.avatar_of(OWNER) is None


async def test_the_avatar_is_the_last_one_picked(avatars: AvatarStore):
    first, second = await drawn(avatars, b"1", b"2")
    assert await avatars.avatar_of(OWNER) is None

    await avatars.pick(OWNER, first.id)
    await avatars.pick(OWNER, second.id)

    assert await avatars.avatar_of(OWNER) == second
    assert await avatars.avatar_of(OTHER) is None


async def test_what_is_not_there_can_be_neither_picked_nor_starred(avatars: AvatarStore):
    with pytest.raises(ImageNotFound):
        await avatars.pick(OWNER, 9)
    with pytest.raises(ImageNotFound):
        await avatars.set_favourite(OWNER, 9, True)
    assert not await avatars.is_favourite(OWNER, 9)


@pytest.mark.parametrize("text", ["猫耳", "SPIKY", "silver", "100%_sure", ""])
async def test_search_finds_words_of_the_prompt_and_traits(avatars: AvatarStore, text: str):
    begun = await avatars.begin(new_generation("猫耳 spiky 100%_sure"), None)
    (image,) = await complete(avatars, begun.id, generated(hair_color="silver"))

    assert await avatars.search(OWNER, text, 5) == (image,)


@pytest.mark.parametrize("text", ["dog", "_", "%", "'; --"])
async def test_search_finds_nothing_that_is_not_there(avatars: AvatarStore, text: str):
    await drawn(avatars, b"1", prompt="a cat girl")

    assert await avatars.search(OWNER, text, 5) == ()


async def test_search_finds_a_picture_by_its_id(avatars: AvatarStore):
    ids = await some_pictures(avatars, 3)

    assert [image.id for image in await avatars.search(OWNER, str(ids[1]), 5)] == [ids[1]]


async def test_search_gives_the_newest_of_the_members_own(avatars: AvatarStore):
    ids = await some_pictures(avatars, 3)
    await drawn(avatars, b"1", owner_id=OTHER)

    assert [image.id for image in await avatars.search(OWNER, "cat", 2)] == ids[:2]
