"""/config: what a server's admins decide.

Hidden by default permissions, checked again when used.
"""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import Moevatar
from bot.storage.guilds import GuildConfig
from cogs.ui.choosing import model_choices, say_licence
from cogs.ui.wording import escaped
from generation.errors import error_of
from generation.lexicon import LANGUAGES, find_language

_OWN = "own"


# Said in full: what is left open here is filled in from the tree, which allows everything.
@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.default_permissions(manage_guild=True)
class ConfigCog(commands.GroupCog, name="config"):
    """Every subcommand answers with what is set now."""

    def __init__(self, bot: Moevatar) -> None:
        self._configs = bot.guild_configs
        super().__init__()

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Default permissions can be overridden by a server; the right itself cannot.

        What is raised here must be an `AppCommandError`: discord.py passes nothing else on.
        """
        if not interaction.permissions.manage_guild:
            raise app_commands.MissingPermissions(["manage_guild"])
        return True

    @app_commands.command()
    async def show(self, interaction: discord.Interaction[Moevatar]) -> None:
        """Show what is set."""
        config = await self._configs.get(interaction.guild_id)
        await _answer(interaction, config, saved=False)

    @app_commands.command()
    async def channels(
        self,
        interaction: discord.Interaction[Moevatar],
        channel: discord.TextChannel
        | discord.ForumChannel
        | discord.VoiceChannel
        | discord.StageChannel,
        allowed: bool,
    ) -> None:
        """Allow a channel, or take it back. Channels that are gone are taken back with it."""
        guild_id = _guild_id(interaction)
        gone = _gone(interaction.guild, (await self._configs.get(guild_id)).channels)
        changes = dict.fromkeys(gone, False) | {channel.id: allowed}
        config = await self._configs.allow_channels(guild_id, changes)
        await _answer(interaction, config, saved=True)

    @app_commands.command()
    @app_commands.choices(
        language=[
            app_commands.Choice(name="language.own", value=_OWN),
            *(app_commands.Choice(name=spoken.name, value=spoken.tag) for spoken in LANGUAGES),
        ]
    )
    async def language(
        self, interaction: discord.Interaction[Moevatar], language: app_commands.Choice[str]
    ) -> None:
        """Set the language of what everyone sees."""
        chosen = None if language.value == _OWN else language.value
        config = await self._configs.update(_guild_id(interaction), language=chosen)
        await _answer(interaction, config, saved=True)

    @app_commands.command()
    async def backend(self, interaction: discord.Interaction[Moevatar], backend: str) -> None:
        """Set what draws; what cannot draw now is refused with what is missing."""
        guild_id = _guild_id(interaction)
        model = await interaction.client.avatars.model(guild_id, backend)
        if model.problem:
            raise error_of(model.problem)
        config = await self._configs.update(guild_id, backend=model.key)
        await _answer(interaction, config, saved=True)
        await say_licence(interaction, model)

    @backend.autocomplete("backend")
    async def ready_models(
        self, interaction: discord.Interaction[Moevatar], current: str
    ) -> list[app_commands.Choice[str]]:
        """What can draw now and fits what was typed so far."""
        return model_choices(interaction.client, current)

    @app_commands.command()
    async def limit(
        self, interaction: discord.Interaction[Moevatar], jobs: app_commands.Range[int, 1, 50]
    ) -> None:
        """Set how many jobs a member may have open."""
        config = await self._configs.update(_guild_id(interaction), open_jobs_limit=jobs)
        await _answer(interaction, config, saved=True)


def _gone(guild: discord.Guild | None, channels: frozenset[int]) -> frozenset[int]:
    """Those of `channels` that the server no longer has: nobody could choose them in a menu."""
    return frozenset() if guild is None else channels - {channel.id for channel in guild.channels}


def _guild_id(interaction: discord.Interaction[Moevatar]) -> int:
    """The server; the command is not offered anywhere else."""
    if interaction.guild_id is None:
        raise app_commands.NoPrivateMessage
    return interaction.guild_id


async def _answer(
    interaction: discord.Interaction[Moevatar], config: GuildConfig, *, saved: bool
) -> None:
    texts, locale = interaction.client.texts, interaction.locale.value

    def line(key: str, **params: object) -> str:
        return texts.text(f"config.{key}", locale, **params)

    channels = texts.bound(locale).listed([f"<#{id_}>" for id_ in sorted(config.channels)], " ")
    spoken = find_language(config.language or "")
    lines = [
        line("title", server=escaped(_server_name(interaction), 300)),
        line("channels", channels=channels or line("channels_all")),
        line("language", language=spoken.name if spoken else line("language_own")),
        line("backend", backend=config.backend),
        line("limit", limit=config.open_jobs_limit),
    ]
    if saved:
        lines.append(line("saved"))
    await interaction.response.send_message("\n".join(lines), ephemeral=True)


def _server_name(interaction: discord.Interaction[Moevatar]) -> str:
    """Empty where the bot is not a member of the server itself."""
    return interaction.guild.name if interaction.guild else ""
