"""What there is of a picture while it is drawn: latents to a small WebP, without the VAE."""

from __future__ import annotations

import io
import logging
import math
import time
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from generation.backends.diffusers.families import Family

log = logging.getLogger(__name__)

SIDE_PX = 256


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

    def of(self, latents: Any, wanted: Sequence[int]) -> dict[int, bytes]:
        """A preview of each of the `wanted` pictures, as far as one can be made."""
        try:
            rgb = self._rgb(spread(latents)[list(wanted)])
            return dict(zip(wanted, map(_webp, rgb), strict=True))
        except Exception:
            log.warning("no preview of latents of shape %s", tuple(latents.shape), exc_info=True)
            self._failed = True
            return {}

    def _rgb(self, latents: Any) -> Any:
        if self._tiny_vae is not None:
            return _by_vae(self._tiny_vae, latents)
        return _by_matrix(self._family, latents)


def spread(latents: Any) -> Any:
    """Latents of shape (pictures, channels, height, width).

    Flux packs 2 x 2 of them into one token: there they come as (pictures, tokens, 4 x channels).
    """
    if latents.dim() == 4:
        return latents
    pictures, tokens, packed = latents.shape
    side = math.isqrt(tokens)
    patches = latents.view(pictures, side, side, packed // 4, 2, 2)
    return patches.permute(0, 3, 1, 4, 2, 5).reshape(pictures, packed // 4, 2 * side, 2 * side)


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


def _webp(rgb: Any) -> bytes:
    """`rgb` of shape (3, height, width), from -1 to 1."""
    from PIL import Image

    pixels = (rgb.float() * 127.5 + 127.5).clamp(0, 255).byte().permute(1, 2, 0).cpu().numpy()
    image = Image.fromarray(pixels).resize((SIDE_PX, SIDE_PX), Image.Resampling.BILINEAR)
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=80, method=0)
    return buffer.getvalue()
