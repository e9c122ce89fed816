"""Moevatar, the Discord client: loads the cogs, publishes the commands, keeps background tasks."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.alerts import OperatorAlerts
from bot.collection import Collection
from bot.errors import report_error
from bot.jobs import Jobs, TaskKeeper
from bot.service import AvatarService
from bot.storage.guilds import GuildStore
from bot.texts import Catalogue, CommandTranslator, describe_commands

log = logging.getLogger(__name__)

EXTENSION = "cogs.extension"
"""By name, so that imports keep pointing down."""

PERMISSIONS = discord.Permissions(
    view_channel=True, send_messages=True, send_messages_in_threads=True, attach_files=True
)
"""The fewest that work: drawings are posted as answers, and in the channel once these are too old.
"""


@dataclass(frozen=True, slots=True)
class Services:
    """What cogs are given; each takes from it what it needs."""

    service: AvatarService
    jobs: Jobs
    collection: Collection
    guilds: GuildStore
    texts: Catalogue
    alerts: OperatorAlerts
    tasks: TaskKeeper


class MoevatarTree(app_commands.CommandTree["Moevatar"]):
    """The command tree, with every error answered from the one table."""

    async def on_error(
        self, interaction: discord.Interaction[Moevatar], error: app_commands.AppCommandError, /
    ) -> None:
        """Answer, privately, with the sentence for `error`."""
        await report_error(interaction, error, interaction.client.texts)


class Moevatar(commands.Bot):
    """The bot. Made by `bot.app` with everything it needs; it owns none of it but its tasks."""

    def __init__(
        self,
        avatars: AvatarService,
        jobs: Jobs,
        collection: Collection,
        guild_configs: GuildStore,
        texts: Catalogue,
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
        self.avatars = avatars
        self.collection = collection
        self.guild_configs = guild_configs
        self.texts = texts
        self.alerts = OperatorAlerts(self, texts)
        self.tasks = TaskKeeper()
        self.services = Services(
            service=avatars,
            jobs=jobs,
            collection=collection,
            guilds=guild_configs,
            texts=texts,
            alerts=self.alerts,
            tasks=self.tasks,
        )

    async def setup_hook(self) -> None:
        """Load the cogs and publish the commands, before the first event."""
        await self.tree.set_translator(CommandTranslator(self.texts))
        await self.load_extension(EXTENSION)
        describe_commands(self.tree, self.texts)
        await self._publish_commands()
        log.info("Logged in as %s", self.user)

    async def _publish_commands(self) -> None:
        """Publish the commands. Where Discord refuses them, those of before stay."""
        try:
            published = await self.tree.sync()
        except discord.HTTPException as refusal:
            log.warning("Discord keeps the commands of before: %s", refusal)
        else:
            log.info("%d commands published", len(published))

    async def close(self) -> None:
        """End the jobs, show how they ended, then leave Discord."""
        await self.services.jobs.aclose()
        await self.tasks.aclose()
        await super().close()

    def invite_url(self) -> str:
        """Where a server owner adds the bot, with the fewest permissions that work."""
        assert self.application_id is not None, "known once logged in"
        return discord.utils.oauth_url(self.application_id, permissions=PERMISSIONS)
