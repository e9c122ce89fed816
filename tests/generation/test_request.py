"""Requests: which pictures they stand for."""

from dataclasses import replace

from generation.illustrator import complete
from generation.request import MAX_SEED, AvatarRequest, new_seed
from generation.traits import Traits

REQUEST = AvatarRequest("pink hair", Traits(hair_color="pink"), (), 3, 40, 512)


def test_the_pictures_have_seeds_in_a_row() -> None:
    assert [candidate.seed for candidate in REQUEST.candidates()] == [40, 41, 42]


def test_one_picture_can_be_asked_for_again_by_its_own_seed() -> None:
    third = replace(REQUEST, count=1, seed=42)

    assert third.candidates() == REQUEST.candidates()[2:]


def test_seeds_begin_again_after_the_last() -> None:
    last = replace(REQUEST, count=2, seed=MAX_SEED)

    assert [candidate.seed for candidate in last.candidates()] == [MAX_SEED, 0]


def test_variations_are_of_one_character_and_not_alike() -> None:
    character = complete(Traits(hair_color="pink"), 1)

    candidates = replace(REQUEST, variation_of=character).candidates()

    assert {candidate.traits.hair_style for candidate in candidates} == {character.hair_style}
    assert len({candidate.traits for candidate in candidates} - {character}) == 3


def test_new_seeds_are_in_range_and_differ() -> None:
    seeds = {new_seed() for _ in range(100)}

    assert len(seeds) > 95
    assert all(0 <= seed <= MAX_SEED for seed in seeds)
