"""Transport compression of the gateway: one stream a connection, flushed after every message."""

import importlib
import zlib
from collections.abc import Callable

Compress = Callable[[bytes], bytes]


def _zlib_stream() -> Compress:
    stream = zlib.compressobj()

    def compress(data: bytes) -> bytes:
        return stream.compress(data) + stream.flush(zlib.Z_SYNC_FLUSH)

    return compress


def _zstd_stream() -> Compress | None:
    try:
        zstandard = importlib.import_module("zstandard")
    except ImportError:
        return None
    stream = zstandard.ZstdCompressor().compressobj()

    def compress(data: bytes) -> bytes:
        return stream.compress(data) + stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)

    return compress


def compressor(name: str | None) -> Compress | None:
    """A new stream of that kind; `None` where messages go as plain text.

    discord.py asks for zstd only where it has the module, which is then here too.
    """
    match name:
        case "zlib-stream":
            return _zlib_stream()
        case "zstd-stream":
            return _zstd_stream()
        case _:
            return None
