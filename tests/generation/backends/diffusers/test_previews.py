"""Previews: when they are due, what they show, and of latents for which no matrix is known."""

from __future__ import annotations

import importlib
import io
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch.nn.functional import avg_pool2d

from generation.backends.diffusers.checkpoints import load
from generation.backends.diffusers.device import Device
from generation.backends.diffusers.families import FAMILIES, Family
from generation.backends.diffusers.previews import (
    MOST_BY_VAE,
    SIDE_PX,
    Previews,
    normalised,
    spread,
    with_colors,
)
from tests.generation.backends.diffusers import tiny_extras
from tests.generation.backends.diffusers.conftest import TinyModel
from tests.generation.backends.diffusers.tiny import preset


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

    made = Previews(FAMILIES["sd15"]).of(latents, {0: [1]})

    image = opened(made[0])
    assert list(made) == [0]
    assert (image.format, image.size) == ("WEBP", (SIDE_PX, SIDE_PX))
    assert np.asarray(image).mean() > 160


@pytest.mark.parametrize(
    ("latent", "count", "columns", "rows"),
    [((6, 6), 2, 2, 1), ((6, 6), 3, 2, 2), ((6, 4), 4, 2, 2), ((4, 12), 3, 1, 3)],
    ids=["two", "three", "four tall", "three banners"],
)
def test_pictures_side_by_side_are_shown_side_by_side(
    latent: tuple[int, int], count: int, columns: int, rows: int
) -> None:
    latents = torch.zeros(count, 4, *latent)
    latents[-1, 0] = 1.5
    previews = Previews(FAMILIES["sd15"])

    made = previews.of(latents, {"a": range(count), "b": [0], "nobody": []})

    assert list(made) == ["a", "b"]
    whole, one = opened(made["a"]), opened(made["b"])
    assert whole.size == (columns * one.width, rows * one.height)
    left, top = (count - 1) % columns * one.width, (count - 1) // columns * one.height
    last = np.asarray(whole.convert("RGB").crop((left, top, left + one.width, top + one.height)))
    first = np.asarray(whole.convert("RGB").crop((0, 0, one.width, one.height)))
    assert last.mean() > first.mean() + 30


def test_a_vae_is_not_asked_for_more_than_it_can_show_in_time() -> None:
    assert Previews(FAMILIES["sd15"]).most(16) == 16
    assert Previews(FAMILIES["sd15"], object()).most(MOST_BY_VAE) == MOST_BY_VAE
    assert Previews(FAMILIES["sd15"], object()).most(MOST_BY_VAE + 1) == 1


def test_a_preview_has_the_shape_of_its_picture() -> None:
    latents = torch.zeros(1, 4, 6, 18)

    made = Previews(FAMILIES["sd15"]).of(latents, {0: [0]})

    width, height = opened(made[0]).size
    assert width == pytest.approx(3 * height, rel=0.01)
    assert width * height == pytest.approx(SIDE_PX**2, rel=0.01)


def test_noise_does_not_drown_the_picture() -> None:
    torch.manual_seed(0)
    (webp,) = Previews(FAMILIES["sd15"]).of(14 * torch.randn(1, 4, 16, 16), {0: [0]}).values()

    values = np.asarray(opened(webp))

    assert 5 < values.mean() < 250
    assert ((values == 0) | (values == 255)).mean() < 0.2


def test_packed_latents_are_put_in_their_places() -> None:
    latents = torch.randn(2, 16, 8, 6)
    packed = latents.view(2, 16, 4, 2, 3, 2).permute(0, 2, 4, 1, 3, 5).reshape(2, 12, 64)

    assert torch.equal(spread(packed, (48, 64)), latents)


def test_latents_that_cannot_be_shown_make_no_preview_and_no_error() -> None:
    clock = Clock()
    previews = Previews(FAMILIES["sd15"], clock=clock)

    assert previews.of(torch.zeros(1, 9, 4, 4), {0: [0]}) == {}
    clock.now_s += 10
    assert not previews.due()


def test_a_tiny_vae_is_preferred(tmp_path: Path) -> None:
    folder = tiny_extras.save_tiny_vae(tmp_path / "vae")
    vae = importlib.import_module("diffusers").AutoencoderTiny.from_pretrained(folder).eval()
    latents = torch.randn(1, 4, 8, 8)

    by_vae = Previews(FAMILIES["sd15"], vae).of(latents, {0: [0]})[0]

    assert by_vae != Previews(FAMILIES["sd15"]).of(latents, {0: [0]})[0]
    assert opened(by_vae).size == (SIDE_PX, SIDE_PX)


FITTED = [family for family in FAMILIES.values() if not family.latent_rgb]

FLUX = FAMILIES["flux1"]


class MixingVae:
    """Hides the colours of each place in 16 channels, the last of which is noise."""

    device = torch.device("cpu")
    dtype = torch.float32
    config = SimpleNamespace(scaling_factor=0.5, shift_factor=0.25)

    def __init__(self) -> None:
        self.mix = torch.randn((15, 3), generator=torch.Generator().manual_seed(1))

    def encode(self, picture: Any) -> Any:
        small = torch.einsum("kc,nchw->nkhw", self.mix, avg_pool2d(picture, 8))
        noise = torch.randn(small[:, :1].shape, generator=torch.Generator().manual_seed(2))
        latents = torch.cat([small, noise], dim=1) / self.config.scaling_factor
        return SimpleNamespace(
            latent_dist=SimpleNamespace(mode=lambda: latents + self.config.shift_factor)
        )


def shown(family: Family, latents: Any) -> Any:
    bias = torch.tensor(family.latent_bias)[:, None, None]
    return torch.einsum("nchw,cr->nrhw", latents, torch.tensor(family.latent_rgb)) + bias


def test_colours_are_found_in_the_latents() -> None:
    vae = MixingVae()
    family = with_colors(FLUX, vae)
    picture = torch.zeros((1, 3, 16, 16))
    picture[:, 0, :, 8:] = 1.0  # red on the right

    latents = vae.encode(picture).latent_dist.mode()
    seen = shown(family, (latents - 0.25) * 0.5)

    assert torch.allclose(seen, avg_pool2d(picture, 8), atol=0.1)


def test_a_known_matrix_is_kept() -> None:
    assert with_colors(FAMILIES["sd15"], MixingVae()) is FAMILIES["sd15"]


@pytest.mark.parametrize("family", FITTED, ids=lambda family: family.key)
def test_a_loaded_model_knows_the_colours_of_its_latents(
    family: Family, tiny_model: TinyModel, cpu_device: Device
) -> None:
    plan = preset(tiny_model(family.key), family.key)

    model = load(plan, cpu_device, print, threading.Event())

    assert len(model.family.latent_rgb) == family.latent_channels


def test_the_latents_of_flux_2_are_scaled_as_its_pipeline_does(
    tiny_model: TinyModel, cpu_device: Device
) -> None:
    plan = preset(tiny_model("flux2-klein"), "flux2-klein")
    pipe = load(plan, cpu_device, print, threading.Event()).pipe("edit")
    vae = pipe.vae
    vae.bn.running_mean += torch.randn(vae.bn.running_mean.shape)
    vae.bn.running_var += torch.rand(vae.bn.running_var.shape)
    picture = torch.rand((1, 3, 32, 32)) * 2 - 1

    theirs = pipe._encode_vae_image(picture, torch.Generator())
    with torch.no_grad():
        ours = normalised(vae, vae.encode(picture).latent_dist.mode())

    assert torch.allclose(ours, pipe._unpatchify_latents(theirs), atol=1e-5)
