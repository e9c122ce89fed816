"""Moevatar, the Discord client: loads the cogs, publishes the commands, keeps background tasks."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands
from discord.http import Route

from bot.alerts import OperatorAlerts
from bot.collection import Collection
from bot.fetches import Fetches
from bot.jobs import Jobs
from bot.service import AvatarService
from bot.storage.disk import PictureFiles
from bot.storage.guilds import CommandStore, GuildStore
from bot.storage.storage_errors import StorageError
from bot.tasks import TaskKeeper
from bot.texts import Catalogue, CommandTranslator, describe_commands
from bot.user_errors import report_error

log = logging.getLogger(__name__)

EXTENSION = "cogs.extension"
"""By name, so that imports keep pointing down."""

PERMISSIONS = discord.Permissions(
    view_channel=True, send_messages=True, send_messages_in_threads=True, attach_files=True
)
"""The fewest that work: drawings are posted as answers, and in the channel once these are too old.
"""

Command = Mapping[str, Any]
"""A command as Discord has it, or is given it."""

_ENTRY_POINT = 4
"""The type of the command that starts an app's Activity. Discord makes it, and refuses to lose it.
"""
_ENTRY_POINT_KEYS = (
    *("id", "type", "name", "name_localizations", "description", "description_localizations"),
    *("default_member_permissions", "nsfw", "integration_types", "contexts", "handler"),
)
"""What may be written of it; the rest is Discord's."""
_REMEDIES = {
    30034: "it takes 200 new ones a day: start again tomorrow",
    50035: "this is a defect: please report it",
    50240: "an Activity has brought one meanwhile: start again",
}
"""Discord's code for refusing commands → what the operator can do."""


@dataclass(frozen=True, slots=True)
class Services:
    """What cogs are given; each takes from it what it needs."""

    service: AvatarService
    jobs: Jobs
    collection: Collection
    pictures: PictureFiles
    guilds: GuildStore
    texts: Catalogue
    alerts: OperatorAlerts
    tasks: TaskKeeper
    fetches: Fetches


class MoevatarTree(app_commands.CommandTree["Moevatar"]):
    """The command tree, with every error answered from the one table."""

    async def on_error(
        self, interaction: discord.Interaction[Moevatar], error: app_commands.AppCommandError, /
    ) -> None:
        """Answer, privately, with the sentence for `error`."""
        await report_error(interaction, error, interaction.client.texts)


def _digest(ours: Sequence[Command], there: Sequence[Command]) -> str:
    """Of what we give, and of what Discord made of it: a command that somebody else changes has
    another version then.
    """
    made = sorted((c["id"], c["version"]) for c in there if c["type"] != _ENTRY_POINT)
    return sha256(json.dumps([ours, made], sort_keys=True).encode()).hexdigest()


def _entry_point(command: Command) -> dict[str, Any]:
    """`command` as it is written to stay what it is."""
    return {key: command[key] for key in _ENTRY_POINT_KEYS if command.get(key) is not None}


class Moevatar(commands.Bot):
    """The bot. Made by `bot.app` with everything it needs; it owns none of it but its tasks."""

    def __init__(
        self,
        avatars: AvatarService,
        jobs: Jobs,
        collection: Collection,
        pictures: PictureFiles,
        guild_configs: GuildStore,
        texts: Catalogue,
        command_store: CommandStore,
        fetches: Fetches,
        **options: Any,
    ) -> None:
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # nothing is spoken
        super().__init__(
            command_prefix=commands.when_mentioned,  # never used: message events are not asked for
            help_command=None,
            intents=discord.Intents(guilds=True),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            allowed_mentions=discord.AllowedMentions.none(),
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=True
            ),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            tree_cls=MoevatarTree,
            **options,
        )
        self.texts = texts
        self._command_store = command_store
        self._watching: asyncio.Task[None] | None = None
        self.alerts = OperatorAlerts(self, texts)
        self.tasks = TaskKeeper()
        self.services = Services(
            service=avatars,
            jobs=jobs,
            collection=collection,
            pictures=pictures,
            guilds=guild_configs,
            texts=texts,
            alerts=self.alerts,
            tasks=self.tasks,
            fetches=fetches,
        )

    async def setup_hook(self) -> None:
        """Load the cogs and publish the commands, before the first event."""
        await self.tree.set_translator(CommandTranslator(self.texts))
        await self.load_extension(EXTENSION)
        describe_commands(self.tree, self.texts)
        await self._publish_commands()
        watching = self.alerts.watch(self.services.service.mistakes)
        self._watching = asyncio.create_task(watching, name="mistakes")
        log.info("Logged in as %s", self.user)

    async def _publish_commands(self) -> None:
        """Give Discord the commands if they are others than it has. If it refuses, those stay."""
        assert self.application_id is not None, "known once logged in"
        ours = await self._commands()
        try:
            there = await self._published(self.application_id)
            known = await self._command_store.digest(self.application_id)
            if known == _digest(ours, there):
                log.info("%d commands are published already", len(ours))
                return
            kept = [_entry_point(command) for command in there if command["type"] == _ENTRY_POINT]
            published = await self.http.bulk_upsert_global_commands(
                self.application_id, [*ours, *kept]
            )
        except discord.HTTPException as refusal:
            remedy = _REMEDIES.get(refusal.code, "start again later")
            words = " ".join(str(refusal).split())
            log.warning("Discord keeps the commands of before; %s (%s)", remedy, words)
            return
        log.info("%d commands published", len(ours))
        try:
            await self._command_store.keep(self.application_id, _digest(ours, published))
        except StorageError as error:
            log.warning("The next start publishes the commands again: %s", error)

    async def _commands(self) -> list[dict[str, Any]]:
        """Our commands, in all languages."""
        translator = self.tree.translator
        assert translator is not None, "set before"
        commands = self.tree.get_commands()
        return [await command.get_translated_payload(self.tree, translator) for command in commands]

    async def _published(self, application_id: int) -> list[Command]:
        """What Discord has, in all languages, which it leaves out unless it is asked."""
        route = Route(
            "GET", "/applications/{application_id}/commands", application_id=application_id
        )
        return await self.http.request(route, params={"with_localizations": "true"})

    async def close(self) -> None:
        """Stop downloads, end the jobs, show how they ended, then leave Discord."""
        if self._watching is not None:
            self._watching.cancel()
        await self.services.fetches.aclose()
        await self.services.jobs.aclose()
        await self.tasks.aclose()
        await super().close()

    def invite_url(self) -> str:
        """Where a server owner adds the bot, with the fewest permissions that work."""
        assert self.application_id is not None, "known once logged in"
        return discord.utils.oauth_url(self.application_id, permissions=PERMISSIONS)
