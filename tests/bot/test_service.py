"""The use cases, with a real database and the real illustrator."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import pytest
from sqlalchemy import update

from bot.jobs import Jobs, Submitted
from bot.lanes import Lanes
from bot.policy import Context, Policy
from bot.service import AvatarService, Wishes
from bot.storage.database import Database
from bot.storage.disk import PictureFiles
from bot.storage.guilds import GuildStore
from bot.storage.images import ImageStore
from bot.storage.leases import JobStore
from bot.storage.records import Image
from bot.storage.storage_errors import StorageError
from bot.storage.tables import InputRow
from bot.user_errors import (
    BotLacksPermission,
    ChannelNotAllowed,
    NotYours,
    PhotoInterrupted,
    PhotoNotShared,
    SameModelTwice,
    StandsInTheWay,
    TooManyAtOnce,
)
from generation.backends import create_backend
from generation.backends.base import Backend, BatchItem
from generation.backends.fake import FakeBackend
from generation.capabilities import Model, Task
from generation.errors import (
    CannotDraw,
    GenerationNotFound,
    ImageNotFound,
    LimitReached,
    ModelGone,
    NoFace,
    PhotoExpired,
    QueueFull,
    TooLargeToRefine,
    TooManyReferences,
    UnknownBackend,
    UnsupportedShape,
    UnsupportedSize,
)
from generation.illustrator import face_box
from generation.job import Cancelled, Failed, Finished
from generation.prompt import read_prompt
from generation.prompt_errors import BadSetting, EmptyPrompt, PictureDamaged, UnknownWildcard
from generation.prompts.wildcards import Lists, fill_in
from generation.request import (
    AS_USUAL,
    Draw,
    Output,
    Rating,
    Refine,
    RefineHow,
    Repaint,
    Settings,
    Subject,
    Vary,
    settings_of,
    with_seed,
    with_settings,
)
from generation.shapes import Shape, frame
from generation.traits import Traits
from generation.tuning import Adjustable, Limit
from tests.bot.asking import CONFIG, context
from tests.bot.storage.making import files_in, new_generation, put_file_at
from tests.generation.requests import draw


class Attached:
    """A photo."""

    def __init__(self, png: bytes | Exception = b"a photo", meanwhile: asyncio.Event | None = None):
        self.png = png
        self.fetching = asyncio.Event()
        self.meanwhile = meanwhile
        """What fetching waits for."""

    async def read(self) -> bytes:
        self.fetching.set()
        if self.meanwhile:
            await self.meanwhile.wait()
        if isinstance(self.png, Exception):
            raise self.png
        return self.png


MIKA = context(member_id=1)
YUE = context(member_id=2, locale="zh-CN")


Make = Callable[..., AvatarService]
"""Makes the service of another process on the same data, with these backends."""


@pytest.fixture
async def made(database: Database) -> AsyncIterator[list[Jobs]]:
    """The jobs of each process."""
    made: list[Jobs] = []
    yield made
    for jobs in made:
        await jobs.aclose()


@pytest.fixture
def make(
    made: list[Jobs],
    images: ImageStore,
    guilds: GuildStore,
    database: Database,
    pictures: PictureFiles,
) -> Make:
    def make(*backends: Backend, queue_limit: int = 200, lists: Lists = ()) -> AvatarService:
        lanes = Lanes(backends, queue_limit)
        store = JobStore(database, pictures, f"process {len(made)}")
        made.append(Jobs(store, images, pictures, lanes))
        return AvatarService(images, guilds, lanes, Policy(lanes), made[-1], lists)

    return make


@pytest.fixture
def service(make: Make) -> AvatarService:
    return make(create_backend("illustrator"))


async def open_jobs(jobs: JobStore) -> int:
    """How many jobs are stored. Takes them up."""
    return len(await jobs.claim(abandoned=True))


async def resume(made: Sequence[Jobs]) -> tuple[Submitted, ...]:
    """What the process made last takes up."""
    resumed: list[Submitted] = []
    await made[-1].resume(resumed.extend)
    return tuple(resumed)


async def create(service: AvatarService, prompt: str = "pink hair", asking: Context = MIKA):
    return await service.create(prompt, asking, Wishes(count=2, seed=7, size_px=256))


async def finished(service: AvatarService, prompt: str = "pink hair", asking: Context = MIKA):
    event = await (await create(service, prompt, asking)).job.wait()
    assert isinstance(event, Finished)
    return event.result


async def test_a_prompt_becomes_stored_pictures(
    service: AvatarService, images: ImageStore, pictures: PictureFiles
) -> None:
    drawing = await finished(service)

    assert drawing.generation.status == "finished"
    assert [image.seed for image in drawing.images] == [7, 8]
    assert all(image.traits.hair_color == "pink" for image in drawing.images)
    assert (await pictures.read(drawing.images[0].sha256)).startswith(b"\x89PNG")


async def test_what_is_accepted_is_in_the_database_at_once(
    service: AvatarService, images: ImageStore
) -> None:
    submitted = await create(service)

    assert (await images.generation(submitted.generation.id)).request.subject.prompt == "pink hair"
    await submitted.job.wait()


async def test_an_empty_prompt_leaves_nothing_behind(
    service: AvatarService, jobs: JobStore
) -> None:
    with pytest.raises(EmptyPrompt):
        await create(service, "\u200b")

    assert await open_jobs(jobs) == 0


async def test_the_operators_lists_are_kept_with_what_names_them(make: Make) -> None:
    lists = (("hair", ("silver hair", "pink hair")), ("hats", ("a hat",)))
    service = make(create_backend("illustrator"), lists=lists)

    drawing = await finished(service, "a girl with __hair__")
    with pytest.raises(UnknownWildcard):
        await create(service, "__shoes__")

    assert drawing.generation.request.subject.lists == (lists[0],)
    for image in drawing.images:
        said = fill_in("__hair__", lists, image.seed)
        assert image.traits.hair_color == read_prompt(said).traits.hair_color


async def test_a_reroll_asks_the_same_with_another_seed(service: AvatarService) -> None:
    first = await finished(service)

    again = (await service.reroll(first.generation.id, MIKA)).generation

    assert again.request.output.seed != first.generation.request.output.seed
    assert with_seed(again.request, 7) == first.generation.request


ADULT = replace(CONFIG, rating="any")


@pytest.mark.parametrize(
    ("asking", "rating"),
    [
        (context(), "safe"),
        (context(config=ADULT), "safe"),
        (context(is_age_restricted=True), "safe"),
        (context(is_age_restricted=True, config=ADULT), "any"),
    ],
    ids=["neither", "only allowed", "only age-restricted", "both"],
)
async def test_what_is_not_for_everybody_wants_the_channel_and_the_server(
    service: AvatarService, asking: Context, rating: Rating
) -> None:
    drawing = await finished(service, asking=asking)

    assert drawing.generation.request.output.rating == rating


async def test_what_is_asked_for_again_elsewhere_is_for_those_who_are_there(
    service: AvatarService,
) -> None:
    adult = replace(MIKA, is_age_restricted=True, config=ADULT)
    first = await finished(service, asking=adult)

    elsewhere = (await service.reroll(first.generation.id, YUE)).generation
    back = (await service.reroll(elsewhere.id, adult)).generation

    assert elsewhere.request.output.rating == "safe"
    assert back.request.output.rating == "any"


async def test_a_variation_keeps_who_it_is(service: AvatarService, images: ImageStore) -> None:
    first = await finished(service, "green hime cut, red eyes")

    event = await (await service.vary(first.images[1].id, MIKA)).job.wait()

    assert isinstance(event, Finished)
    assert event.result.generation.parent_image_id == first.images[1].id
    for image in event.result.images:
        assert (image.traits.hair_style, image.traits.eye_color) == ("hime cut", "red")


def given(backend: FakeBackend) -> BatchItem:
    """The last that a backend was given."""
    return backend.batches[-1].items[0]


@pytest.fixture
def able() -> FakeBackend:
    """Draws from words and from pictures."""
    return FakeBackend(tasks=("text-to-image", "image-to-image"))


SECRET = "silver hair, like Quxa"


async def test_what_others_reroll_are_traits_and_none_of_the_words(
    make: Make, able: FakeBackend
) -> None:
    service = make(able)
    first = await service.create(SECRET, MIKA, Wishes(model="fake", style="sketch"))
    assert first.generation.request.subject.leftover

    again = await service.reroll(first.generation.id, YUE)
    await again.job.wait()

    traits = Traits(hair_color="silver", style="sketch")
    assert again.generation.owner_id == YUE.member_id
    assert again.generation.request.subject == Subject(prompt="", traits=traits)
    assert given(able).request == again.generation.request


async def test_what_others_vary_are_traits_and_the_picture_they_see(
    make: Make, able: FakeBackend
) -> None:
    service = make(able)
    first = await (await service.create(SECRET, MIKA, Wishes(model="fake"))).job.wait()
    assert isinstance(first, Finished)
    (image, *_) = first.result.images

    varied = await service.vary(image.id, YUE)
    await varied.job.wait()

    subject = Subject(prompt="", traits=Traits(hair_color="silver"))
    assert varied.generation.request.subject == subject
    assert given(able).request == varied.generation.request


async def test_others_reroll_a_photo_as_what_was_said_beside_it(
    make: Make, able: FakeBackend
) -> None:
    service = make(able)
    photo = Wishes(model="fake", photo=Attached())
    first = await service.create(SECRET, MIKA, photo)

    again = await service.reroll(first.generation.id, YUE)
    await again.job.wait()

    assert isinstance(again.generation.request, Draw)
    assert again.generation.request.subject.traits == Traits(hair_color="silver")
    assert given(able).init_image is None


async def test_a_photo_without_a_word_about_it_is_its_owners_alone(
    make: Make, able: FakeBackend, jobs: JobStore
) -> None:
    service = make(able)
    photo = Wishes(model="fake", photo=Attached())
    first = await service.create("Quxa", MIKA, photo)
    await first.job.wait()

    with pytest.raises(PhotoNotShared):
        await service.reroll(first.generation.id, YUE)

    assert [claim.generation.id for claim in await jobs.claim(abandoned=True)] == [
        first.generation.id
    ]


async def test_only_its_owner_edits_a_drawing_or_has_tools_work_on_it(
    service: AvatarService,
) -> None:
    drawing = await finished(service)

    with pytest.raises(NotYours):
        await service.edit(drawing.generation.id, "blue hair", YUE)
    with pytest.raises(NotYours):
        await service.apply("upscale", drawing.images[0].id, YUE)


async def test_what_came_from_others_is_edited_like_ones_own(service: AvatarService) -> None:
    first = await finished(service)
    again = (await service.reroll(first.generation.id, YUE)).generation

    edited = (await service.edit(again.id, "blue hair", YUE)).generation.request

    assert edited.subject == Subject(prompt="blue hair", traits=Traits(hair_color="blue"))


async def test_a_variation_of_one_part_holds_the_seed_that_drew_the_rest(
    service: AvatarService,
) -> None:
    first = await finished(service)
    image = first.images[1]

    varied = (await service.vary(image.id, MIKA, only="outfit")).generation.request

    assert isinstance(varied, Vary)
    assert varied.image_seed == image.seed


async def test_rerolling_a_variation_varies_the_same_picture(
    service: AvatarService, images: ImageStore
) -> None:
    first = await finished(service)
    varied = (await service.vary(first.images[0].id, MIKA)).generation

    again = (await service.reroll(varied.id, MIKA)).generation

    assert isinstance(again.request, Vary)
    assert again.request.traits == first.images[0].traits
    assert again.parent_image_id == first.images[0].id


async def test_an_edit_keeps_seed_count_and_size(service: AvatarService) -> None:
    first = await finished(service)

    edited = (await service.edit(first.generation.id, "blue hair", MIKA)).generation.request

    assert edited.subject.traits.hair_color == "blue"
    assert edited.output == Output(seed=7, count=2, size_px=256)


@pytest.mark.parametrize(
    ("prompt", "chosen", "shape"),
    [
        ("pink hair", None, "square"),
        ("pink hair", "wide", "wide"),
        ("pink hair --ar 9:16", None, "portrait"),
        ("pink hair --ar 6:5", None, "square"),
        ("pink hair --ar 9:16", "landscape", "landscape"),
        ("pink hair --ar 9:16 --ar 21:9", None, "wide"),
    ],
)
async def test_a_shape_is_what_was_chosen_or_else_the_nearest_to_a_flag(
    make: Make, prompt: str, chosen: Shape | None, shape: Shape
) -> None:
    wishes = Wishes(count=1, shape=chosen, model="fake")
    submitted = await make(FakeBackend()).create(prompt, MIKA, wishes)

    event = await submitted.job.wait()

    assert isinstance(event, Finished)
    image = event.result.images[0]
    assert submitted.generation.request.output.shape == shape
    assert (image.width, image.height) == frame(shape, 512, 8)


async def test_a_flag_takes_the_nearest_shape_that_the_model_has(service: AvatarService) -> None:
    submitted = await service.create("pink hair --ar 3:1", MIKA, Wishes(count=1))

    assert submitted.generation.request.output.shape == "square"
    await submitted.job.wait()


async def test_a_shape_that_the_model_lacks_is_refused_before_anything_is_stored(
    make: Make, jobs: JobStore
) -> None:
    service = make(create_backend("illustrator"), FakeBackend())

    with pytest.raises(UnsupportedShape) as refusal:
        await service.create("pink hair", MIKA, Wishes(shape="wide"))

    assert (refusal.value.shapes, refusal.value.others) == (
        ("square",),
        ("fake/first", "fake/second"),
    )
    assert await open_jobs(jobs) == 0


async def test_what_comes_of_a_picture_keeps_its_shape_where_it_can(make: Make) -> None:
    able = FakeBackend(tasks=("text-to-image", "image-to-image"))
    service = make(create_backend("illustrator"), create_backend("tools"), able)
    wishes = Wishes(count=1, shape="portrait", model="fake/first")
    first = await service.create("pink hair", MIKA, wishes)
    event = await first.job.wait()
    assert isinstance(event, Finished)
    id, image = first.generation.id, event.result.images[0].id

    again = [
        await service.reroll(id, MIKA),
        await service.vary(image, MIKA),
        await service.edit(id, "blue hair", MIKA),
        await service.switch(id, "fake/second", MIKA),
        await service.edit(id, "blue hair --ar 3:1", MIKA),
        await service.switch(id, "illustrator", MIKA),
        await service.apply("sharpen", image, MIKA),
    ]

    outputs = [submitted.generation.request.output for submitted in again]
    shapes = [output.shape for output in outputs[:-1]]
    assert shapes == [*["portrait"] * 4, "wide", "square"]
    assert outputs[-1].size_px == 509  # 416 x 624


async def test_over_the_limit_nothing_is_queued(make: Make, jobs: JobStore) -> None:
    service = make(FakeBackend(open_gate=False))
    asking = context(config=replace(CONFIG, backend="fake", open_jobs_limit=1))
    await create(service, asking=asking)

    with pytest.raises(LimitReached) as caught:
        await create(service, asking=asking)

    assert caught.value.limit == 1
    assert await open_jobs(jobs) == 1


async def test_of_two_requests_at_once_at_the_limit_one_is_refused(
    make: Make, jobs: JobStore
) -> None:
    service = make(FakeBackend(open_gate=False))
    asking = context(config=replace(CONFIG, backend="fake", open_jobs_limit=1))

    ended = await asyncio.gather(
        *(create(service, asking=asking) for _ in range(2)), return_exceptions=True
    )

    assert sum(isinstance(each, LimitReached) for each in ended) == 1
    assert await open_jobs(jobs) == 1


async def test_a_server_whose_backend_is_gone_is_told(service: AvatarService) -> None:
    with pytest.raises(UnknownBackend):
        await create(service, asking=context(config=replace(CONFIG, backend="retired")))


LACKING = context(is_guild_install=True, app_permissions=frozenset({"send_messages"}))
IN_THREAD = replace(LACKING, parent_channel_id=7)
PHOTO = Wishes(photo=Attached())
ELSEWHERE = context(config=replace(CONFIG, channels=frozenset({7, 8})))


@pytest.mark.parametrize(
    ("asking", "wishes", "refusal"),
    [
        pytest.param(LACKING, PHOTO, BotLacksPermission, id="may not attach"),
        pytest.param(IN_THREAD, PHOTO, BotLacksPermission, id="may not write in the thread"),
        pytest.param(ELSEWHERE, PHOTO, ChannelNotAllowed, id="another channel"),
        pytest.param(MIKA, Wishes(size_px=1024), UnsupportedSize, id="too large"),
        pytest.param(MIKA, PHOTO, CannotDraw, id="not its task"),
    ],
)
async def test_a_refusal_leaves_nothing_behind(
    make: Make,
    jobs: JobStore,
    pictures_folder: Path,
    asking: Context,
    wishes: Wishes,
    refusal: type[Exception],
) -> None:
    service = make(FakeBackend(open_gate=False), queue_limit=1)
    wishes = replace(wishes, model="fake")

    for _ in range(3):  # more than the queue has places: each is free again
        with pytest.raises(refusal):
            await service.create("pink hair", asking, wishes)

    assert await open_jobs(jobs) == 0
    assert files_in(pictures_folder) == []


async def test_what_cannot_be_stored_gives_its_place_in_the_queue_back(
    make: Make, pictures_folder: Path
) -> None:
    backend = FakeBackend(open_gate=False, tasks=("text-to-image", "image-to-image"))
    service = make(backend, queue_limit=1)
    put_file_at(pictures_folder)

    for _ in range(3):
        with pytest.raises(StorageError):
            await service.create("pink hair", MIKA, Wishes(model="fake", photo=Attached()))

    assert [await service.create("pink hair", MIKA, Wishes(model="fake")) for _ in range(2)]


async def test_a_thread_of_an_allowed_channel_is_allowed(service: AvatarService) -> None:
    asking = replace(ELSEWHERE, channel_id=9, parent_channel_id=8)

    assert (await create(service, asking=asking)).generation.channel_id == 9


async def test_where_it_is_no_member_the_bot_lacks_nothing(service: AvatarService) -> None:
    asking = replace(LACKING, is_guild_install=False)

    assert (await create(service, asking=asking)).generation.owner_id == asking.member_id


async def test_cancelling_closes_the_row(
    service: AvatarService, made: list[Jobs], images: ImageStore
) -> None:
    submitted = await create(service)

    assert service.cancel(submitted.generation.id)
    assert await submitted.job.wait() == Cancelled()

    await made[0].aclose()
    assert (await images.generation(submitted.generation.id)).status == "cancelled"


async def test_there_is_nothing_to_cancel_once_it_is_done(service: AvatarService) -> None:
    drawing = await finished(service)

    assert not service.cancel(drawing.generation.id)


async def test_what_was_open_at_the_end_is_resumed_at_the_next_start(
    make: Make, made: list[Jobs], service: AvatarService, images: ImageStore
) -> None:
    accepted = [(await create(service)).generation.id for _ in range(3)]
    await made[0].aclose()
    make(create_backend("illustrator"))
    resumed = await resume(made)
    for submitted in resumed:
        assert isinstance(await submitted.job.wait(), Finished)

    assert [submitted.generation.id for submitted in resumed] == accepted
    for generation_id in accepted:
        assert len((await images.drawing(generation_id)).images) == 2


async def test_what_is_drawn_but_was_never_shown_is_not_drawn_again(
    make: Make, made: list[Jobs], service: AvatarService
) -> None:
    drawing = await finished(service)
    backend = FakeBackend(open_gate=False)

    make(backend)

    (resumed,) = await resume(made)

    assert resumed.job.latest == Finished(drawing)
    assert backend.batches == []


async def test_what_was_shown_is_not_resumed(service: AvatarService, made: list[Jobs]) -> None:
    drawing = await finished(service)

    await made[0].delivered(drawing.generation.id)

    assert await resume(made) == ()


@pytest.mark.parametrize(
    ("status", "end"),
    [("cancelled", Cancelled), ("failed", Failed)],
)
async def test_an_end_without_pictures_that_was_never_shown_is_told(
    make: Make,
    made: list[Jobs],
    status: Literal["cancelled", "failed"],
    end: type[Cancelled | Failed],
    jobs: JobStore,
) -> None:
    begun = await jobs.accept(new_generation(), None)
    await jobs.close(begun.id, status, None)

    make()

    (resumed,) = await resume(made)

    assert isinstance(resumed.job.latest, end)


async def test_a_full_queue_accepts_nothing(make: Make, jobs: JobStore) -> None:
    backend = FakeBackend(open_gate=False)
    service = make(backend, queue_limit=1)
    wishes = Wishes(count=1, model="fake/first")
    accepted = [await service.create("pink hair", MIKA, wishes) for _ in range(2)]

    with pytest.raises(QueueFull):
        await service.create("pink hair", YUE, wishes)

    assert await open_jobs(jobs) == len(accepted)
    backend.gate.set()


async def test_a_model_that_is_named_draws(make: Make) -> None:
    service = make(FakeBackend(), create_backend("illustrator"))

    submitted = await service.create("pink hair", MIKA, Wishes(model="fake/second"))

    request = submitted.generation.request
    assert (submitted.generation.backend, request.model, request.output.size_px) == (
        "fake",
        "fake/second",
        512,
    )


async def test_a_style_that_is_named_wins_over_the_words(service: AvatarService) -> None:
    submitted = await service.create("pink hair, pixel art", MIKA, Wishes(style="sketch"))

    assert submitted.generation.request.subject.traits.style == "sketch"
    await submitted.job.wait()


async def test_a_chosen_style_stays_when_the_prompt_is_edited(service: AvatarService) -> None:
    chosen = await service.create("pink hair", MIKA, Wishes(count=1, style="sketch"))
    said = await service.create("pink hair, pixel art", MIKA, Wishes(count=1))
    for submitted in (chosen, said):
        await submitted.job.wait()

    edits = [await service.edit(s.generation.id, "blue hair", MIKA) for s in (chosen, said)]

    assert [edit.generation.request.subject.traits.style for edit in edits] == ["sketch", None]


async def test_what_the_backend_cannot_do_names_what_can(make: Make, jobs: JobStore) -> None:
    able = FakeBackend(tasks=("text-to-image", "image-to-image"))
    service = make(create_backend("illustrator"), able)

    with pytest.raises(CannotDraw) as caught:
        await service.create("pink hair", MIKA, Wishes(style="repaint"))

    assert caught.value.others == ("fake/first", "fake/second")
    assert await open_jobs(jobs) == 0


async def test_a_photo_is_kept_and_reaches_the_backend(make: Make) -> None:
    backend = FakeBackend(tasks=("text-to-image", "image-to-image"))
    service = make(backend)
    backend.gate.set()

    wishes = Wishes(model="fake", photo=Attached(), strength=0.3)
    submitted = await service.create("pink hair", MIKA, wishes)
    await submitted.job.wait()

    inputs = [item.init_image for batch in backend.batches for item in batch.items]
    assert inputs == [b"a photo"]
    assert isinstance(submitted.generation.request, Repaint)
    assert submitted.generation.request.strength == 0.3


LOOKING = Wishes(
    model="fake",
    references=(Attached(b"her face"), Attached(b"her dress")),
    pose=Attached(b"her pose"),
)


@pytest.fixture
def looker() -> FakeBackend:
    """Looks at pictures, and starts from one."""
    tasks = ("text-to-image", "image-to-image")
    return FakeBackend(tasks=tasks, references=2, poses=True)


def seen(backend: FakeBackend) -> tuple[tuple[bytes, ...], bytes | None]:
    """What the newest request was given to look at."""
    item = given(backend)
    return item.references, item.pose


async def test_pictures_to_look_at_reach_the_backend_in_order(
    make: Make, looker: FakeBackend
) -> None:
    submitted = await make(looker).create("pink hair", MIKA, LOOKING)
    await submitted.job.wait()

    assert isinstance(submitted.generation.request, Draw)
    assert seen(looker) == ((b"her face", b"her dress"), b"her pose")


async def test_pictures_to_look_at_go_with_one_to_start_from(
    make: Make, looker: FakeBackend
) -> None:
    wishes = replace(LOOKING, photo=Attached(b"a room"))
    submitted = await make(looker).create("pink hair", MIKA, wishes)
    await submitted.job.wait()

    assert isinstance(submitted.generation.request, Repaint)
    assert given(looker).init_image == b"a room"
    assert seen(looker) == ((b"her face", b"her dress"), b"her pose")


async def test_their_owner_goes_on_with_the_pictures_that_were_looked_at(
    make: Make, looker: FakeBackend
) -> None:
    service = make(looker)
    first = await service.create("pink hair", MIKA, LOOKING)
    event = await first.job.wait()
    assert isinstance(event, Finished)
    image, generation_id = event.result.images[0].id, first.generation.id

    for again in (
        await service.reroll(generation_id, MIKA),
        await service.edit(generation_id, "blue hair", MIKA),
        await service.switch(generation_id, "fake/second", MIKA),
        await service.vary(image, MIKA),
    ):
        await again.job.wait()
        assert seen(looker) == ((b"her face", b"her dress"), b"her pose")


async def test_others_never_get_the_pictures_that_were_looked_at(
    make: Make, looker: FakeBackend
) -> None:
    service = make(looker)
    first = await service.create("pink hair", MIKA, LOOKING)
    event = await first.job.wait()
    assert isinstance(event, Finished)

    for again in (
        await service.reroll(first.generation.id, YUE),
        await service.vary(event.result.images[0].id, YUE),
    ):
        await again.job.wait()
        assert seen(looker) == ((), None)


async def test_others_have_nothing_to_draw_where_the_pictures_were_all_that_was_said(
    make: Make, looker: FakeBackend
) -> None:
    service = make(looker)
    first = await service.create("Quxa", MIKA, LOOKING)
    await first.job.wait()

    with pytest.raises(PhotoNotShared):
        await service.reroll(first.generation.id, YUE)


async def test_pictures_to_look_at_are_gone_after_a_day_and_variations_go_on_without(
    make: Make, looker: FakeBackend, database: Database, images: ImageStore
) -> None:
    service = make(looker)
    first = await service.create("pink hair", MIKA, LOOKING)
    event = await first.job.wait()
    assert isinstance(event, Finished)
    expired = update(InputRow).values(expires_at=datetime.now(UTC))
    await database.write(lambda session: session.execute(expired))
    await images.forget_expired()

    with pytest.raises(PhotoExpired):
        await service.reroll(first.generation.id, MIKA)
    varied = await service.vary(event.result.images[0].id, MIKA)

    assert isinstance(await varied.job.wait(), Finished)
    assert seen(looker) == ((), None)


async def test_one_picture_that_cannot_be_read_leaves_nothing_of_the_others(
    make: Make, looker: FakeBackend, jobs: JobStore, pictures_folder: Path
) -> None:
    service = make(looker)
    wishes = replace(LOOKING, references=(Attached(b"fine"), Attached(PictureDamaged())))

    with pytest.raises(PictureDamaged):
        await service.create("pink hair", MIKA, wishes)

    assert (await open_jobs(jobs), files_in(pictures_folder)) == (0, [])


async def test_more_pictures_than_the_model_looks_at_are_refused_before_they_are_read(
    make: Make, looker: FakeBackend, jobs: JobStore
) -> None:
    many = tuple(Attached() for _ in range(17))

    with pytest.raises(TooManyReferences) as refusal:
        await make(looker).create("pink hair", MIKA, replace(LOOKING, references=many))

    assert (refusal.value.given, refusal.value.most) == (17, 2)
    assert not any(photo.fetching.is_set() for photo in many)
    assert await open_jobs(jobs) == 0


async def test_a_photo_that_cannot_be_read_leaves_nothing(
    make: Make, able: FakeBackend, jobs: JobStore, images: ImageStore
) -> None:
    service = make(able, queue_limit=1)
    wishes = Wishes(model="fake", photo=Attached(PictureDamaged()))

    for _ in range(3):  # more than the queue has places: each is free again
        with pytest.raises(PictureDamaged):
            await service.create("pink hair", MIKA, wishes)

    assert await open_jobs(jobs) == 0
    with pytest.raises(GenerationNotFound):
        await images.generation(1)


async def test_a_photo_that_is_being_fetched_counts_against_the_limit(
    make: Make, able: FakeBackend
) -> None:
    service, fetched = make(able), asyncio.Event()
    asking = context(config=replace(CONFIG, backend="fake", open_jobs_limit=1))
    photo = Attached(meanwhile=fetched)
    first = asyncio.create_task(service.create("pink hair", asking, Wishes(photo=photo)))
    await photo.fetching.wait()

    with pytest.raises(LimitReached):
        await create(service, asking=asking)

    fetched.set()
    assert isinstance(await (await first).job.wait(), Finished)


async def test_a_crash_while_a_photo_is_fetched_is_told_and_not_drawn(
    make: Make, made: list[Jobs], able: FakeBackend, images: ImageStore
) -> None:
    photo = Attached(meanwhile=asyncio.Event())
    fetching = asyncio.create_task(
        make(able).create("pink hair", MIKA, Wishes(model="fake", photo=photo))
    )
    await photo.fetching.wait()
    fetching.cancel()
    again = make(able)

    (resumed,) = await resume(made)

    assert isinstance(resumed.job.latest, Failed)
    assert isinstance(resumed.job.latest.error, PhotoInterrupted)
    assert (await images.generation(resumed.generation.id)).status == "failed"
    with pytest.raises(PhotoExpired):  # rather than something else than was asked for
        await again.reroll(resumed.generation.id, MIKA)
    assert able.batches == []


async def test_a_picture_nobody_knows_the_traits_of_is_varied_from_itself(
    make: Make, images: ImageStore
) -> None:
    backend = FakeBackend(tasks=("text-to-image", "image-to-image"))
    service = make(backend)
    backend.gate.set()
    first = await service.create("pink hair", MIKA, Wishes(model="fake", count=1))
    event = await first.job.wait()
    assert isinstance(event, Finished)
    (image,) = event.result.images

    varied = (await service.vary(image.id, MIKA)).generation.request

    assert isinstance(varied, Vary)
    assert varied.image == image.sha256
    assert varied.model == "fake/first"
    assert varied.traits is None


async def test_what_no_backend_can_resume_is_closed_as_failed(
    make: Make, made: list[Jobs], images: ImageStore, jobs: JobStore
) -> None:
    orphan = await jobs.accept(new_generation(request=draw(model="retired")), None)

    make()

    (resumed,) = await resume(made)

    assert isinstance(resumed.job.latest, Failed)
    assert (await images.generation(orphan.id)).error == "UnknownBackend"


async def test_an_unknown_generation_is_said_to_be_gone(service: AvatarService) -> None:
    with pytest.raises(GenerationNotFound):
        await service.reroll(999, MIKA)


TUNED = Settings(steps=12, guidance=7.0, sampler="euler-a")


@pytest.fixture
def tunable(make: Make) -> AvatarService:
    """A model that can be run otherwise, and one that cannot."""
    limits = Adjustable(
        steps=Limit(1, 60, 28), guidance=Limit(0, 20, 5), samplers={"euler-a": "Euler a"}
    )
    tasks = ("text-to-image", "image-to-image")
    return make(FakeBackend(tasks=tasks, settings=limits), create_backend("illustrator"))


async def test_how_a_model_is_run_is_kept_in_all_that_comes_of_a_drawing(
    tunable: AvatarService,
) -> None:
    wishes = Wishes(count=1, seed=7, model="fake", settings=TUNED)
    first = await tunable.create("pink hair", MIKA, wishes)
    event = await first.job.wait()
    assert isinstance(event, Finished)
    image, drawing = event.result.images[0].id, first.generation.id

    after = (
        await tunable.reroll(drawing, MIKA),
        await tunable.reroll(drawing, YUE),
        await tunable.edit(drawing, "blue hair", MIKA),
        await tunable.vary(image, MIKA),
        await tunable.switch(drawing, "fake/second", MIKA),
    )

    for submitted in (first, *after):
        assert settings_of(submitted.generation.request) == TUNED
        await submitted.job.wait()


async def test_a_model_that_cannot_be_run_so_draws_as_it_does(tunable: AvatarService) -> None:
    wishes = Wishes(count=1, seed=7, model="fake", settings=TUNED)
    first = await tunable.create("pink hair", MIKA, wishes)
    await first.job.wait()

    switched = await tunable.switch(first.generation.id, "illustrator", MIKA)

    assert settings_of(switched.generation.request) == AS_USUAL
    await switched.job.wait()


async def test_a_finished_drawing_is_drawn_again_with_the_same_seed_and_other_settings(
    tunable: AvatarService,
) -> None:
    wishes = Wishes(count=2, seed=7, model="fake", settings=Settings(steps=12))
    first = await tunable.create("pink hair", MIKA, wishes)
    await first.job.wait()

    again = await tunable.tune(first.generation.id, Settings(steps=40), MIKA)
    await again.job.wait()

    before = first.generation.request
    assert again.generation.request == with_settings(before, Settings(steps=40))
    with pytest.raises(NotYours):
        await tunable.tune(first.generation.id, TUNED, YUE)


async def test_settings_out_of_range_leave_nothing_behind(
    tunable: AvatarService, jobs: JobStore
) -> None:
    for settings, model in ((Settings(steps=61), "fake"), (TUNED, "illustrator")):
        with pytest.raises(BadSetting):
            await tunable.create("pink hair", MIKA, Wishes(model=model, settings=settings))

    assert await open_jobs(jobs) == 0


async def compared(service: AvatarService, *models: str, asking: Context = MIKA, seed: int = 7):
    return await service.comparing.compare("pink hair", asking, models, seed)


async def test_models_are_compared_with_the_same_words_and_seed(make: Make) -> None:
    service = make(create_backend("illustrator"), FakeBackend())

    together = await compared(service, "illustrator", "fake")
    ends = [await job.wait() for job, _ in together]

    assert [generation.request.model for _, generation in together] == ["illustrator", "fake/first"]
    assert {generation.request.output.seed for _, generation in together} == {7}
    assert {generation.request.subject for _, generation in together} == {
        together[0].generation.request.subject
    }
    assert all(isinstance(end, Finished) for end in ends)
    assert [
        len(one.images) for one in await service.comparing.drawings(together[1].generation.id)
    ] == [1, 1]


async def test_a_comparison_again_has_another_seed_and_for_others_no_words(make: Make) -> None:
    service = make(create_backend("illustrator"), FakeBackend())
    first = (await compared(service, "illustrator", "fake"))[0].generation

    own = await service.comparing.again(first.id, MIKA)
    others = await service.comparing.again(first.id, YUE)

    assert [g.request.subject.prompt for _, g in own] == ["pink hair"] * 2
    assert [g.request.subject.prompt for _, g in others] == [""] * 2
    assert len({g.request.output.seed for _, g in (*own, *others)}) == 2
    assert {g.comparison_id for _, g in own} == {own[0].generation.id}
    assert {g.owner_id for _, g in others} == {YUE.member_id}


async def test_one_that_cannot_keeps_all_from_being_drawn_and_is_named(
    make: Make, jobs: JobStore
) -> None:
    full = FakeBackend(open_gate=False)
    service = make(create_backend("illustrator"), full, queue_limit=1)
    await service.create("pink hair", YUE, Wishes(model="fake", count=1))
    await service.create("pink hair", YUE, Wishes(model="fake", count=1))

    with pytest.raises(StandsInTheWay) as caught:
        await compared(service, "illustrator", "fake")

    assert caught.value.model == "first"
    assert isinstance(caught.value.reason, QueueFull)
    together = await compared(service, "illustrator")  # its place is free again
    assert len(together) == 1
    full.gate.set()


async def test_a_comparison_is_as_many_open_drawings_as_it_has_models(
    make: Make, jobs: JobStore
) -> None:
    service = make(create_backend("illustrator"), FakeBackend())
    asking = replace(MIKA, config=replace(CONFIG, open_jobs_limit=1))

    with pytest.raises(TooManyAtOnce) as caught:
        await compared(service, "illustrator", "fake", asking=asking)

    assert (caught.value.count, caught.value.limit) == (2, 1)
    assert await open_jobs(jobs) == 0


async def test_the_same_model_is_not_compared_with_itself(service: AvatarService) -> None:
    with pytest.raises(SameModelTwice) as caught:
        await compared(service, "illustrator", "illustrator")

    assert caught.value.model == "Illustrator"


async def test_of_a_comparison_only_what_was_open_is_drawn_again(
    make: Make, made: list[Jobs]
) -> None:
    gated = FakeBackend(open_gate=False)
    together = await compared(make(create_backend("illustrator"), gated), "illustrator", "fake")
    drawn = await together[0].job.wait()

    make(create_backend("illustrator"), FakeBackend())
    resumed: list[tuple[Submitted, ...]] = []
    await made[-1].resume(resumed.append)

    (again,) = resumed
    assert [one.generation.id for one in again] == [one.generation.id for one in together]
    assert again[0].job.latest == drawn
    assert isinstance(await again[1].job.wait(), Finished)
    await made[-1].delivered(*(one.job.id for one in again))
    gated.gate.set()


PAINTS = ("text-to-image", "image-to-image")


async def drawn_by(service: AvatarService, model: str, **wishes: Any) -> Image:
    """The first picture of a finished drawing of Mika's."""
    asked = Wishes(**{"count": 1, "seed": 7, "size_px": 256, "model": model, **wishes})
    event = await (await service.create("pink hair", MIKA, asked)).job.wait()
    assert isinstance(event, Finished)
    return event.result.images[0]


async def ended(submitted: Submitted) -> Image:
    event = await submitted.job.wait()
    assert isinstance(event, Finished)
    return event.result.images[0]


def offered(refiners: Mapping[RefineHow, Model]) -> dict[str, str]:
    return {how: model.key for how, model in refiners.items()}


async def test_a_second_pass_is_of_the_same_words_seed_and_settings(make: Make) -> None:
    service = make(FakeBackend(tasks=PAINTS))
    image = await drawn_by(service, "fake/second")

    refined = (await service.refining.refine(image.id, "hires", "fake/second", MIKA)).generation

    request = refined.request
    assert isinstance(request, Refine)
    assert request.subject == replace(request.subject, prompt="pink hair", traits=image.traits)
    assert (request.output.count, request.output.seed, request.output.size_px) == (1, 7, 256)
    assert (request.model, request.image) == ("fake/second", image.sha256)
    assert (request.how, request.face, request.strength) == ("hires", None, 0.33)
    assert (refined.cause, refined.parent_image_id) == ("refine", image.id)


async def test_only_the_owner_has_a_picture_refined(make: Make) -> None:
    service = make(FakeBackend(tasks=PAINTS))
    image = await drawn_by(service, "fake")

    with pytest.raises(NotYours):
        await service.refining.refine(image.id, "hires", "fake/first", YUE)


async def test_what_drew_a_picture_is_offered_first_to_refine_it(
    make: Make, guilds: GuildStore
) -> None:
    service = make(create_backend("illustrator"), FakeBackend(tasks=PAINTS, absent=("third",)))
    by_model, by_hand = [await drawn_by(service, key) for key in ("fake/second", "illustrator")]

    own = await service.refining.refiners(by_model, 10)
    others = await service.refining.refiners(by_hand, 10)
    await guilds.update(10, backend="fake/second")
    usual = await service.refining.refiners(by_hand, 10)

    assert offered(own) == {"hires": "fake/second", "face": "fake/second"}
    assert offered(others) == {"hires": "fake/first", "face": "fake/first"}
    assert offered(usual) == {"hires": "fake/second", "face": "fake/second"}


@pytest.mark.parametrize(
    ("tasks", "absent"), [(("text-to-image",), ()), (PAINTS, ("first", "second"))]
)
async def test_nobody_is_offered_who_cannot_refine_or_is_not_here(
    tasks: tuple[Task, ...], absent: tuple[str, ...], make: Make
) -> None:
    service = make(create_backend("illustrator"), FakeBackend(tasks=tasks, absent=absent))
    image = await drawn_by(service, "illustrator")

    assert offered(await service.refining.refiners(image, 10)) == {}


async def test_a_picture_as_large_as_can_be_is_offered_its_face_alone(
    make: Make, jobs: JobStore
) -> None:
    service = make(create_backend("illustrator"), FakeBackend(tasks=PAINTS))
    image = await drawn_by(service, "illustrator", size_px=1024)

    assert offered(await service.refining.refiners(image, 10)) == {"face": "fake/first"}
    with pytest.raises(TooLargeToRefine):
        await service.refining.refine(image.id, "hires", "fake/first", MIKA)
    assert await open_jobs(jobs) == 1  # the drawing, of which nobody was shown the end


async def test_the_face_of_the_illustrators_own_is_known_also_after_tools(make: Make) -> None:
    service = make(
        create_backend("illustrator"), create_backend("tools"), FakeBackend(tasks=PAINTS)
    )
    image = await drawn_by(service, "illustrator")
    cut = await ended(await service.apply("cutout", image.id, MIKA))
    cropped = await ended(await service.apply("face", cut.id, MIKA))
    sharpened = await ended(await service.apply("sharpen", cropped.id, MIKA))

    asked = [
        (await service.refining.refine(one.id, "face", "fake/first", MIKA)).generation.request
        for one in (image, cut, cropped, sharpened)
    ]

    known = face_box(image.traits, image.seed)
    in_a_crop = pytest.approx((1 / 6, 4 / 15, 2 / 3))
    faces = [request.face for request in asked if isinstance(request, Refine)]
    assert faces == [known, known, in_a_crop, in_a_crop]
    assert {request.subject.prompt for request in asked} == {"pink hair"}


async def test_a_picture_in_which_there_is_no_face_leaves_nothing_behind(
    make: Make, jobs: JobStore
) -> None:
    service = make(FakeBackend(tasks=PAINTS))
    image = await drawn_by(service, "fake")  # one colour all over

    with pytest.raises(NoFace):
        await service.refining.refine(image.id, "face", "fake/first", MIKA)
    assert await open_jobs(jobs) == 1  # the drawing, of which nobody was shown the end


async def test_what_another_model_has_refined_is_varied_by_that_one(make: Make) -> None:
    service = make(
        create_backend("illustrator"), create_backend("tools"), FakeBackend(tasks=PAINTS)
    )
    image = await drawn_by(service, "illustrator", size_px=512)
    finer = await ended(await service.refining.refine(image.id, "hires", "fake/first", MIKA))
    sharp = await ended(await service.apply("sharpen", finer.id, MIKA))

    varied = (await service.vary(sharp.id, MIKA)).generation.request

    assert isinstance(varied, Vary)
    assert (varied.model, varied.traits, varied.image) == ("fake/first", None, sharp.sha256)


async def test_what_is_refined_can_be_refined_again_where_the_first_picture_is_gone(
    make: Make, images: ImageStore
) -> None:
    service = make(create_backend("illustrator"), FakeBackend(tasks=PAINTS))
    image = await drawn_by(service, "illustrator")
    finer = await ended(await service.refining.refine(image.id, "hires", "fake/second", MIKA))
    await images.delete_image(image.id)

    again = (
        await service.refining.refine(finer.id, "hires", "fake/second", MIKA)
    ).generation.request

    assert (again.subject.prompt, again.output.seed) == ("pink hair", 7)
    assert offered(await service.refining.refiners(finer, 10))["hires"] == "fake/second"
    generation = (await service.image(finer.id))[1]
    assert not await service.can_vary(generation)


async def test_a_picture_or_a_model_that_is_gone_meanwhile_is_said_to_be(
    make: Make, images: ImageStore
) -> None:
    service = make(FakeBackend(tasks=PAINTS))
    image = await drawn_by(service, "fake")

    with pytest.raises(ModelGone):
        await service.refining.refine(image.id, "hires", "fake/retired", MIKA)
    await images.delete_image(image.id)
    with pytest.raises(ImageNotFound):
        await service.refining.refine(image.id, "hires", "fake/first", MIKA)
