"""What is known of image models by their names: what they understand, and what they cost."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from generation.backends.openai.options import Quality
from generation.capabilities import Price

_GPT_IMAGE = re.compile(r"gpt-image-(\d+)(?:\.(\d+))?(?:-([a-z]+))?(-\d{4}-\d\d-\d\d)?")


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of model: "gpt-image" of OpenAI, "dall-e" as other servers still have it, "other"."""

    version: tuple[int, int] | None = None
    """Of a gpt-image, such as (2, 6)."""
    variant: str = ""
    """Of a gpt-image: "flare", "sunburst", "mini", or nothing."""
    is_snapshot: bool = False
    """Frozen at the date in its name."""
    is_dall_e: bool = False

    @property
    def is_gpt_image(self) -> bool:
        """Whether quality, moderation, background and streaming mean something to it."""
        return self.version is not None

    @property
    def transparent(self) -> bool:
        """Whether it leaves a background open (version 2 does so as a preview)."""
        return self.version is not None and self.version >= (2, 0)

    @property
    def takes_seed(self) -> bool:
        """Whether a seed may be sent: servers of open models draw by it."""
        return not self.is_gpt_image and not self.is_dall_e


def family_of(model: str) -> Family:
    """The family by the name; a gateway's prefix ("openai/gpt-image-2.6-flare") does not matter."""
    name = model.rsplit("/", 1)[-1]
    if match := _GPT_IMAGE.fullmatch(name):
        major, minor, variant, dated = match.groups()
        return Family((int(major), int(minor or 0)), variant or "", dated is not None)
    if name.startswith("chatgpt-image"):
        return Family((1, 5))
    return Family(is_dall_e=name.startswith("dall-e"))


_USD_PER_TOKEN = {"text": 5e-6, "image": 8e-6, "output": 30e-6}
"""The list price since gpt-image-2."""
_OUTPUT_TOKENS: tuple[tuple[tuple[int, int], dict[Quality, int]], ...] = (
    ((2, 6), {"low": 690, "medium": 1540, "high": 1756}),
    ((2, 5), {"low": 196, "medium": 439, "high": 1756}),
    ((2, 0), {"low": 196, "medium": 1756, "high": 7024}),
)
"""From a version on, what a picture of 1024 × 1024 takes."""


def price_of(family: Family, quality: Quality) -> Price | None:
    """Roughly what a picture costs; `None` for a model whose prices we do not know.

    "auto" counts as high: it must not cost more than was said.
    """
    for version, tokens in _OUTPUT_TOKENS:
        if family.version is not None and family.version >= version:
            counted = tokens["high" if quality == "auto" else quality]
            return Price(round(counted * _USD_PER_TOKEN["output"], 3))
    return None


def cost_of(family: Family, usage: Mapping[str, int]) -> float | None:
    """What `usage` costs in US dollars by the list price; `None` as for `price_of`."""
    if not usage or price_of(family, "auto") is None:
        return None
    image = usage.get("input_image_tokens", 0)
    text = usage.get("input_tokens", 0) - image
    return (
        text * _USD_PER_TOKEN["text"]
        + image * _USD_PER_TOKEN["image"]
        + usage.get("output_tokens", 0) * _USD_PER_TOKEN["output"]
    )
