"""Choosing a model: what is offered while somebody types, and what its licence forbids."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.client import Moevatar
from cogs.ui.wording import escaped
from generation.capabilities import Model

_CHOICES = 25  # Discord shows at most this many while somebody types
_CHOICE_LENGTH = 100
_NOTE_LENGTH = 1500


def model_choices(client: Moevatar, current: str) -> list[app_commands.Choice[str]]:
    """The models that can be used now and whose key or title contains `current`."""
    return [
        app_commands.Choice(name=f"{model.title} · {model.key}"[:_CHOICE_LENGTH], value=model.key)
        for model in client.avatars.models()
        if model.problem is None
        and current.casefold() in f"{model.title} {model.key}".casefold()
        and len(model.key) <= _CHOICE_LENGTH
    ][:_CHOICES]


def licence_line(client: Moevatar, model: Model, locale: str) -> str:
    """What the licence of a model forbids; empty where it forbids nothing of note."""
    if not model.licence_note:
        return ""
    note = escaped(model.licence_note, _NOTE_LENGTH)
    return client.texts.text("models.licence_note", locale, title=model.title, note=note)


async def say_licence(interaction: discord.Interaction[Moevatar], model: Model) -> None:
    """Tell whoever has chosen a model, privately, what its licence forbids."""
    if line := licence_line(interaction.client, model, interaction.locale.value):
        await interaction.followup.send(line, ephemeral=True)
