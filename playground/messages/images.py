"""Pictures inside JSON: `data:image/png;base64,...`."""

import base64
import binascii
import re
from dataclasses import dataclass
from hashlib import md5

from playground.messages.sniff import sniff
from playground.validate.problems import Path, Problems

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
