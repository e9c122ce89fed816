from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from PIL import Image, ImageChops

from generation import illustrator
from generation.traits import ACCESSORIES, Traits
from generation.vary import vary
from tests.generation.illustrator.characters import complete_traits, picture, seeds

IDENTITY = (
    "gender", "age", "skin", "hair_style", "hair_color", "hair_tips_color", "eye_shape",
    "eye_color", "left_eye_color", "marks", "outfit", "style", "chibiness",
)  # fmt: skip


@given(complete_traits, seeds)
def test_the_character_stays_the_same_person(traits: Traits, seed: int) -> None:
    varied = vary(traits, seed)

    assert [getattr(varied, name) for name in IDENTITY] == [
        getattr(traits, name) for name in IDENTITY
    ]


@given(complete_traits, seeds)
def test_something_changes(traits: Traits, seed: int) -> None:
    assert vary(traits, seed) != traits


@given(complete_traits, seeds)
def test_ears_and_horns_that_grow_on_a_head_stay_there(traits: Traits, seed: int) -> None:
    def grown(some: Traits) -> list[str]:
        worn = some.accessories or ()
        return [n for n in worn if ACCESSORIES[n] in ("animal ears", "horns") or n == "elf ears"]

    assert grown(vary(traits, seed)) == grown(traits)


@pytest.mark.parametrize("style", ["bold", "sticker"])
def test_a_variation_is_told_from_the_original_at_a_glance(style: str) -> None:
    alike: list[tuple[int, int]] = []
    for seed in range(24):
        original = illustrator.complete(Traits(style=style), seed)
        before = picture(original, seed, 64)
        for other in range(4 * seed, 4 * seed + 4):
            if _share_changed(before, picture(vary(original, other), seed, 64)) < 0.03:
                alike.append((seed, other))

    assert alike == []


@pytest.mark.parametrize("style", ["bold", "sticker"])
def test_hardly_two_variations_in_a_hundred_pairs_look_alike(style: str) -> None:
    alike = pairs = 0
    for seed in range(24):
        original = illustrator.complete(Traits(style=style), seed)
        four = [picture(vary(original, 4 * seed + i), seed, 64) for i in range(4)]
        for one, other in combinations(four, 2):
            pairs += 1
            alike += _share_changed(one, other) < 0.03

    assert pairs == 144
    assert alike <= 2


def _share_changed(one: Image.Image, other: Image.Image) -> float:
    difference = ImageChops.difference(one, other).convert("RGB").convert("L").histogram()
    return sum(difference[12:]) / (one.width * one.height)


def test_many_seeds_give_many_variations() -> None:
    traits = illustrator.complete(Traits(), 11)

    assert len({vary(traits, seed) for seed in range(40)}) >= 30


def test_the_same_seed_gives_the_same_variation() -> None:
    traits = illustrator.complete(Traits(), 11)

    assert vary(traits, 3) == vary(traits, 3)
