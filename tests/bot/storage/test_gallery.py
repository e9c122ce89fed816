import pytest

from bot.storage.images import ImageStore
from bot.storage.leases import JobStore
from bot.storage.records import Entry
from generation.errors import ImageNotFound
from tests.bot.storage.making import OTHER, OWNER, complete, drawn, generated, new_generation


async def some_pictures(jobs: JobStore, count: int) -> list[int]:
    """Ids of `count` pictures of the owner's, newest first."""
    images = await drawn(jobs, *(bytes([n]) for n in range(count)))
    return [image.id for image in reversed(images)]


async def test_a_gallery_shows_the_newest_first_page_by_page(images: ImageStore, jobs: JobStore):
    ids = await some_pictures(jobs, 5)

    pages = [await images.gallery(OWNER, page, per_page=2) for page in range(3)]

    assert [[image.id for image in page.images] for page in pages] == [ids[:2], ids[2:4], ids[4:]]
    assert [(page.page, page.pages, page.total) for page in pages] == [
        (0, 3, 5),
        (1, 3, 5),
        (2, 3, 5),
    ]


@pytest.mark.parametrize(("asked", "shown"), [(-1, 0), (2, 1), (10**6, 1)])
async def test_a_page_that_does_not_exist_is_the_nearest(
    images: ImageStore, jobs: JobStore, asked: int, shown: int
):
    await some_pictures(jobs, 4)

    page = await images.gallery(OWNER, asked, per_page=2)

    assert page.page == shown
    assert len(page.images) == 2


async def test_an_empty_gallery_has_one_empty_page(images: ImageStore):
    page = await images.gallery(OWNER, 3)

    assert (page.images, page.page, page.pages, page.total) == ((), 0, 1, 0)


async def test_a_gallery_holds_nobody_elses_pictures(images: ImageStore, jobs: JobStore):
    await drawn(jobs, b"1", owner_id=OTHER)

    assert (await images.gallery(OWNER, 0)).total == 0


async def test_favourites_are_the_starred_ones_newest_first(images: ImageStore, jobs: JobStore):
    newest, _, oldest = await some_pictures(jobs, 3)
    for image_id in (newest, oldest):
        await images.set_favourite(OWNER, image_id, True)

    page = await images.gallery(OWNER, 0, favourites=True)

    assert [image.id for image in page.images] == [newest, oldest]
    assert page.total == 2
    assert (await images.gallery(OTHER, 0, favourites=True)).total == 0


async def test_starring_twice_is_as_starring_once(images: ImageStore, jobs: JobStore):
    (image,) = await drawn(jobs, b"1")

    for on in (True, True):
        await images.set_favourite(OWNER, image.id, on)
    assert await images.is_favourite(OWNER, image.id)

    for on in (False, False):
        await images.set_favourite(OWNER, image.id, on)
    assert not await images.is_favourite(OWNER, image.id)


async def test_a_deleted_picture_is_no_favourite_and_no_avatar(images: ImageStore, jobs: JobStore):
    (image,) = await drawn(jobs, b"1")
    await images.set_favourite(OWNER, image.id, True)
    await images.pick(OWNER, image.id)

    await images.delete_image(image.id)

    assert not await images.is_favourite(OWNER, image.id)
    assert await images.avatar_of(OWNER) is None


async def test_the_avatar_is_the_last_one_picked(images: ImageStore, jobs: JobStore):
    first, second = await drawn(jobs, b"1", b"2")
    assert await images.avatar_of(OWNER) is None

    await images.pick(OWNER, first.id)
    await images.pick(OWNER, second.id)

    assert await images.avatar_of(OWNER) == second
    assert await images.avatar_of(OTHER) is None


async def test_what_is_not_there_can_be_neither_picked_nor_starred(images: ImageStore):
    with pytest.raises(ImageNotFound):
        await images.pick(OWNER, 9)
    with pytest.raises(ImageNotFound):
        await images.set_favourite(OWNER, 9, True)
    assert not await images.is_favourite(OWNER, 9)


@pytest.mark.parametrize("text", ["猫耳", "SPIKY", "silver", "100%_sure", ""])
async def test_search_finds_words_of_the_prompt_and_traits(
    images: ImageStore, jobs: JobStore, text: str
):
    begun = await jobs.accept(new_generation("猫耳 spiky 100%_sure"), None)
    (image,) = await complete(jobs, begun.id, generated(hair_color="silver"))

    assert await images.search(OWNER, text, 5) == (image,)


@pytest.mark.parametrize("text", ["dog", "_", "%", "'; --"])
async def test_search_finds_nothing_that_is_not_there(
    images: ImageStore, jobs: JobStore, text: str
):
    await drawn(jobs, b"1", prompt="a cat girl")

    assert await images.search(OWNER, text, 5) == ()


async def test_search_finds_a_picture_by_its_id(images: ImageStore, jobs: JobStore):
    ids = await some_pictures(jobs, 3)

    assert [image.id for image in await images.search(OWNER, str(ids[1]), 5)] == [ids[1]]


async def test_search_gives_the_newest_of_the_members_own(images: ImageStore, jobs: JobStore):
    ids = await some_pictures(jobs, 3)
    await drawn(jobs, b"1", owner_id=OTHER)

    assert [image.id for image in await images.search(OWNER, "cat", 2)] == ids[:2]


async def test_a_page_tells_of_each_picture_what_its_member_made_of_it(
    images: ImageStore, jobs: JobStore
):
    first, second = await drawn(jobs, b"1", b"2")
    (other,) = await drawn(jobs, b"3", owner_id=OTHER)
    await images.set_favourite(OWNER, first.id, True)
    await images.set_favourite(OTHER, other.id, True)
    await images.pick(OWNER, second.id)

    entries = await images.entries(OWNER, (second, first, other))

    prompt = (await images.generation(first.generation_id)).request.subject.prompt
    assert prompt
    assert entries == (
        Entry(second, prompt, is_favourite=False, is_avatar=True),
        Entry(first, prompt, is_favourite=True, is_avatar=False),
        Entry(other, prompt, is_favourite=False, is_avatar=False),
    )
