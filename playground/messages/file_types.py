"""What a file is, from its first bytes: Discord looks too and ignores what the upload claims. And
pictures inside JSON: `data:image/png;base64,...`.
"""

import base64
import binascii
import mimetypes
import re
import struct
from dataclasses import dataclass
from hashlib import md5

from playground.validate.rules import Path, Problems


@dataclass(frozen=True, slots=True)
class Sniffed:
    """The content type, and the size in pixels where the file is a picture."""

    content_type: str
    width: int | None = None
    height: int | None = None


def sniff(data: bytes, filename: str) -> Sniffed:
    """What `data` is; where its bytes say nothing, the name decides."""
    for look in (_png, _gif, _jpeg, _webp, _avif):
        if found := look(data):
            return found
    guessed, _ = mimetypes.guess_type(filename)
    if guessed is None or guessed.startswith("image/"):
        return Sniffed(
            "image/svg+xml" if guessed == "image/svg+xml" else "application/octet-stream"
        )
    return Sniffed(f"{guessed}; charset=utf-8" if guessed.startswith("text/") else guessed)


def _png(data: bytes) -> Sniffed | None:
    if not data.startswith(b"\x89PNG\r\n\x1a\n") or len(data) < 24:
        return None
    width, height = struct.unpack_from(">II", data, 16)
    return Sniffed("image/png", width, height)


def _gif(data: bytes) -> Sniffed | None:
    if data[:6] not in (b"GIF87a", b"GIF89a") or len(data) < 10:
        return None
    width, height = struct.unpack_from("<HH", data, 6)
    return Sniffed("image/gif", width, height)


def _jpeg(data: bytes) -> Sniffed | None:
    """Walks the segments to the frame header, which holds the size."""
    if not data.startswith(b"\xff\xd8\xff"):
        return None
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", data, at + 5)
            return Sniffed("image/jpeg", width, height)
        at += 2 + length
    return Sniffed("image/jpeg")


def _webp(data: bytes) -> Sniffed | None:
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or len(data) < 30:
        return None
    match data[12:16]:
        case b"VP8X":
            width = int.from_bytes(data[24:27], "little") + 1
            height = int.from_bytes(data[27:30], "little") + 1
        case b"VP8L":
            bits = int.from_bytes(data[21:25], "little")
            width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8 ":
            width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", data, 26))
        case _:
            return Sniffed("image/webp")
    return Sniffed("image/webp", width, height)


def _avif(data: bytes) -> Sniffed | None:
    if data[4:8] != b"ftyp" or data[8:12] not in (b"avif", b"avis"):
        return None
    at = data.find(b"ispe")
    if at < 0 or at + 16 > len(data):
        return Sniffed("image/avif")
    width, height = struct.unpack_from(">II", data, at + 8)
    return Sniffed("image/avif", width, height)


_DATA_URI = re.compile(r"data:image/[\w.+-]+;base64,(.*)", re.DOTALL)
_SUFFIXES = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/avif": "avif",
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded picture; sizes are in pixels."""

    data: bytes
    content_type: str
    width: int
    height: int

    @property
    def is_animated(self) -> bool:
        """Whether it is a GIF, which Discord takes for animated."""
        return self.content_type == "image/gif"

    @property
    def suffix(self) -> str:
        """The ending of a file of its kind, without the dot."""
        return _SUFFIXES[self.content_type]

    @property
    def hash(self) -> str:
        """The name Discord gives it: `a_` stands before that of an animated one."""
        digest = md5(self.data, usedforsecurity=False).hexdigest()
        return f"a_{digest}" if self.is_animated else digest


def decode(value: object, path: Path, allowed: tuple[str, ...]) -> Picture:
    """The picture in a data URI; `InvalidForm` where it is none of the allowed content types."""
    found = _DATA_URI.fullmatch(value) if isinstance(value, str) else None
    try:
        data = base64.b64decode(found[1], validate=True) if found else b""
    except binascii.Error:
        data = b""
    kind = sniff(data, "")
    if kind.content_type not in allowed or not kind.width or not kind.height:
        problems = Problems()
        problems.add(path, "BASE_TYPE_INVALID", "Invalid image data")
        problems.raise_if_any()
    return Picture(data, kind.content_type, kind.width or 0, kind.height or 0)
