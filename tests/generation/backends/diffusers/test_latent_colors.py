"""Previews of latents for which no matrix is known."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch.nn.functional import avg_pool2d

from generation.backends.diffusers.device import Device
from generation.backends.diffusers.families import FAMILIES, Family
from generation.backends.diffusers.latent_colors import normalised, with_colors
from generation.backends.diffusers.loading import load
from tests.generation.backends.diffusers.conftest import TinyModel
from tests.generation.backends.diffusers.tiny import preset

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
