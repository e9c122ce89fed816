"""Requests: which pictures they stand for, and that they are stored and read again whole."""

import json
from dataclasses import replace
from typing import Any, get_args

import pytest

from generation.errors import UnknownRequest
from generation.illustrator import complete
from generation.inputs import Inputs, inputs_of, with_names
from generation.request import (
    MAX_SEED,
    Between,
    Draw,
    Guides,
    Output,
    Request,
    Settings,
    Subject,
    backend_of,
    candidates,
    new_seed,
    starts_from_figure,
    with_seed,
    with_settings,
)
from generation.traits import Traits
from generation.wire import from_json, to_json
from tests.generation.requests import apply_tool, draw, refine, repaint, vary

PINK = Traits(hair_color="pink", accessories=("cat ears",), without=("scarf",))
REQUEST = draw(traits=PINK, count=3, seed=40)
KNOWN = complete(PINK, 1)
SEEN = Guides(references=("b",), pose="c")
ALL: list[Request] = [
    replace(REQUEST, model="diffusers/anime"),
    with_settings(REQUEST, Settings(steps=12, guidance=4.5, sampler="euler-a")),
    draw("穿红色斗篷的少女", traits=PINK, leftover=("斗篷", "x")),
    draw(traits=PINK, references=("b" * 64, "a" * 64, "b" * 64), pose="c" * 64),
    with_settings(repaint(traits=PINK), Settings(steps=40)),
    replace(repaint(traits=PINK, init_image="a" * 64, mask="b" * 64, strength=0.35), guides=SEEN),
    vary(None, traits=PINK),
    replace(vary(KNOWN, traits=PINK), strength="strong", only="outfit", guides=SEEN),
    with_settings(vary(None), Settings(guidance=0.0)),
    apply_tool("cutout", traits=PINK),
    replace(apply_tool("upscale2", KNOWN), hand=3),
    refine(traits=KNOWN, image="c" * 64),
    refine(traits=PINK, face=(0.25, 0.125, 0.5)),
    Between(
        subject=REQUEST.subject,
        output=replace(REQUEST.output, count=5),
        model="illustrator",
        other=draw("蓝发", traits=KNOWN).subject,
        other_seed=3,
    ),
]


def image_of(request: Request) -> str | None:
    """The drawn picture that it is about; members attach the others."""
    return getattr(request, "image", None)


def test_the_pictures_have_seeds_in_a_row() -> None:
    assert [candidate.seed for candidate in candidates(REQUEST)] == [40, 41, 42]


def test_one_picture_can_be_asked_for_again_by_its_own_seed() -> None:
    third = draw(traits=PINK, seed=42)

    assert candidates(third) == candidates(REQUEST)[2:]


def test_seeds_begin_again_after_the_last() -> None:
    last = with_seed(draw(count=2), MAX_SEED)

    assert [candidate.seed for candidate in candidates(last)] == [MAX_SEED, 0]


def test_variations_are_of_one_character_and_not_alike() -> None:
    drawn = candidates(vary(KNOWN, traits=PINK, count=3))

    assert {candidate.traits.hair_style for candidate in drawn} == {KNOWN.hair_style}
    assert len({candidate.traits for candidate in drawn} - {KNOWN}) == 3


def test_a_picture_nobody_knows_in_full_is_varied_by_what_was_asked_for() -> None:
    assert [c.traits for c in candidates(vary(None, traits=PINK, count=2))] == [PINK, PINK]


def test_a_tool_works_on_the_very_character_where_it_is_known() -> None:
    assert candidates(apply_tool("cutout", KNOWN, seed=5))[0].traits == KNOWN
    assert candidates(apply_tool("cutout", traits=PINK, seed=5))[0].traits == PINK


def test_a_second_pass_shows_what_the_picture_did_whatever_a_choice_would_say() -> None:
    (candidate,) = candidates(refine("{red|blue} hair", traits=KNOWN, seed=5))

    assert (candidate.traits, candidate.seed) == (KNOWN, 5)


@pytest.mark.parametrize(
    ("request_", "inputs"),
    [
        (draw(), Inputs()),
        (draw(references=("b", "a"), pose="c"), Inputs(references=("b", "a"), pose="c")),
        (repaint(), Inputs()),
        (replace(repaint(init_image="a"), guides=SEEN), Inputs("a", references=("b",), pose="c")),
        (replace(vary(KNOWN), guides=SEEN), Inputs(references=("b",), pose="c")),
        (repaint(init_image="a", mask="b"), Inputs("a", "b")),
        (vary(None, image="a"), Inputs("a")),
        (vary(KNOWN, image="a"), Inputs()),
        (apply_tool("face", image="a"), Inputs("a")),
        (refine(image="a"), Inputs("a")),
    ],
)
def test_a_request_names_the_pictures_it_needs(request_: Request, inputs: Inputs) -> None:
    assert inputs_of(request_) == inputs


@pytest.mark.parametrize("request_", ALL, ids=lambda request: type(request).__name__)
def test_pictures_get_other_names_wherever_a_request_names_them(request_: Request) -> None:
    named = set(inputs_of(request_).named) - {image_of(request_)}

    attached = with_names(request_, {sha256: f"new {sha256}" for sha256 in named})

    found = set(inputs_of(attached).named) - {image_of(request_)}
    assert found == {f"new {sha256}" for sha256 in named}


def test_only_a_repaint_without_a_picture_starts_from_the_figure() -> None:
    assert [starts_from_figure(request) for request in ALL].index(True) == 4
    assert sum(starts_from_figure(request) for request in ALL) == 1


def test_a_models_key_begins_with_its_backend() -> None:
    assert [backend_of(key) for key in ("illustrator", "diffusers/anime")] == [
        "illustrator",
        "diffusers",
    ]


@pytest.mark.parametrize("request_", ALL, ids=lambda request: type(request).__name__)
def test_a_request_comes_back_from_json_as_it_was(request_: Request) -> None:
    assert from_json(json.loads(json.dumps(to_json(request_)))) == request_


@pytest.mark.parametrize("request_", [draw(), repaint(), vary(None)], ids=str)
def test_rows_from_before_there_were_settings_are_read(request_: Request) -> None:
    stored = to_json(request_)

    assert "settings" not in stored
    assert from_json(stored) == request_


def test_every_kind_of_request_is_held_to_that() -> None:
    assert {type(request) for request in ALL} == set(get_args(Request))


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "portrait"},
        {"kind": None},
        {"version": 2},
        {"version": None},
        {"subject": {}},
        {"output": {"count": 1}},
        {"paper": "grey"},
        {"settings": {"warp": 9}},
        {"settings": 3},
        {"traits": {"hair_color": "of no name"}},
    ],
    ids=str,
)
def test_what_this_version_cannot_read_is_an_error_with_a_name(changes: dict[str, Any]) -> None:
    with pytest.raises(UnknownRequest):
        from_json(to_json(vary(KNOWN)) | changes)


def test_what_was_stored_before_there_were_shapes_is_square() -> None:
    stored = to_json(draw(shape="wide"))
    assert from_json(stored) == draw(shape="wide")

    del stored["output"]["shape"]

    assert from_json(stored) == draw(shape="square")


def test_new_seeds_are_in_range_and_differ() -> None:
    seeds = {new_seed() for _ in range(100)}

    assert len(seeds) > 95
    assert all(0 <= seed <= MAX_SEED for seed in seeds)


@pytest.mark.parametrize(
    "traits", [Traits(), Traits(gender="feminine", hair_color="pink")], ids=str
)
def test_the_four_candidates_of_a_new_seed_have_four_skins_where_that_is_open(
    traits: Traits,
) -> None:
    for _ in range(50):
        asked = draw(traits=traits, seed=new_seed(), count=4)

        drawn = [complete(each.traits, each.seed).skin for each in candidates(asked)]

        assert len(set(drawn)) == 4


def test_what_is_ruled_out_stays_so_whatever_a_choice_says() -> None:
    subject = Subject(prompt="{red|blue} hair", traits=Traits(), without=("scarf",))
    request = Draw(subject=subject, output=Output(count=4, seed=1, size_px=64), model="illustrator")

    assert all(one.traits.without == ("scarf",) for one in candidates(request))
