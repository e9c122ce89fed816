"""A value that comes new moves only the seeds it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.illustrator import complete, features, taste
from generation.illustrator.chance import Chance, even
from generation.traits import HAIR_STYLES, Traits

SEEDS = range(600)
weights = st.dictionaries(
    st.text(min_size=1, max_size=8), st.floats(0.1, 5), min_size=1, max_size=12
)


@given(weights, st.floats(0.1, 5), st.integers(0, 2**31 - 1))
def test_whoever_moves_to_a_new_value_moves_to_nothing_else(
    old: dict[str, float], weight: float, seed: int
) -> None:
    chance = Chance(seed)
    new = {**old, "made-up value": weight}

    assert chance.choose("hair", new) in (chance.choose("hair", old), "made-up value")


@given(weights, st.integers(0, 2**31 - 1))
def test_without_the_chosen_one_the_second_is_chosen(old: dict[str, float], seed: int) -> None:
    chance = Chance(seed)
    first, *others = chance.ranked("hair", old)

    left = {value: weight for value, weight in old.items() if value != first}

    assert chance.ranked("hair", left) == others


@pytest.mark.parametrize("weight", [0.5, 1.0, 4.0])
def test_a_new_value_takes_its_share_of_the_seeds(weight: float) -> None:
    old = even(HAIR_STYLES)
    share = weight / (sum(old.values()) + weight)

    taken = sum(
        Chance(seed).choose("hair", {**old, "made-up value": weight}) == "made-up value"
        for seed in range(6000)
    )

    assert taken / 6000 == pytest.approx(share, rel=0.25)


def test_one_choice_says_nothing_of_another() -> None:
    """Of the seeds that choose one value here, as many as ever choose it there."""
    values = even("abcd")
    here = [seed for seed in range(4000) if Chance(seed).choose("here", values) == "a"]

    there = sum(Chance(seed).choose("there", values) == "a" for seed in here)

    assert there / len(here) == pytest.approx(0.25, abs=0.05)


def test_numbers_are_spread_evenly() -> None:
    drawn = [Chance(seed).whole("size", 1, 6) for seed in range(6000)]

    assert {side: round(drawn.count(side) / 1000) for side in set(drawn)} == dict.fromkeys(
        range(1, 7), 1
    )


def _without_hair_style(patch: pytest.MonkeyPatch) -> str:
    patch.setattr(features, "HAIR_STYLES", tuple(s for s in HAIR_STYLES if s != "messy hair"))
    return "messy hair"


def _without_outfit(patch: pytest.MonkeyPatch) -> str:
    patch.delitem(taste.OUTFIT_TASTE, "overalls")
    return "overalls"


def _without_skin(patch: pytest.MonkeyPatch) -> str:
    patch.delitem(features.SKINS, "tan")
    return "tan"


def _without_eye_color(patch: pytest.MonkeyPatch) -> str:
    patch.setattr(features, "EYES", tuple(c for c in features.EYES if c != "teal"))
    return "teal"


def _without_eye_shape(patch: pytest.MonkeyPatch) -> str:
    for table in (features.BOY_EYES, features.GIRL_EYES):
        patch.delitem(table, "cat")
    return "cat"


@pytest.mark.parametrize(
    ("trait", "take_away", "follow"),
    [
        ("hair_style", _without_hair_style, {"bangs"}),
        ("outfit", _without_outfit, {"outfit_color", "accessories", "accessory_color",
                                     "background_color"}),
        ("skin", _without_skin, {"hair_color", "hair_tips_color", "eye_color", "left_eye_color",
                                 "outfit_color", "accessory_color", "background_color"}),
        ("eye_color", _without_eye_color, {"left_eye_color"}),
        ("eye_shape", _without_eye_shape, set()),
    ],
)  # fmt: skip
def test_a_value_more_moves_only_the_characters_who_have_it(
    trait: str,
    take_away: Callable[[pytest.MonkeyPatch], str],
    follow: set[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`follow`: what may change with it in whoever moves, since it is chosen to go with it."""
    after = [complete(Traits(), seed) for seed in SEEDS]
    value = take_away(monkeypatch)
    before = [complete(Traits(), seed) for seed in SEEDS]

    moved = [(b, a) for b, a in zip(before, after, strict=True) if a != b]

    assert 0 < len(moved) < 0.2 * len(SEEDS)
    for old, new in moved:
        changed = set(_differences(old, new))
        assert value in {getattr(new, name) for name in changed}
        assert changed <= {trait, *follow}


def _differences(one: Traits, other: Traits) -> Iterator[str]:
    return (f.name for f in fields(Traits) if getattr(one, f.name) != getattr(other, f.name))
