"""What can be done to a finished picture: enlarge it, cut it out, crop it to the face, sharpen it.

Everything here works on encoded PNGs, blocks, and may run on any thread. What today's illustrator
drew is drawn again as it should be , which is exact; any other
picture is worked on by its pixels.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

from generation.errors import DrawingFailed, GenerationError
from generation.postprocess import pixels
from generation.postprocess.crop import Box, crop_to_face, made_out_face, with_margin
from generation.postprocess.cutout import cut_out
from generation.postprocess.upscale import (
    MAX_SIDE_PX,
    Factor,
    can_grow,
    check_size,
    is_installed,
    sharpen,
    upscale,
)
from generation.traits import Traits

LIMIT_BYTES = 10 * 1024 * 1024
"""What Discord takes as one file, in a server that nobody has boosted."""
_WEIGHT_GROWTH = 1.75
"""An enlarged picture weighs so much more by its factor: 2.0 by area, less for it is smoother."""

Tool = Literal["upscale2", "upscale4", "cutout", "face", "sharpen"]
TOOLS: tuple[Tool, ...] = get_args(Tool)

__all__ = [
    "MAX_SIDE_PX",
    "TOOLS",
    "Processed",
    "Tool",
    "apply_tool",
    "crop_to_face",
    "cut_out",
    "face_of",
    "possible_tools",
    "sharpen",
    "traits_after",
    "upscale",
]


@dataclass(frozen=True, slots=True)
class Processed:
    """What a tool has made: an encoded PNG and its size."""

    png: bytes
    width: int
    height: int
    is_drawing: bool = False
    """Whether the illustrator draws exactly this from the traits and the seed, so that the next
    tool can draw it anew.
    """


def possible_tools(
    width: int,
    height: int,
    size_bytes: int,
    traits: Traits,
    *,
    hand: object = None,
    limit_bytes: int = LIMIT_BYTES,
) -> tuple[Tool, ...]:
    """What can be done with a picture, for a result that may weigh `limit_bytes`; in order.

    `hand`: the version of the illustrator that drew exactly this picture, where one did. How
    much an enlarged picture weighs is estimated.
    """

    def is_possible(tool: Tool) -> bool:
        match tool:
            case "upscale2" | "upscale4":
                if not (is_by_todays_hand(hand) or is_installed()):
                    return False
                factor: Factor = 2 if tool == "upscale2" else 4
                weight = size_bytes * factor**_WEIGHT_GROWTH
                return can_grow(width, height, factor) and weight <= limit_bytes
            case "cutout":
                return traits.background != "transparent"
            case "face" | "sharpen":
                return True

    return tuple(tool for tool in TOOLS if is_possible(tool))


def traits_after(tool: str, traits: Traits) -> Traits:
    """What the picture shows once the tool has worked on it."""
    return replace(traits, background="transparent") if tool == "cutout" else traits


def apply_tool(
    tool: Tool, png: bytes, traits: Traits | None, seed: int, hand: int | None
) -> Processed:
    """`png` after `tool`.

    Give complete `traits`, the `seed` and the version of the `hand` that drew it only where the
    illustrator drew exactly this picture. What another version drew is worked on by its pixels: the
    hand of today would draw another one. Raises `TooLarge`, `NoFigure`, `NotInstalled`, and
    `DrawingFailed` for what is no picture.
    """
    try:
        is_drawing = False
        if traits is not None and is_by_todays_hand(hand):
            made = _redraw(tool, png, traits, seed)
            is_drawing = tool not in ("face", "sharpen")
        else:
            made = _work(tool, png)
        width, height = pixels.size_px(made)
    except GenerationError:
        raise
    except Exception as error:
        raise DrawingFailed("postprocess") from error
    return Processed(made, width, height, is_drawing)


def _work(tool: Tool, png: bytes) -> bytes:
    match tool:
        case "upscale2":
            return upscale(png, 2)
        case "upscale4":
            return upscale(png, 4)
        case "cutout":
            return cut_out(png)
        case "face":
            return crop_to_face(png)
        case "sharpen":
            return sharpen(png)


def _redraw(tool: Tool, png: bytes, traits: Traits, seed: int) -> bytes:
    side_px = max(pixels.size_px(png))
    match tool:
        case "upscale2":
            return upscale_drawing(traits, seed, side_px, 2)
        case "upscale4":
            return upscale_drawing(traits, seed, side_px, 4)
        case "cutout":
            return cut_out_drawing(traits, seed, side_px)
        case "face":
            return crop_drawing_to_face(traits, seed, side_px)
        case "sharpen":
            return sharpen(png)


_IN_A_CROP: Box = (1 / 6, 4 / 15, 2 / 3)
"""Where the face is once a picture has been cropped to it: `with_margin` the other way round."""


def face_of(png: bytes, traits: Traits, seed: int, hand: object, *, is_cropped: bool) -> Box:
    """Where the face is in a picture: known where the illustrator's `hand` of today drew exactly
    this, or where it `is_cropped` to that; else made out by the figure's outline. Blocking.

    Raises `NoFace`, and `DrawingFailed` for what is no picture.
    """
    if is_cropped:
        return _IN_A_CROP
    if is_by_todays_hand(hand):
        from generation import illustrator

        return illustrator.face_box(traits, seed)
    try:
        return made_out_face(pixels.read(png))
    except GenerationError:
        raise
    except Exception as error:
        raise DrawingFailed("postprocess") from error


def is_by_todays_hand(hand: object) -> bool:
    """Whether version `hand` of the illustrator is today's, so that it draws the same again."""
    from generation.illustrator import HAND_VERSION

    return hand == HAND_VERSION


def upscale_drawing(traits: Traits, seed: int, size_px: int, factor: Factor) -> bytes:
    """The drawing that was `size_px` wide, `factor` times as large. Raises `TooLarge`."""
    from generation import illustrator

    check_size(size_px, size_px, factor)
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
