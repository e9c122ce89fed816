"""What a second pass is given of a picture, and how its work goes back."""

from __future__ import annotations

import numpy as np
import pytest

from generation import illustrator
from generation.errors import DrawingFailed, NoFace
from generation.illustrator import HAND_VERSION, face_box
from generation.postprocess import crop_drawing_to_face, face_of, pixels
from generation.postprocess.retouch import (
    Patch,
    cut,
    enlarged,
    opaque,
    patch_around,
    put_back,
)
from generation.traits import Traits
from tests.generation.postprocess.pictures import character, encoded, noise, painted
from tests.generation.postprocess.test_crop import shared

UNKNOWN = {"traits": Traits(), "seed": 1, "hand": None}


@pytest.mark.parametrize("seed", range(5))
def test_a_face_is_known_where_the_illustrator_drew_it_and_else_made_out(seed: int) -> None:
    traits = character(seed)
    png = illustrator.draw(traits, seed, 128)

    exact = face_of(png, traits, seed, HAND_VERSION, is_cropped=False)
    guessed = face_of(png, **UNKNOWN, is_cropped=False)

    assert exact == face_box(traits, seed)
    assert shared(exact, guessed) > 0.55


def test_a_face_that_a_picture_was_cropped_to_is_where_the_crop_put_it() -> None:
    """What an expression changes is in the face: in the crop, it is in the box."""
    faces = [
        crop_drawing_to_face(character(3, expression=name, accessories=()), 3, 256)
        for name in ("neutral", "serious")
    ]
    left, top, side = face_of(faces[0], **UNKNOWN, is_cropped=True)

    pair = [pixels.read(face) for face in faces]
    rows, columns = np.nonzero(np.abs(pair[0] - pair[1]).max(axis=2) > 0.1)

    assert (left * 256 <= columns.min(), top * 256 <= rows.min()) == (True, True)
    assert (columns.max() <= (left + side) * 256, rows.max() <= (top + side) * 256) == (True, True)


@pytest.mark.parametrize("png", [noise(), encoded(painted().resize((64, 64)).convert("L"))])
def test_where_no_figure_can_be_made_out_there_is_no_face(png: bytes) -> None:
    with pytest.raises(NoFace):
        face_of(png, **UNKNOWN, is_cropped=False)


def test_what_is_no_picture_has_no_face_either() -> None:
    with pytest.raises(DrawingFailed):
        face_of(b"no picture", **UNKNOWN, is_cropped=False)


@pytest.mark.parametrize(
    ("face", "size", "patch"),
    [
        ((0.25, 0.25, 0.5), (100, 100), Patch(18, 18, 65)),
        ((0.0, 0.5, 0.5), (100, 100), Patch(0, 35, 65)),  # moved into the picture
        ((0.1, 0.1, 0.8), (100, 150), Patch(0, 0, 100)),  # no larger than it
        ((1.25, 0.25, 0.5), (200, 100), Patch(118, 18, 65)),
    ],
)
def test_a_model_sees_a_little_around_the_face_and_nothing_outside_of_the_picture(
    face: tuple[float, float, float], size: tuple[int, int], patch: Patch
) -> None:
    assert patch_around(face, *size) == patch


def test_what_is_drawn_goes_back_softly_and_leaves_the_rest_to_the_bit() -> None:
    picture = np.random.default_rng(0).random((60, 80, 4), np.float32)
    patch = Patch(left=30, top=10, side=40)

    made = put_back(picture, patch, np.zeros((40, 40, 3), np.float32))

    taken = 1 - (made[..., :3] / picture[..., :3]).max(axis=2)
    assert (made[..., 3] == picture[..., 3]).all()
    assert (made[:10] == picture[:10]).all()
    assert (made[:, :30] == picture[:, :30]).all()
    assert (cut(made, patch)[0] == cut(picture, patch)[0]).all()
    assert (taken[30, 50], taken[11, 31]) == pytest.approx((1, 0))
    assert (np.diff(taken[30, 50:70]) <= 1e-6).all()  # nothing sudden on the way out
    assert np.diff(taken[30, 50:70]).min() > -0.3
    assert picture[30, 50, :3].min() > 0, "the picture itself stays as it was"


def test_nothing_that_cannot_be_seen_is_shown_to_a_model() -> None:
    picture = np.zeros((40, 40, 4), np.float32)
    picture[..., 0] = 1.0  # red, of which only a square can be seen
    picture[:, :20, 1] = 1.0
    picture[15:25, 25:35, 3] = 1.0

    colors = opaque(picture)

    assert colors[20, 30] == pytest.approx((1, 0, 0))
    assert colors[20, 36] == pytest.approx((1, 0, 0), abs=1e-3)  # at the edge, no white
    assert colors[2, 2] == pytest.approx((1, 1, 1))


def test_an_enlarged_picture_is_the_same_one_of_any_size() -> None:
    picture = pixels.read(encoded(painted(64)))

    large = enlarged(picture, 100, 140)

    assert large.shape == (140, 100, 4)
    small = pixels.resized(large, 64, 64)
    assert np.abs(small - picture).mean() < 0.05


def test_enlarging_asks_in_between_whether_it_is_still_wanted() -> None:
    pytest.importorskip("ncnn", reason="needs the extra upscale")
    pieces: list[int] = []

    enlarged(pixels.read(encoded(painted(256))), 384, 384, lambda: pieces.append(1))

    assert len(pieces) == 4
