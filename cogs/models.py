"""/models: what there is to draw with, what is missing for the rest, and choosing among them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import Services
from bot.messenger import Content, Messenger
from bot.texts import Sentences
from cogs.actions import Press, action
from cogs.ui.roster import Entry, roster_content
from cogs.ui.wording import bounded, escaped
from generation.capabilities import Model, OfferedLora
from generation.naming import fits

_WEIGHT = re.compile(r"-?[0-9]{1,2}(\.[0-9]{0,3})?")
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
        """Show the first page, privately."""
        await self._messenger.answer(interaction, await self._page(interaction, 0), private=True)

    @action("models")
    async def turn(self, press: Press, page: int, by: Literal["previous", "next"]) -> None:
        """Turn to a page, in place; `by` only keeps the buttons apart."""
        await self._messenger.replace(press, await self._page(press, page))

    async def _page(self, interaction: discord.Interaction[Any], page: int) -> Content:
        """As things are now: a model may have been fetched since the page before."""
        default = await self._service.default_model(interaction.guild_id)
        key = default.key if default else None
        entries = [
            Entry(model, self._service.business(model), model.key == key)
            for model in self._service.models()
        ]
        return roster_content(entries, page, self._texts.bound(interaction.locale.value))


def model_choices(
    models: Sequence[Model], current: str, t: Sentences
) -> list[app_commands.Choice[str]]:
    """The models that can be used now and whose key and title contain the words of `current`; with
    a sign those that have to be downloaded first, which come last.

    Where there is but one to choose, its line says so.
    """
    usable = (model for model in models if model.problem is None)
    ready = sorted(usable, key=lambda model: not model.is_here)
    if len(ready) == 1:
        (only,) = ready
        name = t("models.only", title=only.title)[:_CHOICE_LENGTH]
        return [app_commands.Choice(name=name, value=only.key)]
    return [
        app_commands.Choice(
            name=f"{'' if model.is_here else '⬇️ '}{model.title} · {model.key}"[:_CHOICE_LENGTH],
            value=model.key,
        )
        for model in ready
        if (not current.strip() or fits(current, model)) and len(model.key) <= _CHOICE_LENGTH
    ][:_CHOICES]


def lora_choices(model: Model | None, current: str, t: Sentences) -> list[app_commands.Choice[str]]:
    """The LoRAs of `model` that fit the last of those that are typed, behind the others: name and
    weight as they will stand there, what it does, and the words that it listens to.
    """
    before, comma, last = current.rpartition(",")
    name, _, weight = last.strip().partition(":")
    typed = f":{weight}" if _WEIGHT.fullmatch(weight) else ""
    head = f"{before}{comma} " if comma else ""
    choices: list[app_commands.Choice[str]] = []
    for lora in model.capabilities.loras if model else ():
        about = " · ".join(filter(None, (lora.about, _listens(lora, t))))
        known = f"{lora.name} {about}".casefold()
        if not all(word in known for word in name.casefold().split()):
            continue
        weighted = f"{lora.name}{typed or f':{lora.weight:g}'}"
        value = head + (f"<lora:{weighted}>" if "," in lora.name else weighted)
        if len(value) <= _CHOICE_LENGTH:
            shown = " · ".join(filter(None, (value, about)))
            choices.append(app_commands.Choice(name=bounded(shown, _CHOICE_LENGTH), value=value))
    return choices[:_CHOICES]


def _listens(lora: OfferedLora, t: Sentences) -> str:
    return t("lora.words", words=t.listed(list(lora.words))) if lora.words else ""


def licence_line(model: Model, t: Sentences) -> str:
    """What the licence of a model forbids; empty where it forbids nothing of note."""
    if not model.licence_note:
        return ""
    note = escaped(model.licence_note, _NOTE_LENGTH)
    return t("models.licence_note", title=model.title, note=note)
