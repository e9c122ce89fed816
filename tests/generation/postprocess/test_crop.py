"""Cropping to the face: exact where the traits are known, near it where they are not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from PIL import Image, ImageChops, ImageStat

from generation import illustrator
from generation.illustrator import face_box
from generation.postprocess import crop_drawing_to_face, crop_to_face, pixels
from generation.postprocess.crop import Box, find_face, with_margin
from generation.traits import Traits
from tests.generation.illustrator.characters import complete_traits, seeds
from tests.generation.postprocess.pictures import character, distance, encoded, noise, opened


def shared(one: Box, other: Box) -> float:
    """The area in both boxes as a share of the area in either."""
    width, height = (
        max(0.0, min(one[i] + one[2], other[i] + other[2]) - max(one[i], other[i])) for i in (0, 1)
    )
    both = width * height
    return both / (one[2] ** 2 + other[2] ** 2 - both)


@settings(max_examples=60)
@given(complete_traits, seeds)
def test_the_box_lies_within_the_picture(traits: Traits, seed: int) -> None:
    left, top, side = face_box(traits, seed)

    assert min(left, top) >= 0
    assert max(left, top) + side <= 1 + 1e-9
    assert side >= 0.3


@pytest.mark.parametrize("seed", range(12))
def test_what_an_expression_changes_lies_in_the_box(seed: int) -> None:
    pair = [
        opened(illustrator.draw(character(seed, expression=name, accessories=()), seed, 256))
        for name in ("neutral", "serious")
    ]
    left, top, side = (256 * at for at in face_box(character(seed, accessories=()), seed))

    changed = ImageChops.difference(*(image.convert("RGB") for image in pair)).getbbox()

    assert changed is not None
    assert (changed[0] >= left, changed[1] >= top) == (True, True)
    assert (changed[2] <= left + side, changed[3] <= top + side) == (True, True)


@settings(max_examples=60)
@given(complete_traits, seeds)
def test_the_margin_lies_within_the_picture_and_holds_the_face(traits: Traits, seed: int) -> None:
    face = face_box(traits, seed)
    whole = with_margin(face)

    assert min(whole[:2]) >= 0
    assert max(whole[:2]) + whole[2] <= 1 + 1e-9
    assert whole[0] <= face[0] + 1e-9
    assert whole[1] <= face[1] + 1e-9
    for at in (0, 1):
        assert whole[at] + whole[2] >= face[at] + face[2] - 1e-9
    assert whole[2] == pytest.approx(min(1, 1.5 * face[2]))


@pytest.mark.parametrize("seed", range(8))
def test_the_head_is_in_the_crop_with_room_around_it(seed: int) -> None:
    """A stray lock may reach the upper edge; the head does not."""
    traits = character(seed, accessories=(), background="transparent", hair_style="short hair")

    crop = opened(crop_drawing_to_face(traits, seed, 256)).getchannel("A")

    assert ImageStat.Stat(crop.crop((0, 0, 256, 3))).mean[0] < 0.15 * 255


def test_a_face_is_found_by_the_figure_alone() -> None:
    found = []
    for seed in range(30):
        traits = character(seed)
        picture = pixels.read(illustrator.draw(traits, seed, 128))
        found.append(shared(find_face(picture), face_box(traits, seed)))

    assert min(found) > 0.55
    assert sum(found) / len(found) > 0.8


@pytest.mark.parametrize(("side_px", "wanted"), [(96, 256), (320, 320)])
def test_the_crop_is_as_large_as_the_picture_and_never_tiny(side_px: int, wanted: int) -> None:
    png = illustrator.draw(character(1), 1, side_px)

    assert opened(crop_to_face(png)).size == (wanted, wanted)


@pytest.mark.parametrize("size", [(120, 200), (200, 120)])
def test_a_picture_that_is_no_square_gives_one(size: tuple[int, int]) -> None:
    assert opened(crop_to_face(encoded(Image.new("RGB", size, "teal")))).size == (256, 256)


def test_where_no_figure_is_found_the_upper_middle_is_taken() -> None:
    left, top, side = find_face(pixels.read(noise()))

    assert (left + side / 2, top, side) == pytest.approx((0.5, 0.2, 0.6), abs=0.02)


def test_a_box_that_is_known_is_taken() -> None:
    traits = character(6)
    png = illustrator.draw(traits, 6, 256)

    exact = opened(crop_drawing_to_face(traits, 6, 256))

    taken, beside = (
        distance(opened(crop_to_face(png, box)), exact)
        for box in (face_box(traits, 6), (0.1, 0.1, 0.6))
    )

    assert taken < 0.2 * beside
