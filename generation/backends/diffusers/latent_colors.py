"""What colours latents stand for, asked of the VAE itself where no matrix is known for it."""

from __future__ import annotations

import dataclasses
from typing import Any

from generation.backends.diffusers.families import Family

CARD_PX = 128
RIDGE = 1e-3
"""Keeps channels that say nothing about colour from being counted on."""


def with_colors(family: Family, vae: Any) -> Family:
    """`family` with a matrix fitted to `vae`, if it has none: it encodes a card of soft colours,
    and the matrix is the linear one that leads from there back to the card best. Takes one pass of
    the encoder at 128 px.
    """
    import torch

    if family.latent_rgb:
        return family
    card = _card().to(vae.device)
    with torch.no_grad():
        latents = normalised(vae, vae.encode(card.to(vae.dtype)).latent_dist.mode()).float()
    colors = torch.nn.functional.adaptive_avg_pool2d(card, latents.shape[-2:])
    ones = torch.ones_like(latents[:, :1])
    known = torch.cat([latents, ones], dim=1).flatten(2)[0].T.double().cpu()
    wanted = colors.flatten(2)[0].T.double().cpu()
    square = known.T @ known + RIDGE * len(known) * torch.eye(known.shape[1], dtype=known.dtype)
    linalg: Any = torch.linalg
    *rows, bias = map(tuple, linalg.solve(square, known.T @ wanted).tolist())
    return dataclasses.replace(family, latent_rgb=tuple(rows), latent_bias=bias)


def _card() -> Any:
    """A picture of shape (1, 3, height, width), from -1 to 1: spots of all colours that blend."""
    import torch

    noise = torch.Generator("cpu").manual_seed(0)
    spots = torch.rand((1, 3, 12, 12), generator=noise) * 2 - 1
    size = (CARD_PX, CARD_PX)
    return torch.nn.functional.interpolate(spots, size, mode="bilinear", align_corners=True)


def normalised(vae: Any, latents: Any) -> Any:
    """As the denoiser sees them: scaled and shifted or, of FLUX.2, by the spread of each patch."""
    import torch

    if not hasattr(vae, "bn"):
        return (latents - (vae.config.shift_factor or 0.0)) * vae.config.scaling_factor
    patches = torch.nn.functional.pixel_unshuffle(latents, 2)
    mean = vae.bn.running_mean.view(1, -1, 1, 1)
    variance = vae.bn.running_var.view(1, -1, 1, 1) + vae.config.batch_norm_eps
    return torch.nn.functional.pixel_shuffle((patches - mean) / variance.sqrt(), 2)
