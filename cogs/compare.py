"""/compare and /morph: one character by several models, and the steps from one to another."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import Services
from bot.messenger import MESSAGE_LIMIT, Messenger
from bot.user_errors import Refusal
from cogs.actions import Press, action, is_private
from cogs.comparison import Comparisons
from cogs.delivery import Delivery
from cogs.models import licence_line, model_choices
from cogs.refused import give_back
from generation.errors import GenerationError
from generation.request import MAX_SEED


class CompareCog(commands.Cog):
    """The two commands, and once more of the same."""

    def __init__(
        self,
        services: Services,
        messenger: Messenger,
        delivery: Delivery,
        comparisons: Comparisons,
    ) -> None:
        self._service = services.service
        self._texts = services.texts
        self._messenger = messenger
        self._delivery = delivery
        self._comparisons = comparisons

    @app_commands.command()
    async def compare(
        self,
        interaction: discord.Interaction[Any],
        prompt: str,
        model_a: str,
        model_b: str,
        model_c: str | None = None,
        seed: app_commands.Range[int, 0, MAX_SEED] | None = None,
    ) -> None:
        """Have each model draw one picture; refused, the prompt is given back."""
        t = self._texts.bound(interaction.locale.value)
        typed = [name for name in (model_a, model_b, model_c) if name]
        try:
            models = [self._service.model_named(name) for name in typed]
            keys = [model.key for model in models]
            await self._comparisons.order(
                interaction,
                lambda context: self._service.comparing.compare(prompt, context, keys, seed),
                private=False,
            )
        except (GenerationError, Refusal) as error:
            await give_back(self._messenger, interaction, prompt, error, t)
            return
        if lines := [line for model in models if (line := licence_line(model, t))]:
            await self._messenger.say(interaction, "\n".join(lines)[:MESSAGE_LIMIT])

    @compare.autocomplete("model_a")
    @compare.autocomplete("model_b")
    @compare.autocomplete("model_c")
    async def ready_models(
        self, interaction: discord.Interaction[Any], current: str
    ) -> list[app_commands.Choice[str]]:
        """What can draw now and fits what was typed so far."""
        t = self._texts.bound(interaction.locale.value)
        return model_choices(self._service.models(), current, t)

    @app_commands.command()
    async def morph(
        self,
        interaction: discord.Interaction[Any],
        prompt: str,
        into: str | None = None,
        seed: app_commands.Range[int, 0, MAX_SEED] | None = None,
        into_seed: app_commands.Range[int, 0, MAX_SEED] | None = None,
    ) -> None:
        """Draw the steps from one character to another; refused, the words are given back."""
        try:
            await self._delivery.order(
                interaction,
                lambda context: self._service.comparing.morph(
                    (prompt, into), context, seed, into_seed
                ),
                private=False,
            )
        except (GenerationError, Refusal) as error:
            t = self._texts.bound(interaction.locale.value)
            said = f"{prompt}\n{into}" if into else prompt
            await give_back(self._messenger, interaction, said, error, t)

    @action("recompare")
    async def again(self, press: Press, generation: int) -> None:
        """The same models and words with another seed. Anyone may; it becomes theirs."""
        await self._comparisons.order(
            press,
            lambda context: self._service.comparing.again(generation, context),
            private=is_private(press),
        )
