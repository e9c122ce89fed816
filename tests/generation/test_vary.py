from __future__ import annotations

from collections import Counter
from dataclasses import fields, replace
from itertools import combinations
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops

from generation import illustrator
from generation.illustrator.taste import COSTUMES, HIDING_EYES, SMALL
from generation.prompt import read_prompt
from generation.request import (
    Output,
    Subject,
    Vary,
    VaryOnly,
    VaryStrength,
    candidates,
)
from generation.traits import ACCESSORIES, Traits
from generation.vary import vary
from tests.generation.illustrator.characters import complete_traits, picture, seeds

STRENGTHS: tuple[VaryStrength, ...] = get_args(VaryStrength)
SCOPES: dict[VaryOnly, set[str]] = {
    "outfit": {"outfit", "outfit_color"},
    "expression": {"expression"},
    "background": {"background", "background_color"},
}
ALWAYS_STAY = {"gender", "age", "skin", "marks", "style", "chibiness", "without"}
SUBTLY_STAY = {
    *ALWAYS_STAY, "hair_style", "hair_color", "hair_tips_color", "eye_shape", "eye_color",
    "left_eye_color", "outfit",
}  # fmt: skip
strengths = st.sampled_from(STRENGTHS)


def settled(traits: Traits) -> set[str]:
    return {f.name for f in fields(Traits) if getattr(traits, f.name) not in (None, ())}


def changed(one: Traits, other: Traits) -> set[str]:
    return {f.name for f in fields(Traits) if getattr(one, f.name) != getattr(other, f.name)}


@st.composite
def pictures(draw: st.DrawFn) -> tuple[Traits, Traits]:
    """Complete traits, and those of them that were asked for."""
    whole = draw(complete_traits)
    names = [f.name for f in fields(Traits) if f.name != "without"]
    asked = draw(st.sets(st.sampled_from(names)))
    return whole, Traits(**{name: getattr(whole, name) for name in asked})


@given(pictures(), seeds, strengths)
def test_what_was_asked_for_stays(
    drawn: tuple[Traits, Traits], seed: int, strength: VaryStrength
) -> None:
    whole, asked = drawn

    assert not changed(whole, vary(whole, asked, seed, strength=strength)) & settled(asked)


@pytest.mark.parametrize(
    ("prompt", "trait", "value"),
    [
        ("a grumpy girl", "expression", "angry"),
        ("a boy with round glasses", "accessories", ("round glasses",)),
        ("a girl, night sky background", "background", "night sky"),
        ("pink hair", "hair_color", "pink"),
        ("knight", "outfit", "armor"),
    ],
)
@pytest.mark.parametrize("strength", STRENGTHS)
def test_words_of_the_prompt_hold_in_every_variation(
    prompt: str, trait: str, value: object, strength: VaryStrength
) -> None:
    asked = read_prompt(prompt).traits
    kept = Counter[object]()
    for seed in range(400):
        whole = illustrator.complete(asked, seed)
        kept[getattr(vary(whole, asked, seed + 7, strength=strength), trait)] += 1

    assert dict(kept) == {value: 400}


@given(complete_traits, seeds, strengths)
def test_the_character_stays_the_same_person(
    traits: Traits, seed: int, strength: VaryStrength
) -> None:
    stay = SUBTLY_STAY if strength == "subtle" else ALWAYS_STAY

    assert not changed(traits, vary(traits, Traits(), seed, strength=strength)) & stay


@given(pictures(), seeds, strengths)
def test_something_changes_as_long_as_anything_may(
    drawn: tuple[Traits, Traits], seed: int, strength: VaryStrength
) -> None:
    whole, asked = drawn
    may_change = {"expression", "bangs", "outfit", "hair_style", "outfit_color"} - settled(asked)

    varied = vary(whole, asked, seed, strength=strength)

    assert varied != whole or not may_change


@given(complete_traits, seeds, strengths)
def test_where_all_was_asked_for_all_stays(
    traits: Traits, seed: int, strength: VaryStrength
) -> None:
    assert vary(traits, traits, seed, strength=strength) == traits


def test_a_fringe_varies_where_it_alone_is_open() -> None:
    whole = illustrator.complete(Traits(hair_style="hime cut"), 3)

    varied = vary(whole, replace(whole, bangs=None), 5)

    assert changed(whole, varied) == {"bangs"}


def test_strong_variations_change_more() -> None:
    counts: dict[VaryStrength, float] = {}
    for strength in STRENGTHS:
        drawn = [(s, illustrator.complete(Traits(), s)) for s in range(200)]
        varied = [(w, vary(w, Traits(), s, strength=strength)) for s, w in drawn]
        counts[strength] = sum(len(changed(*pair)) for pair in varied) / len(varied)

    assert 2.5 < counts["subtle"] < 5.5
    assert counts["strong"] > counts["subtle"] + 3


@pytest.mark.parametrize("only", SCOPES)
@given(pictures(), seeds)
def test_only_what_is_named_varies_even_if_it_was_asked_for(
    only: VaryOnly, drawn: tuple[Traits, Traits], seed: int
) -> None:
    whole, asked = drawn

    varied = changed(whole, vary(whole, asked, seed, only=only))

    assert varied
    assert varied <= SCOPES[only]
    assert only in varied


@given(pictures(), st.integers(0, 2**31 - 8), strengths)
def test_four_in_a_row_differ(
    drawn: tuple[Traits, Traits], seed: int, strength: VaryStrength
) -> None:
    whole, asked = drawn
    roomy = {"expression", "background", "outfit", "hair_style"} - settled(asked)

    four = {vary(whole, asked, seed + i, strength=strength) for i in range(4)}

    assert len(four) == 4 or not roomy


@pytest.mark.parametrize("only", SCOPES)
@given(pictures(), st.integers(0, 2**31 - 8))
def test_four_of_one_kind_differ(only: VaryOnly, drawn: tuple[Traits, Traits], seed: int) -> None:
    whole, asked = drawn

    assert len({vary(whole, asked, seed + i, only=only) for i in range(4)}) == 4


@pytest.mark.parametrize("strength", STRENGTHS)
def test_no_extras_fall_on_a_variation_of_who_was_described(strength: VaryStrength) -> None:
    asked = read_prompt("a girl with green eyes").traits
    for seed in range(400):
        varied = vary(illustrator.complete(asked, seed), asked, seed, strength=strength)

        assert {*(varied.accessories or ())} <= {*SMALL}
        assert varied.outfit not in COSTUMES
        assert varied.expression not in HIDING_EYES


@given(complete_traits, seeds, strengths)
def test_ears_and_horns_that_grow_on_a_head_stay_there(
    traits: Traits, seed: int, strength: VaryStrength
) -> None:
    def grown(some: Traits) -> list[str]:
        worn = some.accessories or ()
        return [n for n in worn if ACCESSORIES[n] in ("animal ears", "horns") or n == "elf ears"]

    assert grown(vary(traits, Traits(), seed, strength=strength)) == grown(traits)


@pytest.mark.parametrize("asked", [Traits(), Traits(style="sticker"), Traits(gender="feminine")])
def test_a_variation_is_told_from_the_original_at_a_glance(asked: Traits) -> None:
    alike: list[tuple[int, int]] = []
    for seed in range(24):
        original = illustrator.complete(asked, seed)
        before = picture(original, seed, 64)
        for other in range(4 * seed, 4 * seed + 4):
            if _share_changed(before, picture(vary(original, asked, other), seed, 64)) < 0.03:
                alike.append((seed, other))

    assert alike == []


@pytest.mark.parametrize("asked", [Traits(), Traits(style="sticker"), Traits(gender="feminine")])
def test_hardly_two_variations_in_a_hundred_pairs_look_alike(asked: Traits) -> None:
    alike = pairs = 0
    for seed in range(24):
        original = illustrator.complete(asked, seed)
        four = [picture(vary(original, asked, 4 * seed + i), seed, 64) for i in range(4)]
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

    assert len({vary(traits, Traits(), seed) for seed in range(40)}) >= 30


def test_the_same_seed_gives_the_same_variation() -> None:
    traits = illustrator.complete(Traits(), 11)

    assert vary(traits, Traits(), 3) == vary(traits, Traits(), 3)


def _request(**how: Any) -> Vary:
    asked = Traits(hair_color="pink", expression="angry")
    whole = illustrator.complete(asked, 4)
    return Vary(
        subject=Subject(prompt="angry, pink hair", traits=asked),
        output=Output(count=4, seed=40, size_px=256),
        model="illustrator",
        image="0" * 64,
        traits=whole,
        **how,
    )


def test_a_request_says_how_far_and_what() -> None:
    subtle, strong, faces = (
        [candidate.traits for candidate in candidates(_request(**how))]
        for how in ({}, {"strength": "strong"}, {"only": "expression"})
    )

    assert {(t.hair_color, t.expression) for t in (*subtle, *strong)} == {("pink", "angry")}
    assert not set(subtle) & set(strong)
    assert len({t.expression for t in faces} - {"angry"}) == 4


def test_what_does_not_vary_is_drawn_by_the_same_seed() -> None:
    """So that head and hair are held as they were; each variation of all has a seed of its own."""
    of_all, of_one, unknown = (
        [candidate.seed for candidate in candidates(_request(**how))]
        for how in ({"image_seed": 4}, {"image_seed": 4, "only": "outfit"}, {"only": "outfit"})
    )

    assert of_all == [40, 41, 42, 43]
    assert of_one == [4] * 4
    assert unknown == [40, 41, 42, 43]
