"""What there is of a picture while it is drawn: latents to a small WebP, by a tiny VAE or by what
colours latents stand for. Where no matrix is known for these, the VAE itself is asked.
"""

from __future__ import annotations

import dataclasses
import io
import logging
import math
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from generation.backends.diffusers.families import Family

log = logging.getLogger(__name__)

K = TypeVar("K")

SIDE_PX = 256
MOST_BY_VAE = 4
"""Pictures in a call of which all are decoded."""
"""Of a square; other shapes have as many pixels."""


class Previews:
    """Decides when a preview is due, and makes it. Never fails: a picture without previews is
    better than none.
    """

    INTERVAL_S: ClassVar[float] = 2.0

    def __init__(
        self,
        family: Family,
        tiny_vae: Any | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._family = family
        self._tiny_vae = tiny_vae
        self._clock = clock
        self._last_s = clock()
        self._failed = False

    def due(self) -> bool:
        """Whether the last preview, or the start, was long enough ago; if so, counts from now."""
        now_s = self._clock()
        if self._failed:
            return False
        if now_s - self._last_s < self.INTERVAL_S:
            return False
        self._last_s = now_s
        return True

    def most(self, pictures: int) -> int:
        """How many of an item's pictures one preview shows, of a call with so many in all: a VAE
        that decodes them all takes longer than the step.
        """
        return 1 if self._tiny_vae is not None and pictures > MOST_BY_VAE else pictures

    def of(self, latents: Any, wanted: Mapping[K, Sequence[int]]) -> dict[K, bytes]:
        """A preview of each group of the `wanted` pictures, side by side, as far as it can be made,
        from latents of shape (pictures, channels, height, width).
        """
        places = [place for group in wanted.values() for place in group]
        try:
            rgb = dict(zip(places, self._rgb(latents[places]), strict=True))
            return {
                key: _webp([rgb[place] for place in group])
                for key, group in wanted.items()
                if group
            }
        except Exception:
            log.warning("no preview of latents of shape %s", tuple(latents.shape), exc_info=True)
            self._failed = True
            return {}

    def _rgb(self, latents: Any) -> Any:
        if self._tiny_vae is not None:
            return _by_vae(self._tiny_vae, latents)
        return _by_matrix(self._family, latents)


def spread(latents: Any, size: tuple[int, int]) -> Any:
    """Latents of shape (pictures, channels, height, width), of pictures of `size`.

    Flux packs 2 x 2 of them into one token: there they come as (pictures, tokens, 4 x channels).
    """
    if latents.dim() != 3:
        return latents
    pictures, tokens, packed = latents.shape
    rows = round(math.sqrt(tokens * size[1] / size[0]))
    columns = tokens // rows
    patches = latents.view(pictures, rows, columns, packed // 4, 2, 2)
    return patches.permute(0, 3, 1, 4, 2, 5).reshape(pictures, packed // 4, 2 * rows, 2 * columns)


def _by_matrix(family: Family, latents: Any) -> Any:
    import torch

    # noise at the start of a schedule is many times as strong as the picture at its end
    spreads = latents.float().std(dim=(1, 2, 3), keepdim=True).clamp(min=1.0)
    by_channel = torch.tensor(family.latent_rgb, device=latents.device)
    bias = torch.tensor(family.latent_bias, device=latents.device)[:, None, None]
    return torch.einsum("nchw,cr->nrhw", latents.float() / spreads, by_channel) + bias


def _by_vae(tiny_vae: Any, latents: Any) -> Any:
    import torch

    with torch.no_grad():
        return tiny_vae.decode(latents.to(tiny_vae.dtype), return_dict=False)[0]


def _webp(pictures: Sequence[Any]) -> bytes:
    """`pictures` of shape (3, height, width), from -1 to 1: two a row, banners one a row."""
    from PIL import Image

    images = [_image(rgb) for rgb in pictures]
    width, height = images[0].size
    columns = 1 if len(images) == 1 or width > 2 * height else 2
    rows = math.ceil(len(images) / columns)
    sheet = Image.new("RGBA", (columns * width, rows * height))
    for place, image in enumerate(images):
        sheet.paste(image, (place % columns * width, place // columns * height))
    buffer = io.BytesIO()
    sheet.save(buffer, "WEBP", quality=80, method=0)
    return buffer.getvalue()


def _image(rgb: Any) -> Any:
    from PIL import Image

    pixels = (rgb.float() * 127.5 + 127.5).clamp(0, 255).byte().permute(1, 2, 0).cpu().numpy()
    image = Image.fromarray(pixels)
    scale = SIDE_PX / math.sqrt(image.width * image.height)
    size = round(image.width * scale), round(image.height * scale)
    return image.resize(size, Image.Resampling.BILINEAR)


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
