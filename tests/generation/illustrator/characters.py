"""Any character: hypothesis strategies, and how a test looks at a picture."""

from __future__ import annotations

import io

from hypothesis import strategies as st
from PIL import Image

from generation import illustrator
from generation.traits import ACCESSORIES, COLOR_TRAITS, MARKS, Traits, vocabulary

SINGLE = (
    "gender", "age", "skin", "hair_style", "bangs", "eye_shape", "expression", "outfit",
    "background", "style",
)  # fmt: skip
"""The traits that take one word."""

colors = st.sampled_from(vocabulary("hair_color")) | st.integers(0, 0xFFFFFF).map("#{:06x}".format)
accessories = st.lists(
    st.sampled_from(tuple(ACCESSORIES)), max_size=6, unique_by=ACCESSORIES.__getitem__
).map(tuple)
complete_traits = st.builds(
    Traits,
    **{name: st.sampled_from(vocabulary(name)) for name in SINGLE},
    **dict.fromkeys(COLOR_TRAITS, colors),
    marks=st.lists(st.sampled_from(MARKS), max_size=3, unique=True).map(tuple),
    accessories=accessories,
    chibiness=st.integers(0, 100),
)
seeds = st.integers(0, 2**63 - 1)


def picture(traits: Traits, seed: int, size_px: int = 128) -> Image.Image:
    """The drawn character as RGBA."""
    png = illustrator.draw(traits, seed, size_px)
    return Image.open(io.BytesIO(png)).convert("RGBA")


def opacity(image: Image.Image, left: float, top: float, right: float, bottom: float) -> set[int]:
    """The least and the greatest opacity in a box given in shares of the picture's side."""
    side = image.width
    box = (round(left * side), round(top * side), round(right * side), round(bottom * side))
    low, high = image.getchannel("A").crop(box).getextrema()
    assert isinstance(low, int)
    assert isinstance(high, int)
    return {low, high}
