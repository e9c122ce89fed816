"""A gallery page of a member with 100,000 pictures, beside one of a member with a single page.

The goal is 10 ms a page, wherever in the gallery.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from sqlalchemy import insert

from bot.storage.database import Database
from bot.storage.gallery import Gallery
from bot.storage.tables import FavouriteRow, GenerationRow, ImageRow
from generation.traits import Traits

PICTURES, PER_GENERATION, PER_PAGE, ROUNDS = 100_000, 4, 9, 200
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
            await _report(Gallery(database))


async def _report(gallery: Gallery) -> None:
    print(f"{'':26}{'median':>9}{'p95':>9}   ms, {ROUNDS} rounds, {PICTURES:,} pictures")
    last = PICTURES // PER_PAGE
    for title, member, page, favourites in (
        ("single page", NEWCOMER, 0, False),
        ("first page", COLLECTOR, 0, False),
        ("middle page", COLLECTOR, last // 2, False),
        ("last page", COLLECTOR, last, False),
        ("favourites, first page", COLLECTOR, 0, True),
        ("favourites, last page", COLLECTOR, last, True),
    ):
        await _row(title, lambda m=member, p=page, f=favourites: gallery.gallery(m, p, PER_PAGE, f))
    await _row("search, common word", lambda: gallery.search(COLLECTOR, "cat", 25))
    await _row("search, no such word", lambda: gallery.search(COLLECTOR, "zebra", 25), rounds=5)


async def _row(title: str, call: Callable[[], Awaitable[object]], rounds: int = ROUNDS) -> None:
    await call()
    times: list[float] = []
    for _ in range(rounds):
        start = time.perf_counter()
        await call()
        times.append((time.perf_counter() - start) * 1000)
    print(f"{title:26}{median(times):9.2f}{quantiles(times, n=20)[-1]:9.2f}", flush=True)


async def _fill(database: Database) -> None:
    """The collector's pictures, every second one starred, and one page of the newcomer's."""
    generations = PICTURES // PER_GENERATION
    async with database.writing() as session:
        await session.execute(
            insert(GenerationRow), [_generation(1 + n, COLLECTOR) for n in range(generations)]
        )
        await session.execute(insert(GenerationRow), [_generation(generations + 1, NEWCOMER)])
        await session.execute(
            insert(ImageRow),
            [_image(1 + n, 1 + n // PER_GENERATION, COLLECTOR) for n in range(PICTURES)]
            + [_image(1 + PICTURES + n, generations + 1, NEWCOMER) for n in range(PER_PAGE)],
        )
        starred = [{"member_id": COLLECTOR, "image_id": n} for n in range(1, PICTURES, 2)]
        await session.execute(insert(FavouriteRow), starred)


def _generation(id: int, owner_id: int) -> dict[str, Any]:
    return {
        "id": id,
        "owner_id": owner_id,
        "channel_id": 3,
        "private": False,
        "locale": "en-US",
        "kind": "create",
        "prompt": f"a grumpy boy with blue spiky hair and round glasses, number {id}",
        "leftover": ["number"],
        "traits": TRAITS,
        "parameters": {"count": PER_GENERATION, "seed": id, "size_px": 512},
        "backend": "illustrator",
        "status": "finished",
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
        "created_at": NOW,
    }
