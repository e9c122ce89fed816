from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from dataclasses import replace
from functools import cache
from itertools import combinations
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from PIL import Image

from generation import illustrator
from generation.illustrator.accessories import PARTS
from generation.illustrator.backgrounds import BACKGROUNDS
from generation.illustrator.expressions import EXPRESSIONS, MOUTHS
from generation.illustrator.eyes import SHAPES
from generation.illustrator.face import MARKS
from generation.illustrator.hair import STYLES as HAIR_STYLES
from generation.illustrator.hair.bangs import BANGS
from generation.illustrator.outfits import OUTFITS
from generation.illustrator.palette import SKIN
from generation.illustrator.sheet import MODEL
from generation.illustrator.styles import STYLES
from generation.traits import Traits, vocabulary
from tests.generation.illustrator.characters import (
    accessories,
    complete_traits,
    opacity,
    picture,
    seeds,
)

DRAWN_BY = {
    "hair_style": HAIR_STYLES,
    "bangs": BANGS,
    "eye_shape": SHAPES,
    "expression": EXPRESSIONS,
    "skin": SKIN,
    "outfit": OUTFITS,
    "accessories": PARTS,
    "background": BACKGROUNDS,
    "style": STYLES,
    "marks": {**MARKS, "fang": ..., "blush": ...},
}
"""Fang and blush are drawn by mouth and face."""


@pytest.mark.parametrize("trait", DRAWN_BY)
def test_every_value_has_a_drawing_and_every_drawing_a_value(trait: str) -> None:
    assert set(DRAWN_BY[trait]) == set(vocabulary(trait))
    assert len(DRAWN_BY[trait]) >= 5


def test_every_expression_names_a_mouth_that_is_drawn() -> None:
    assert {expression.mouth for expression in EXPRESSIONS.values()} == set(MOUTHS)


@settings(max_examples=60, deadline=None)
@given(complete_traits, seeds)
def test_any_character_is_well_formed_svg(traits: Traits, seed: int) -> None:
    svg = illustrator.compose(traits, seed)

    tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(svg).iter()}

    assert tags <= {
        "svg", "g", "path", "ellipse", "rect", "defs", "clipPath", "linearGradient",
        "radialGradient", "stop",
    }  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(complete_traits, seeds)
def test_ids_are_unique_and_every_reference_has_one(traits: Traits, seed: int) -> None:
    svg = illustrator.compose(traits, seed)

    ids = [part.split('"')[0] for part in svg.split(' id="')[1:]]
    references = {part.split(")")[0] for part in svg.split("url(#")[1:]}

    assert len(ids) == len(set(ids))
    assert references <= set(ids)


@settings(max_examples=80, deadline=None)
@given(complete_traits, seeds)
def test_nothing_is_cut_by_the_upper_and_side_edges(traits: Traits, seed: int) -> None:
    image = picture(replace(traits, background="transparent", style="bold"), seed)

    assert opacity(image, 0, 0, 1, 1 / 128) == {0}
    assert opacity(image, 0, 0, 1 / 128, 0.7) == {0}
    assert opacity(image, 127 / 128, 0, 1, 0.7) == {0}


@settings(max_examples=40, deadline=None)
@given(complete_traits, seeds)
def test_the_face_is_opaque_and_the_corners_of_no_background_are_clear(
    traits: Traits, seed: int
) -> None:
    image = picture(replace(traits, background="transparent"), seed)

    assert opacity(image, 0.45, 0.45, 0.55, 0.6) == {255}
    assert opacity(image, 0, 0, 0.04, 0.04) == {0}
    assert opacity(image, 0.96, 0, 1, 0.04) == {0}


@settings(max_examples=40, deadline=None)
@given(complete_traits, seeds)
def test_the_body_stands_on_the_lower_edge(traits: Traits, seed: int) -> None:
    image = picture(replace(traits, background="transparent"), seed)

    assert opacity(image, 0.45, 127 / 128, 0.55, 1) == {255}


@settings(max_examples=30, deadline=None)
@given(complete_traits, seeds)
def test_a_background_covers_the_whole_picture(traits: Traits, seed: int) -> None:
    background = "plain" if traits.background == "transparent" else traits.background

    image = picture(replace(traits, background=background), seed, 64)

    assert opacity(image, 0, 0, 1, 1) == {255}


@settings(max_examples=40, deadline=None)
@given(accessories.filter(bool), seeds)
def test_what_is_worn_is_seen(worn: tuple[str, ...], seed: int) -> None:
    bare = replace(_model(), accessories=())

    pictures = {
        picture(replace(bare, accessories=tuple(some)), seed, 64).tobytes()
        for some in ((), *([*worn[:i], *worn[i + 1 :]] for i in range(len(worn))), worn)
    }

    without_one = {tuple(some) for some in ([*worn[:i], *worn[i + 1 :]] for i in range(len(worn)))}
    assert len(pictures) == len({(), worn} | without_one)


@pytest.mark.parametrize("trait", ["hair_style", "expression", "eye_shape", "outfit", "bangs"])
def test_every_value_gives_another_picture(trait: str) -> None:
    pictures = {
        picture(replace(_model(), **{trait: value}), 1, 64).tobytes() for value in vocabulary(trait)
    }

    assert len(pictures) == len(vocabulary(trait))


@pytest.mark.parametrize("hair_style", vocabulary("hair_style"))
def test_every_bangs_is_seen_on_every_hair(hair_style: str) -> None:
    model = replace(_model(), hair_style=hair_style)
    pictures = {
        bangs: picture(replace(model, bangs=bangs), 1, 128) for bangs in vocabulary("bangs")
    }

    alike = [
        (one, other)
        for one, other in combinations(pictures, 2)
        if _share_changed(pictures[one], pictures[other]) < 0.012
    ]

    assert alike == []


@pytest.mark.parametrize("name", vocabulary("accessories"))
def test_an_accessory_is_seen_on_every_hair(name: str) -> None:
    hidden_by = [
        style
        for style in vocabulary("hair_style")
        if _share_changed(
            picture(replace(_model(), hair_style=style, accessories=(name,)), 1, 64),
            _bare(style),
        )
        < 0.002
    ]

    assert hidden_by == []


def test_the_same_traits_and_seed_give_the_same_text_in_another_process() -> None:
    traits = illustrator.complete(Traits(), 12345)
    svg = illustrator.compose(traits, 12345)
    code = (
        "import json,sys,hashlib\n"
        "from generation import illustrator\n"
        "from generation.traits import Traits\n"
        "t=illustrator.complete(Traits(),12345)\n"
        "svg=illustrator.compose(t,12345)\n"
        "print(json.dumps([t.to_json(),hashlib.sha256(svg.encode()).hexdigest()]))\n"
    )

    outputs = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": hash_seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for hash_seed in ("1", "2")
    ]

    expected = [traits.to_json(), hashlib.sha256(svg.encode()).hexdigest()]
    assert [json.loads(output) for output in outputs] == [expected, expected]


def test_open_traits_cannot_be_composed() -> None:
    with pytest.raises(ValueError, match="open traits: gender"):
        illustrator.compose(Traits(), 1)


def _model() -> Traits:
    return illustrator.complete(MODEL, 1)


@cache
def _bare(hair_style: str) -> Image.Image:
    return picture(replace(_model(), hair_style=hair_style, accessories=()), 1, 64)


def _share_changed(a: Image.Image, b: Image.Image) -> float:
    pairs = zip(a.convert("L").tobytes(), b.convert("L").tobytes(), strict=True)
    return sum(x != y for x, y in pairs) / (a.width * a.height)
