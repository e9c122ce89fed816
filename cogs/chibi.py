"""/chibi: what a member types becomes an order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Literal, cast

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import Services
from bot.messenger import File, Messenger
from bot.service import Wishes
from bot.texts import Sentences
from bot.user_errors import BadOption, FormHoldsNoPicture, FormIsFull, OutdatedAction, Refusal
from cogs.actions import NOT_ASKED, FormText, Press, action
from cogs.advanced import Typed, advanced_form, back_to_form
from cogs.attachments import (
    REFERENCES,
    Attached,
    AttachedMask,
    Attachment,
    attached_to,
    given_back_with,
    with_pictures,
)
from cogs.delivery import Delivery
from cogs.models import licence_line, lora_choices, model_choices
from cogs.refused import (
    carrying,
    give_back,
    given_back,
    is_about_looking,
    ways_out,
    with_denials,
)
from generation.capabilities import Model
from generation.errors import GenerationError, UnknownBackend
from generation.prompts.markup import listed_loras, with_signs
from generation.request import MAX_SEED, REPAINT, SIZES_PX
from generation.shapes import SHAPES, Shape
from generation.traits import STYLES

_FROM_PICTURES = frozenset({"image-to-image", "edit"})
_STRENGTHS = (30, 45, 60, 75, 90)
_Carried = Literal["none", "square", "portrait", "landscape", "wide"]
"""A shape in a custom_id."""


class ChibiCog(commands.Cog):
    """Drawing: the command that everything begins with."""

    def __init__(self, services: Services, messenger: Messenger, delivery: Delivery) -> None:
        self._service = services.service
        self._pictures = services.pictures
        self._texts = services.texts
        self._messenger = messenger
        self._delivery = delivery

    @app_commands.command()
    @app_commands.choices(
        shape=[app_commands.Choice(name=f"shape.{shape}", value=shape) for shape in SHAPES]
    )
    async def chibi(
        self,
        interaction: discord.Interaction[Any],
        prompt: str,
        without: app_commands.Range[str, 1, 200] = "",
        image: discord.Attachment | None = None,
        mask: discord.Attachment | None = None,
        reference: discord.Attachment | None = None,
        reference2: discord.Attachment | None = None,
        reference3: discord.Attachment | None = None,
        reference4: discord.Attachment | None = None,
        pose: discord.Attachment | None = None,
        model: str | None = None,
        lora: app_commands.Range[str, 1, 300] = "",
        style: str | None = None,
        strength: app_commands.Range[int, 1, 100] | None = None,
        shape: app_commands.Choice[str] | None = None,
        count: app_commands.Range[int, 1, 4] = 4,
        seed: app_commands.Range[int, 0, MAX_SEED] | None = None,
        size: Literal[256, 512, 768, 1024] | None = None,
        advanced: bool = False,
        private: bool = False,
    ) -> None:
        """Read the prompt, and have it drawn, or ask first how; refused, it is given back."""
        t = self._texts.bound(interaction.locale.value)
        prompt = with_signs(prompt, await self._lora_signs(interaction, lora, model))
        names = ("image", "mask", *REFERENCES, "pose")
        pictures = (image, mask, reference, reference2, reference3, reference4, pose)
        attached = {name: one for name, one in zip(names, pictures, strict=True) if one}
        wishes = Wishes(
            count=count,
            seed=seed,
            size_px=size,
            shape=cast(Shape, shape.value) if shape else None,
            style=_style_called(style, t) if style else None,
            strength=strength / 100 if strength else None,
            without=without,
        )
        try:
            chosen = await self._model_for(interaction, model) if advanced else None
            if chosen is None:  # and where there should be one, drawing says what is wrong with it
                await self._draw(interaction, prompt, wishes, model, attached, private=private)
            else:
                if attached:
                    raise FormHoldsNoPicture
                said = with_denials(prompt, without)
                await self._ask_how(interaction, said, wishes, chosen, Typed(), private=private)
        except (GenerationError, Refusal) as error:
            files: tuple[File, ...] = ()
            if is_about_looking(error) and set(attached) - {"image", "mask"}:
                files = await given_back_with(interaction, attached, self._messenger)
            buttons = ways_out(
                error,
                replace(wishes, model=model),
                self._service.models(),
                t,
                private=private,
                has_photo=bool(attached),
                has_files=bool(files),
            )
            said = with_denials(prompt, without)
            await give_back(self._messenger, interaction, said, error, t, buttons, files)

    @chibi.autocomplete("model")
    async def ready_models(
        self, interaction: discord.Interaction[Any], current: str
    ) -> list[app_commands.Choice[str]]:
        """What can draw now and fits what was typed so far."""
        t = self._texts.bound(interaction.locale.value)
        return model_choices(self._service.models(), current, t)

    @chibi.autocomplete("lora")
    async def fitting_loras(
        self, interaction: discord.Interaction[Any], current: str
    ) -> list[app_commands.Choice[str]]:
        """The LoRAs of the model that is chosen beside it, or of the server's."""
        model = await self._model_for(interaction, interaction.namespace.model)
        return lora_choices(model, current, self._texts.bound(interaction.locale.value))

    @chibi.autocomplete("style")
    async def usable_styles(
        self, interaction: discord.Interaction[Any], current: str
    ) -> list[app_commands.Choice[str]]:
        """The styles, and repainting where a model here can do that."""
        t = self._texts.bound(interaction.locale.value)
        offered = (*STYLES, REPAINT) if self._can_start_from_pictures() else STYLES
        named = {style: t(f"style.{style}") for style in offered}
        return [
            app_commands.Choice(name=name, value=style)
            for style, name in named.items()
            if current.casefold() in f"{name} {style}".casefold()
        ]

    @chibi.autocomplete("strength")
    async def usable_strengths(
        self, interaction: discord.Interaction[Any], current: str
    ) -> list[app_commands.Choice[int]]:
        """Some strengths in words; where nothing here can use one, that."""
        t = self._texts.bound(interaction.locale.value)
        if not self._can_start_from_pictures():
            return [app_commands.Choice(name=t("strength.no_use"), value=60)]
        typed = [int(current)] if current.isdecimal() and 1 <= int(current[:3]) <= 100 else []
        return [
            app_commands.Choice(name=t("strength.choice", percent=percent), value=percent)
            for percent in (*typed, *_STRENGTHS)
        ]

    @action("plain")
    async def plain(
        self,
        press: Press,
        count: int = 4,
        private: bool = False,
        seed: int = -1,
        size: int = 0,
        style: str = "none",
        strength: int = 0,
        model: str = "default",
        shape: _Carried = "none",
        look: int = -1,
    ) -> None:
        """Draw what was refused in another way: without pictures, square, or with another model;
        from 0 on, `look` is how many of the pictures that were given back are looked at.
        """
        wishes = _carried(count, seed, size, style, strength, shape)
        chosen = None if model == "default" else model
        attached: Attached = attached_to(press.message) if look >= 0 else {}
        await self._draw(
            press, _prompt_in(press), wishes, chosen, attached, private=private, most=look
        )

    @action("advise")
    async def advise(
        self,
        press: Press,
        model: str,
        count: int = 4,
        private: bool = False,
        seed: int = -1,
        size: int = 0,
        style: str = "none",
        strength: int = 0,
        shape: _Carried = "none",
        steps: str = "",
        guidance: str = "",
        sampler: str = "",
    ) -> None:
        """Open the form again that was refused, with what was typed into it."""
        wishes = _carried(count, seed, size, style, strength, shape)
        typed = Typed(steps, guidance, sampler)
        chosen = self._service.model(model)
        await self._ask_how(press, _prompt_in(press), wishes, chosen, typed, private=private)

    @action("advised")
    async def advised(
        self,
        press: Press,
        model: str,
        prompt: FormText,
        steps: FormText,
        count: int = 4,
        private: bool = False,
        guidance: FormText = NOT_ASKED,
        sampler: FormText = NOT_ASKED,
        seed: int = -1,
        size: int = 0,
        style: str = "none",
        strength: int = 0,
        shape: _Carried = "none",
    ) -> None:
        """Draw what a submitted form says; refused, it can be opened again as it was."""
        wishes = replace(_carried(count, seed, size, style, strength, shape), model=model)
        typed = Typed(steps, guidance, sampler)
        try:
            asked = replace(wishes, settings=typed.read(self._service.model(model)))
            await self._draw(press, prompt, asked, model, {}, private=private)
        except (GenerationError, Refusal) as error:
            t = self._texts.bound(press.locale.value)
            back = carrying("advise", wishes, private, **typed.kept())
            back = back or carrying("advise", wishes, private)
            again = [back_to_form(back, t)] if back else []
            await give_back(self._messenger, press, prompt, error, t, again)

    async def _ask_how(
        self,
        interaction: discord.Interaction[Any],
        prompt: str,
        wishes: Wishes,
        model: Model,
        typed: Typed,
        *,
        private: bool,
    ) -> None:
        """Open the form "Advanced". Raises `NothingToSet` or `FormIsFull`."""
        custom_id = carrying("advised", replace(wishes, model=model.key), private)
        if custom_id is None:
            raise FormIsFull
        t = self._texts.bound(interaction.locale.value)
        form = advanced_form(custom_id, model, typed, wishes.settings, t, prompt)
        await interaction.response.send_modal(form)

    async def _draw(
        self,
        interaction: discord.Interaction[Any],
        prompt: str,
        wishes: Wishes,
        typed: str | None,
        attached: Attached,
        *,
        private: bool,
        most: int = len(REFERENCES),
    ) -> None:
        """Order it of the model that is `typed`, or else of the server's, and say what the licence
        of a chosen one forbids, and how a mask was taken.
        """
        if wishes.style not in (None, REPAINT, *STYLES):
            raise BadOption(str(wishes.style))
        model = self._service.model_named(typed) if typed else None
        read = partial(Attachment, interaction, self._messenger, private)
        asked = replace(wishes, model=model.key if model else None)
        asked = with_pictures(asked, attached, read, most)
        await self._delivery.order(
            interaction,
            lambda context: self._service.create(prompt, context, asked),
            private=private,
        )
        t = self._texts.bound(interaction.locale.value)
        lines = [licence_line(model, t) if model else None]
        if isinstance(asked.mask, AttachedMask):
            lines += [t(f"mask.{note}") for note in asked.mask.notes]
        if said := "\n".join(filter(None, lines)):
            await self._messenger.say(interaction, said)

    async def _model_for(
        self, interaction: discord.Interaction[Any], typed: str | None
    ) -> Model | None:
        """The model that is `typed`, or else the server's; `None` where that is none."""
        try:
            if typed:
                return self._service.model_named(typed)
        except UnknownBackend:
            return None
        return await self._service.default_model(interaction.guild_id)

    async def _lora_signs(
        self, interaction: discord.Interaction[Any], listed: str, typed: str | None
    ) -> Sequence[str]:
        """What stands in a prompt for the LoRAs `listed`, as strong as these usually are."""
        model = await self._model_for(interaction, typed) if listed else None
        offered = model.capabilities.loras if model else ()
        return listed_loras(listed, {lora.name.casefold(): lora.weight for lora in offered})

    def _can_start_from_pictures(self) -> bool:
        return any(model.capabilities.tasks & _FROM_PICTURES for model in self._usable())

    def _usable(self) -> Iterator[Model]:
        return (model for model in self._service.models() if model.problem is None)


def _carried(
    count: int, seed: int, size: int, style: str, strength: int, shape: _Carried
) -> Wishes:
    """What `carrying` has put into a custom_id. Raises `OutdatedAction` for what it never would."""
    numbers = size in (0, *SIZES_PX) and seed <= MAX_SEED and strength <= 100
    if not 1 <= count <= 4 or not numbers:
        raise OutdatedAction
    return Wishes(
        count=count,
        seed=None if seed < 0 else seed,
        size_px=size or None,
        shape=None if shape == "none" else shape,
        style=None if style == "none" else style,
        strength=strength / 100 if strength else None,
    )


def _prompt_in(press: Press) -> str:
    """The prompt that was given back on the message pressed. Raises `OutdatedAction`."""
    prompt = given_back(press.message.content) if press.message else None
    if prompt is None:
        raise OutdatedAction
    return prompt


def _style_called(typed: str, t: Sentences) -> str:
    """The key of the style that was typed as the list names it; else what was typed."""
    called = typed.strip().casefold()
    fitting = (key for key in (*STYLES, REPAINT) if called in (key, t(f"style.{key}").casefold()))
    return next(fitting, typed)
