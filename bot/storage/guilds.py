"""What is set up: what the admins of a server have decided, and which commands are published."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypedDict, Unpack

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.storage.database import Database, uninterrupted
from bot.storage.tables import GuildChannelRow, GuildRow, PublicationRow
from generation.request import Rating


@dataclass(frozen=True, slots=True)
class GuildConfig:
    """The decisions that hold in a server, the operator's where its admins have made none."""

    language: str | None
    """`None`: everybody is answered in their own."""
    backend: str
    open_jobs_limit: int
    channels: frozenset[int] = frozenset()
    """Where the bot may draw; empty: everywhere."""
    rating: Rating = "safe"
    """What age-restricted channels may get; all others get what is safe."""


class GuildChanges(TypedDict, total=False):
    """What `GuildStore.update` can change. `None` goes back to what the operator decided."""

    language: str | None
    backend: str | None
    open_jobs_limit: int | None
    channels: frozenset[int]
    rating: Rating | None


class GuildStore:
    """The only one who reads and writes server configuration, so its cache is never stale."""

    def __init__(self, database: Database, *, backend: str, open_jobs_limit: int) -> None:
        self._database = database
        self._defaults = GuildConfig(None, backend, open_jobs_limit)
        self._cache: dict[int, GuildConfig] = {}
        self._filling = asyncio.Lock()

    async def get(self, guild_id: int | None) -> GuildConfig:
        """What holds in a server; in a direct message (`None`), the operator's decisions."""
        if guild_id is None:
            return self._defaults
        return self._cache.get(guild_id) or await self._fill(guild_id)

    async def update(self, guild_id: int, **changes: Unpack[GuildChanges]) -> GuildConfig:
        """Change what is named, keep the rest; what holds from now on."""
        return await self._change(guild_id, lambda session: _write(session, guild_id, changes))

    async def allow_channels(self, guild_id: int, changes: Mapping[int, bool]) -> GuildConfig:
        """Allow channels (`True`) or take them back, keep the others; what holds from now on."""
        return await self._change(guild_id, lambda session: _allow(session, guild_id, changes))

    @uninterrupted
    async def _change(self, guild_id: int, write: Callable[[Session], None]) -> GuildConfig:
        async with self._filling:

            def work(session: Session) -> GuildConfig:
                write(session)
                return self._load(session, guild_id)

            config = await self._database.write(work)
            self._cache[guild_id] = config  # only now is it certain
        return config

    @uninterrupted
    async def _fill(self, guild_id: int) -> GuildConfig:
        async with self._filling, self._database.reading() as session:
            config = await session.run_sync(self._load, guild_id)
            self._cache[guild_id] = config
        return config

    def _load(self, session: Session, guild_id: int) -> GuildConfig:
        row = session.get(GuildRow, guild_id)
        if row is None:
            return self._defaults
        allowed = select(GuildChannelRow.channel_id).where(GuildChannelRow.guild_id == guild_id)
        return GuildConfig(
            language=row.language,
            backend=row.backend or self._defaults.backend,
            open_jobs_limit=row.open_jobs_limit or self._defaults.open_jobs_limit,
            channels=frozenset(session.scalars(allowed)),
            rating="any" if row.rating == "any" else "safe",
        )


class CommandStore:
    """A digest of the commands of each application: the data may be used with several in turn."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def digest(self, application_id: int) -> str | None:
        """What `keep` was given last; `None` before that."""
        async with self._database.reading() as session:
            row = await session.get(PublicationRow, application_id)
            return row.digest if row else None

    @uninterrupted
    async def keep(self, application_id: int, digest: str) -> None:
        """Remember what was published. Raises `DatabaseBusy`."""

        def work(session: Session) -> None:
            session.merge(PublicationRow(application_id=application_id, digest=digest))

        await self._database.write(work)


def _allow(session: Session, guild_id: int, changes: Mapping[int, bool]) -> None:
    found = select(GuildChannelRow.channel_id).where(GuildChannelRow.guild_id == guild_id)
    before = set(session.scalars(found))
    kept = {channel for channel in before if changes.get(channel, True)}
    added = {channel for channel, allowed in changes.items() if allowed}
    _write(session, guild_id, {"channels": frozenset(kept | added)})


def _write(session: Session, guild_id: int, changes: GuildChanges) -> None:
    row = session.get(GuildRow, guild_id) or GuildRow(id=guild_id)
    session.add(row)
    if "language" in changes:
        row.language = changes["language"]
    if "backend" in changes:
        row.backend = changes["backend"]
    if "open_jobs_limit" in changes:
        row.open_jobs_limit = changes["open_jobs_limit"]
    if "rating" in changes:
        row.rating = changes["rating"]
    session.flush()
    if "channels" in changes:
        session.execute(delete(GuildChannelRow).where(GuildChannelRow.guild_id == guild_id))
        session.add_all(
            GuildChannelRow(guild_id=guild_id, channel_id=channel)
            for channel in changes["channels"]
        )
        session.flush()
