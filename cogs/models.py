"""/models: what there is to draw with, and what is missing for the rest."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import Moevatar
from bot.errors import sentence
from bot.texts import Catalogue
from cogs.ui.choosing import licence_line
from generation.capabilities import Model
from generation.errors import error_of

_MESSAGE_LIMIT = 2000  # Discord's, for the content of a message
_ROOM_FOR_MORE = 120


class ModelsCog(commands.Cog):
    """The one command."""

    def __init__(self, bot: Moevatar) -> None:
        self._bot = bot

    @app_commands.command()
    async def models(self, interaction: discord.Interaction[Moevatar]) -> None:
        """Say it privately, what can be used now first."""
        default = await self._bot.avatars.model(interaction.guild_id)
        models = sorted(self._bot.avatars.models(), key=lambda model: model.problem is not None)
        paragraphs = [self._paragraph(model, default, interaction.locale.value) for model in models]
        text = _joined(paragraphs, interaction.client.texts, interaction.locale.value)
        await interaction.response.send_message(text, ephemeral=True)

    def _paragraph(self, model: Model, default: Model, locale: str) -> str:
        texts = self._bot.texts
        is_default = texts.text("models.default", locale) if model.key == default.key else ""
        if model.problem is not None:
            title = texts.text(
                "models.problem", locale, title=model.title, name=model.key, default=is_default
            )
            why = sentence(error_of(model.problem), texts.bound(locale))
            return f"{title}\n{texts.text('models.why', locale, why=why)}"
        title = texts.text(
            "models.ready", locale, title=model.title, name=model.key, default=is_default
        )
        facts = " · ".join(self._facts(model, locale))
        lines = [title, texts.text("models.why", locale, why=facts)]
        if note := licence_line(self._bot, model, locale):
            lines.append(texts.text("models.why", locale, why=note))
        return "\n".join(lines)

    def _facts(self, model: Model, locale: str) -> list[str]:
        texts, can = self._bot.texts, model.capabilities
        tasks = ", ".join(texts.text(f"task.{task}", locale) for task in sorted(can.tasks))
        facts = [
            texts.text("models.tasks", locale, tasks=tasks),
            texts.text("models.sizes", locale, sizes=", ".join(map(str, sorted(can.sizes_px)))),
        ]
        if model.device:
            facts.append(texts.text("models.where", locale, device=model.device))
        loaded = "models.loaded" if model.loaded else "models.not_loaded"
        facts.append(texts.text(loaded, locale))
        if waiting := self._bot.avatars.waiting().get(model.backend):
            facts.append(texts.text("models.waiting", locale, count=waiting))
        if can.price:
            facts.append(texts.text("models.price", locale, price=f"{can.price.usd_per_image:.3f}"))
        if model.licence:
            facts.append(texts.text("models.licence", locale, licence=model.licence))
        return facts


def _joined(paragraphs: list[str], texts: Catalogue, locale: str) -> str:
    """As many whole paragraphs as fit one message."""
    text = texts.text("models.title", locale)
    for number, paragraph in enumerate(paragraphs):
        if len(text) + len(paragraph) + 1 > _MESSAGE_LIMIT - _ROOM_FOR_MORE:
            more = texts.text("models.more", locale, count=len(paragraphs) - number)
            return f"{text}\n{more}"
        text = f"{text}\n{paragraph}"
    return text
