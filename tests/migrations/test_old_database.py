"""A database of before opens with everything in it, and goes back again."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import URL, create_engine
from sqlalchemy.pool import NullPool

from bot.storage.database import Database, configuration
from bot.storage.disk import PictureFiles
from bot.storage.images import ImageStore
from bot.storage.leases import JobStore
from generation.request import Request
from generation.traits import Traits
from tests.generation.requests import apply_tool, draw, repaint, vary
from tests.migrations.old_database import (
    GENERATIONS,
    IMAGES,
    OWNER,
    SHA,
    TRAITS,
    write_old_database,
)

PINK = Traits.from_json(TRAITS)


@pytest.fixture
def old_path(tmp_path: Path) -> Path:
    path = tmp_path / "data" / "moevatar.sqlite3"
    write_old_database(path)
    return path


@pytest.fixture
async def database(old_path: Path) -> AsyncIterator[Database]:
    async with Database.open(old_path) as database:
        await database.migrate()
        yield database


def asked(id_: int, make: Any, *arguments: Any, **fields: Any) -> Request:
    """What generation `id_` asks for."""
    shared = {"traits": PINK, "leftover": ("number",), "count": 1, "seed": id_, "size_px": 512}
    return make(*arguments, prompt=f"粉发猫耳 number {id_}", **shared, **fields)


@pytest.mark.parametrize(
    ("id_", "request_"),
    [
        (1, asked(1, draw)),
        (5, asked(5, vary, PINK, image="")),
        (6, asked(6, apply_tool, "cutout", PINK, image=SHA["first"])),
        (
            7,
            asked(
                7,
                repaint,
                model="diffusers/anime",
                init_image=SHA["photo"],
                mask=SHA["mask"],
                strength=0.4,
            ),
        ),
        (8, asked(8, draw, model="openai")),
        (11, asked(11, repaint, model="diffusers", strength=0.6)),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, int) else str(value),
)
async def test_every_kind_of_request_is_what_it_was(
    images: ImageStore, id_: int, request_: Request
) -> None:
    assert (await images.generation(id_)).request == request_


async def test_everything_that_buttons_name_is_there(images: ImageStore) -> None:
    for id_ in GENERATIONS:
        assert (await images.drawing(id_)).generation.id == id_
    for id_, generation_id in IMAGES.items():
        image = await images.image(id_)
        assert (image.generation_id, image.given) == (generation_id, {"guidance_scale": 5.5})
    avatar = await images.avatar_of(OWNER)
    assert avatar is not None
    assert avatar.id == 1
    assert await images.is_favourite(OWNER, 2)
    assert (await images.generation(7)).cost_usd == 0.05
    assert (await images.generation(5)).cause == "vary"


async def test_what_was_open_or_not_shown_is_a_job(jobs: JobStore) -> None:
    claims = await jobs.claim()

    found = {
        claim.generation.id: (claim.generation.status, claim.generation.token) for claim in claims
    }
    assert found == {
        2: ("queued", "secret"),
        3: ("queued", None),
        4: ("finished", "unseen"),
        9: ("queued", None),
    }
    by_id = {claim.generation.id: claim.generation for claim in claims}
    assert by_id[2].message_id == 77
    assert by_id[3].private
    assert by_id[3].group_id == OWNER


async def test_photos_of_before_expire_but_for_what_is_still_to_be_drawn(
    database: Database, old_path: Path, images: ImageStore
) -> None:
    assert inputs(old_path) == [
        (6, "image", False),
        (7, "mask", False),
        (7, "photo", False),
        (9, "photo", True),
    ]
    with sqlite3.connect(old_path) as connection:
        connection.execute("UPDATE inputs SET expires_at = datetime(expires_at, '-2 days')")
    connection.close()

    await images.forget_expired()

    assert inputs(old_path) == [(9, "photo", True)]
    assert await images.has_file(SHA["photo"])
    assert not await images.has_file(SHA["mask"])


def inputs(path: Path) -> list[tuple[int, str, bool]]:
    """Generation, purpose, and whether it is kept as long as that is open."""
    return rows(path, "SELECT generation_id, purpose, expires_at IS NULL FROM inputs ORDER BY 1, 2")


def rows(path: Path, query: str) -> list[Any]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


async def test_down_again_everything_is_as_it_was(old_path: Path) -> None:
    columns = (
        "id, owner_id, guild_id, message_id, private, kind, prompt, leftover, traits, backend,"
        " parent_image_id, token, mask_sha256, usage, cost_usd"
    )
    queries = [
        f"SELECT {columns} FROM generations ORDER BY id",
        "SELECT id, start_sha256 FROM generations WHERE backend != 'illustrator' ORDER BY id",
        "SELECT id, parameters ->> '$.seed', parameters ->> '$.tool', parameters ->> '$.strength',"
        " parameters ->> '$.variation_of' FROM generations ORDER BY id",
        "SELECT id, delivery = 'pending', replace(status, 'running', 'queued') FROM generations",
        "SELECT * FROM images",
        "SELECT * FROM members",
        "SELECT * FROM favourites",
        "SELECT * FROM guild_channels",
    ]
    before = [rows(old_path, query) for query in queries]
    async with Database.open(old_path) as database:
        await database.migrate()

    engine = create_engine(URL.create("sqlite", database=str(old_path)), poolclass=NullPool)
    with engine.begin() as connection:
        command.downgrade(configuration(connection), "0002")

    assert [rows(old_path, query) for query in queries] == before
    async with Database.open(old_path) as database:
        await database.migrate()
        pictures = PictureFiles(old_path.parent / "pictures")
        assert len(await JobStore(database, pictures, "again").claim()) == 4
