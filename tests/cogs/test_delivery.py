"""A message follows its job to the end, whatever Discord and the network do on the way."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import pytest
from PIL import Image as Pillow

from bot.alerts import Told
from bot.jobs import Submitted
from bot.messenger import Address, Content, Messenger
from bot.storage.records import Drawing
from bot.storage.storage_errors import DiskFull
from bot.texts import Catalogue
from bot.user_errors import TooHeavy
from cogs import delivery
from cogs.delivery import Delivery
from generation.backends.base import Progress
from generation.errors import PictureLost, QuotaExhausted
from generation.job import Failed, Finished, Interrupted, Job, JobEvent, Queued
from tests.cogs.ui.test_answer import FULLEST

ONE_OF_FOUR = Progress(1, 4)
DONE = Finished(FULLEST)


class Pictures:
    """Finds every picture on the disk, or none."""

    def __init__(self, lost: bool = False, png: bytes = b"png") -> None:
        self._lost = lost
        self.png = png

    async def read(self, sha256: str) -> bytes:
        if self._lost:
            raise PictureLost(sha256)
        return self.png


@dataclass
class Jobs:
    """Notes what was delivered; or its disk is full."""

    is_full: bool = False
    deliveries: list[int] = field(default_factory=list)

    async def delivered(self, generation_id: int) -> None:
        if self.is_full:
            raise DiskFull(Path("db"))
        self.deliveries.append(generation_id)


@dataclass
class Alerts:
    """Notes what the operator is told of."""

    failures: list[Exception] = field(default_factory=list)
    told: Told | None = "operator"

    async def failed(self, backend: str, error: Exception, asker_id: int) -> Told | None:
        self.failures.append(error)
        return self.told

    def worked(self, backend: str) -> None:
        pass


class Out(Messenger):
    """Notes what it is given, and fails as `failures` says, one after the other, then succeeds."""

    def __init__(self, *failures: Exception) -> None:
        self._failures = list(failures)
        self.edits: list[str] = []
        self.weights: list[int] = []
        self.whispers: list[str] = []
        self.edited: Callable[[], None] = lambda: None

    async def edit(self, address: Address, content: Content) -> Address:
        self.edits.append(str(content.view.to_components()))
        self.weights.append(sum(len(file.data) for file in content.files))
        self.edited()
        if self._failures:
            raise self._failures.pop(0)
        return address

    async def whisper(self, address: Address, text: str) -> None:
        self.whispers.append(text)


def http_error(kind: type[discord.HTTPException], status: int) -> discord.HTTPException:
    class Response:
        reason = "for the test"

    response: Any = Response()
    response.status = status
    return kind(response, "for the test")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "EDIT_INTERVAL_S", 0.0)
    monkeypatch.setattr(delivery, "PREVIEW_INTERVAL_S", 0.0)
    monkeypatch.setattr(delivery, "TRY_AGAIN_AFTER_S", (0.0, 0.0))


@dataclass
class World:
    """What a delivery needs beside the messenger."""

    pictures: Pictures = field(default_factory=Pictures)
    jobs: Jobs = field(default_factory=Jobs)
    alerts: Alerts = field(default_factory=Alerts)


QUICK = Address(
    generation_id=1,
    owner_id=1,
    channel_id=1,
    private=False,
    asked_at=datetime.now(UTC) + timedelta(days=1),
    token="token",
    message_id=5,
)


async def delivered(
    out: Out,
    world: World | None = None,
    *,
    address: Address = QUICK,
    progress: Progress = ONE_OF_FOUR,
    end: JobEvent[Drawing] = DONE,
) -> World:
    """Deliver a job that makes progress, and ends once that has been tried to be shown."""
    world = world or World()
    services: Any = SimpleNamespace(
        service=SimpleNamespace(reader_for=lambda drawing: None),
        jobs=world.jobs,
        pictures=world.pictures,
        guilds=None,
        texts=Catalogue.load(),
        alerts=world.alerts,
        tasks=None,
    )
    job: Job[Drawing] = Job(1, 1, lambda job: None, Queued(0))
    loop, finish = asyncio.get_running_loop(), partial(job.publish, end)
    out.edited = finish
    loop.call_soon(job.publish, progress)
    if not address.has_live_token:
        loop.call_later(0.01, finish)
    await Delivery(services, out).follow(Submitted(job, FULLEST.generation), address)
    return world


async def test_progress_that_cannot_be_shown_does_not_keep_the_pictures_back() -> None:
    message = Out(http_error(discord.DiscordServerError, 503))

    await delivered(message)

    assert "1 of 4" in message.edits[0]
    assert "avatar-" in message.edits[-1]
    assert message.whispers == []


@pytest.mark.parametrize(
    "failure",
    [aiohttp.ServerDisconnectedError(), TimeoutError(), ConnectionResetError()],
    ids=lambda failure: type(failure).__name__,
)
async def test_pictures_are_shown_once_discord_can_be_reached_again(failure: Exception) -> None:
    message = Out(failure, failure, failure)

    await delivered(message)

    assert "avatar-" in message.edits[-1]
    assert len(message.edits) == 4


async def test_where_edits_are_few_only_the_end_is_shown() -> None:
    message = Out()

    await delivered(message, address=replace(QUICK, token=None))

    assert len(message.edits) == 1
    assert "avatar-" in message.edits[0]


async def test_where_edits_are_few_progress_is_shown_now_and_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(delivery, "CHANNEL_INTERVAL_S", 0.0)
    message, private = Out(), Out()

    await delivered(message, address=replace(QUICK, token=None))
    await delivered(private, address=replace(QUICK, token=None, private=True))

    assert "1 of 4" in message.edits[0]
    assert len(private.edits) == 1  # nothing but its token reaches a private message


async def test_a_message_that_is_gone_is_not_insisted_on() -> None:
    gone = http_error(discord.NotFound, 404)
    message = Out(gone, gone)

    await delivered(message)

    assert len(message.edits) == 2
    assert "in your gallery" in message.whispers[0]


async def test_pictures_that_never_reach_discord_are_said_to_be_in_the_gallery() -> None:
    message = Out(*(TimeoutError() for _ in range(4)))

    await delivered(message)

    assert "in your gallery" in message.whispers[0]


async def test_a_picture_lost_from_the_disk_is_said_in_words() -> None:
    message = Out()

    await delivered(message, World(Pictures(lost=True)))

    assert "gone from the disk" in message.edits[-1]


async def test_a_preview_is_shown_while_it_is_drawn() -> None:
    message = Out()

    await delivered(message, progress=Progress(1, 4, preview=b"webp"))

    assert "preview.webp" in message.edits[0]
    assert "preview.webp" not in message.edits[-1]


async def test_what_was_shown_is_remembered() -> None:
    assert (await delivered(Out())).jobs.deliveries == [1]


async def test_what_no_message_can_show_any_more_is_not_tried_again() -> None:
    gone = http_error(discord.NotFound, 404)

    assert (await delivered(Out(gone, gone))).jobs.deliveries == [1]


async def test_what_discord_could_not_be_told_is_left_to_the_next_start() -> None:
    message = Out(*(TimeoutError() for _ in range(4)))

    assert (await delivered(message)).jobs.deliveries == []


async def test_an_interrupted_drawing_is_not_delivered() -> None:
    assert (await delivered(Out(), end=Interrupted())).jobs.deliveries == []


async def test_a_delivery_that_cannot_be_remembered_is_a_delivery(
    caplog: pytest.LogCaptureFixture,
) -> None:
    message = Out()

    await delivered(message, World(jobs=Jobs(is_full=True)))

    assert "avatar-" in message.edits[-1]
    assert "The delivery of jobs [1] is not remembered" in caplog.text


async def test_the_operator_hears_of_a_failure() -> None:
    error = QuotaExhausted("OpenAI")

    world = await delivered(Out(), end=Failed(error))

    assert world.alerts.failures == [error]


@pytest.mark.parametrize("told", ["operator", "asker", None])
async def test_that_the_operator_was_told_is_said_only_where_it_is_so(told: Told | None) -> None:
    message = Out()

    world = World(alerts=Alerts(told=told))
    await delivered(message, world, end=Failed(QuotaExhausted("OpenAI")))

    assert ("Whoever runs me has been told" in message.edits[-1]) is (told == "operator")
    assert ("You run me: I have written to you" in message.edits[-1]) is (told == "asker")


async def test_what_discord_finds_too_heavy_is_shown_smaller() -> None:
    noise = BytesIO()
    Pillow.effect_noise((1024, 1024), 80).convert("RGB").save(noise, "PNG")
    pictures = Pictures(png=noise.getvalue())
    progress_fails, end_is_too_heavy = TimeoutError(), TooHeavy()
    out = Out(progress_fails, end_is_too_heavy)

    await delivered(out, World(pictures), address=replace(QUICK, file_limit_bytes=2_000_000))

    assert out.weights[-1] <= 4 * 500_000
    assert ".webp" in out.edits[-1]
