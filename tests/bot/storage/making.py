"""Requests and pictures for the storage tests, with every detail that a test may leave open."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.storage.leases import Completion, JobStore
from bot.storage.records import Image, NewGeneration
from generation.backends.base import GeneratedImage, Result
from generation.traits import Traits
from tests.generation.requests import draw

OWNER, OTHER, GUILD, CHANNEL, MESSAGE = 2**62, 2**62 + 1, 2**62 + 2, 2**62 + 3, 2**62 + 4
"""Larger than 32 bits, as Discord's ids are."""


def new_generation(prompt: str = "a cat girl", **changes: Any) -> NewGeneration:
    request = draw(
        prompt,
        traits=Traits(hair_color="silver", accessories=("cat ears",)),
        leftover=("grumpy",),
        count=2,
        seed=7,
        size_px=512,
    )
    settled: dict[str, Any] = {
        "request": request,
        "owner_id": OWNER,
        "guild_id": GUILD,
        "channel_id": CHANNEL,
        "locale": "zh-CN",
        "private": False,
        "cause": "command",
    }
    return NewGeneration(**settled | changes)


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def put_file_at(folder: Path) -> None:
    """Keep anybody, root included, from making a folder there."""
    folder.write_text("a file where the folder should be")


def generated(png: bytes = b"a picture", seed: int = 7, **traits: Any) -> GeneratedImage:
    return GeneratedImage(png, seed, Traits(**traits), width=512, height=256)


async def drawn(jobs: JobStore, *pngs: bytes, **changes: Any) -> tuple[Image, ...]:
    """The images of a finished generation with these pictures."""
    generation = await jobs.accept(new_generation(**changes), None)
    return await complete(jobs, generation.id, *(generated(png) for png in pngs))


async def complete(
    jobs: JobStore, generation_id: int, *images: GeneratedImage
) -> tuple[Image, ...]:
    """End a generation with these pictures. Raises why it cannot be."""
    (outcome,) = await jobs.complete([completion(generation_id, *images)])
    if isinstance(outcome, Exception):
        raise outcome
    return outcome.images


def completion(generation_id: int, *images: GeneratedImage, **changes: Any) -> Completion:
    return Completion(generation_id, Result(images), datetime.now(UTC), **changes)
