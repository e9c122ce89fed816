"""The rows, and what becomes of a record in them. Every change of a row needs a migration; a test
holds the two together.

Discord's ids are 64-bit. Ids of our own are never given out twice, also after the newest row was
deleted: buttons carry them, and an old button must not find somebody else's picture.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bot.storage.records import Cause, Generation, Image, NewGeneration, Status
from generation.backends.base import GeneratedImage
from generation.inputs import inputs_of
from generation.request import Repaint, Request
from generation.traits import Traits
from generation.wire import from_json, to_json

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
_NO_REUSE = {"sqlite_autoincrement": True}
PHOTO, MASK, IMAGE, REFERENCE, POSE = "photo", "mask", "image", "reference", "pose"
"""What an input is for: a person's own picture, which part of it, a picture drawn before; one to
look at, and one whose pose is taken.
"""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, kept as UTC without a zone, which is all that SQLite can keep."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Raise `ValueError` for a time without a zone: nobody knows when that was."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs its zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The same time, in UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


class Row(DeclarativeBase):
    """Base of all rows."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
    }


class GenerationRow(Row):
    """One accepted request, and what became of it."""

    __tablename__ = "generations"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(BigInteger)
    guild_id: Mapped[int | None] = mapped_column(BigInteger)
    channel_id: Mapped[int] = mapped_column(BigInteger)
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    private: Mapped[bool]
    locale: Mapped[str] = mapped_column(String(16))
    cause: Mapped[str] = mapped_column(String(16))
    prompt: Mapped[str] = mapped_column(Text)
    """Of `request`, which is kept without it: to be searched, and to be forgotten."""
    request: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(String(16))
    error: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    parent_image_id: Mapped[int | None] = mapped_column(
        # Images refer to generations too, so this constraint is added when both are there.
        ForeignKey("images.id", ondelete="SET NULL", use_alter=True)
    )
    usage: Mapped[dict[str, Any] | None]
    cost_usd: Mapped[float | None]
    comparison_id: Mapped[int | None] = mapped_column(index=True)
    """The generation that stands first on their message; that one may be deleted before them."""

    __table_args__ = (
        Index(None, "parent_image_id"),
        _NO_REUSE,
    )


class InputRow(Row):
    """A picture that a generation needs to be drawn, by its file, and until when it is kept.

    `None`: for as long as the generation is open.
    """

    __tablename__ = "inputs"

    generation_id: Mapped[int] = mapped_column(
        ForeignKey("generations.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    purpose: Mapped[str] = mapped_column(String(16), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """From 0, among those of the same purpose."""
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    expires_at: Mapped[datetime | None] = mapped_column(index=True)


class JobRow(Row):
    """What is still to be done for a generation: to draw it, or to show how it ended."""

    __tablename__ = "jobs"

    generation_id: Mapped[int] = mapped_column(
        ForeignKey("generations.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    status: Mapped[str] = mapped_column(String(16))
    owner_id: Mapped[int] = mapped_column(BigInteger, index=True)
    group_id: Mapped[int] = mapped_column(BigInteger)
    priority: Mapped[int]
    attempts: Mapped[int]
    lease_owner: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None] = mapped_column(index=True)
    token: Mapped[str | None] = mapped_column(Text)


class ImageRow(Row):
    """One finished picture; its file is found by `sha256`."""

    __tablename__ = "images"

    id: Mapped[int] = mapped_column(primary_key=True)
    generation_id: Mapped[int] = mapped_column(ForeignKey("generations.id", ondelete="CASCADE"))
    owner_id: Mapped[int] = mapped_column(BigInteger)
    position: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    width: Mapped[int]
    height: Mapped[int]
    bytes: Mapped[int]
    seed: Mapped[int] = mapped_column(BigInteger)
    traits: Mapped[dict[str, Any]]
    given: Mapped[dict[str, Any]] = mapped_column("metadata")
    created_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("generation_id", "position"),
        Index(None, "owner_id", "id"),
        Index(None, "sha256"),
        _NO_REUSE,
    )


class MemberRow(Row):
    """What a member has chosen, in every server alike."""

    __tablename__ = "members"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    avatar_image_id: Mapped[int | None] = mapped_column(
        ForeignKey("images.id", ondelete="SET NULL"), index=True
    )


class FavouriteRow(Row):
    """A picture that a member has starred."""

    __tablename__ = "favourites"

    member_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    image_id: Mapped[int] = mapped_column(
        ForeignKey("images.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class GuildRow(Row):
    """What a server's admins have decided; `None` leaves it to the operator."""

    __tablename__ = "guilds"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    language: Mapped[str | None] = mapped_column(String(16))
    backend: Mapped[str | None] = mapped_column(String(64))
    open_jobs_limit: Mapped[int | None]
    rating: Mapped[str | None] = mapped_column(String(8))


class GuildChannelRow(Row):
    """A channel that a server allows the bot to draw in. None at all means: everywhere."""

    __tablename__ = "guild_channels"

    guild_id: Mapped[int] = mapped_column(
        ForeignKey("guilds.id", ondelete="CASCADE"), primary_key=True
    )
    channel_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


class PublicationRow(Row):
    """Which commands Discord was given last, by a digest of them and of what it made of them."""

    __tablename__ = "publications"

    application_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(String(64))


class PaceRow(Row):
    """How many seconds a picture took; of 0 pixels, how many the model took to be loaded."""

    __tablename__ = "paces"

    model: Mapped[str] = mapped_column(String(64), primary_key=True)
    pixels: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    steps: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seconds: Mapped[float]
    measured_at: Mapped[datetime]


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
        comparison_id=row.comparison_id,
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
    is_photo = isinstance(request, Repaint) and request.part is None
    by_purpose = {
        PHOTO if is_photo else IMAGE: (needed.init_image,),  # one's own picture has its own row
        MASK: (needed.mask,),
        REFERENCE: needed.references,
        POSE: (needed.pose,),
    }
    return [
        InputRow(generation_id=generation_id, purpose=purpose, position=position, sha256=sha256)
        for purpose, hashes in by_purpose.items()
        for position, sha256 in enumerate(hashes)
        if sha256 is not None
    ]


def _request(row: GenerationRow) -> Request:
    subject = {**row.request["subject"], "prompt": row.prompt}
    return from_json({**row.request, "subject": subject})


def _without_prompt(request: Request) -> dict[str, Any]:
    data = to_json(request)
    del data["subject"]["prompt"]
    return data
