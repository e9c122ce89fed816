"""Pictures that members attach → plain PNGs of a bounded size, in sRGB.

What works on pixels blocks, and may run on any thread.
"""

from __future__ import annotations

import io
import threading
import zlib
from collections.abc import Iterator, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from generation.prompt_errors import (
    BadPicture,
    PictureDamaged,
    PictureEmpty,
    PictureTooHeavy,
    PictureTooLarge,
    PictureTooNarrow,
    PictureTooSmall,
)

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_BYTES = 10 * 1024 * 1024
MAX_MEGAPIXELS, MAX_JPEG_MEGAPIXELS = 40, 64
"""A JPEG is shrunk while it is decoded, and a phone's 48 megapixels are many people's photo."""
MIN_SIDE_PX = 16
MAX_RATIO = 8
"""How many times as long the longer side may be: what a square is cut from, or shows, at all."""
KEPT_SIDE_PX = 1536
"""The longer side of what comes out; no model takes more in."""
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "AVIF", "BMP")

_MAX_FRAMES, _MAX_FRAMES_MEGAPIXELS = 60, 100
"""How far into a moving picture we look for a frame that shows something."""
_VISIBLE = 16
"""An opacity, of 255, that can be seen."""
_MISSING = 0.05
"""Share of a JPEG's rows that may be missing at its end."""
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG, _JPEG_END = b"\xff\xd8\xff", b"\xff\xd9"
_PNG_NOTES = (b"tEXt", b"zTXt", b"iTXt")
_MAX_PROFILE_BYTES = 8 * 1024 * 1024
_SPACES = {"RGB": "RGB", "L": "GRAY", "CMYK": "CMYK"}
"""What a colour profile calls the modes that have one."""
_ONE_AT_A_TIME_MEGAPIXELS = 8
_large = threading.Lock()


def unread(number: int) -> str:
    """What stands for the sha256 of the photo `number` (from 0) of those that are still to be read.

    No picture has it.
    """
    return f"{number:064x}"


class Photo(Protocol):
    """What a member has attached, which may take a while to be fetched."""

    async def read(self) -> bytes:
        """It as a PNG, as `read_photo` gives. Raises why it cannot be had."""
        ...


Photos = Mapping[str, Photo]
"""Those that are still to be read, by what stands for them in a request (`unread`)."""
NO_PHOTOS: Photos = MappingProxyType({})


def read_photo(data: bytes) -> bytes:
    """The picture in `data` as a PNG, RGB or RGBA, in sRGB, upright, without metadata; of several
    frames the first that shows something.

    Raises the `BadPicture` that says why it is not taken. At most one large picture is decoded at
    a time, in up to 300 MB: a progressive JPEG, which is kept whole.
    """
    import numpy as np

    from generation.rendition import encode_png

    return encode_png(np.asarray(read_image(data)))


def read_image(data: bytes, *, is_mask: bool = False) -> Image:
    """As `read_photo`, not encoded yet. Of a mask the first frame counts, transparent or not."""
    check_weight(len(data))
    try:
        return _read(data, is_mask=is_mask)
    except BadPicture:
        raise
    except Exception as error:  # decoders meet broken files with every kind of exception
        raise PictureDamaged from error


def check_weight(size_bytes: int) -> None:
    """Raise `PictureTooHeavy` for a file that need not be fetched."""
    if size_bytes > MAX_BYTES:
        raise PictureTooHeavy(MAX_BYTES // 1024 // 1024)


def _read(data: bytes, *, is_mask: bool) -> Image:
    """Decoded, RGB or RGBA. A JPEG without its end is read if nearly all of it is there."""
    data, profile = _without_notes(data)
    image = _opened(data)
    if image.width * image.height < _ONE_AT_A_TIME_MEGAPIXELS * 1_000_000:
        return _decoded_or_repaired(data, image, profile, is_mask=is_mask)
    with _large:
        return _decoded_or_repaired(data, image, profile, is_mask=is_mask)


def _decoded_or_repaired(
    data: bytes, image: Image, profile: bytes | None, *, is_mask: bool
) -> Image:
    try:
        return _decoded(image, profile, is_mask=is_mask)
    except OSError:
        if not data.startswith(_JPEG):
            raise
    image = _opened(data + _JPEG_END)
    image.draft(None, (KEPT_SIDE_PX, KEPT_SIDE_PX))
    _check_end(image)
    return _decoded(image, profile, is_mask=is_mask)


def _check_end(image: Image) -> None:
    """Raise `PictureDamaged` if the lower rows are the grey of what was never there."""
    missing = image.crop((0, int(image.height * (1 - _MISSING)), image.width, image.height))
    bands: list[Any] = [band.getextrema() for band in missing.split()]
    if all(126 <= low <= high <= 130 for low, high in bands):
        raise PictureDamaged


def _opened(data: bytes) -> Image:
    """The picture with its header read, its size known to be one we take, its pixels not yet."""
    from PIL import Image, UnidentifiedImageError

    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(data) from error
    except UnidentifiedImageError as error:
        raise BadPicture from error
    width, height = image.size
    if width * height > _megapixels(data) * 1_000_000:
        raise _too_large(data)
    if min(width, height) < MIN_SIDE_PX:
        raise PictureTooSmall(width, height, MIN_SIDE_PX)
    if max(width, height) > MAX_RATIO * min(width, height):
        raise PictureTooNarrow(width, height, MAX_RATIO)
    return image


def _megapixels(data: bytes) -> int:
    return MAX_JPEG_MEGAPIXELS if data.startswith(_JPEG) else MAX_MEGAPIXELS


def _too_large(data: bytes) -> PictureTooLarge:
    return PictureTooLarge(_megapixels(data))


def _decoded(image: Image, profile: bytes | None, *, is_mask: bool) -> Image:
    """Turned as its EXIF says, shrunk, in sRGB."""
    from PIL import Image, ImageOps

    profile = profile or image.info.get("icc_profile")
    image.draft(None, (KEPT_SIDE_PX, KEPT_SIDE_PX))  # a JPEG is shrunk in part while it is decoded
    if not is_mask:
        _seek_what_shows(image)
    image.load()
    if image.mode.startswith("I;16"):  # Pillow would clip the sixteen bits, not scale them
        small = image.convert("I").point(lambda value: value / 257).convert("L")
    elif image.mode in ("RGBA", "LA") or (
        image.mode in _SPACES and not image.has_transparency_data
    ):
        small = image
    else:
        small = image.convert("RGBA" if image.has_transparency_data else "RGB")
    small.thumbnail((KEPT_SIDE_PX, KEPT_SIDE_PX), Image.Resampling.LANCZOS)
    return _in_srgb(ImageOps.exif_transpose(small), profile)


def _seek_what_shows(image: Image) -> None:
    """Go to the first frame in which something can be seen. Raises `PictureEmpty`."""
    megapixels = image.width * image.height / 1_000_000
    for frame in range(min(_MAX_FRAMES, max(1, int(_MAX_FRAMES_MEGAPIXELS / megapixels)))):
        try:
            image.seek(frame)
        except EOFError:
            break
        if not image.has_transparency_data:
            return
        _, most = image.convert("RGBA").getchannel("A").getextrema()
        if isinstance(most, int) and most >= _VISIBLE:
            return
    raise PictureEmpty


def _in_srgb(image: Image, profile: bytes | None) -> Image:
    """RGB or RGBA, by the colour profile where there is one."""
    if image.mode not in ("RGBA", "LA"):
        return _colors_in_srgb(image, profile)
    alpha = image.getchannel("A")
    colors = image.getchannel("L") if image.mode == "LA" else image.convert("RGB")
    converted = _colors_in_srgb(colors, profile)
    converted.putalpha(alpha)
    return converted


def _colors_in_srgb(image: Image, profile: bytes | None) -> Image:
    """RGB. A profile that is broken, or of another kind of picture, counts as none."""
    cms: Any = import_module("PIL.ImageCms")  # half of which has no types
    if profile:
        try:
            source = cms.ImageCmsProfile(io.BytesIO(profile))
            if source.profile.xcolor_space.strip() == _SPACES[image.mode]:
                return cms.profileToProfile(
                    image,
                    source,
                    cms.createProfile("sRGB"),
                    renderingIntent=cms.Intent.RELATIVE_COLORIMETRIC,
                    outputMode="RGB",
                    flags=cms.Flags.BLACKPOINTCOMPENSATION,
                )
        except (cms.PyCMSError, OSError, ValueError):
            pass
    return _from_ink(image) if image.mode == "CMYK" else image.convert("RGB")


def _from_ink(image: Image) -> Image:
    """CMYK as a press without a name prints it: libvips brings a profile of one."""
    import numpy as np
    import pyvips
    from PIL import Image

    ink: Any = pyvips.Image.new_from_array(np.asarray(image)).copy(interpretation="cmyk")
    colors = ink.icc_transform("srgb", input_profile="cmyk", black_point_compensation=True)
    return Image.fromarray(colors.numpy()[..., :3])


def _without_notes(data: bytes) -> tuple[bytes, bytes | None]:
    """A PNG without its texts, and its colour profile, both of any length; others as they are.

    Pillow refuses a PNG if one of them is over a megabyte.
    """
    if not data.startswith(_PNG):
        return data, None
    kept, profile = [_PNG], None
    for name, chunk in _chunks(data):
        if name == b"iCCP":
            profile = _profile(chunk[8:-4])
        elif name not in _PNG_NOTES:
            kept.append(chunk)
    return b"".join(kept), profile


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Every chunk of a PNG with its name, whole; what is cut off comes last, as it is."""
    at = len(_PNG)
    while at < len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        yield data[at + 4 : at + 8], data[at:end]
        at = end


def _profile(content: bytes) -> bytes | None:
    """The colour profile in a PNG's `iCCP`; `None` if it is broken, or larger than any is."""
    _, _, packed = content.partition(b"\0")
    try:
        unpacking = zlib.decompressobj()
        profile = unpacking.decompress(packed[1:], _MAX_PROFILE_BYTES)  # after the method, 0
    except zlib.error:
        return None
    return profile if unpacking.eof else None
