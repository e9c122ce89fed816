"""Traits: the vocabulary is the law, and JSON brings back what it was given."""

import json
from typing import Any

import pytest

from generation.traits import COLOR_TRAITS, Traits, vocabulary


@pytest.mark.parametrize(
    ("trait", "value"),
    [
        ("hair_style", "mohawk"),
        ("hair_color", "octarine"),
        ("hair_color", "#12345"),
        ("hair_color", "#ABCDEF"),
        ("accessories", ("cat ears", "chainsaw")),
        ("chibiness", 101),
        ("chibiness", -1),
        ("style", "oil painting"),
    ],
)
def test_a_value_outside_the_vocabulary_is_refused(trait: str, value: Any) -> None:
    with pytest.raises(ValueError, match=trait):
        Traits(**{trait: value})


@pytest.mark.parametrize(
    "traits",
    [
        Traits(),
        Traits(hair_color="#12ab34", chibiness=0),
        Traits(accessories=(), marks=("freckles",), without=("round glasses",)),
    ],
)
def test_json_brings_them_back(traits: Traits) -> None:
    assert Traits.from_json(json.loads(json.dumps(traits.to_json()))) == traits


def test_what_is_open_is_not_written() -> None:
    assert Traits(hair_color="pink").to_json() == {"hair_color": "pink"}
    assert Traits(accessories=()).to_json() == {"accessories": []}


def test_merging_lets_the_other_decide_what_it_settles() -> None:
    merged = Traits(hair_color="pink", style="soft").merged_with(Traits(hair_color="blue"))

    assert merged == Traits(hair_color="blue", style="soft")


@pytest.mark.parametrize("trait", [*COLOR_TRAITS, "hair_style", "accessories", "background"])
def test_every_trait_has_several_values(trait: str) -> None:
    assert len(vocabulary(trait)) == len(set(vocabulary(trait))) >= 5
