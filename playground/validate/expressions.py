"""Limits on emojis and stickers."""

import re

from playground.errors import ApiError
from playground.messages.images import Picture
from playground.messages.sniff import Sniffed
from playground.validate.problems import Problems
from playground.validate.rules import text
from playground.wire import Json

MAX_EMOJI_BYTES, MAX_EMOJI_PX = 256 * 1024, 128
MAX_STICKER_BYTES, STICKER_PX = 512 * 1024, 320
EMOJI_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/avif")
# PNG covers APNG: the format of a sticker says 1 for one and 2 for the other.
STICKER_TYPES = ("image/png", "image/gif")
_EMOJI_NAME = re.compile(r"\w{2,32}", re.ASCII)


def check_emoji_name(name: object) -> None:
    """Raise `InvalidForm` where an emoji cannot have that name."""
    problems = Problems()
    text(32, 2)(problems, ("name",), name)
    if not problems.found and not _EMOJI_NAME.fullmatch(str(name)):
        problems.add(("name",), "STRING_TYPE_REGEX", "String value did not match validation regex.")
    problems.raise_if_any()


def check_emoji_image(picture: Picture) -> None:
    """Raise `ApiError` where the picture is too large; Discord gives this one no code."""
    if len(picture.data) > MAX_EMOJI_BYTES:
        raise ApiError(400, 0, "File cannot be larger than 256.0 kb.")
    if max(picture.width, picture.height) > MAX_EMOJI_PX:
        raise ApiError(400, 0, f"Image cannot be larger than {MAX_EMOJI_PX}x{MAX_EMOJI_PX} pixels.")


def check_sticker_texts(fields: Json) -> None:
    """Raise `InvalidForm` where name, description or tags break a limit."""
    problems = Problems()
    text(30, 2)(problems, ("name",), fields.get("name", ""))
    text(200, 1)(problems, ("tags",), fields.get("tags", ""))
    if fields.get("description"):
        text(100, 2)(problems, ("description",), fields["description"])
    problems.raise_if_any()


def check_sticker_file(data: bytes, kind: Sniffed) -> None:
    """Raise `ApiError` where the file cannot be a sticker here."""
    if len(data) > MAX_STICKER_BYTES:
        raise ApiError(400, 50045, "File uploaded exceeds the maximum size")
    fits = (kind.width, kind.height) == (STICKER_PX, STICKER_PX)
    if kind.content_type not in STICKER_TYPES or not fits:
        raise ApiError(400, 50046, "Invalid file uploaded")
