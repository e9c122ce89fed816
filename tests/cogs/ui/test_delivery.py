"""A message follows its job to the end, whatever Discord and the network do on the way."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, cast

import aiohttp
import discord
import pytest
from discord import ui

from bot.client import Moevatar
from bot.lanes import Drawing
from bot.service import Submitted
from bot.storage.errors import DiskFull
from bot.texts import Catalogue
from cogs.ui import delivery
from cogs.ui.delivery import deliver
from cogs.ui.shown import ShownMessage
from generation.backends.base import Progress
from generation.errors import PictureLost, QuotaExhausted
from generation.job import Failed, Finished, Interrupted, Job, JobEvent, Queued
from tests.cogs.ui.test_result import FULLEST

ONE_OF_FOUR = Progress(1, 4)
DONE = Finished(FULLEST)


class Collection:
    """Finds every picture on the disk, or none."""

    def __init__(self, lost: bool = False) -> None:
        self._lost = lost

    async def picture(self, image: Any) -> bytes:
        if self._lost:
            raise PictureLost(image.sha256)
        return b"png"


@dataclass
class Avatars:
    """Notes what was delivered; or its disk is full."""

    is_full: bool = False
    deliveries: list[str] = field(default_factory=list)

    async def delivered(self, generation_id: int, delivery: str) -> None:
        if self.is_full:
            raise DiskFull(Path("db"))
        self.deliveries.append(delivery)


@dataclass
class Alerts:
    """Notes what the operator is told of."""

    failures: list[Exception] = field(default_factory=list)

    async def failed(self, backend: str, error: Exception) -> None:
        self.failures.append(error)

    def worked(self, backend: str) -> None:
        pass


@dataclass
class Client:
    """What a delivery needs of the bot."""

    collection: Collection = field(default_factory=Collection)
    avatars: Avatars = field(default_factory=Avatars)
    alerts: Alerts = field(default_factory=Alerts)
    texts: Catalogue = field(default_factory=Catalogue.load)


class Message(ShownMessage):
    """A message whose edits fail as `failures` says, one after the other, and then succeed."""

    def __init__(self, *failures: Exception, is_quick: bool = True) -> None:
        self._is_quick = is_quick
        self._failures = list(failures)
        self.edits: list[str] = []
        self.whispers: list[str] = []
        self.edited: Callable[[], None] = lambda: None

    @property
    def is_quick(self) -> bool:
        return self._is_quick

    async def edit(self, view: ui.LayoutView, files: Sequence[discord.File] = ()) -> None:
        self.edits.append(str(view.to_components()))
        self.edited()
        if self._failures:
            raise self._failures.pop(0)

    async def whisper(self, text: str) -> None:
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


async def delivered(
    message: Message,
    client: Client | None = None,
    *,
    progress: Progress = ONE_OF_FOUR,
    end: JobEvent[Drawing] = DONE,
) -> Client:
    """Deliver a job that makes progress, and ends once that has been tried to be shown."""
    client = client or Client()
    job: Job[Drawing] = Job(1, 1, lambda job: None, Queued(0))
    loop, finish = asyncio.get_running_loop(), partial(job.publish, end)
    message.edited = finish
    loop.call_soon(job.publish, progress)
    if not message.is_quick:
        loop.call_later(0.01, finish)
    await deliver(cast(Moevatar, client), Submitted(job, FULLEST.generation), message)
    return client


async def test_progress_that_cannot_be_shown_does_not_keep_the_pictures_back() -> None:
    message = Message(http_error(discord.DiscordServerError, 503))

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
    message = Message(failure, failure, failure)

    await delivered(message)

    assert "avatar-" in message.edits[-1]
    assert len(message.edits) == 4


async def test_where_edits_are_few_only_the_end_is_shown() -> None:
    message = Message(is_quick=False)

    await delivered(message)

    assert len(message.edits) == 1
    assert "avatar-" in message.edits[0]


async def test_a_message_that_is_gone_is_not_insisted_on() -> None:
    gone = http_error(discord.NotFound, 404)
    message = Message(gone, gone)

    await delivered(message)

    assert len(message.edits) == 2
    assert "in your gallery" in message.whispers[0]


async def test_pictures_that_never_reach_discord_are_said_to_be_in_the_gallery() -> None:
    message = Message(*(TimeoutError() for _ in range(4)))

    await delivered(message)

    assert "in your gallery" in message.whispers[0]


async def test_a_picture_lost_from_the_disk_is_said_in_words() -> None:
    message = Message()

    await delivered(message, Client(Collection(lost=True)))

    assert "gone from the disk" in message.edits[-1]


async def test_a_preview_is_shown_while_it_is_drawn() -> None:
    message = Message()

    await delivered(message, progress=Progress(1, 4, preview=b"webp"))

    assert "preview.webp" in message.edits[0]
    assert "preview.webp" not in message.edits[-1]


async def test_what_was_shown_is_remembered() -> None:
    assert (await delivered(Message())).avatars.deliveries == ["shown"]


async def test_what_no_message_can_show_any_more_is_not_tried_again() -> None:
    gone = http_error(discord.NotFound, 404)

    assert (await delivered(Message(gone, gone))).avatars.deliveries == ["lost"]


async def test_what_discord_could_not_be_told_is_left_to_the_next_start() -> None:
    message = Message(*(TimeoutError() for _ in range(4)))

    assert (await delivered(message)).avatars.deliveries == []


async def test_an_interrupted_drawing_is_not_delivered() -> None:
    assert (await delivered(Message(), end=Interrupted())).avatars.deliveries == []


async def test_a_delivery_that_cannot_be_remembered_is_a_delivery(
    caplog: pytest.LogCaptureFixture,
) -> None:
    message = Message()

    await delivered(message, Client(avatars=Avatars(is_full=True)))

    assert "avatar-" in message.edits[-1]
    assert "its delivery is not remembered" in caplog.text


async def test_the_operator_hears_of_a_failure() -> None:
    error = QuotaExhausted("OpenAI")

    client = await delivered(Message(), end=Failed(error))

    assert client.alerts.failures == [error]
