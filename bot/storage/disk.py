"""Files and folders of our own: nobody else reads them, they are whole or not there at all, and
what the disk says against them becomes an error of ours.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from bot.storage.errors import DiskFails, DiskFull, FolderNotWritable

PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
PART = ".part"
"""How the name of a file ends that is not whole yet."""
_OURS = ("moevatar.", "pictures", "playground")
"""How the names in a data folder begin."""
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT)
_BROKEN = (errno.EIO, errno.ENODEV, errno.ENXIO, errno.ESTALE)


@contextmanager
def disk_errors_as_ours(folder: Path) -> Generator[None]:
    """Raise `DiskFull`, `DiskFails` or `FolderNotWritable` for what the disk says of `folder`."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_SPACE:
            raise DiskFull(folder) from error
        if error.errno in _BROKEN:
            raise DiskFails(folder) from error
        raise FolderNotWritable(folder) from error


def open_folder(folder: Path) -> None:
    """Make a folder for us alone, or see that we may write into the one that is there.

    It is closed to others unless it holds something else than ours: then it is somebody's own, and
    its files alone are closed. Raises as `disk_errors_as_ours`.
    """
    with disk_errors_as_ours(folder):
        make_folder(folder)
        with tempfile.TemporaryFile(dir=folder):
            pass
        if all(path.name.startswith(_OURS) for path in folder.iterdir()):
            close_to_others(folder, PRIVATE_FOLDER)


def check_writable(folder: Path) -> None:
    """See at once what would be noticed with the first drawing: files that are somebody else's.

    Looks at our own files and folders in `folder`, not into the folders of single pictures. Raises
    `FolderNotWritable`, which names the one that is not ours to change.
    """
    pictures = folder / "pictures"
    for path in (*folder.glob("moevatar.*"), pictures, *pictures.glob("*")):
        with disk_errors_as_ours(path):
            if path.exists() and not _may_change(path, is_folder=path == pictures):
                raise FolderNotWritable(path)


def _may_change(path: Path, *, is_folder: bool) -> bool:
    if is_folder and not path.is_dir():
        return False
    wanted = os.R_OK | os.W_OK | (os.X_OK if path.is_dir() else 0)
    return os.access(path, wanted, effective_ids=os.access in os.supports_effective_ids)


def make_folder(folder: Path) -> None:
    """Make `folder`, and what is missing above it, for us alone."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    if not missing:
        folder.mkdir(exist_ok=True)  # which tells apart a folder and a file in its place


def close_to_others(path: Path, mode: int) -> None:
    """Take from `path`, if it is there and our own, every right that `mode` does not give."""
    with contextlib.suppress(FileNotFoundError):
        found = path.stat()
        if hasattr(os, "geteuid") and found.st_uid == os.geteuid():
            path.chmod(stat.S_IMODE(found.st_mode) & mode)


def write_whole(path: Path, content: bytes) -> None:
    """Put `content` at `path`, whole and on the disk, or leave everything as it was."""
    make_folder(path.parent)
    # In the same folder: a rename is atomic only within one file system. Nobody else may read it.
    descriptor, temporary = tempfile.mkstemp(PART, f".{path.stem}.", path.parent)
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
