"""An order is delivered once it is answered, and taken back where it cannot be."""

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import discord
import pytest

from bot.lanes import Drawing
from bot.service import Origin, Submitted
from bot.storage.errors import DatabaseBusy
from bot.storage.guilds import GuildConfig
from bot.texts import Catalogue
from cogs.actions import Press
from cogs.ui.ordering import order
from generation.job import Job, Queued
from tests.cogs.ui.test_result import FULLEST


class Avatars:
    """A database that somebody else holds just now."""

    async def shown(self, generation_id: int, message_id: int) -> None:
        raise DatabaseBusy(Path("db"))


class Configs:
    """A server where nothing is decided."""

    async def get(self, guild_id: int | None) -> GuildConfig:
        return GuildConfig(None, "illustrator", 3)


@dataclass
class Tasks:
    """Background work that is only counted."""

    started: list[str] = field(default_factory=list)

    def start(self, work: Any, name: str) -> None:
        work.close()
        self.started.append(name)


def press(client: Any, answer: Any) -> Press:
    async def send_message(**message: Any) -> Any:
        if isinstance(answer, Exception):
            raise answer
        return answer

    interaction = SimpleNamespace(
        client=client,
        guild_id=None,
        channel_id=1,
        user=SimpleNamespace(id=1),
        locale=discord.Locale.american_english,
        is_guild_integration=lambda: False,
        response=SimpleNamespace(send_message=send_message, is_done=lambda: False),
        token="token",
    )
    return cast(Press, interaction)


@pytest.fixture
def client() -> Any:
    return SimpleNamespace(
        avatars=Avatars(),
        application_id=None,
        guild_configs=Configs(),
        tasks=Tasks(),
        texts=Catalogue.load(),
    )


async def test_a_message_that_cannot_be_remembered_is_delivered_all_the_same(client: Any) -> None:
    job: Job[Drawing] = Job(7, 1, lambda job: None, Queued(0))

    async def submit(origin: Origin) -> Submitted:
        return Submitted(job, FULLEST.generation)

    await order(press(client, SimpleNamespace(message_id=5)), submit, private=False)

    assert client.tasks.started == ["deliver-7"]


async def test_what_cannot_be_answered_is_not_drawn(client: Any) -> None:
    cancelled: list[int] = []
    job: Job[Drawing] = Job(7, 1, lambda job: cancelled.append(job.id), Queued(0))

    async def submit(origin: Origin) -> Submitted:
        return Submitted(job, FULLEST.generation)

    with pytest.raises(ConnectionError):
        await order(press(client, ConnectionError()), submit, private=False)

    assert cancelled == [7]
    assert client.tasks.started == []
