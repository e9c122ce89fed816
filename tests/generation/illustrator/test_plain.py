"""Who describes a person gets that person without extras; else chance plays."""

from __future__ import annotations

from collections import Counter

import pytest
from PIL import ImageChops

from generation.illustrator import complete
from generation.illustrator.choose import describes_a_person
from generation.illustrator.taste import COSTUMES, HIDING_EYES, ORDINARY_BACKGROUNDS, SMALL
from generation.prompt import read_prompt
from generation.traits import ACCESSORIES, MARKS, Traits
from tests.generation.illustrator.characters import picture

SEEDS = range(1000)
PLAIN_PROMPTS = (
    "a girl with green eyes", "boy with short black hair", "long pink hair", "a smiling woman",
    "brown skin and curly hair", "someone in a hoodie", "a man with a beard", "glasses",
    "绿眼睛的女孩", "短发男生",
)  # fmt: skip
NOBODY = (Traits(), Traits(background="stars"), Traits(style="pixel"), Traits(without=("cap",)))


@pytest.mark.parametrize("prompt", PLAIN_PROMPTS)
def test_no_extras_fall_on_who_is_described(prompt: str) -> None:
    asked = read_prompt(prompt).traits
    extras: Counter[str] = Counter()
    for seed in SEEDS:
        whole = complete(asked, seed)
        if asked.accessories is None:
            extras.update(n for n in whole.accessories or () if n not in SMALL)
        if asked.marks is None:
            extras.update(whole.marks or ())
        if asked.outfit is None:
            extras.update({whole.outfit or ""} & COSTUMES)
        if asked.expression is None and whole.expression in HIDING_EYES:
            extras.update([whole.expression or ""])
        if asked.background is None and whole.background not in ORDINARY_BACKGROUNDS:
            extras.update([whole.background or ""])
        extras.update(["odd eyes"] if whole.eye_color != whole.left_eye_color else [])
        extras.update(["two tones"] if whole.hair_color != whole.hair_tips_color else [])

    assert describes_a_person(asked)
    assert dict(extras) == {}


@pytest.mark.parametrize("prompt", PLAIN_PROMPTS)
def test_who_is_described_still_differs_from_seed_to_seed(prompt: str) -> None:
    asked = read_prompt(prompt).traits
    whole = [complete(asked, seed) for seed in range(300)]

    assert len(set(whole)) >= 299
    assert sum(not traits.accessories for traits in whole) > 150 or asked.accessories


@pytest.mark.parametrize("asked", NOBODY, ids=["all open", "background", "style", "without"])
def test_chance_plays_in_full_where_nobody_is_described(asked: Traits) -> None:
    whole = [complete(asked, seed) for seed in SEEDS]

    assert not describes_a_person(asked)
    assert len({name for traits in whole for name in traits.accessories or ()}) >= 28
    marks = {name for traits in whole for name in traits.marks or ()}
    assert marks >= {*MARKS} - {"beard", "mustache"}  # these are grown men's, and rare
    assert {traits.expression for traits in whole} >= {"sleepy", "laughing", "winking", "love"}
    assert {traits.outfit for traits in whole} >= COSTUMES


def test_a_colour_that_is_asked_for_things_finds_one() -> None:
    for gender in ("feminine", "masculine"):
        asked = Traits(gender=gender, accessory_color="red")

        assert all(complete(asked, seed).accessories_in_color() for seed in range(500))


def test_a_background_shows_the_colour_that_is_asked_for() -> None:
    chosen = {complete(Traits(background_color="pink"), seed).background for seed in SEEDS}

    assert len(chosen) >= 10
    assert not chosen & {"night sky", "transparent"}


@pytest.mark.parametrize("bangs", ["straight", "parted", "spiky"])
def test_no_hair_hides_a_fringe_that_is_asked_for(bangs: str) -> None:
    styles = {complete(Traits(bangs=bangs), seed).hair_style for seed in SEEDS}

    assert len(styles) >= 12
    assert not styles & {"buzz cut", "undercut", "afro"}


def _pixels_seen(asked: Traits, without: Traits, seed: int) -> int:
    """How many of the 128 x 128 pixels change if what is asked is taken away."""
    whole = complete(asked, seed)
    less = Traits.from_json({**whole.to_json(), **without.to_json()})
    one, other = (picture(traits, seed).convert("RGB") for traits in (whole, less))
    changed = ImageChops.difference(one, other).convert("L").histogram()
    return sum(changed[4:])


@pytest.mark.parametrize("mark", [name for name in MARKS if name != "blush"])
def test_a_mark_that_is_asked_for_is_seen_on_everybody(mark: str) -> None:
    asked, without = Traits(marks=(mark,)), Traits(marks=())

    assert min(_pixels_seen(asked, without, seed) for seed in range(20)) >= 3


@pytest.mark.parametrize("name", ACCESSORIES)
def test_what_is_asked_to_be_worn_is_seen_on_everybody(name: str) -> None:
    asked, without = Traits(accessories=(name,)), Traits(accessories=())

    assert min(_pixels_seen(asked, without, seed) for seed in range(6)) >= 30


def test_eyes_whose_colour_is_asked_for_are_seen() -> None:
    asked, without = Traits(eye_color="green"), Traits(eye_color="red", left_eye_color="red")

    assert min(_pixels_seen(asked, without, seed) for seed in range(60)) >= 100
