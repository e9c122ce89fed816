"""Records: what the stores take and hand out. Frozen, and free of the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from generation.backends.base import Fact
from generation.request import Part, Repaint, Request, backend_of
from generation.traits import Traits

Cause = Literal["command", "reroll", "vary", "edit", "tool", "part", "refine"]
"""How a generation came about."""
Status = Literal["queued", "finished", "failed", "cancelled"]
"""Where a generation stands: the first is open, the others are final."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewGeneration:
    """A request as it is accepted: what is asked for, by whom, where."""

    request: Request
    owner_id: int
    guild_id: int | None
    channel_id: int
    locale: str
    private: bool
    cause: Cause
    parent_image_id: int | None = None
    """The picture this one started from; `None` again once that is deleted."""
    token: str | None = None
    """Of the interaction that asked: for 15 minutes it edits the answer, also after a restart.
    Known of a job alone: `None` once there is nothing left to do.
    """

    @property
    def backend(self) -> str:
        """The name of what draws it."""
        return backend_of(self.request.model)

    @property
    def group_id(self) -> int:
        """Whose turn it is among all: the server's, or in a direct message the member's."""
        return self.guild_id or self.owner_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation(NewGeneration):
    """An accepted request, and what became of it. Times are in UTC."""

    id: int
    message_id: int | None
    status: Status
    error: str | None
    """Name of the error that ended it, if `status` is "failed"."""
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    usage: Mapping[str, int] = field(default_factory=dict[str, int])
    cost_usd: float | None = None
    """What it cost, by the provider's list price; `None` where drawing is free."""
    comparison_id: int | None = None
    """The first of the generations that are compared on one message; `None` where it has its own.
    """

    @property
    def is_illustrated(self) -> bool:
        """Whether no AI model drew it: what the words say that we do not read is not in it then."""
        return self.backend == "illustrator"

    @property
    def part(self) -> Part | None:
        """What of a picture was painted anew, where that can be undone."""
        return self.request.part if isinstance(self.request, Repaint) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A finished picture. Its PNG is `bytes` long and found by `sha256`."""

    id: int
    generation_id: int
    owner_id: int
    position: int
    sha256: str
    width: int
    height: int
    bytes: int
    seed: int
    traits: Traits
    created_at: datetime
    given: Mapping[str, Fact] = field(default_factory=dict[str, Fact])
    """What the model was really given."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A generation with what is left of its images, in order."""

    generation: Generation
    images: tuple[Image, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A picture in a gallery."""

    image: Image
    prompt: str
    """What was asked for."""
    is_favourite: bool
    is_avatar: bool


@dataclass(frozen=True, slots=True)
class GalleryPage:
    """Page `page` (from 0) of `pages` (at least 1) with `total` pictures on them, newest first."""

    images: tuple[Image, ...]
    page: int
    pages: int
    total: int
