"""Between rows and records: the only place that knows both."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from bot.storage.records import Delivery, Generation, Image, Kind, NewGeneration, Status
from bot.storage.tables import GenerationRow, ImageRow
from generation.backends.base import GeneratedImage
from generation.request import AvatarRequest, Start
from generation.traits import Traits


def generation_row(new: NewGeneration, created_at: datetime) -> GenerationRow:
    """A row for a request that waits to be drawn."""
    request = new.request
    return GenerationRow(
        owner_id=new.owner_id,
        guild_id=new.guild_id,
        channel_id=new.channel_id,
        private=new.private,
        locale=new.locale,
        kind=new.kind,
        prompt=request.prompt,
        leftover=list(request.leftover),
        traits=request.traits.to_json(),
        parameters=_parameters(request),
        backend=new.backend,
        status="queued",
        created_at=created_at,
        parent_image_id=new.parent_image_id,
        token=new.token,
        start_sha256=request.start.photo if request.start else None,
        mask_sha256=request.start.mask if request.start else None,
        delivery="pending",
    )


def generation_record(row: GenerationRow) -> Generation:
    """The record of `row`."""
    return Generation(
        id=row.id,
        request=_request(row),
        owner_id=row.owner_id,
        guild_id=row.guild_id,
        channel_id=row.channel_id,
        message_id=row.message_id,
        locale=row.locale,
        private=row.private,
        kind=cast(Kind, row.kind),
        backend=row.backend,
        parent_image_id=row.parent_image_id,
        status=cast(Status, row.status),
        error=row.error,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        token=row.token,
        delivery=cast(Delivery, row.delivery),
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
        given=dict(image.given),
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


def _parameters(request: AvatarRequest) -> dict[str, Any]:
    """What a request has beside its prompt and traits. A field more needs no migration."""
    parameters: dict[str, Any] = {
        "count": request.count,
        "seed": request.seed,
        "size_px": request.size_px,
    }
    if request.variation_of is not None:
        parameters["variation_of"] = request.variation_of.to_json()
    if request.model is not None:
        parameters["model"] = request.model
    if request.start is not None:
        parameters["strength"] = request.start.strength
    if request.tool is not None:
        parameters["tool"] = request.tool
    return parameters


def _request(row: GenerationRow) -> AvatarRequest:
    parameters = dict(row.parameters)
    variation_of = parameters.pop("variation_of", None)
    strength = parameters.pop("strength", None)
    return AvatarRequest(
        prompt=row.prompt,
        traits=Traits.from_json(row.traits),
        leftover=tuple(row.leftover),
        variation_of=None if variation_of is None else Traits.from_json(variation_of),
        start=None if strength is None else Start(strength, row.start_sha256, row.mask_sha256),
        **parameters,
    )
