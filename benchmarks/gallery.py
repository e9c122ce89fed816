"""A gallery page of a member with 100,000 pictures, beside one of a member with a single page.

The goal is 10 ms a page, wherever in the gallery.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from bot.storage.database import Database
from bot.storage.disk import PictureFiles
from bot.storage.images import ImageStore
from bot.storage.tables import FavouriteRow, GenerationRow, ImageRow
from generation.traits import Traits

PICTURES, PER_GENERATION, PER_PAGE, ROUNDS = 100_000, 4, 9, 50
COLLECTOR, NEWCOMER = 1, 2
TRAITS = Traits(hair_color="silver", accessories=("cat ears",), expression="happy").to_json()
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def main() -> None:
    """Measure and print."""
    asyncio.run(_measure())


async def _measure() -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with Database.open(Path(folder) / "moevatar.sqlite3") as database:
            await database.migrate()
            await _fill(database)
            await _report(ImageStore(database, PictureFiles(Path(folder))))


async def _report(gallery: ImageStore) -> None:
    """Case by case within each round, so that whatever else the machine does falls on all alike."""
    cases = _cases(gallery)
    times: dict[str, list[float]] = {title: [] for title in cases}
    for _ in range(ROUNDS):
        for title, call in cases.items():
            start = time.perf_counter()
            await call()
            times[title].append((time.perf_counter() - start) * 1000)
    print(f"{'':26}{'best':>9}{'median':>9}{'p95':>9}   ms, {ROUNDS} rounds, {PICTURES:,} pictures")
    for title, taken in times.items():
        p95 = quantiles(taken, n=20)[-1]
        print(f"{title:26}{min(taken):9.2f}{median(taken):9.2f}{p95:9.2f}")


def _cases(gallery: ImageStore) -> dict[str, Callable[[], Awaitable[object]]]:
    page = partial(gallery.gallery, COLLECTOR, per_page=PER_PAGE)
    last = PICTURES // PER_PAGE
    return {
        "single page": partial(gallery.gallery, NEWCOMER, 0, PER_PAGE),
        "first page": partial(page, 0),
        "middle page": partial(page, last // 2),
        "last page": partial(page, last),
        "favourites, first page": partial(page, 0, favourites=True),
        "favourites, last page": partial(page, last, favourites=True),
        "search, common word": partial(gallery.search, COLLECTOR, "cat", 25),
        "search, no such word": partial(gallery.search, COLLECTOR, "zebra", 25),
    }


async def _fill(database: Database) -> None:
    """The collector's pictures, every second one starred, and one page of the newcomer's."""
    generations = PICTURES // PER_GENERATION

    def work(session: Session) -> None:
        session.execute(
            insert(GenerationRow), [_generation(1 + n, COLLECTOR) for n in range(generations)]
        )
        session.execute(insert(GenerationRow), [_generation(generations + 1, NEWCOMER)])
        session.execute(
            insert(ImageRow),
            [_image(1 + n, 1 + n // PER_GENERATION, COLLECTOR) for n in range(PICTURES)]
            + [_image(1 + PICTURES + n, generations + 1, NEWCOMER) for n in range(PER_PAGE)],
        )
        starred = [{"member_id": COLLECTOR, "image_id": n} for n in range(1, PICTURES, 2)]
        session.execute(insert(FavouriteRow), starred)

    await database.write(work)


def _generation(id: int, owner_id: int) -> dict[str, Any]:
    return {
        "id": id,
        "owner_id": owner_id,
        "channel_id": 3,
        "private": False,
        "locale": "en-US",
        "cause": "command",
        "prompt": f"a grumpy boy with blue spiky hair and round glasses, number {id}",
        "request": {
            "kind": "draw",
            "version": 1,
            "subject": {"traits": TRAITS, "leftover": ["number"]},
            "output": {"count": PER_GENERATION, "seed": id, "size_px": 512},
            "model": "illustrator",
        },
        "status": "finished",
        "delivery": "delivered",
        "created_at": NOW,
    }


def _image(id: int, generation_id: int, owner_id: int) -> dict[str, Any]:
    return {
        "id": id,
        "generation_id": generation_id,
        "owner_id": owner_id,
        "position": id,
        "sha256": f"{id:064x}",
        "width": 512,
        "height": 512,
        "bytes": 100_000,
        "seed": id,
        "traits": TRAITS,
        "given": {},
        "created_at": NOW,
    }
