"""What is ours is nobody else's to read, and what the disk says has a name of ours."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from bot.storage.database import Database
from bot.storage.disk import (
    PictureFiles,
    check_writable,
    disk_errors_as_ours,
    only_user_of,
    open_folder,
)
from bot.storage.images import ImageStore
from bot.storage.leases import JobStore
from bot.storage.storage_errors import DiskFails, DiskFull, FolderNotWritable, StorageError
from generation import illustrator
from generation.traits import Traits
from tests.bot.storage.making import drawn, put_file_at


def rights(path: Path) -> int:
    return path.stat().st_mode & 0o777


async def used(database_path: Path, pictures_folder: Path) -> None:
    """Everything that is written while the bot runs."""
    with only_user_of(database_path.parent):
        async with Database.open(database_path) as database:
            await database.migrate()
            pictures = PictureFiles(pictures_folder)
            images = ImageStore(database, pictures)
            await images.sweep_pictures()
            jobs = JobStore(database, pictures, "this process")
            (image,) = await drawn(jobs, illustrator.draw(Traits(), 1, 64))
            await pictures.thumbnail(image.sha256)
            assert_private(database_path.parent)
            assert database_path.with_name("moevatar.sqlite3-wal").exists()


def assert_private(folder: Path) -> None:
    assert rights(folder) == 0o700
    found = list(folder.rglob("*"))
    assert len(found) > 8
    assert {path: oct(rights(path)) for path in found} == {
        path: oct(0o700 if path.is_dir() else 0o600) for path in found
    }


async def test_what_is_made_is_private(database_path: Path, pictures_folder: Path):
    before = os.umask(0o022)
    try:
        await used(database_path, pictures_folder)
    finally:
        os.umask(before)


def opened_to_others(database_path: Path, pictures_folder: Path) -> None:
    pictures_folder.mkdir()
    for path in (database_path.parent, pictures_folder):
        path.chmod(0o755)
    database_path.chmod(0o644)


async def test_what_was_open_to_others_is_closed(database_path: Path, pictures_folder: Path):
    before = os.umask(0o000)
    try:
        async with Database.open(database_path) as database:
            await database.migrate()
        opened_to_others(database_path, pictures_folder)

        await used(database_path, pictures_folder)
    finally:
        os.umask(before)


def test_a_folder_with_other_things_in_it_stays_open(tmp_path: Path):
    shared = tmp_path / "srv"
    shared.mkdir(mode=0o755)
    shared.chmod(0o755)
    (shared / "website").mkdir()

    open_folder(shared)

    assert rights(shared) == 0o755


def test_rights_that_were_taken_already_are_not_given_back(tmp_path: Path):
    strict = tmp_path / "data"
    strict.mkdir()
    strict.chmod(0o500)

    if os.geteuid() == 0:  # whom no rights keep from writing
        open_folder(strict)

    assert rights(strict) == 0o500


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, DiskFull),
        (errno.EDQUOT, DiskFull),
        (errno.EIO, DiskFails),
        (errno.EROFS, FolderNotWritable),
        (errno.EACCES, FolderNotWritable),
    ],
)
def test_what_the_disk_says_has_a_name_of_ours(
    tmp_path: Path, number: int, kind: type[StorageError]
):
    with pytest.raises(kind) as caught, disk_errors_as_ours(tmp_path):
        raise OSError(number, os.strerror(number))

    assert str(tmp_path) in str(caught.value)


async def test_a_pictures_folder_that_cannot_be_used_is_named_at_the_start(
    images: ImageStore, pictures_folder: Path
):
    put_file_at(pictures_folder)

    with pytest.raises(FolderNotWritable) as caught:
        await images.sweep_pictures()

    assert str(pictures_folder) in str(caught.value)


@pytest.fixture
def not_root() -> Callable[[], AbstractContextManager[None]]:
    """Makes the process somebody who owns nothing, if it is root: root may change everything."""

    @contextmanager
    def drop() -> Iterator[None]:
        was_root = os.geteuid() == 0
        if was_root:
            os.seteuid(65534)
        try:
            yield
        finally:
            if was_root:
                os.seteuid(0)

    return drop


@pytest.mark.parametrize("name", ["moevatar.sqlite3", "pictures", "pictures/ab"])
def test_what_is_somebody_elses_is_found_at_start(not_root, name: str) -> None:
    with tempfile.TemporaryDirectory() as made:  # not in tmp_path, which root alone may enter
        folder = Path(made)
        folder.chmod(0o777)
        (folder / "pictures" / "ab").mkdir(parents=True)
        (folder / "moevatar.sqlite3").touch()
        for path in (folder / "pictures", folder / "pictures" / "ab"):
            path.chmod(0o777)
        (folder / "moevatar.sqlite3").chmod(0o666)
        with not_root():
            check_writable(folder)
        (folder / name).chmod(0o555)

        with not_root(), pytest.raises(FolderNotWritable) as caught:
            check_writable(folder)

        assert caught.value.folder == folder / name


def test_a_file_in_place_of_the_pictures_folder_is_found(tmp_path: Path) -> None:
    (tmp_path / "pictures").touch()

    with pytest.raises(FolderNotWritable, match="pictures"):
        check_writable(tmp_path)


def test_a_folder_with_nothing_in_it_is_fine(tmp_path: Path) -> None:
    check_writable(tmp_path)

    assert list(tmp_path.iterdir()) == []
