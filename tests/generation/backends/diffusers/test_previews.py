"""Latents as small pictures."""

from __future__ import annotations

import importlib
import io
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from generation.backends.diffusers.families import FAMILIES
from generation.backends.diffusers.preview import SIDE_PX, Previews, spread
from tests.generation.backends.diffusers import tiny_extras


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def opened(webp: bytes) -> Image.Image:
    return Image.open(io.BytesIO(webp))


def test_a_preview_is_due_every_two_seconds() -> None:
    clock = Clock()
    previews = Previews(FAMILIES["sd15"], clock=clock)
    due = []

    for now_s in (101.0, 102.0, 103.0, 103.9, 104.5, 106.4, 106.6):
        clock.now_s = now_s
        due.append(previews.due())

    assert due == [False, True, False, False, True, False, True]


def test_a_preview_is_a_small_webp_of_the_picture_that_is_asked_for() -> None:
    latents = torch.zeros(2, 4, 16, 16)
    latents[1, 0] = 1.5  # the first channel is brightness
    latents[0, 0] = -1.5

    made = Previews(FAMILIES["sd15"]).of(latents, [1])

    image = opened(made[1])
    assert list(made) == [1]
    assert (image.format, image.size) == ("WEBP", (SIDE_PX, SIDE_PX))
    assert np.asarray(image).mean() > 160


def test_noise_does_not_drown_the_picture() -> None:
    torch.manual_seed(0)
    (webp,) = Previews(FAMILIES["sd15"]).of(14 * torch.randn(1, 4, 16, 16), [0]).values()

    values = np.asarray(opened(webp))

    assert 5 < values.mean() < 250
    assert ((values == 0) | (values == 255)).mean() < 0.2


def test_packed_latents_are_put_in_their_places() -> None:
    latents = torch.randn(2, 16, 8, 12 - 4)
    packed = latents.view(2, 16, 4, 2, 4, 2).permute(0, 2, 4, 1, 3, 5).reshape(2, 16, 64)

    assert torch.equal(spread(packed), latents)


def test_latents_that_cannot_be_shown_make_no_preview_and_no_error() -> None:
    clock = Clock()
    previews = Previews(FAMILIES["sd15"], clock=clock)

    assert previews.of(torch.zeros(1, 9, 4, 4), [0]) == {}
    clock.now_s += 10
    assert not previews.due()


def test_a_tiny_vae_is_preferred(tmp_path: Path) -> None:
    folder = tiny_extras.save_tiny_vae(tmp_path / "vae")
    vae = importlib.import_module("diffusers").AutoencoderTiny.from_pretrained(folder).eval()
    latents = torch.randn(1, 4, 8, 8)

    by_vae = Previews(FAMILIES["sd15"], vae).of(latents, [0])[0]

    assert by_vae != Previews(FAMILIES["sd15"]).of(latents, [0])[0]
    assert opened(by_vae).size == (SIDE_PX, SIDE_PX)
