"""The tools on what the illustrator drew: it is drawn again, larger or without its background."""

from __future__ import annotations

from dataclasses import replace

from generation.postprocess import pixels
from generation.postprocess.face import with_margin
from generation.postprocess.upscale import MAX_SIDE_PX, Factor, check_size
from generation.traits import Traits


def is_by_todays_hand(hand: int | None) -> bool:
    """Whether version `hand` of the illustrator is today's, so that it draws the same again."""
    from generation.illustrator import HAND_VERSION

    return hand == HAND_VERSION


def upscale_drawing(traits: Traits, seed: int, size_px: int, factor: Factor) -> bytes:
    """The drawing that was `size_px` wide, `factor` times as large. Raises `TooLarge`."""
    from generation import illustrator

    check_size(size_px, factor)
    return illustrator.draw(traits, seed, size_px * factor)


def cut_out_drawing(traits: Traits, seed: int, size_px: int) -> bytes:
    """The drawing without its background."""
    from generation import illustrator

    return illustrator.draw(replace(traits, background="transparent"), seed, size_px)


def crop_drawing_to_face(traits: Traits, seed: int, size_px: int) -> bytes:
    """The head of the drawing, as large as the drawing was."""
    from generation import illustrator

    box = with_margin(illustrator.face_box(traits, seed))
    whole_px = min(round(size_px / box[2]), MAX_SIDE_PX)
    picture = pixels.read(illustrator.draw(traits, seed, whole_px))
    left, top, side = (round(at * whole_px) for at in box)
    cropped = picture[top : top + side, left : left + side]
    return pixels.write(pixels.resized(cropped, size_px, size_px))
