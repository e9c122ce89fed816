import errno
import hashlib
import io
import os
from pathlib import Path

import pytest
from PIL import Image

from bot.storage.disk import PictureFiles
from bot.storage.storage_errors import DiskFails, DiskFull, FolderNotWritable
from generation import illustrator
from generation.errors import PictureLost
from generation.traits import Traits
from tests.bot.storage.making import files_in, put_file_at

PNG = illustrator.draw(Traits(), 1, 512)


@pytest.fixture
def pictures(pictures_folder: Path) -> PictureFiles:
    return PictureFiles(pictures_folder)


async def test_a_picture_is_found_by_the_hash_of_its_content(pictures: PictureFiles):
    sha256 = await pictures.write(b"a picture")

    assert sha256 == hashlib.sha256(b"a picture").hexdigest()
    assert await pictures.read(sha256) == b"a picture"


async def test_files_are_spread_over_folders(pictures: PictureFiles, pictures_folder: Path):
    sha256 = await pictures.write(b"a picture")

    path = pictures_folder / sha256[:2] / sha256[2:4] / f"{sha256}.png"
    assert files_in(pictures_folder) == [path]


async def test_the_same_picture_twice_is_one_file(pictures: PictureFiles, pictures_folder: Path):
    assert await pictures.write(b"a picture") == await pictures.write(b"a picture")

    assert len(files_in(pictures_folder)) == 1


async def test_a_picture_that_is_gone_is_lost(pictures: PictureFiles):
    with pytest.raises(PictureLost) as caught:
        await pictures.read("0" * 64)

    assert caught.value.sha256 == "0" * 64


async def test_a_damaged_picture_is_lost_until_it_is_written_again(
    pictures: PictureFiles, pictures_folder: Path
):
    sha256 = await pictures.write(b"a picture")
    files_in(pictures_folder)[0].write_bytes(b"a pict")

    with pytest.raises(PictureLost):
        await pictures.read(sha256)

    await pictures.write(b"a picture")
    assert await pictures.read(sha256) == b"a picture"


async def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path):
    put_file_at(tmp_path / "taken")

    with pytest.raises(FolderNotWritable):
        await PictureFiles(tmp_path / "taken").write(b"a picture")


async def test_a_full_disk_leaves_nothing_behind(
    pictures: PictureFiles, pictures_folder: Path, monkeypatch: pytest.MonkeyPatch
):
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(os, "fsync", full)  # no test can fill a disk politely
    with pytest.raises(DiskFull):
        await pictures.write(b"a picture")

    assert files_in(pictures_folder) == []


async def test_a_disk_that_fails_is_told_from_a_full_one(
    pictures: PictureFiles, monkeypatch: pytest.MonkeyPatch
):
    def failing(_descriptor: int) -> None:
        raise OSError(errno.EIO, "input/output error")

    monkeypatch.setattr(os, "fsync", failing)  # no test can break a disk politely

    with pytest.raises(DiskFails):
        await pictures.write(b"a picture")


async def test_deleting_is_final_and_may_be_repeated(pictures: PictureFiles, pictures_folder: Path):
    sha256 = await pictures.write(b"a picture")

    await pictures.delete([sha256])
    await pictures.delete([sha256])

    assert files_in(pictures_folder) == []


async def test_a_thumbnail_is_made_once_and_lies_beside_its_picture(
    pictures: PictureFiles, pictures_folder: Path
):
    sha256 = await pictures.write(PNG)

    small = await pictures.thumbnail(sha256)

    assert Image.open(io.BytesIO(small)).size == (320, 320)
    path = pictures_folder / sha256[:2] / sha256[2:4] / f"{sha256}.webp"
    assert path.read_bytes() == small
    path.write_bytes(b"made before")
    assert await pictures.thumbnail(sha256) == b"made before"


async def test_a_thumbnail_goes_with_its_picture(pictures: PictureFiles, pictures_folder: Path):
    sha256 = await pictures.write(PNG)
    await pictures.thumbnail(sha256)

    await pictures.delete([sha256])

    assert files_in(pictures_folder) == []
    with pytest.raises(PictureLost):
        await pictures.thumbnail(sha256)


async def test_what_cannot_be_drawn_small_is_lost(pictures: PictureFiles):
    sha256 = await pictures.write(b"no picture")

    with pytest.raises(PictureLost):
        await pictures.thumbnail(sha256)


async def test_a_thumbnail_is_shown_also_where_it_cannot_be_kept(
    pictures: PictureFiles, monkeypatch: pytest.MonkeyPatch
):
    sha256 = await pictures.write(PNG)

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(os, "fsync", full)

    assert await pictures.thumbnail(sha256)
