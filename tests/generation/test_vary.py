from __future__ import annotations

from hypothesis import given

from generation import illustrator
from generation.traits import Traits
from generation.vary import vary
from tests.generation.illustrator.characters import complete_traits, seeds

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


def test_many_seeds_give_many_variations() -> None:
    traits = illustrator.complete(Traits(), 11)

    assert len({vary(traits, seed) for seed in range(40)}) >= 30


def test_the_same_seed_gives_the_same_variation() -> None:
    traits = illustrator.complete(Traits(), 11)

    assert vary(traits, 3) == vary(traits, 3)
