"""PictureFiles: PNGs on the disk, each under the name of its content."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import hashlib
import os
import tempfile
from collections.abc import Collection, Iterable
from pathlib import Path

from bot.storage.errors import DiskFull, FolderNotWritable
from generation.errors import PictureLost

_NO_SPACE = (errno.ENOSPC, errno.EDQUOT)


class PictureFiles:
    """A folder of PNGs by their sha256, as `ab/cd/abcd….png`. All file work is done in threads.

    Invariant: a file under its final name is whole, and on the disk, not in a cache.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def write(self, png: bytes) -> str:
        """Keep `png` and return its sha256; the same picture twice is one file.

        Raises `FolderNotWritable` or `DiskFull`, and nothing is left behind.
        """
        return await asyncio.to_thread(self._write, png)

    async def read(self, sha256: str) -> bytes:
        """The PNG. Raises `PictureLost` if it is not there, or is not what was written."""
        return await asyncio.to_thread(self._read, sha256)

    async def delete(self, sha256s: Iterable[str]) -> None:
        """Remove these pictures. One that is gone already is no error."""
        await asyncio.to_thread(self._delete, tuple(sha256s))

    async def delete_unused(self, used: Collection[str]) -> int:
        """Remove every file that is not one of `used`; how many there were.

        To be called while nothing is written: a half-written file is not used by anybody either.
        """
        return await asyncio.to_thread(self._delete_unused, frozenset(used))

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256[2:4] / f"{sha256}.png"

    def _write(self, png: bytes) -> str:
        sha256 = hashlib.sha256(png).hexdigest()
        path = self._path(sha256)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_atomically(path, png)
        except OSError as error:
            if error.errno in _NO_SPACE:
                raise DiskFull(path) from error
            raise FolderNotWritable(path.parent) from error
        return sha256

    def _read(self, sha256: str) -> bytes:
        try:
            png = self._path(sha256).read_bytes()
        except OSError as error:
            raise PictureLost(sha256) from error
        if hashlib.sha256(png).hexdigest() != sha256:
            raise PictureLost(sha256)
        return png

    def _delete(self, sha256s: tuple[str, ...]) -> None:
        for sha256 in sha256s:
            self._path(sha256).unlink(missing_ok=True)

    def _delete_unused(self, used: frozenset[str]) -> int:
        unused = [path for path in self._folder.glob("??/??/*") if path.stem not in used]
        for path in unused:
            path.unlink(missing_ok=True)
        return len(unused)


def _write_atomically(path: Path, content: bytes) -> None:
    """Put `content` at `path`, whole and on the disk, or leave everything as it was."""
    # In the same folder: a rename is atomic only within one file system.
    descriptor, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make a rename survive a power cut. Windows has no such call, and needs none."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
