"""From one character to another: exact ends, even colours, one thing after another."""

from itertools import pairwise
from typing import Any

import pytest

from generation import illustrator
from generation.between import TURNING, between
from generation.colors import COLORS, distance
from generation.illustrator import palette
from generation.request import Between, Output, Subject, candidates
from generation.traits import Traits
from generation.wire import from_json, to_json

STEPS = 5
PINK = illustrator.complete(Traits(hair_color="pink", gender="feminine", skin="fair"), 7)
GREEN = illustrator.complete(
    Traits(hair_color="dark green", gender="masculine", skin="deep", style="soft"), 8
)


def asked(**changes: Any) -> Between:
    settled: dict[str, Any] = {
        "subject": Subject(prompt="pink hair", traits=Traits(hair_color="pink")),
        "output": Output(count=STEPS, seed=7, size_px=256),
        "model": "illustrator",
        "other": Subject(prompt="green hair", traits=Traits(hair_color="green")),
        "other_seed": 8,
    }
    return Between(**settled | changes)


def test_the_ends_are_exactly_the_two() -> None:
    first, *middle, last = between(PINK, GREEN, STEPS)

    assert (first, last) == (PINK, GREEN)
    assert len(middle) == 3
    assert len({first, *middle, last}) == STEPS


@pytest.mark.parametrize(
    ("trait", "table"),
    [
        ("hair_color", palette.HAIR),
        ("eye_color", palette.EYES),
        ("outfit_color", palette.CLOTH),
    ],
)
def test_colours_go_evenly(trait: str, table: dict[str, str]) -> None:
    shown = [palette.named(table, getattr(step, trait)) for step in between(PINK, GREEN, STEPS)]

    left = [distance(color, shown[-1]) for color in shown]
    assert left == sorted(left, reverse=True)
    strides = [distance(one, next_) for one, next_ in pairwise(shown)]
    assert max(strides) - min(strides) < 0.02  # what rounding to 8 bits leaves
    assert strides[0] > 0.02


def test_one_thing_after_another_turns_over_and_stays_so() -> None:
    steps = between(PINK, GREEN, STEPS)

    differing = [name for name in TURNING if getattr(PINK, name) != getattr(GREEN, name)]
    turned = [
        [name for name in differing if getattr(step, name) == getattr(GREEN, name)]
        for step in steps
    ]
    assert [names == differing[: len(names)] for names in turned] == [True] * STEPS
    counts = [len(names) for names in turned]
    assert counts == sorted(counts)
    assert counts[0] == 0
    assert counts[-1] == len(differing) > 3
    assert max(b - a for a, b in pairwise(counts)) <= len(differing) // (STEPS - 1) + 1


def test_ears_stay_as_the_hair_is() -> None:
    one, other = (
        illustrator.complete(Traits(hair_color=c, accessories=("cat ears",)), 3)
        for c in ("pink", "navy")
    )

    assert {step.accessory_color == step.hair_color for step in between(one, other, STEPS)} == {
        True
    }


def test_every_colour_has_a_way_to_every_other() -> None:
    for name in COLORS:
        one, other = (
            illustrator.complete(Traits(hair_color=c, background_color=c, outfit_color=c), 1)
            for c in (name, "#123456")
        )
        assert len(between(one, other, STEPS)) == STEPS


def test_the_first_and_the_last_are_drawn_as_alone() -> None:
    request = asked()

    steps = candidates(request)

    first, last = steps[0], steps[-1]
    ends = ((first, request.subject, 7), (last, request.other, 8))
    for drawn, subject, seed in ends:
        alone = illustrator.draw(subject.traits, seed, 128)
        assert illustrator.draw(drawn.traits, drawn.seed, 128) == alone
    assert [step.seed for step in steps] == [7, 7, 7, 8, 8]


def test_it_is_stored_whole() -> None:
    request = asked()

    assert from_json(to_json(request)) == request
