"""What a provider answers: pictures as they come from it, and what it has counted. Everything here
blocks: for threads.
"""

from __future__ import annotations

import base64
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from generation.rendition import encode_png

if TYPE_CHECKING:
    from PIL.Image import Image

PREVIEW_PX = 256
MAX_SIDE_PX = 4096
"""Nothing we ask for is larger."""
_PNG = b"\x89PNG"
_MUCH_SMALLER = 0.75


class NotAPicture(Exception):
    """It cannot be decoded, or has a size that nobody asked for."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An encoded PNG and its size."""

    png: bytes
    width: int
    height: int


def decode(text: object) -> bytes:
    """The bytes of a base64 text. Raises `NotAPicture`."""
    if not isinstance(text, str) or not text:
        raise NotAPicture
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise NotAPicture from error


def as_png(data: bytes) -> Picture:
    """A whole picture as PNG, also if it came as WebP or JPEG. Raises `NotAPicture`.

    A provider's own PNG says where it is from (C2PA), and stays as it is unless ours is much
    smaller.
    """
    import numpy as np

    image = _opened(data)
    png = encode_png(np.asarray(image))
    if data.startswith(_PNG) and len(png) > _MUCH_SMALLER * len(data):
        png = data
    return Picture(png, *image.size)


def preview(text: object) -> bytes:
    """A small WebP of a base64 picture. Raises `NotAPicture`."""
    small = _opened(decode(text))
    small.thumbnail((PREVIEW_PX, PREVIEW_PX))
    shrunk = io.BytesIO()
    small.save(shrunk, "WEBP", quality=80, method=2)
    return shrunk.getvalue()


def _opened(data: bytes) -> Image:
    """The whole picture, RGB or RGBA. Raises `NotAPicture`."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "WEBP", "JPEG")) as image:
            if max(image.size) > MAX_SIDE_PX:
                raise NotAPicture
            image.load()  # a picture cut off in the middle shows only now
            return image.convert("RGBA" if image.has_transparency_data else "RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise NotAPicture from error


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call has brought."""

    pictures: tuple[Picture, ...]
    usage: dict[str, int]
    revised_prompt: str | None


def read_answer(body: bytes) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """The entries of an answer, and what was counted. Raises `NotAPicture`."""
    try:
        answer = json.loads(body)
        entries = cast(list[dict[str, Any]], answer["data"])
        return [dict(entry) for entry in entries], read_usage(answer.get("usage"))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise NotAPicture from error


def read_usage(counted: Any) -> dict[str, int]:
    """Tokens by name: those that went in, the pictures' part of them, and those that came out."""
    if not isinstance(counted, dict):
        return {}
    told = cast(dict[str, Any], counted)
    details = told.get("input_tokens_details")
    image = cast(dict[str, Any], details).get("image_tokens") if isinstance(details, dict) else None
    named = {
        "input_tokens": told.get("input_tokens"),
        "input_image_tokens": image,
        "output_tokens": told.get("output_tokens"),
    }
    return {name: count for name, count in named.items() if isinstance(count, int)}


def decoded(text: object) -> Picture:
    """A whole base64 picture as PNG. Raises `NotAPicture`."""
    return as_png(decode(text))
