"""Files and folders of our own, and the PNGs among them, each under the name of its content.

Nobody else reads them, they are whole or not there at all, and what the disk says against them
becomes an error of ours.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import hashlib
import logging
import os
import re
import stat
import tempfile
import time
from collections.abc import Collection, Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from filelock import FileLock, Timeout

from bot.storage.storage_errors import (
    DiskFails,
    DiskFull,
    FolderInUse,
    FolderNotWritable,
    StorageError,
)
from generation.errors import PictureLost
from generation.rendition import thumbnail

log = logging.getLogger(__name__)

PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
PART = ".part"
"""How the name of a file ends that is not whole yet."""
_OURS = ("moevatar.", "pictures", "playground")
"""How the names in a data folder begin."""
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT)
_BROKEN = (errno.EIO, errno.ENODEV, errno.ENXIO, errno.ESTALE)
TRASH_DAYS = 30
_FEW, _FEW_SHARE = 20, 0.05
"""More unused pictures than these, whichever is more, are no accident of ours."""
_MARGIN = timedelta(minutes=1)
"""A file's time and a row's are not from the same clock."""
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Period:
    """What a database knows of: from its first row to its newest."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep has done, in pictures."""

    restored: int = 0
    """Taken back out of the trash."""
    trashed: int = 0
    left: int = 0
    """Unused, and left where they are: too many, or not known to be ours to take."""
    deleted: int = 0
    """Gone from the trash for good."""
    missing: int = 0
    """Used, and nowhere to be found."""


class PictureFiles:
    """A folder of PNGs by their sha256, as `ab/cd/abcd….png`. All file work is done in threads.

    Beside a picture lies its thumbnail, `abcd….webp`, once somebody has needed it. In `trash` lies
    for `TRASH_DAYS` what a sweep has found unused; the time of a file there is when it came.

    Invariant: a file under its final name is whole, and on the disk, not in a cache.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._trash = folder / "trash"
        self.changing = asyncio.Lock()
        """Held while files and the rows that name them change together."""

    async def write(self, png: bytes) -> str:
        """Keep `png` and return its sha256; the same picture twice is one file.

        Raises a `StorageError` of the disk, and nothing is left behind.
        """
        return await asyncio.to_thread(self._write, png)

    async def write_all(self, pngs: Sequence[bytes]) -> list[str]:
        """As `write`, side by side: the disk takes many about as fast as one."""
        return list(await asyncio.gather(*map(self.write, pngs)))

    async def read(self, sha256: str) -> bytes:
        """The PNG. Raises `PictureLost` if it is not there, or is not what was written."""
        return await asyncio.to_thread(self._read, sha256)

    async def thumbnail(self, sha256: str) -> bytes:
        """A small WebP of the picture, made when it is first asked for. Raises `PictureLost`."""
        return await asyncio.to_thread(self._thumbnail, sha256)

    async def delete(self, sha256s: Iterable[str]) -> None:
        """Remove these pictures for good. One that is gone already is no error.

        Raises a `StorageError` of the disk.
        """
        await asyncio.to_thread(self._delete, tuple(sha256s))

    async def sweep(self, used: Collection[str], known: Period | None) -> Swept:
        """Move to the trash what is not one of `used`, as a crash may leave it; take back from
        there what is; and empty it of what is old.

        `used` is what a database names and `known` the time it knows of, `None` if it is empty. A
        picture from before or after may belong to another database, one that was lost or that an
        older copy has taken the place of: it stays, and so do all if they are more than a few. No
        file is touched that does not look like ours.

        To be called at the start, while nothing is written. Raises a `StorageError` of the disk.
        """
        return await asyncio.to_thread(self._sweep, frozenset(used), known)

    def _path(self, sha256: str, ending: str = ".png") -> Path:
        return self._folder / sha256[:2] / sha256[2:4] / f"{sha256}{ending}"

    def _write(self, png: bytes) -> str:
        sha256 = hashlib.sha256(png).hexdigest()
        path = self._path(sha256)
        with disk_errors_as_ours(path.parent):
            write_whole(path, png)
        return sha256

    def _read(self, sha256: str) -> bytes:
        try:
            png = self._path(sha256).read_bytes()
        except OSError as error:
            raise PictureLost(sha256) from error
        if hashlib.sha256(png).hexdigest() != sha256:
            raise PictureLost(sha256)
        return png

    def _thumbnail(self, sha256: str) -> bytes:
        path = self._path(sha256, ".webp")
        with contextlib.suppress(OSError):
            return path.read_bytes()
        png = self._read(sha256)
        try:
            small = thumbnail(png)
        except Exception as error:  # libvips' own kinds: it was written, and is no picture
            raise PictureLost(sha256) from error
        try:
            with disk_errors_as_ours(path.parent):
                write_whole(path, small)
        except StorageError as error:  # a gallery can be looked at on a full disk, too
            log.warning("A thumbnail was not kept: %s", error)
        return small

    def _delete(self, sha256s: tuple[str, ...]) -> None:
        with disk_errors_as_ours(self._folder):
            for sha256 in sha256s:
                self._path(sha256).unlink(missing_ok=True)
                self._path(sha256, ".webp").unlink(missing_ok=True)
                (self._trash / f"{sha256}.png").unlink(missing_ok=True)

    def _sweep(self, used: frozenset[str], known: Period | None) -> Swept:
        with disk_errors_as_ours(self._folder):
            make_folder(self._folder)
            close_to_others(self._folder, PRIVATE_FOLDER)
        open_folder(self._trash)
        with disk_errors_as_ours(self._folder):
            restored = self._restore(used)
            here = self._tidied()
            unused = [path for sha256, path in here.items() if sha256 not in used]
            ours = [path for path in unused if known is not None and _is_from(path, known)]
            if len(ours) > max(_FEW, _FEW_SHARE * len(here)):
                ours = []
            for path in ours:
                self._put_in_trash(path)
            swept = Swept(
                restored=restored,
                trashed=len(ours),
                left=len(unused) - len(ours),
                deleted=self._empty_trash(),
                missing=len(used - here.keys()),
            )
        self._tell(swept, len(here), used)
        return swept

    def _restore(self, used: Iterable[str]) -> int:
        """Take back out of the trash what is used."""
        restored = 0
        for path in self._in_trash():
            if path.stem in used and not (place := self._path(path.stem)).exists():
                make_folder(place.parent)
                os.replace(path, place)
                restored += 1
        return restored

    def _tidied(self) -> dict[str, Path]:
        """The pictures that are there; what belongs to none, or was half written, is removed."""
        found = [path for path in self._folder.glob("??/??/*") if _is_ours(path)]
        pngs = {path.stem: path for path in found if path.suffix == ".png"}
        for path in found:
            if path.suffix == PART or (path.suffix == ".webp" and path.stem not in pngs):
                path.unlink(missing_ok=True)
        return pngs

    def _put_in_trash(self, path: Path) -> None:
        place = self._trash / path.name
        os.utime(path)  # its time there is when it came
        os.replace(path, place)
        path.with_suffix(".webp").unlink(missing_ok=True)

    def _in_trash(self) -> list[Path]:
        return [path for path in self._trash.glob("*.png") if _SHA256.fullmatch(path.stem)]

    def _empty_trash(self) -> int:
        """Delete what has lain there long enough."""
        oldest = time.time() - TRASH_DAYS * 24 * 3600
        old = [path for path in self._in_trash() if path.stat().st_mtime < oldest]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def _tell(self, swept: Swept, here: int, used: Collection[str]) -> None:
        if swept.restored:
            log.info("%d pictures were taken back out of %s", swept.restored, self._trash)
        if swept.trashed:
            log.info(
                "%d pictures that nothing names went to %s, where they stay for %d days",
                *(swept.trashed, self._trash, TRASH_DAYS),
            )
        if swept.deleted:
            log.info("%d pictures older than %d days left the trash", swept.deleted, TRASH_DAYS)
        if swept.missing:
            log.warning(
                "%d pictures that the database names are not in %s", swept.missing, self._folder
            )
        if swept.left:
            level = logging.WARNING if swept.left > _FEW or not used else logging.INFO
            log.log(
                level,
                "%d of %d pictures in %s are named by nothing in the database, and stay. "
                "If an older database was put back, or a new one made, stop the bot and put the "
                "right one in its place; if not, they can be deleted by hand",
                *(swept.left, here, self._folder),
            )


def _is_ours(path: Path) -> bool:
    """Whether a file is where and named as we name ours, whole or in the making."""
    if path.suffix == PART:
        sha256 = path.name.split(".")[1]  # of ".abcd….k3x.part"
    elif path.suffix in (".png", ".webp"):
        sha256 = path.stem
    else:
        return False
    place = (path.parent.parent.name, path.parent.name)
    return _SHA256.fullmatch(sha256) is not None and place == (sha256[:2], sha256[2:4])


def _is_from(path: Path, known: Period) -> bool:
    written = path.stat().st_mtime
    return known.since.timestamp() <= written <= (known.until - _MARGIN).timestamp()


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


@contextmanager
def only_user_of(folder: Path) -> Generator[None]:
    """Keep every other Moevatar off the data folder, which is made if it is not there.

    The lock ends with the process, however that ends. Raises `FolderInUse` or `FolderNotWritable`.
    """
    open_folder(folder)
    path = folder / "moevatar.lock"
    lock = FileLock(path, mode=PRIVATE_FILE, blocking=False, fallback_to_soft=False)
    try:
        lock.acquire()
    except Timeout:
        raise FolderInUse(folder) from None
    except OSError as error:
        raise FolderNotWritable(folder) from error
    try:
        yield
    finally:
        lock.release()


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
