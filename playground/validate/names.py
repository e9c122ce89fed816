"""Limits on what has a name: the bot, webhooks, threads, emojis and stickers."""

import re

from playground.messages.file_types import Picture, Sniffed
from playground.refusals import ApiError
from playground.validate.rules import Problems, shape, text
from playground.wire import Json

PROFILE_TYPES = ("image/png", "image/jpeg", "image/gif")
_PROFILE = shape({}, {"username": text(32, 2)})
_MEMBER = shape({}, {"nick": text(32), "bio": text(190)})


def check_profile(body: Json) -> None:
    """Raise `InvalidForm` where the bot's user cannot be changed like this."""
    problems = Problems()
    _PROFILE(problems, (), body)
    problems.raise_if_any()


def check_webhook(body: Json, *, is_new: bool) -> None:
    """Raise `InvalidForm` where a webhook cannot be named like this: nor after Discord itself."""
    problems = Problems()
    name = {"name": text(80, 1)}
    shape(name if is_new else {}, name)(problems, (), body)
    _check_name(problems, "name", body.get("name"))
    problems.raise_if_any()


def check_sender(body: Json) -> None:
    """Raise `InvalidForm` where a webhook's message cannot be sent under this name."""
    problems = Problems()
    shape({}, {"username": text(80, 1)})(problems, (), body)
    _check_name(problems, "username", body.get("username"))
    problems.raise_if_any()


def _check_name(problems: Problems, key: str, name: object) -> None:
    if any(word in str(name).lower() for word in ("clyde", "discord")):
        sentence = f'Username cannot contain "{name}"'
        problems.add((key,), "USERNAME_INVALID_CONTAINS", sentence)


def check_thread(body: Json) -> None:
    """Raise `InvalidForm` where a thread cannot be named like this."""
    problems = Problems()
    shape({"name": text(100, 1)}, {})(problems, (), body)
    problems.raise_if_any()


def check_member(body: Json) -> None:
    """Raise `InvalidForm` where the bot's member cannot be changed like this."""
    problems = Problems()
    _MEMBER(problems, (), body)
    problems.raise_if_any()


MAX_EMOJI_BYTES, MAX_EMOJI_PX = 256 * 1024, 128
MAX_STICKER_BYTES, STICKER_PX = 512 * 1024, 320
EMOJI_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/avif")
# PNG covers APNG: the format of a sticker says 1 for one and 2 for the other.
STICKER_TYPES = ("image/png", "image/gif")
_EMOJI_NAME = re.compile(r"\w{2,32}", re.ASCII)
# Code points with Unicode's property Emoji, without digits, # and *.
_EMOJI_RANGES = """
    A9 AE 203C 2049 2122 2139 2194-2199 21A9-21AA 231A-231B 2328 23CF 23E9-23F3 23F8-23FA
    24C2 25AA-25AB 25B6 25C0 25FB-25FE 2600-2604 260E 2611 2614-2615 2618 261D 2620 2622-2623
    2626 262A 262E-262F 2638-263A 2640 2642 2648-2653 265F-2660 2663 2665-2666 2668 267B
    267E-267F 2692-2697 2699 269B-269C 26A0-26A1 26A7 26AA-26AB 26B0-26B1 26BD-26BE 26C4-26C5
    26C8 26CE-26CF 26D1 26D3-26D4 26E9-26EA 26F0-26F5 26F7-26FA 26FD 2702 2705 2708-270D 270F
    2712 2714 2716 271D 2721 2728 2733-2734 2744 2747 274C 274E 2753-2755 2757 2763-2764
    2795-2797 27A1 27B0 27BF 2934-2935 2B05-2B07 2B1B-2B1C 2B50 2B55 3030 303D 3297 3299
    1F004 1F0CF 1F170-1F171 1F17E-1F17F 1F18E 1F191-1F19A 1F1E6-1F1FF 1F201-1F202 1F21A 1F22F
    1F232-1F23A 1F250-1F251 1F300-1F321 1F324-1F393 1F396-1F397 1F399-1F39B 1F39E-1F3F0
    1F3F3-1F3F5 1F3F7-1F4FD 1F4FF-1F53D 1F549-1F54E 1F550-1F567 1F56F-1F570 1F573-1F57A 1F587
    1F58A-1F58D 1F590 1F595-1F596 1F5A4-1F5A5 1F5A8 1F5B1-1F5B2 1F5BC 1F5C2-1F5C4 1F5D1-1F5D3
    1F5DC-1F5DE 1F5E1 1F5E3 1F5E8 1F5EF 1F5F3 1F5FA-1F64F 1F680-1F6C5 1F6CB-1F6D2 1F6D5-1F6D8
    1F6DC-1F6E5 1F6E9 1F6EB-1F6EC 1F6F0 1F6F3-1F6FC 1F7E0-1F7EB 1F7F0 1F90C-1F93A 1F93C-1F945
    1F947-1F9FF 1FA70-1FA7C 1FA80-1FA8A 1FA8E-1FAC6 1FAC8 1FACD-1FADC 1FADF-1FAEA 1FAEF-1FAF8
"""


def _emoji_class() -> str:
    ends = (each.split("-") for each in _EMOJI_RANGES.split())
    return "".join(f"{chr(int(e[0], 16))}-{chr(int(e[-1], 16))}" for e in ends)


_ONE = rf"[{_emoji_class()}][\U0001F3FB-\U0001F3FF]?\uFE0F?[\U000E0020-\U000E007F]*"
_UNICODE_EMOJI = re.compile(
    rf"[0-9#*]\uFE0F?\u20E3|[\U0001F1E6-\U0001F1FF]{{2}}|{_ONE}(?:\u200D{_ONE})*"
)


def is_unicode_emoji(text: str) -> bool:
    """Whether `text` is one emoji: Discord takes no other sign (▲) and no name (`:smile:`)."""
    return _UNICODE_EMOJI.fullmatch(text) is not None


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
