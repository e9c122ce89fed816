"""A database as the version before jobs, whole requests and inputs has written it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy.pool import NullPool

from bot.storage.database import configuration

OWNER, STRANGER, GUILD, CHANNEL = 2**62, 2**62 + 1, 2**62 + 2, 2**62 + 3
SHA = {name: f"{number:064x}" for number, name in enumerate(("first", "photo", "mask"), start=1)}
TRAITS = {"hair_color": "pink", "accessories": ["cat ears"]}

# id → what differs from a finished drawing of the illustrator's in a server, shown long ago
GENERATIONS: dict[int, dict[str, Any]] = {
    1: {},
    2: {"status": "queued", "delivery": "pending", "token": "secret", "message_id": 77},
    3: {"status": "running", "delivery": "pending", "guild_id": None, "private": True},
    4: {"delivery": "pending", "token": "unseen"},
    5: {"kind": "vary", "parent_image_id": 1, "parameters": {"variation_of": TRAITS}},
    6: {
        "kind": "tool",
        "backend": "tools",
        "parent_image_id": 1,
        "parameters": {"tool": "cutout", "strength": 0.6, "variation_of": TRAITS},
        "start_sha256": SHA["first"],
    },
    7: {
        "backend": "diffusers",
        "parameters": {"model": "anime", "strength": 0.4},
        "start_sha256": SHA["photo"],
        "mask_sha256": SHA["mask"],
        "usage": {"output_tokens": 7},
        "cost_usd": 0.05,
    },
    8: {"backend": "openai", "parameters": {"model": "openai"}, "status": "failed"},
    9: {  # still to be drawn from a photo
        "backend": "openai",
        "parameters": {"model": "openai", "strength": 0.6},
        "start_sha256": SHA["photo"],
        "status": "queued",
        "delivery": "pending",
    },
    10: {"delivery": "lost", "kind": "edit"},  # and its pictures have been deleted
    11: {"backend": "diffusers", "parameters": {"strength": 0.6}},  # repainted
}
IMAGES = {1: 1, 2: 1, 3: 4, 4: 5, 5: 6, 6: 7, 7: 11}
"""Image → generation."""


def write_old_database(path: Path) -> None:
    """Make it at `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(URL.create("sqlite", database=str(path)), poolclass=NullPool)
    with engine.begin() as connection:
        command.upgrade(configuration(connection), "0002")
    with engine.begin() as connection:
        for id_, changes in GENERATIONS.items():
            _insert(connection, "generations", _generation(id_, changes))
        for id_, generation_id in IMAGES.items():
            _insert(connection, "images", _image(id_, generation_id))
        _insert(connection, "members", {"id": OWNER, "avatar_image_id": 1})
        _insert(connection, "favourites", {"member_id": OWNER, "image_id": 2})
        _insert(connection, "guilds", {"id": GUILD, "language": "zh-CN", "open_jobs_limit": 5})
        _insert(connection, "guild_channels", {"guild_id": GUILD, "channel_id": CHANNEL})


def _generation(id_: int, changes: dict[str, Any]) -> dict[str, Any]:
    row = {
        "id": id_,
        "owner_id": OWNER,
        "guild_id": GUILD,
        "channel_id": CHANNEL,
        "message_id": None,
        "private": False,
        "locale": "en-US",
        "kind": "create",
        "prompt": f"粉发猫耳 number {id_}",
        "leftover": ["number"],
        "traits": TRAITS,
        "backend": "illustrator",
        "status": "finished",
        "error": "DrawingFailed" if changes.get("status") == "failed" else None,
        "created_at": "2026-01-01 00:00:00.000000",
        "delivery": "shown",
        **changes,
    }
    row["parameters"] = {"count": 1, "seed": id_, "size_px": 512} | row.get("parameters", {})
    return row


def _image(id_: int, generation_id: int) -> dict[str, Any]:
    return {
        "id": id_,
        "generation_id": generation_id,
        "owner_id": OWNER,
        "position": id_,
        "sha256": SHA["first"] if id_ == 1 else f"{100 + id_:064x}",
        "width": 512,
        "height": 512,
        "bytes": 9,
        "seed": generation_id,
        "traits": TRAITS,
        "given": {"guidance_scale": 5.5},
        "created_at": "2026-01-01 00:00:00.000000",
    }


def _insert(connection: Connection, table: str, row: dict[str, Any]) -> None:
    values = {
        name: json.dumps(value) if isinstance(value, (dict, list)) else value
        for name, value in row.items()
    }
    names, places = ", ".join(values), ", ".join(f":{name}" for name in values)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({places})"), values)
