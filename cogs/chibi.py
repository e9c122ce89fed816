"""/chibi, and what can be pressed for a whole drawing."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, replace
from typing import Any, Literal

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.client import Services
from bot.errors import BadOption, NotYours, OutdatedAction, Refusal, log_refusal, sentence
from bot.messenger import File, Messenger
from bot.service import Wishes
from bot.storage.records import Generation
from bot.texts import Sentences
from cogs.actions import FormText, Press, act, action, button, is_private
from cogs.delivery import Delivery
from cogs.models import licence_line, model_choices
from cogs.ui.answer import prompt_form, stored_content
from cogs.ui.media import fitted
from cogs.ui.wording import details_text
from generation.capabilities import Model
from generation.errors import CannotDraw, GenerationError, Unavailable
from generation.photo import check_weight, read_photo
from generation.prompt_errors import BadPicture, PromptTooLong
from generation.request import MAX_SEED, REPAINT, SIZES_PX
from generation.traits import STYLES

_FROM_PICTURES = frozenset({"image-to-image", "edit"})
_STRENGTHS = (30, 45, 60, 75, 90)
_GIVEN_BACK = re.compile(r"```\n(.*)\n```", re.DOTALL)
_NAMED = re.compile(r"[\w./-]{1,30}", re.ASCII)
"""A model whose key has room in a custom_id beside everything else."""
_FENCE, _BROKEN_FENCE = "```", "`\u200b`\u200b`"
_MESSAGE_LIMIT = 2000  # Discord's, for the content of a message
_LABEL_LENGTH = 80  # and for the label of a button


class ChibiCog(commands.Cog):
    """Drawing: the command that everything begins with."""

    def __init__(self, services: Services, messenger: Messenger, delivery: Delivery) -> None:
        self._service = services.service
        self._pictures = services.pictures
        self._texts = services.texts
        self._messenger = messenger
        self._delivery = delivery

    async def cog_load(self) -> None:
        """Go on with what an earlier run accepted."""
        await self._delivery.resume()

    @app_commands.command()
    async def chibi(
        self,
        interaction: discord.Interaction[Any],
        prompt: str,
        without: app_commands.Range[str, 1, 200] = "",
        image: discord.Attachment | None = None,
        backend: str | None = None,
        style: str | None = None,
        strength: app_commands.Range[int, 1, 100] | None = None,
        count: app_commands.Range[int, 1, 4] = 4,
        seed: app_commands.Range[int, 0, MAX_SEED] | None = None,
        size: Literal[256, 512, 768, 1024] | None = None,
        private: bool = False,
    ) -> None:
        """Read the prompt, and have it drawn; refused, it is given back."""
        wishes = Wishes(
            count=count,
            seed=seed,
            size_px=size,
            style=style,
            strength=strength / 100 if strength else None,
            without=without,
        )
        try:
            await self._draw(interaction, prompt, wishes, image, backend, private=private)
        except (GenerationError, Refusal) as error:
            asked = replace(wishes, model=backend)
            has_start = image is not None or style == REPAINT
            way_out = self._way_out(interaction, error, asked, private, has_start=has_start)
            await self._give_back(interaction, prompt, error, way_out)

    @chibi.autocomplete("backend")
    async def ready_models(
        self, interaction: discord.Interaction[Any], current: str
    ) -> list[app_commands.Choice[str]]:
        """What can draw now and fits what was typed so far."""
        t = self._texts.bound(interaction.locale.value)
        return model_choices(self._service.models(), current, t)

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
        count: int,
        private: bool,
        seed: int = -1,
        size: int = 0,
        style: str = "none",
        model: str = "default",
    ) -> None:
        """Draw what was refused, without a picture to start from."""
        found = _GIVEN_BACK.search(press.message.content) if press.message else None
        sizes = size == 0 or size in SIZES_PX
        if found is None or not 1 <= count <= 4 or not sizes or seed > MAX_SEED:
            raise OutdatedAction
        wishes = Wishes(
            count=count,
            seed=None if seed < 0 else seed,
            size_px=size or None,
            style=None if style == "none" else style,
        )
        prompt = found[1].replace(_BROKEN_FENCE, _FENCE)
        backend = None if model == "default" else model
        await self._draw(press, prompt, wishes, None, backend, private=private)

    @action("reroll", "generation")
    async def reroll(self, press: Press, generation: int) -> None:
        """Draw the same request again with another seed. Anyone may; it becomes theirs."""
        await self._delivery.order(
            press,
            lambda context: self._service.reroll(generation, context),
            private=is_private(press),
        )

    @action("edit", "generation")
    async def edit(self, press: Press, generation: int) -> None:
        """Open the form with the prompt in it. The owner alone: the prompt is shown in full."""
        prompt = (await self._own(press, generation)).request.subject.prompt
        t = self._texts.bound(press.locale.value)
        form = prompt_form(generation, prompt, t, private=is_private(press))
        await press.response.send_modal(form)

    @action("edited")
    async def edited(self, press: Press, generation: int, private: bool, prompt: FormText) -> None:
        """Order what a submitted prompt form asks for, in a new message."""
        await self._own(press, generation)
        try:
            await self._delivery.order(
                press,
                lambda context: self._service.edit(generation, prompt, context),
                private=private,
            )
        except (GenerationError, Refusal) as error:
            await self._give_back(press, prompt, error)

    @action("details", "generation")
    async def details(self, press: Press, generation: int) -> None:
        """Tell privately seeds, traits, backend, time; the owner's own words to the owner alone."""
        drawing = await self._service.drawing(generation)
        is_owner = drawing.generation.owner_id == press.user.id
        t = self._texts.bound(press.locale.value)
        await self._messenger.say(press, details_text(drawing, t, to_owner=is_owner))

    @action("cancel", "generation")
    async def cancel(self, press: Press, generation: int) -> None:
        """Take a waiting or running drawing back, and leave the message to its delivery.

        A message whose delivery was lost with an earlier run shows how its drawing ended.
        """
        drawing = await self._service.drawing(generation)
        _check_may_remove(press, drawing.generation.owner_id)
        await press.response.defer()
        if self._service.cancel(generation):
            return
        drawing = await self._service.drawing(generation)
        t = self._texts.bound(drawing.generation.locale)
        shown = await fitted(self._pictures, drawing.images, press.filesize_limit)
        if content := stored_content(drawing, shown, t):
            await self._messenger.replace(press, content)

    @action("delete", "generation")
    async def delete(self, press: Press, generation: int) -> None:
        """Delete the message the button is on, and say that the pictures stay in the gallery."""
        drawing = await self._service.drawing(generation)
        _check_may_remove(press, drawing.generation.owner_id)
        await self._messenger.remove(press)
        t = self._texts.bound(press.locale.value)
        await self._messenger.say(press, t("delete.message_done"))

    async def _draw(
        self,
        interaction: discord.Interaction[Any],
        prompt: str,
        wishes: Wishes,
        image: discord.Attachment | None,
        backend: str | None,
        *,
        private: bool,
    ) -> None:
        """Order it, and say what the licence of a chosen model forbids."""
        if wishes.style not in (None, REPAINT, *STYLES):
            raise BadOption(str(wishes.style))
        photo = _Attached(image, interaction, self._messenger, private) if image else None
        asked = replace(wishes, model=backend, photo=photo)
        await self._delivery.order(
            interaction,
            lambda context: self._service.create(prompt, context, asked),
            private=private,
        )
        if backend:
            await self._say_licence(interaction, await self._service.model(None, backend))

    async def _say_licence(self, interaction: discord.Interaction[Any], model: Model) -> None:
        if line := licence_line(model, self._texts.bound(interaction.locale.value)):
            await self._messenger.say(interaction, line)

    async def _give_back(
        self,
        interaction: discord.Interaction[Any],
        prompt: str,
        error: Exception,
        way_out: ui.Button[Any] | None = None,
    ) -> None:
        """Refuse, and return the prompt: Discord has cleared the input field."""
        t = self._texts.bound(interaction.locale.value)
        log_refusal(interaction, error)
        text = sentence(error, t)
        if isinstance(error, PromptTooLong):
            file = File("prompt.txt", prompt.encode())
            return await self._messenger.say(interaction, text, file)
        returned = _returned(text, prompt, t)
        if way_out is None:
            return await self._messenger.say(interaction, returned)
        view = ui.View(timeout=None).add_item(way_out)
        view.stop()
        await self._messenger.say(interaction, returned, view=view)

    def _way_out(
        self,
        interaction: discord.Interaction[Any],
        error: Exception,
        wishes: Wishes,
        private: bool,
        *,
        has_start: bool,
    ) -> ui.Button[Any] | None:
        """A button that draws what was refused all the same: without the picture to start from
        where that alone was in the way, with what can draw where the model cannot be used now.
        """
        t = self._texts.bound(interaction.locale.value)
        match error:
            case CannotDraw() | BadPicture() if has_start:
                label = t("button.plain")
            case Unavailable() if not has_start and (ready := self._ready_to_draw()):
                wishes = replace(wishes, model=ready.key)
                label = t("button.draw_with", title=ready.title)[:_LABEL_LENGTH]
            case _:
                return None
        plain = _plain(wishes, private)
        return None if plain is None else button(plain, label=label, emoji="🖌️")

    def _ready_to_draw(self) -> Model | None:
        ready = (model for model in self._service.models() if model.problem is None)
        return next((m for m in ready if "text-to-image" in m.capabilities.tasks), None)

    async def _own(self, press: Press, generation_id: int) -> Generation:
        """Raises `NotYours` for somebody else's."""
        generation = (await self._service.drawing(generation_id)).generation
        if generation.owner_id != press.user.id:
            raise NotYours
        return generation

    def _can_start_from_pictures(self) -> bool:
        ready = (model for model in self._service.models() if model.problem is None)
        return any(model.capabilities.tasks & _FROM_PICTURES for model in ready)


@dataclass(frozen=True, slots=True)
class _Attached:
    """What was attached to a command. Says "thinking" while it is fetched and read."""

    image: discord.Attachment
    interaction: discord.Interaction[Any]
    messenger: Messenger
    private: bool

    async def read(self) -> bytes:
        """It as a PNG. Raises `BadPicture`, for a large file before it is fetched."""
        check_weight(self.image.size)
        await self.messenger.defer(self.interaction, private=self.private)
        return await asyncio.to_thread(read_photo, await self.image.read())


def _plain(wishes: Wishes, private: bool) -> str | None:
    """The action that asks for `wishes` without a picture to start from; `None` for a model whose
    name a custom_id does not hold.
    """
    given: dict[str, int | str] = {"count": wishes.count, "private": private}
    if wishes.seed is not None:
        given["seed"] = wishes.seed
    if wishes.size_px is not None:
        given["size"] = wishes.size_px
    if wishes.style not in (None, REPAINT):
        given["style"] = wishes.style
    if wishes.model is not None:
        if not _NAMED.fullmatch(wishes.model):
            return None
        given["model"] = wishes.model
    return act("plain", **given)


def _returned(text: str, prompt: str, t: Sentences) -> str:
    """The refusal with the prompt below it, to be copied; `_GIVEN_BACK` finds it there."""
    fenced = prompt.strip("\n").replace(_FENCE, _BROKEN_FENCE)
    whole = "\n".join((text, t("error.prompt_back"), _FENCE, fenced, _FENCE))
    return whole if len(whole) <= _MESSAGE_LIMIT else text


def _check_may_remove(press: Press, owner_id: int) -> None:
    """Raise `NotYours` unless it is the owner, or somebody who may manage messages here."""
    if press.user.id != owner_id and not press.permissions.manage_messages:
        raise NotYours
