"""/models: what there is to draw with, what is missing for the rest, and choosing among them."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence
from typing import Any, Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import Services
from bot.messenger import UNREACHABLE, Content, Messenger
from bot.texts import Sentences
from cogs.actions import Press, action
from cogs.ui.roster import Entry, roster_content
from cogs.ui.wording import bounded, escaped
from generation.capabilities import Model, OfferedLora
from generation.naming import fits

log = logging.getLogger(__name__)

_FETCH_SHOWN_EVERY_S = 3.0
_WEIGHT = re.compile(r"-?[0-9]{1,2}(\.[0-9]{0,3})?")
_CHOICES = 25  # Discord shows at most this many while somebody types
_CHOICE_LENGTH = 100
_NOTE_LENGTH = 1500


class ModelsCog(commands.Cog):
    """The one command."""

    def __init__(self, services: Services, messenger: Messenger) -> None:
        self._service = services.service
        self._texts = services.texts
        self._fetches = services.fetches
        self._tasks = services.tasks
        self._messenger = messenger
        self._following: dict[int, asyncio.Task[None]] = {}

    @app_commands.command()
    async def models(self, interaction: discord.Interaction[Any]) -> None:
        """Show the first page, privately."""
        content = await self._page(interaction, 0)
        message_id = await self._messenger.answer(interaction, content, private=True)
        self._follow(interaction, message_id, 0)

    @action("models")
    async def turn(self, press: Press, page: int, by: Literal["previous", "next"]) -> None:
        """Turn to a page, in place; `by` only keeps the buttons apart."""
        await self._show(press, page)

    @action("fetch")
    async def fetch(self, press: Press, model: str, page: int) -> None:
        """Download a model, and show how far it is. Raises `ModelGone` or `MissingPermissions`."""
        _check_may_fetch(press)
        self._fetches.start(model)
        await self._show(press, page)

    @action("stop-fetch")
    async def stop_fetch(self, press: Press, model: str, page: int) -> None:
        """Stop that download. Raises `MissingPermissions`."""
        _check_may_fetch(press)
        await self._fetches.cancel(model)
        await self._show(press, page)

    async def _show(self, press: Press, page: int) -> None:
        """Show a page on the message pressed, and keep it in step."""
        message_id = press.message.id if press.message else None
        if message_id is not None and (before := self._following.pop(message_id, None)):
            before.cancel()
            await asyncio.wait([before])
        await self._messenger.replace(press, await self._page(press, page))
        self._follow(press, message_id, page)

    def _follow(
        self, interaction: discord.Interaction[Any], message_id: int | None, page: int
    ) -> None:
        """Keep a page in step with the downloads, as long as there are any."""
        if message_id is None or not self._running():
            return
        task = self._tasks.start(self._keep_in_step(interaction, page), f"models-{message_id}")
        self._following[message_id] = task
        task.add_done_callback(lambda _: self._forget(message_id, task))

    def _forget(self, message_id: int, task: asyncio.Task[None]) -> None:
        if self._following.get(message_id) is task:
            del self._following[message_id]

    async def _keep_in_step(self, interaction: discord.Interaction[Any], page: int) -> None:
        """Until the answer's token is too old: whoever asks again then sees how far it is."""
        while (running := self._running()) and not interaction.is_expired():
            await self._fetches.wait(running, _FETCH_SHOWN_EVERY_S)
            try:
                await self._messenger.replace(interaction, await self._page(interaction, page))
            except (discord.HTTPException, *UNREACHABLE) as error:
                log.info("A page of models cannot be kept in step: %s", error)
                return

    def _running(self) -> list[str]:
        """The keys of models that are being downloaded."""
        fetches = {model.key: self._fetches.of(model.key) for model in self._service.models()}
        return [key for key, fetch in fetches.items() if fetch and fetch.is_running]

    async def _page(self, interaction: discord.Interaction[Any], page: int) -> Content:
        """As things are now: a model may have been fetched since the page before."""
        default = await self._service.default_model(interaction.guild_id)
        key = default.key if default else None
        entries = [
            Entry(
                model,
                self._service.business(model),
                model.key == key,
                self._fetches.of(model.key),
            )
            for model in self._service.models()
        ]
        t = self._texts.bound(interaction.locale.value)
        return roster_content(entries, page, t, may_fetch=_may_fetch(interaction))


def _may_fetch(interaction: discord.Interaction[Any]) -> bool:
    """Whether somebody may fill the operator's disk: the application's owner, and those who manage
    a server that the bot is a member of. Anybody can have the bot in a server of their own without
    that, by installing it for themselves.
    """
    application = interaction.client.application
    team = application.team.members if application and application.team else ()
    owners = {application.owner.id, *(member.id for member in team)} if application else set[int]()
    manages = interaction.is_guild_integration() and interaction.permissions.manage_guild
    return interaction.user.id in owners or manages


def _check_may_fetch(interaction: discord.Interaction[Any]) -> None:
    if not _may_fetch(interaction):
        raise app_commands.MissingPermissions(["manage_guild"])


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
