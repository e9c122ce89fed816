"""/config: what a server's admins decide.

Hidden by default permissions, checked again when used.
"""

from __future__ import annotations

from typing import Any, get_args

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import Services
from bot.messenger import Messenger
from bot.storage.guilds import GuildConfig
from bot.texts import Sentences
from bot.user_errors import BadOption, sentence
from cogs.models import licence_line, model_choices
from cogs.ui.wording import escaped
from generation.errors import UnknownBackend
from generation.lexicon import LANGUAGES, find_language
from generation.problems import error_of
from generation.request import Rating

_OWN = "own"


# Said in full: what is left open here is filled in from the tree, which allows everything.
@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.default_permissions(manage_guild=True)
class ConfigCog(commands.GroupCog, name="config"):
    """Every subcommand answers with what is set now."""

    def __init__(self, services: Services, messenger: Messenger) -> None:
        self._configs = services.guilds
        self._service = services.service
        self._texts = services.texts
        self._messenger = messenger
        super().__init__()

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Default permissions can be overridden by a server; the right itself cannot.

        What is raised here must be an `AppCommandError`: discord.py passes nothing else on.
        """
        if not interaction.permissions.manage_guild:
            raise app_commands.MissingPermissions(["manage_guild"])
        return True

    @app_commands.command()
    async def show(self, interaction: discord.Interaction[Any]) -> None:
        """Show what is set."""
        config = await self._configs.get(interaction.guild_id)
        await self._answer(interaction, config, saved=False)

    @app_commands.command()
    async def channels(
        self,
        interaction: discord.Interaction[Any],
        channel: app_commands.AppCommandChannel,
        allowed: bool,
    ) -> None:
        """Allow a channel, or take it back. Channels that are gone are taken back with it."""
        if channel.type is discord.ChannelType.category:  # nobody writes in one
            raise BadOption(channel.name)
        guild_id = _guild_id(interaction)
        gone = _gone(interaction.guild, (await self._configs.get(guild_id)).channels)
        changes = dict.fromkeys(gone, False) | {channel.id: allowed}
        config = await self._configs.allow_channels(guild_id, changes)
        await self._answer(interaction, config, saved=True)

    @app_commands.command()
    @app_commands.choices(
        language=[
            app_commands.Choice(name="language.own", value=_OWN),
            *(app_commands.Choice(name=spoken.name, value=spoken.tag) for spoken in LANGUAGES),
        ]
    )
    async def language(
        self, interaction: discord.Interaction[Any], language: app_commands.Choice[str]
    ) -> None:
        """Set the language of what everyone sees."""
        chosen = None if language.value == _OWN else language.value
        config = await self._configs.update(_guild_id(interaction), language=chosen)
        await self._answer(interaction, config, saved=True)

    @app_commands.command()
    async def model(self, interaction: discord.Interaction[Any], model: str) -> None:
        """Set what draws; what cannot draw now is refused with what is missing."""
        guild_id = _guild_id(interaction)
        found = self._service.model_named(model)
        if found.problem:
            raise error_of(found.problem)
        config = await self._configs.update(guild_id, backend=found.key)
        await self._answer(interaction, config, saved=True)
        if note := licence_line(found, self._texts.bound(interaction.locale.value)):
            await self._messenger.say(interaction, note)

    @model.autocomplete("model")
    async def ready_models(
        self, interaction: discord.Interaction[Any], current: str
    ) -> list[app_commands.Choice[str]]:
        """What can draw now and fits what was typed so far."""
        t = self._texts.bound(interaction.locale.value)
        return model_choices(self._service.models(), current, t)

    @app_commands.command()
    async def limit(
        self, interaction: discord.Interaction[Any], jobs: app_commands.Range[int, 1, 50]
    ) -> None:
        """Set how many jobs a member may have open."""
        config = await self._configs.update(_guild_id(interaction), open_jobs_limit=jobs)
        await self._answer(interaction, config, saved=True)

    @app_commands.command()
    @app_commands.choices(
        rating=[app_commands.Choice(name=f"rating.{each}", value=each) for each in get_args(Rating)]
    )
    async def rating(self, interaction: discord.Interaction[Any], rating: Rating) -> None:
        """Set what age-restricted channels may get."""
        config = await self._configs.update(_guild_id(interaction), rating=rating)
        await self._answer(interaction, config, saved=True)

    async def _answer(
        self, interaction: discord.Interaction[Any], config: GuildConfig, *, saved: bool
    ) -> None:
        t = self._texts.bound(interaction.locale.value)
        mentions = [f"<#{channel}>" for channel in sorted(config.channels)]
        channels = t.listed(mentions, " ") or t("config.channels_all")
        spoken = find_language(config.language or "")
        lines = [
            t("config.title", server=escaped(_server_name(interaction), 300)),
            t("config.channels", channels=channels),
            t("config.language", language=spoken.name if spoken else t("config.language_own")),
            *self._model_lines(config.backend, t),
            t("config.limit", limit=config.open_jobs_limit),
            t("config.rating", rating=t(f"rating.{config.rating}")),
        ]
        if saved:
            lines.append(t("config.saved"))
        await self._messenger.say(interaction, "\n".join(lines))

    def _model_lines(self, key: str, t: Sentences) -> list[str]:
        """What draws, and why it cannot now, if it cannot."""
        try:
            model = self._service.model(key)
        except UnknownBackend as error:
            line = t("config.model", model=f"`{key}`")
            return [line, t("models.why", why=sentence(error, t))]
        line = t("config.model", model=t("details.named", title=model.title, name=model.key))
        if model.problem is None:
            return [line]
        return [line, t("models.why", why=sentence(error_of(model.problem), t))]


def _gone(guild: discord.Guild | None, channels: frozenset[int]) -> frozenset[int]:
    """Those of `channels` that the server no longer has: nobody could choose them in a menu."""
    return frozenset() if guild is None else channels - {channel.id for channel in guild.channels}


def _guild_id(interaction: discord.Interaction[Any]) -> int:
    """The server; the command is not offered anywhere else."""
    if interaction.guild_id is None:
        raise app_commands.NoPrivateMessage
    return interaction.guild_id


def _server_name(interaction: discord.Interaction[Any]) -> str:
    """Empty where the bot is not a member of the server itself."""
    return interaction.guild.name if interaction.guild else ""
