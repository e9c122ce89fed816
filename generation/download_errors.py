"""What can stand in the way of a download: all of it may have gone by the next time."""

from __future__ import annotations

from generation.errors import Unavailable


class DownloadError(Unavailable):
    """A model is not here, and does not come just now."""


class HubUnreachable(DownloadError):
    """The hub, or the way there, does not give the repository `source`."""

    def __init__(self, model: str, source: str) -> None:
        super().__init__(model)
        self.source = source


class DiskFull(DownloadError):
    """What is still to be downloaded does not fit on the disk."""

    def __init__(self, model: str, left_bytes: int, free_bytes: int) -> None:
        super().__init__(model)
        self.left_bytes = left_bytes
        self.free_bytes = free_bytes


class CacheNotWritable(DownloadError):
    """Nothing can be written where downloads go."""
