"""A message follows several jobs to their ends, whatever Discord and the network do on the way."""

import asyncio
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import discord
import pytest

from bot.jobs import Submitted
from bot.storage.records import Drawing
from bot.texts import Catalogue, Sentences
from bot.user_errors import TooHeavy
from cogs import delivery
from cogs.comparison import Comparisons
from cogs.delivery import Delivery
from cogs.ui.media import Shown
from cogs.ui.side_by_side import Part, comparison_content
from generation.backends.base import Progress
from generation.errors import CannotDraw
from generation.job import Cancelled, Failed, Finished, Interrupted, Job, JobEvent, Queued
from tests.cogs.test_delivery import QUICK, Alerts, Out, Pictures, http_error
from tests.cogs.ui.test_answer import FULLEST, shown


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "EDIT_INTERVAL_S", 0.0)
    monkeypatch.setattr(delivery, "PREVIEW_INTERVAL_S", 0.0)
    monkeypatch.setattr(delivery, "TRY_AGAIN_AFTER_S", (0.0, 0.0))


@pytest.fixture
def t() -> Sentences:
    return Catalogue.load().bound("en-US")


def drawn(number: int) -> Drawing:
    """What a model of the comparison has drawn."""
    generation = replace(FULLEST.generation, id=number, comparison_id=1)
    image = replace(FULLEST.images[0], id=number, generation_id=number, position=0)
    return Drawing(generation, (image,))


FIRST, SECOND = drawn(1), drawn(2)


@dataclass
class Jobs:
    """Notes what was delivered at once."""

    deliveries: list[tuple[int, ...]] = field(default_factory=list)

    async def delivered(self, *generation_ids: int) -> None:
        self.deliveries.append(generation_ids)


async def followed(out: Out, *ends: JobEvent[Drawing]) -> Jobs:
    """Follow two jobs: the first ends, and once that has been tried to be shown, the second."""
    jobs = Jobs()
    services: Any = SimpleNamespace(
        service=SimpleNamespace(model_of=lambda generation: None),
        jobs=jobs,
        pictures=Pictures(),
        guilds=None,
        texts=Catalogue.load(),
        alerts=Alerts(),
        tasks=None,
    )
    first, second = (Job[Drawing](number, 1, lambda job: None, Queued(0)) for number in (1, 2))
    loop = asyncio.get_running_loop()
    loop.call_soon(first.publish, ends[0])
    out.edited = lambda: second.publish(ends[1])
    together = (Submitted(first, FIRST.generation), Submitted(second, SECOND.generation))
    comparisons = Comparisons(services, out, Delivery(services, out))
    async with asyncio.timeout(10):
        await comparisons.follow(together, QUICK)
    return jobs


async def test_each_is_shown_as_it_ends_and_both_are_delivered_at_once() -> None:
    out = Out()

    jobs = await followed(out, Finished(FIRST), Finished(SECOND))

    assert "avatar-1" in out.edits[0]
    assert "avatar-2" not in out.edits[0]
    assert "Cancel all" in out.edits[0]
    assert "avatar-1" in out.edits[-1]
    assert "avatar-2" in out.edits[-1]
    assert "Cancel all" not in out.edits[-1]
    assert jobs.deliveries == [(1, 2)]


async def test_one_that_fails_or_is_cancelled_leaves_the_other_its_picture() -> None:
    failed, cancelled = Out(), Out()

    await followed(failed, Failed(CannotDraw("Tiny", "inpaint", ())), Finished(SECOND))
    await followed(cancelled, Finished(FIRST), Cancelled())

    assert "Tiny cannot paint a part of a picture" in failed.edits[-1]
    assert "avatar-2" in failed.edits[-1]
    assert "was cancelled" in cancelled.edits[-1]
    assert "avatar-1" in cancelled.edits[-1]


async def test_a_step_that_cannot_be_shown_does_not_keep_the_end_back() -> None:
    out = Out(TimeoutError(), TimeoutError(), TimeoutError())

    jobs = await followed(out, Finished(FIRST), Finished(SECOND))

    assert len(out.edits) == 4
    assert "avatar-2" in out.edits[-1]
    assert jobs.deliveries == [(1, 2)]


async def test_what_discord_could_not_be_told_is_left_to_the_next_start() -> None:
    out = Out(*(TimeoutError() for _ in range(4)))

    jobs = await followed(out, Finished(FIRST), Finished(SECOND))

    assert jobs.deliveries == []
    assert "in your gallery" in out.whispers[0]


async def test_a_message_that_is_gone_is_told_of_once() -> None:
    gone = http_error(discord.NotFound, 404)
    out = Out(gone, gone)

    jobs = await followed(out, Finished(FIRST), Finished(SECOND))

    assert jobs.deliveries == [(1, 2)]
    assert ["in your gallery" in text for text in out.whispers] == [True]


async def test_one_that_is_interrupted_keeps_all_for_the_next_start() -> None:
    out = Out()

    jobs = await followed(out, Finished(FIRST), Interrupted())

    assert jobs.deliveries == []
    assert "Cancel all" in out.edits[-1]


async def test_what_no_message_takes_is_said_to_be_too_heavy() -> None:
    out = Out(TooHeavy(), TooHeavy(), TooHeavy())

    await followed(out, Finished(FIRST), Finished(SECOND))

    assert "avatar-" not in out.edits[-1]
    assert "in your gallery" in out.edits[-1]
    assert out.weights[-1] == 0


def test_the_fullest_comparison_fits(t: Sentences) -> None:
    parts = [
        Part(
            generation=FULLEST.generation,
            title="M" * 100,
            event=Finished(FULLEST),
            shown=tuple(shown(FULLEST)[:1]),
        )
        for _ in range(3)
    ]

    view = comparison_content(parts, t).view

    assert view.content_length() <= 4000
    assert view.total_children_count <= 40


def test_a_picture_lost_from_the_disk_is_said_in_words_and_a_preview_ends(t: Sentences) -> None:
    lost = Part(
        generation=FIRST.generation,
        title="Tiny",
        event=Finished(FIRST),
        shown=(Shown(FIRST.images[0], None),),
    )
    begun = replace(lost, event=Progress(3, 8), shown=(), preview=b"webp")

    both = comparison_content([lost, begun], t)

    assert "gone from the disk" in str(both.view.to_components())
    assert "step 3 of 8" in str(both.view.to_components())
    assert [file.name for file in both.files] == ["preview-1.webp"]
    assert comparison_content([replace(begun, event=Finished(FIRST))], t).files == ()
