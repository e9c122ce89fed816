"""What a file is, from its first bytes: Discord looks too and ignores what the upload claims."""

import mimetypes
import struct
from dataclasses import dataclass


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
