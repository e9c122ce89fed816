"""One playground a data folder: two would overwrite each other's world."""

import sys
from pathlib import Path
from typing import IO


class FolderInUse(Exception):
    """Another playground keeps its world in that folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"Another playground is using {folder}: end it, or choose another folder")
        self.folder = folder


class FolderLock:
    """Held from `acquire` to `release`, or to the end of the process, however that comes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: IO[str] | None = None

    def acquire(self) -> None:
        """Take the lock, which may be held already; raises `FolderInUse` where another has it."""
        if self._file is not None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        file = (self._folder / "lock").open("w")
        if sys.platform != "win32":  # which has no flock; there, two are on their own
            import fcntl

            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.close()
                raise FolderInUse(self._folder) from None
        self._file = file

    def release(self) -> None:
        """Give the lock back, if it is held."""
        if self._file is not None:
            self._file.close()
            self._file = None
