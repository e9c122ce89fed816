"""The built-in illustrator: a character from traits to SVG to PNG.

`complete` chooses what is open, `compose` draws it as SVG, `rasterise` makes a PNG of that, and
`draw` is the three in one. The same traits and seed give the same picture in every process.
"""

from __future__ import annotations

from generation.illustrator.choose import complete
from generation.illustrator.figure import compose, face_box
from generation.illustrator.styles import STYLES
from generation.illustrator.svg import rasterise
from generation.traits import Traits

__all__ = ["HAND_VERSION", "complete", "compose", "draw", "face_box", "rasterise"]

HAND_VERSION = 2
"""Goes up whenever the same complete traits and seed give another picture.

It is stored with every picture (`GeneratedImage.given["hand"]`): only what the hand of today drew
can be drawn again. 1 is what was before pictures said so. A new value in the vocabulary changes no
picture that there is, and needs no new version.
"""


def draw(traits: Traits, seed: int, size_px: int) -> bytes:
    """A PNG of `traits`, what is open in them chosen by `seed`. Blocking; any thread."""
    whole = complete(traits, seed)
    pixels = STYLES[whole.style or ""].pixels
    opaque = whole.background != "transparent"  # all others cover the whole canvas
    return rasterise(compose(whole, seed), size_px, pixels, opaque=opaque)
