"""What can go wrong with the storage itself.

StorageError
├── FolderInUse
├── NotADatabase
├── DatabaseTooNew
├── MayPass
│   ├── FolderNotWritable
│   ├── DatabaseBusy
│   ├── DiskFull
│   └── DiskFails
└── GenerationClosed

What a member may be told (a deleted image, a lost picture) is in `generation.errors`.
"""

from __future__ import annotations

from pathlib import Path


class StorageError(Exception):
    """Base of everything that keeps us from storing or finding."""


class FolderInUse(StorageError):
    """Another Moevatar works in the data folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"another Moevatar is using {folder}: stop that one, or give this one another folder"
        )
        self.folder = folder


class MayPass(StorageError):
    """Nothing was changed, and the same call may succeed later: what is worth it is kept."""


class FolderNotWritable(MayPass):
    """The data folder cannot be made, or nothing can be written into it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"cannot write to {folder}")
        self.folder = folder


class NotADatabase(StorageError):
    """The file is not an SQLite database, or it is damaged."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is not a database, or it is damaged")
        self.path = path


class DatabaseTooNew(StorageError):
    """A newer Moevatar has written the database; this one does not know its tables."""

    def __init__(self, path: Path, revision: str) -> None:
        super().__init__(f"{path} was written by a newer version (revision {revision})")
        self.path = path
        self.revision = revision


class DatabaseBusy(MayPass):
    """The database could not be had in time: another program holds it, or too many wait."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"another program holds {path}, or too much waits for it")
        self.path = path


class DiskFull(MayPass):
    """There is no room left."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"no space left for {path}")
        self.path = path


class DiskFails(MayPass):
    """The disk answers with errors: it is broken or gone, or too full for SQLite's own files."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"the disk fails under {path}: it is full, broken or gone")
        self.path = path


class GenerationClosed(StorageError):
    """The generation has already ended, so it can neither start nor end again."""

    def __init__(self, generation_id: int, status: str) -> None:
        super().__init__(f"generation {generation_id} is already {status}")
        self.generation_id = generation_id
        self.status = status
