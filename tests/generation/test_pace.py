"""What is known of how long a picture takes."""

from datetime import UTC, datetime, timedelta

import pytest

from generation.backends.base import Stage
from generation.pace import Effort, Measured, Pace, Stopwatch, effort_of
from generation.request import Settings, with_settings
from tests.generation.requests import apply_tool, draw, refine, repaint

SMALL, LARGE = Effort("m/a", 512**2, 8), Effort("m/a", 1024**2, 8)
NOW = datetime(2026, 11, 28, tzinfo=UTC)


def test_what_takes_another_time_is_told_apart() -> None:
    asked = [
        draw(model="m/a"),
        draw(model="m/b"),
        draw(model="m/a", size_px=1024),
        with_settings(draw(model="m/a"), Settings(steps=8)),
        repaint(model="m/a"),
        refine(model="m/a"),
        refine(model="m/a", face=(0.2, 0.2, 0.5)),
        apply_tool("upscale"),
        apply_tool("cutout"),
    ]

    assert len(set(map(effort_of, asked))) == len(asked)
    assert effort_of(draw(model="m/a", seed=7, count=4)) == effort_of(asked[0])


def test_one_model_is_loaded_for_all_that_it_does() -> None:
    assert effort_of(repaint(model="m/a")).loads == effort_of(draw(model="m/a")).loads == "m/a"


def test_one_odd_batch_does_not_change_what_is_told() -> None:
    pace = Pace()
    for seconds in (2.0, 2.0, 90.0):
        pace.record(SMALL, seconds)

    assert pace.seconds(SMALL) == 2.0


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        (SMALL, 2.0),
        (LARGE, 8.0),
        (Effort("m/a", 512**2, 4), 1.0),
        (Effort("m/a", 512**2), 2.0),
        (Effort("m/b", 512**2, 8), None),
    ],
    ids=["measured", "four times the pixels", "half the steps", "steps unknown", "another model"],
)
def test_what_was_not_measured_is_told_by_its_share(asked: Effort, seconds: float | None) -> None:
    pace = Pace([Measured(SMALL, 2.0, NOW)])

    assert pace.seconds(asked) == seconds


def test_of_several_the_newest_stands_for_what_was_not_measured() -> None:
    pace = Pace([Measured(LARGE, 4.0, NOW), Measured(SMALL, 99.0, NOW - timedelta(days=9))])

    assert pace.seconds(Effort("m/a", 2 * 1024**2, 8)) == 8.0


def test_what_is_done_in_the_same_way_is_most_alike() -> None:
    pace = Pace([Measured(Effort("m/a+hires", 4), 9.0, NOW), Measured(Effort("m/a", 8), 1.0, NOW)])

    assert pace.seconds(Effort("m/a+hires", 8)) == 18.0
    assert pace.seconds(Effort("m/a+repaint", 8)) is not None


def test_only_a_model_that_is_not_loaded_adds_its_loading_and_once() -> None:
    pace = Pace([Measured(Effort("m/a"), 30.0, NOW), Measured(SMALL, 2.0, NOW)])
    loaded: set[str] = set()

    assert pace.takes_s(SMALL, 2, loaded) == 34.0
    assert pace.takes_s(SMALL, 2, loaded) == 4.0
    assert pace.takes_s(SMALL, 2, {"m/a"}) == 4.0


def test_each_change_is_given_out_once() -> None:
    pace = Pace([Measured(LARGE, 4.0, NOW)])
    pace.record(SMALL, 2.0)
    pace.record(SMALL, 4.0)

    assert [(one.effort, one.seconds) for one in pace.take_changed()] == [(SMALL, 3.0)]
    assert pace.take_changed() == ()


class Batch:
    """A batch of two pictures, with a clock that the test moves."""

    def __init__(self, *known: Measured) -> None:
        self.now, self.pace = 0.0, Pace(known)
        self.watch = Stopwatch(self.pace, SMALL, 2, lambda: self.now)

    def after(self, seconds: float, stage: Stage) -> None:
        self.now += seconds
        self.watch.note(stage)


def test_neither_loading_nor_downloading_counts_as_drawing() -> None:
    batch = Batch()
    batch.after(0, "downloading")
    batch.after(500, "loading")
    batch.after(30, "drawing")
    batch.after(1, "drawing")
    batch.now += 3
    batch.watch.drawn()
    batch.watch.drawn()

    assert batch.pace.seconds(SMALL) == 2.0
    assert batch.pace.loading_s("m/a") == 30.0


def test_where_nothing_was_loaded_all_of_it_was_drawing() -> None:
    batch = Batch()
    batch.after(3, "drawing")
    batch.now += 1
    batch.watch.drawn()

    assert batch.pace.seconds(SMALL) == 2.0
    assert batch.pace.loading_s("m/a") == 0.0


def test_what_is_left_follows_the_stages() -> None:
    batch = Batch(Measured(Effort("m/a"), 30.0, NOW), Measured(SMALL, 2.0, NOW))

    assert batch.watch.left_s(set()) == 34.0
    assert batch.watch.left_s({"m/a"}) == 4.0
    batch.after(0, "loading")
    batch.now += 10
    assert batch.watch.left_s(set()) == 24.0
    batch.after(15, "drawing")
    assert batch.watch.left_s(set()) == 4.0
    batch.now += 9
    assert batch.watch.left_s(set()) == 0.0


def test_nobody_knows_how_long_a_download_takes() -> None:
    batch = Batch(Measured(SMALL, 2.0, NOW))
    batch.after(1, "downloading")

    assert batch.watch.left_s(set()) is None
