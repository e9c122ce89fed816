from __future__ import annotations

from dataclasses import fields
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageChops, ImageStat

from generation import illustrator
from generation.illustrator import palette
from generation.illustrator.cloth import stands_out
from generation.traits import ACCESSORIES, MARKS, Traits, vocabulary
from tests.generation.illustrator.characters import SINGLE, colors, picture, seeds

SEEDS = range(300)


@given(seeds)
def test_nothing_stays_open(seed: int) -> None:
    traits = illustrator.complete(Traits(), seed)

    assert [field.name for field in fields(traits) if getattr(traits, field.name) is None] == []


@given(st.sampled_from(SINGLE), st.data(), seeds)
def test_what_is_given_stays(trait: str, data: st.DataObject, seed: int) -> None:
    value = data.draw(st.sampled_from(vocabulary(trait)))

    traits = illustrator.complete(Traits.from_json({trait: value}), seed)

    assert getattr(traits, trait) == value


@given(colors, seeds)
def test_a_colour_that_is_given_is_the_only_one(color: str, seed: int) -> None:
    traits = illustrator.complete(Traits(hair_color=color, eye_color=color), seed)

    assert (traits.hair_color, traits.hair_tips_color) == (color, color)
    assert (traits.eye_color, traits.left_eye_color) == (color, color)


def test_complete_traits_are_left_alone() -> None:
    traits = illustrator.complete(Traits(), 7)

    assert illustrator.complete(traits, 8) == traits


@given(seeds)
def test_what_is_unwanted_is_never_chosen(seed: int) -> None:
    unwanted = (*ACCESSORIES, *MARKS)

    traits = illustrator.complete(Traits(without=unwanted), seed)

    assert (traits.accessories, traits.marks) == ((), ())


@given(seeds)
def test_accessories_take_one_slot_each(seed: int) -> None:
    worn = illustrator.complete(Traits(), seed).accessories or ()

    assert len({ACCESSORIES[name] for name in worn}) == len(worn)


def test_hair_stands_out_from_skin_and_background() -> None:
    lost = []
    for seed in SEEDS:
        traits = illustrator.complete(Traits(), seed)
        hair = palette.named(palette.HAIR, traits.hair_color or "")
        grounds = [palette.SKIN[traits.skin or ""]]
        if traits.background not in ("transparent", "night sky"):
            grounds.append(palette.background_color(traits.background_color or ""))
        lost += [seed for ground in grounds if not stands_out(hair, ground)]

    assert lost == []


def test_no_two_seeds_give_characters_that_differ_in_less_than_three_traits() -> None:
    names = [field.name for field in fields(Traits) if field.name not in ("chibiness", "without")]
    characters = [illustrator.complete(Traits(), seed) for seed in range(400)]
    rows = [tuple(getattr(character, name) for name in names) for character in characters]

    nearest = min(sum(x != y for x, y in zip(a, b, strict=True)) for a, b in combinations(rows, 2))

    assert nearest >= 3


def test_no_two_seeds_give_thumbnails_that_look_alike() -> None:
    thumbnails = [picture(Traits(), seed, 32).convert("RGB") for seed in range(80)]

    nearest = min(
        sum(ImageStat.Stat(ImageChops.difference(a, b)).mean) / 3
        for a, b in combinations(thumbnails, 2)
    )

    assert nearest > 5  # of 255, averaged over all pixels


@pytest.mark.parametrize("trait", ["gender", "age", "skin", "hair_style", "outfit", "bangs"])
def test_every_value_is_chosen_by_some_seed(trait: str) -> None:
    chosen = {getattr(illustrator.complete(Traits(), seed), trait) for seed in range(600)}

    assert chosen == set(vocabulary(trait))


def test_a_sticker_has_no_background_of_its_own_accord() -> None:
    assert illustrator.complete(Traits(style="sticker"), 3).background == "transparent"


def test_a_beard_belongs_to_a_man() -> None:
    traits = illustrator.complete(Traits(marks=("beard",)), 5)

    assert (traits.gender, traits.age) == ("masculine", "adult")


def test_a_boy_or_a_girl_is_no_grown_up() -> None:
    for gender in ("masculine", "feminine"):
        boys_or_girls = Traits(gender=gender, outfit="hoodie")
        ages = {illustrator.complete(boys_or_girls, seed).age for seed in SEEDS}

        assert ages == {"child", "teen"}
