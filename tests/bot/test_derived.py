"""Requests that are made of earlier ones."""

from datetime import UTC, datetime

import pytest

from bot.derived import painted
from bot.storage.records import Image
from generation.capabilities import Capabilities, Model
from generation.request import COUNTS, Request
from generation.traits import Traits
from tests.generation import requests

MODEL = Model(
    backend="fake", name="first", title="First", capabilities=Capabilities(sizes_px=(512,))
)


def image_of(request: Request) -> Image:
    return Image(
        id=1,
        generation_id=1,
        owner_id=1,
        position=0,
        sha256="0" * 64,
        width=512,
        height=512,
        bytes=1,
        seed=1,
        traits=request.subject.traits,
        created_at=datetime.now(UTC),
    )


@pytest.mark.parametrize(
    "words",
    [
        "her hair becomes blue",
        "make his hair blue",
        "turn her hair into a blue one",
        "头发变成蓝色",
        "把她的头发染成蓝色",
    ],
)
def test_whose_hair_is_painted_says_nothing_of_who_it_is(words: str) -> None:
    drawn = requests.draw("a knight", traits=Traits(outfit="armor"), model="fake/first")

    request = painted(image_of(drawn), drawn, "hair", words, MODEL, ())

    assert request.subject.traits == Traits(outfit="armor", hair_color="blue")
    assert (request.output.size_px, request.output.shape) == (512, "square")


def test_a_part_of_one_of_five_is_painted_no_more_often_than_a_member_may_ask() -> None:
    drawn = requests.draw("a knight", count=5, model="fake/first")

    request = painted(image_of(drawn), drawn, "hair", "blue", MODEL, ())

    assert request.output.count == COUNTS[-1]
