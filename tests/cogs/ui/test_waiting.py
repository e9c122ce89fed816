"""The message of a drawing while it waits and is drawn."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.texts import Catalogue
from cogs.ui.waiting import preview_files, waiting_view
from generation.backends.base import Progress
from generation.job import Queued, Started
from generation.scheduler import Scheduler
from tests.cogs.ui.test_result import FULLEST

MODEL = replace(FULLEST.generation, request=replace(FULLEST.generation.request, model="diffusers"))
SOON = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def texts() -> Catalogue:
    return Catalogue.load()


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
def test_it_says_where_it_stands(
    texts: Catalogue, event: Queued | Started | Progress, words: str
) -> None:
    view = waiting_view(event, MODEL, texts, "en-US")

    assert words in str(view.to_components())
    assert "Cancel" in str(view.to_components())


def test_the_illustrator_counts_pictures(texts: Catalogue) -> None:
    view = waiting_view(Progress(1, 4), FULLEST.generation, texts, "en-US")

    assert "1 of 4 drawn  ▰▱▱▱" in str(view.to_components())


def test_nobody_is_promised_a_time_that_nobody_knows(texts: Catalogue) -> None:
    assert "<t:" not in str(waiting_view(Queued(3), MODEL, texts, "en-US").to_components())


def test_a_preview_is_shown_with_its_file(texts: Catalogue) -> None:
    view = waiting_view(Progress(1, 4), MODEL, texts, "en-US", b"webp")
    (file,) = preview_files(b"webp")

    assert f"attachment://{file.filename}" in str(view.to_components())
    assert preview_files(None) == []
