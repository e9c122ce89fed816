"""Between rows and records: the only place that knows both."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from bot.storage.records import Cause, Generation, Image, NewGeneration, Status
from bot.storage.tables import GenerationRow, ImageRow, InputRow
from generation.backends.base import GeneratedImage
from generation.request import Repaint, Request, from_json, inputs_of, to_json
from generation.traits import Traits

PHOTO, MASK, IMAGE = "photo", "mask", "image"
"""What an input is for: a person's own picture, which part of it, or a picture drawn before."""


def generation_row(new: NewGeneration, created_at: datetime) -> GenerationRow:
    """A row for a request that waits to be drawn."""
    request = new.request
    return GenerationRow(
        owner_id=new.owner_id,
        guild_id=new.guild_id,
        channel_id=new.channel_id,
        private=new.private,
        locale=new.locale,
        cause=new.cause,
        prompt=request.subject.prompt,
        request=_without_prompt(request),
        status="queued",
        created_at=created_at,
        parent_image_id=new.parent_image_id,
    )


def name_request(row: GenerationRow, request: Request) -> None:
    """Have `row` ask for `request`."""
    row.prompt = request.subject.prompt
    row.request = _without_prompt(request)


def generation_record(row: GenerationRow, token: str | None = None) -> Generation:
    """The record of `row`; `token` is its job's."""
    return Generation(
        id=row.id,
        request=_request(row),
        owner_id=row.owner_id,
        guild_id=row.guild_id,
        channel_id=row.channel_id,
        message_id=row.message_id,
        locale=row.locale,
        private=row.private,
        cause=cast(Cause, row.cause),
        parent_image_id=row.parent_image_id,
        status=cast(Status, row.status),
        error=row.error,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        token=token,
        usage=row.usage or {},
        cost_usd=row.cost_usd,
    )


def image_row(
    of: GenerationRow, position: int, image: GeneratedImage, sha256: str, created_at: datetime
) -> ImageRow:
    """A row for the picture at `position` in its generation."""
    return ImageRow(
        generation_id=of.id,
        owner_id=of.owner_id,
        position=position,
        sha256=sha256,
        width=image.width,
        height=image.height,
        bytes=len(image.png),
        seed=image.seed,
        traits=image.traits.to_json(),
        given=dict(image.metadata),
        created_at=created_at,
    )


def image_record(row: ImageRow) -> Image:
    """The record of `row`."""
    return Image(
        id=row.id,
        generation_id=row.generation_id,
        owner_id=row.owner_id,
        position=row.position,
        sha256=row.sha256,
        width=row.width,
        height=row.height,
        bytes=row.bytes,
        seed=row.seed,
        traits=Traits.from_json(row.traits),
        created_at=row.created_at,
        given=row.given,
    )


def input_rows(generation_id: int, request: Request) -> list[InputRow]:
    """Rows for what `request` needs, kept until it is drawn."""
    needed = inputs_of(request)
    purpose = PHOTO if isinstance(request, Repaint) else IMAGE
    return [
        InputRow(generation_id=generation_id, purpose=purpose, sha256=sha256)
        for purpose, sha256 in ((purpose, needed.init_image), (MASK, needed.mask))
        if sha256 is not None
    ]


def _request(row: GenerationRow) -> Request:
    subject = {**row.request["subject"], "prompt": row.prompt}
    return from_json({**row.request, "subject": subject})


def _without_prompt(request: Request) -> dict[str, Any]:
    data = to_json(request)
    del data["subject"]["prompt"]
    return data
