"""/models: what there is to draw with, what is missing for the rest, and choosing among them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import Services
from bot.errors import sentence
from bot.messenger import Messenger
from bot.texts import Sentences
from cogs.ui.wording import escaped
from generation.capabilities import Model
from generation.naming import fits
from generation.problems import error_of

_MESSAGE_LIMIT = 2000  # Discord's, for the content of a message
_ROOM_FOR_MORE = 120
_CHOICES = 25  # Discord shows at most this many while somebody types
_CHOICE_LENGTH = 100
_NOTE_LENGTH = 1500


class ModelsCog(commands.Cog):
    """The one command."""

    def __init__(self, services: Services, messenger: Messenger) -> None:
        self._service = services.service
        self._texts = services.texts
        self._messenger = messenger

    @app_commands.command()
    async def models(self, interaction: discord.Interaction[Any]) -> None:
        """Say it privately, what can be used now first, and what nobody checks."""
        t = self._texts.bound(interaction.locale.value)
        default = await self._service.default_model(interaction.guild_id)
        models = sorted(self._service.models(), key=lambda model: model.problem is not None)
        paragraphs = [self._paragraph(model, default, t) for model in models]
        await self._messenger.say(interaction, _joined(paragraphs, models, t))

    def _paragraph(self, model: Model, default: Model | None, t: Sentences) -> str:
        is_default = t("models.default") if default and model.key == default.key else ""
        if model.problem is not None:
            title = t("models.problem", title=model.title, name=model.key, default=is_default)
            return f"{title}\n{t('models.why', why=sentence(error_of(model.problem), t))}"
        title = t("models.ready", title=model.title, name=model.key, default=is_default)
        lines = [title, t("models.why", why=" · ".join(self._facts(model, t)))]
        if note := licence_line(model, t):
            lines.append(t("models.why", why=note))
        return "\n".join(lines)

    def _facts(self, model: Model, t: Sentences) -> list[str]:
        can = model.capabilities
        tasks = ", ".join(t(f"task.{task}") for task in sorted(can.tasks))
        facts = [
            t("models.tasks", tasks=tasks),
            t("models.sizes", sizes=", ".join(map(str, sorted(can.sizes_px)))),
        ]
        if model.device:
            facts.append(t("models.where", device=model.device))
        facts.append(t("models.loaded" if model.loaded else "models.not_loaded"))
        if waiting := self._service.waiting().get(model.backend):
            facts.append(t("models.waiting", count=waiting))
        if can.price:
            facts.append(t("models.price", price=f"{can.price.usd_per_image:.3f}"))
        if model.licence:
            facts.append(t("models.licence", licence=model.licence))
        return facts


def model_choices(
    models: Sequence[Model], current: str, t: Sentences
) -> list[app_commands.Choice[str]]:
    """The models that can be used now and whose key and title contain the words of `current`.

    Where there is but one to choose, its line says so.
    """
    ready = [model for model in models if model.problem is None]
    if len(ready) == 1:
        (only,) = ready
        name = t("models.only", title=only.title)[:_CHOICE_LENGTH]
        return [app_commands.Choice(name=name, value=only.key)]
    return [
        app_commands.Choice(name=f"{model.title} · {model.key}"[:_CHOICE_LENGTH], value=model.key)
        for model in ready
        if (not current.strip() or fits(current, model)) and len(model.key) <= _CHOICE_LENGTH
    ][:_CHOICES]


def licence_line(model: Model, t: Sentences) -> str:
    """What the licence of a model forbids; empty where it forbids nothing of note."""
    if not model.licence_note:
        return ""
    note = escaped(model.licence_note, _NOTE_LENGTH)
    return t("models.licence_note", title=model.title, note=note)


def _joined(paragraphs: list[str], models: Sequence[Model], t: Sentences) -> str:
    """As many whole paragraphs as fit one message, and what is checked of what they draw."""
    checks = _checks(models, t)
    text = t("models.title")
    for number, paragraph in enumerate(paragraphs):
        if len(text) + len(paragraph) + len(checks) + 2 > _MESSAGE_LIMIT - _ROOM_FOR_MORE:
            more = t("models.more", count=len(paragraphs) - number)
            return f"{text}\n{more}\n{checks}"
        text = f"{text}\n{paragraph}"
    return f"{text}\n{checks}"


def _checks(models: Sequence[Model], t: Sentences) -> str:
    """What is and is not checked: pictures that a model here draws are looked at by nobody."""
    lines = [t("models.checks_illustrator")]
    ready = {model.backend for model in models if model.problem is None}
    lines += [t(f"models.checks_{name}") for name in ("diffusers", "openai") if name in ready]
    return "\n".join(lines)
