import io

import pytest
from PIL import Image

from playground.messages.file_types import Sniffed, sniff


def encoded(kind: str, **options) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (37, 21), "red").save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize(
    ("kind", "options", "content_type"),
    [
        ("PNG", {}, "image/png"),
        ("JPEG", {}, "image/jpeg"),
        ("JPEG", {"progressive": True}, "image/jpeg"),
        ("GIF", {}, "image/gif"),
        ("WEBP", {}, "image/webp"),
        ("WEBP", {"lossless": True}, "image/webp"),
        ("WEBP", {"exif": b"Exif\0\0MM\0*\0\0\0\x08\0\0"}, "image/webp"),
        ("AVIF", {}, "image/avif"),
    ],
    ids=str,
)
def test_a_picture_is_known_by_its_bytes(kind: str, options: dict, content_type: str) -> None:
    assert sniff(encoded(kind, **options), "a.txt") == Sniffed(content_type, 37, 21)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "AVIF"])
def test_a_cut_off_picture_does_no_harm(kind: str) -> None:
    data = encoded(kind)

    for length in range(60):
        sniff(data[:length], "a.bin")


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("a.txt", "text/plain; charset=utf-8"),
        ("a.json", "application/json"),
        ("a.png", "application/octet-stream"),
        ("a", "application/octet-stream"),
    ],
)
def test_other_bytes_go_by_their_name_unless_it_claims_a_picture(name, content_type) -> None:
    assert sniff(b"hello", name) == Sniffed(content_type)
