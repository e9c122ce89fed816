"""A scene is data in layers: what is to be changed is found by its name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings

from generation.illustrator.display import LAYERS, Clip, Drawing, Group, Layer, LayerName, Node
from generation.illustrator.figure import pose, scene
from generation.illustrator.look import look_at
from generation.traits import STYLES, Traits
from tests.generation.illustrator.characters import complete_traits, seeds
from tests.generation.illustrator.wardrobe import look_with

EXPRESSION: tuple[LayerName, ...] = ("blush", "eyes", "mouth", "tears", "brows", "signs")
WITHOUT_SIGNS = ("neutral", "grinning", "smug", "winking", "serious")
"""Expressions that need no room beside the head, so that the figure stands where it stood."""


def layers(drawing: Drawing) -> Iterator[Layer]:
    """Every layer, in drawing order."""
    for node in drawing:
        match node:
            case Layer():
                yield node
            case Group(body) | Clip(body):
                yield from layers(body)
            case _:
                pass


def exchanged(drawing: Drawing, others: dict[LayerName, Layer]) -> Drawing:
    """`drawing` with some of its layers from elsewhere."""

    def exchange(node: Node) -> Node:
        match node:
            case Layer():
                return others.get(node.name, node)
            case Group():
                return replace(node, body=exchanged(node.body, others))
            case _:
                return node

    return tuple(exchange(node) for node in drawing)


def named(drawing: Drawing) -> dict[LayerName, Layer]:
    return {layer.name: layer for layer in layers(drawing)}


@settings(max_examples=40, deadline=None)
@given(complete_traits, seeds)
def test_every_scene_has_every_layer_once_and_in_order(traits: Traits, seed: int) -> None:
    assert tuple(layer.name for layer in layers(scene(traits, seed))) == LAYERS


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(("one", "other"), [*pairwise(WITHOUT_SIGNS)])
def test_an_expression_is_exchanged_by_its_layers(style: str, one: str, other: str) -> None:
    before, after = (
        scene(replace(look_with(3).traits, expression=expression, style=style), 3)
        for expression in (one, other)
    )
    new = named(after)

    swapped = exchanged(before, {name: new[name] for name in EXPRESSION})

    assert named(before) != new
    if style == "sticker":  # its rim is of one piece, and follows the brows
        assert named(swapped) == new
    else:
        assert swapped == after


def test_an_outfit_is_one_layer() -> None:
    traits = look_with(3).traits
    hooded, armed = (named(scene(replace(traits, outfit=o), 3)) for o in ("hoodie", "armor"))

    assert {name for name in LAYERS if hooded[name] != armed[name]} == {"outfit"}


@given(complete_traits, seeds)
@settings(max_examples=40, deadline=None)
def test_the_anchors_of_the_face_lie_in_the_picture(traits: Traits, seed: int) -> None:
    stance = pose(look_at(traits, seed))
    found = named(scene(traits, seed))

    for name in ("eyes", "mouth"):
        x, y = (stance.figure @ stance.head)(found[name].anchor)
        assert 100 < x < 156
        assert 100 < y < 230


def test_a_scene_is_a_value() -> None:
    one, same = (scene(look_with(3).traits, 3) for _ in range(2))

    assert (one, hash(one)) == (same, hash(same))
    assert one != scene(look_with(3).traits, 4)
