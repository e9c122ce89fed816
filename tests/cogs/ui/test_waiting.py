"""The message of a drawing while it waits and is drawn."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.texts import Catalogue
from cogs.ui.waiting import waiting_content
from generation.backends.base import Progress
from generation.job import Queued, Started
from generation.scheduler import Scheduler
from tests.cogs.ui.test_result import FULLEST

MODEL = replace(FULLEST.generation, request=replace(FULLEST.generation.request, model="diffusers"))
SOON = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


ENGLISH = Catalogue.load().bound("en-US")


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (Queued(0), "next"),
        (Queued(3), "3 before you"),
        (Queued(Scheduler.PLACES), f"{Scheduler.PLACES} or more"),
        (Queued(3, SOON), "<t:1795780800:R>"),
        (Started(), "pencil"),
        (Progress(0, 0, "loading"), "being loaded"),
        (Progress(1_500_000_000, 6_000_000_000, "downloading"), "1500 of 6000 MB  ▰▰▱▱▱▱▱▱▱▱"),
        (Progress(14, 28), "step 14 of 28  ▰▰▰▰▰▱▱▱▱▱"),
        (Progress(1, 4), "step 1 of 4  ▰▱▱▱"),
        (Progress(0, 1), "pencil"),
    ],
    ids=str,
)
def test_it_says_where_it_stands(event: Queued | Started | Progress, words: str) -> None:
    view = waiting_content(event, MODEL, ENGLISH).view

    assert words in str(view.to_components())
    assert "Cancel" in str(view.to_components())


def test_the_illustrator_counts_pictures() -> None:
    view = waiting_content(Progress(1, 4), FULLEST.generation, ENGLISH).view

    assert "1 of 4 drawn  ▰▱▱▱" in str(view.to_components())


def test_nobody_is_promised_a_time_that_nobody_knows() -> None:
    assert "<t:" not in str(waiting_content(Queued(3), MODEL, ENGLISH).view.to_components())


def test_a_preview_is_shown_with_its_file() -> None:
    content = waiting_content(Progress(1, 4), MODEL, ENGLISH, b"webp")
    (file,) = content.files

    assert f"attachment://{file.name}" in str(content.view.to_components())
    assert waiting_content(Progress(1, 4), MODEL, ENGLISH).files == ()
