from __future__ import annotations

import pytest

from generation.colors import COLORS
from generation.illustrator import palette, taste
from generation.illustrator.chance import Chance
from generation.illustrator.cloth import stands_out
from generation.traits import (
    ACCESSORIES,
    AGES,
    BACKGROUNDS,
    EXPRESSIONS,
    GENDERS,
    MARKS,
    OUTFITS,
)

SEEDS = range(200)
HAIR = ("black", "blonde", "pink", "silver", "brown", "red", "blue")


def test_moods_speak_the_vocabulary():
    assert len(taste.MOODS) >= 5
    for mood in taste.MOODS.values():
        assert set(mood.expressions) <= set(EXPRESSIONS)
        assert {*mood.cloth, *mood.background_colors} <= set(COLORS)
        assert set(mood.backgrounds) <= set(BACKGROUNDS)


def test_every_outfit_has_its_taste_in_the_vocabulary():
    assert set(taste.OUTFIT_TASTE) == set(OUTFITS)
    for outfit in taste.OUTFIT_TASTE.values():
        assert set(outfit.colors) <= set(COLORS)
        assert set(outfit.accessories) <= set(ACCESSORIES)


def test_no_outfit_is_chosen_for_someone_whom_it_does_not_suit():
    boys = {taste.choose_outfit("masculine", "teen", Chance(seed)) for seed in SEEDS}

    assert len(boys) >= 8
    assert "summer dress" not in boys


@pytest.mark.parametrize("gender", GENDERS)
@pytest.mark.parametrize("age", AGES)
def test_everybody_finds_an_outfit(gender: str, age: str):
    assert taste.choose_outfit(gender, age, Chance(0)) in OUTFITS


@pytest.mark.parametrize("outfit", OUTFITS)
def test_chosen_accessories_take_one_slot_each_and_nothing_refused(outfit: str):
    refused = ("round glasses", "cat ears", *MARKS)
    for seed in SEEDS:
        chosen = taste.choose_accessories(outfit, "feminine", refused, Chance(seed))

        slots = [ACCESSORIES[name] for name in chosen]
        assert len(slots) == len(set(slots))
        assert not set(chosen) & set(refused)


def test_some_wear_nothing_and_some_wear_two_things():
    counts = {
        len(taste.choose_accessories("hoodie", "neutral", (), Chance(seed))) for seed in SEEDS
    }

    assert counts == {0, 1, 2}


@pytest.mark.parametrize("hair", HAIR)
def test_the_background_sets_off_the_hair(hair: str):
    for seed in SEEDS:
        chance = Chance(seed)
        mood = taste.choose_mood(chance)
        color = taste.choose_background_color(hair, "navy", mood, chance)

        ground = palette.background_color(color)
        assert stands_out(palette.named(palette.HAIR, hair), ground)


@pytest.mark.parametrize("hair", HAIR)
def test_accessories_set_themselves_off_from_hair_and_cloth(hair: str):
    for seed in SEEDS:
        chance = Chance(seed)
        mood = taste.choose_mood(chance)
        color = palette.named(
            palette.CLOTH, taste.choose_accessory_color("navy", hair, mood, chance)
        )

        assert stands_out(color, palette.CLOTH["navy"])
        assert stands_out(color, palette.named(palette.CLOTH, hair))
