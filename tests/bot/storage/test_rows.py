"""What earlier versions have stored is read as the request that it was."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.storage.rows import generation_record
from bot.storage.tables import GenerationRow
from generation.request import Request
from generation.traits import Traits
from tests.generation.requests import SHA, apply_tool, draw, repaint, vary

PINK = Traits(hair_color="pink")
OUTPUT: dict[str, Any] = {"count": 2, "seed": 7, "size_px": 512}


@pytest.mark.parametrize(
    ("columns", "parameters", "request_"),
    [
        ({}, {}, draw(**OUTPUT)),
        ({"backend": "diffusers"}, {}, draw(model="diffusers", **OUTPUT)),
        ({"backend": "diffusers"}, {"model": "x"}, draw(model="diffusers/x", **OUTPUT)),
        ({"backend": "openai"}, {"model": "openai"}, draw(model="openai", **OUTPUT)),
        ({}, {"variation_of": PINK.to_json()}, vary(PINK, image="", **OUTPUT)),
        (
            {"backend": "diffusers", "start_sha256": SHA},
            {"strength": 0.45},
            repaint(model="diffusers", init_image=SHA, strength=0.45, **OUTPUT),
        ),
        (
            {"backend": "tools", "start_sha256": SHA},
            {"strength": 0.6, "tool": "face", "variation_of": PINK.to_json()},
            apply_tool("face", PINK, **OUTPUT),
        ),
    ],
)
def test_a_row_of_an_earlier_version_is_the_request_that_it_was(
    columns: dict[str, Any], parameters: dict[str, Any], request_: Request
) -> None:
    settled: dict[str, Any] = {
        "id": 1,
        "owner_id": 1,
        "channel_id": 1,
        "locale": "en-US",
        "private": False,
        "kind": "create",
        "prompt": "pink hair",
        "leftover": [],
        "traits": {},
        "backend": "illustrator",
        "status": "queued",
        "created_at": datetime.now(UTC),
    }
    row = GenerationRow(**settled | columns, parameters=OUTPUT | parameters)

    assert generation_record(row).request == request_
