"""StoredWork: a stored generation, as its lane's queue works on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.lanes import Drawing
from bot.storage.avatars import AvatarStore
from bot.storage.records import Generation
from generation.backends.base import Drawn
from generation.request import Request, inputs_of
from generation.work import Inputs


@dataclass(frozen=True, slots=True)
class StoredWork:
    """Reads what the generation starts from, and stores what becomes of it."""

    generation: Generation
    avatars: AvatarStore

    @property
    def request(self) -> Request:
        """What is asked for."""
        return self.generation.request

    @property
    def key(self) -> str:
        """The same after a restart: ids are never given out twice, and a seed is part of it."""
        return f"moevatar-{self.generation.id}-{self.request.output.seed}"

    async def inputs(self) -> Inputs:
        """Raises `PictureLost`."""
        needed = inputs_of(self.request)
        return Inputs(await self._read(needed.init_image), await self._read(needed.mask))

    async def finish(self, drawn: Drawn, started_at: datetime) -> Drawing:
        """Raises `GenerationClosed`, `GenerationNotFound` or a `StorageError` of the disk."""
        images = await self.avatars.complete(self.generation.id, drawn, started_at)
        return Drawing(await self.avatars.generation(self.generation.id), images)

    async def _read(self, sha256: str | None) -> bytes | None:
        return None if sha256 is None else await self.avatars.picture(sha256)
