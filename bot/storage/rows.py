"""Between rows and records: the only place that knows both."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any, assert_never, cast

from bot.storage.records import Generation, Image, Kind, NewGeneration, Status
from bot.storage.tables import GenerationRow, ImageRow
from generation.backends.base import GeneratedImage
from generation.request import (
    DEFAULT_STRENGTH,
    TOOLS,
    VARY_STRENGTHS,
    ApplyTool,
    Draw,
    Output,
    Repaint,
    Request,
    Subject,
    Vary,
    inputs_of,
)
from generation.traits import Traits


def generation_row(new: NewGeneration, created_at: datetime) -> GenerationRow:
    """A row for a request that waits to be drawn."""
    request, subject, inputs = new.request, new.request.subject, inputs_of(new.request)
    return GenerationRow(
        owner_id=new.owner_id,
        guild_id=new.guild_id,
        channel_id=new.channel_id,
        private=new.private,
        locale=new.locale,
        kind=new.kind,
        prompt=subject.prompt,
        leftover=list(subject.leftover),
        traits=subject.traits.to_json(),
        parameters=_parameters(request),
        backend=new.backend,
        status="queued",
        created_at=created_at,
        parent_image_id=new.parent_image_id,
        start_sha256=inputs.init_image,
        mask_sha256=inputs.mask,
    )


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
        kind=cast(Kind, row.kind),
        backend=row.backend,
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


def _parameters(request: Request) -> dict[str, Any]:
    """What a request has beside its prompt and traits. A field more needs no migration."""
    parameters = asdict(request.output)
    _, _, name = request.model.partition("/")
    if name:
        parameters["model"] = name
    match request:
        case Draw():
            pass
        case Repaint():
            parameters["strength"] = request.strength
        case Vary():
            parameters |= {"image": request.image, "vary": request.strength, "only": request.only}
            if request.traits is None:
                parameters["strength"] = VARY_STRENGTHS[request.strength]
        case ApplyTool():
            parameters |= {"tool": request.tool, "strength": DEFAULT_STRENGTH}
            parameters["hand"] = request.hand
        case _:
            assert_never(request)
    if isinstance(request, Vary | ApplyTool) and request.traits is not None:
        parameters["variation_of"] = request.traits.to_json()
    return parameters


def _request(row: GenerationRow) -> Request:
    has = row.parameters
    subject = Subject(
        prompt=row.prompt, traits=Traits.from_json(row.traits), leftover=tuple(row.leftover)
    )
    output = Output(count=has["count"], seed=has["seed"], size_px=has["size_px"])
    known = Traits.from_json(has["variation_of"]) if "variation_of" in has else None
    model = f"{row.backend}/{has['model']}" if has.get("model") else row.backend
    if model == f"{row.backend}/{row.backend}":
        model = row.backend
    if row.backend == TOOLS:
        return ApplyTool(
            subject=subject,
            output=output,
            tool=has["tool"],
            image=row.start_sha256 or "",
            traits=known,
            hand=has.get("hand"),
        )
    if known is not None or "vary" in has:
        return Vary(
            subject=subject,
            output=output,
            model=model,
            image=has.get("image", row.start_sha256 or ""),
            traits=known,
            strength=has.get("vary", "subtle"),
            only=has.get("only"),
        )
    if "strength" in has:
        return Repaint(
            subject=subject,
            output=output,
            model=model,
            init_image=row.start_sha256,
            mask=row.mask_sha256,
            strength=has["strength"],
        )
    return Draw(subject=subject, output=output, model=model)
