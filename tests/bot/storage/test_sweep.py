"""Nothing is deleted in silence: what a start does with pictures that no row names."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.storage.database import Database
from bot.storage.disk import TRASH_DAYS, Period, PictureFiles, Swept
from bot.storage.images import ImageStore
from bot.storage.leases import JobStore
from bot.storage.records import Image
from bot.storage.tables import GenerationRow
from generation import illustrator
from generation.errors import PictureLost
from generation.traits import Traits
from tests.bot.storage.making import drawn, files_in

NOW = datetime.now(UTC)
YEAR = Period(NOW - timedelta(days=365), NOW)
DAY_S = 24 * 3600


@pytest.fixture
def pictures(pictures_folder: Path) -> PictureFiles:
    return PictureFiles(pictures_folder)


async def written(
    pictures: PictureFiles, folder: Path, count: int, *, days_ago: float = 30
) -> list[str]:
    """`count` pictures, written so long ago."""
    hashes = [await pictures.write(f"{days_ago} {place}".encode()) for place in range(count)]
    for sha256 in hashes:
        _age(folder / sha256[:2] / sha256[2:4] / f"{sha256}.png", days_ago)
    return hashes


def _age(path: Path, days: float) -> None:
    then = time.time() - days * DAY_S
    os.utime(path, (then, then))


def trash_of(folder: Path) -> set[str]:
    return {path.stem for path in (folder / "trash").iterdir()}


async def test_what_is_unused_goes_to_the_trash_and_the_rest_stays(
    pictures: PictureFiles, pictures_folder: Path, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO, "bot")
    kept, unused = await written(pictures, pictures_folder, 2)

    assert await pictures.sweep({kept}, YEAR) == Swept(trashed=1)

    assert await pictures.read(kept)
    with pytest.raises(PictureLost):
        await pictures.read(unused)
    assert trash_of(pictures_folder) == {unused}
    assert f"1 pictures that nothing names went to {pictures_folder / 'trash'}" in caplog.text


async def test_what_is_named_again_is_taken_back(pictures: PictureFiles, pictures_folder: Path):
    (sha256,) = await written(pictures, pictures_folder, 1)
    await pictures.sweep(set(), YEAR)

    assert await pictures.sweep({sha256}, YEAR) == Swept(restored=1)

    assert await pictures.read(sha256)
    assert trash_of(pictures_folder) == set()


async def test_the_trash_is_emptied_of_what_is_old(pictures: PictureFiles, pictures_folder: Path):
    old, young = await written(pictures, pictures_folder, 2, days_ago=200)
    await pictures.sweep(set(), YEAR)
    _age(pictures_folder / "trash" / f"{old}.png", TRASH_DAYS + 1)
    _age(pictures_folder / "trash" / f"{young}.png", TRASH_DAYS - 1)

    assert await pictures.sweep(set(), YEAR) == Swept(deleted=1)

    assert trash_of(pictures_folder) == {young}


async def test_what_is_deleted_for_good_is_not_in_the_trash_either(
    pictures: PictureFiles, pictures_folder: Path
):
    (sha256,) = await written(pictures, pictures_folder, 1)
    await pictures.sweep(set(), YEAR)

    await pictures.delete([sha256])

    assert files_in(pictures_folder) == []


@pytest.mark.parametrize(("used", "unused", "trashed"), [(0, 20, 20), (0, 21, 0), (600, 31, 31)])
async def test_more_than_a_few_are_left_and_told(
    pictures: PictureFiles,
    pictures_folder: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    used: int,
    unused: int,
    trashed: int,
):
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)  # 600 files, and no power cut
    hashes = await written(pictures, pictures_folder, used + unused)

    swept = await pictures.sweep(set(hashes[:used]), YEAR)

    assert (swept.trashed, swept.left) == (trashed, unused - trashed)
    told = f"{unused} of {used + unused} pictures in {pictures_folder} are named by nothing"
    assert (told in caplog.text) == (trashed == 0)


@pytest.mark.parametrize(
    "known",
    [
        None,
        Period(NOW - timedelta(days=3), NOW),
        Period(NOW - timedelta(days=365), NOW - timedelta(days=40)),
    ],
)
async def test_pictures_from_another_time_than_the_database_stay(
    pictures: PictureFiles, pictures_folder: Path, known: Period | None
):
    hashes = await written(pictures, pictures_folder, 12)

    assert await pictures.sweep(set(), known) == Swept(left=12)

    assert [bool(await pictures.read(sha256)) for sha256 in hashes] == [True] * 12


async def test_a_database_that_names_nothing_is_told(
    pictures: PictureFiles, pictures_folder: Path, caplog: pytest.LogCaptureFixture
):
    await written(pictures, pictures_folder, 12)

    await pictures.sweep(set(), None)

    assert "12 of 12 pictures" in caplog.text


async def test_used_pictures_that_are_nowhere_are_counted(
    pictures: PictureFiles, caplog: pytest.LogCaptureFixture
):
    assert await pictures.sweep({"0" * 64}, YEAR) == Swept(missing=1)

    assert "1 pictures that the database names are not in" in caplog.text


async def test_no_file_is_touched_that_does_not_look_like_ours(
    pictures: PictureFiles, pictures_folder: Path
):
    sha256 = "ab" + "cd" + "0" * 60
    foreign = [
        pictures_folder / name
        for name in (
            "holiday.png",
            "ab/cd/holiday.png",
            "ab/cd/notes.txt",
            f"ab/cd/{sha256}.jpg",
            f"ab/ce/{sha256}.png",
            f"{sha256}.png",
            "ab/cd/tmp1234",
            "ab/cd/film.part",
            "trash/holiday.png",
        )
    ]
    for path in foreign:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"somebody's own")
        _age(path, 100)

    assert await pictures.sweep(set(), YEAR) == Swept()

    assert sorted(files_in(pictures_folder)) == sorted(foreign)


async def test_what_was_half_written_goes_and_so_does_a_thumbnail_of_nothing(
    pictures: PictureFiles, pictures_folder: Path
):
    png = illustrator.draw(Traits(), 1, 64)
    unused = await pictures.write(png)
    await pictures.thumbnail(unused)
    path = pictures_folder / unused[:2] / unused[2:4] / f"{unused}.png"
    _age(path, 30)
    path.with_name(f".{unused}.x2k_7.part").write_bytes(png[:20])
    (path.parent / f"{unused[:4]}{'0' * 60}.webp").write_bytes(b"of nothing")

    assert await pictures.sweep(set(), YEAR) == Swept(trashed=1)

    assert files_in(pictures_folder) == [pictures_folder / "trash" / f"{unused}.png"]


async def made_days_ago(database: Database, image: Image, days: float, folder: Path) -> None:
    """Have a drawing, and its picture, been made so long ago."""
    then = datetime.now(UTC) - timedelta(days=days)
    changed = update(GenerationRow).where(GenerationRow.id == image.generation_id)
    made_then = changed.values(created_at=then, finished_at=then)
    await database.write(lambda session: session.execute(made_then))
    _age(folder / image.sha256[:2] / image.sha256[2:4] / f"{image.sha256}.png", days)


async def draw_some(path: Path, folder: Path, *days_ago: float) -> list[Image]:
    """A start, and a drawing for each of `days_ago`."""
    images: list[Image] = []
    async with Database.open(path) as database:
        await database.migrate()
        pictures = PictureFiles(folder)
        jobs = JobStore(database, pictures, "this process")
        await ImageStore(database, pictures).sweep_pictures()
        for days in days_ago:
            (image,) = await drawn(jobs, f"{days}".encode())
            await made_days_ago(database, image, days, folder)
            images.append(image)
    return images


async def started(path: Path, folder: Path) -> Swept:
    async with Database.open(path) as database:
        await database.migrate()
        return await ImageStore(database, PictureFiles(folder)).sweep_pictures()


def copied(path: Path, to: Path) -> None:
    """As the README says: SQLite's own backup."""
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)


async def test_an_older_copy_of_the_database_costs_no_picture(
    database_path: Path, pictures_folder: Path, tmp_path: Path
):
    older, newer = tmp_path / "older", tmp_path / "newer"
    await draw_some(database_path, pictures_folder, *range(90, 82, -1))
    copied(database_path, older)
    await draw_some(database_path, pictures_folder, *range(20, 16, -1))
    copied(database_path, newer)

    shutil.copy(older, database_path)
    assert await started(database_path, pictures_folder) == Swept(left=4)
    assert len(files_in(pictures_folder)) == 12

    await draw_some(database_path, pictures_folder, 1)
    assert await started(database_path, pictures_folder) == Swept(trashed=4)

    shutil.copy(newer, database_path)
    assert await started(database_path, pictures_folder) == Swept(restored=4, left=1)
    assert len(files_in(pictures_folder)) == 13


@pytest.mark.parametrize("emptied", [False, True], ids=["lost", "without tables"])
async def test_a_lost_database_costs_no_picture(
    database_path: Path, pictures_folder: Path, emptied: bool
):
    await draw_some(database_path, pictures_folder, *range(90, 78, -1))
    for path in database_path.parent.glob("moevatar.sqlite3*"):
        path.unlink()
    if emptied:  # what `cp` leaves of it while all is in the WAL
        with closing(sqlite3.connect(database_path)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")

    assert await started(database_path, pictures_folder) == Swept(left=12)
    await draw_some(database_path, pictures_folder, 2, 1)
    assert await started(database_path, pictures_folder) == Swept(left=12)

    assert len(files_in(pictures_folder)) == 14


async def test_what_a_crash_left_behind_goes_at_a_later_start(
    database: Database, images: ImageStore, jobs: JobStore, pictures_folder: Path
):
    (first,) = await drawn(jobs, b"first")
    (last,) = await drawn(jobs, b"last")
    await made_days_ago(database, first, 9, pictures_folder)
    (orphan,) = await written(PictureFiles(pictures_folder), pictures_folder, 1, days_ago=5)

    assert await images.sweep_pictures() == Swept(trashed=1)

    assert trash_of(pictures_folder) == {orphan}
    assert await PictureFiles(pictures_folder).read(last.sha256) == b"last"
