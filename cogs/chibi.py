"""/chibi, and what can be pressed for a whole drawing."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Literal

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.client import Services
from bot.messenger import File, Messenger
from bot.service import Wishes
from bot.storage.records import Generation
from bot.texts import Sentences
from bot.user_errors import BadOption, NotYours, OutdatedAction, Refusal, log_refusal, sentence
from cogs.actions import FormText, Press, act, action, button, is_private
from cogs.delivery import Delivery
from cogs.models import licence_line, model_choices
from cogs.ui.answer import prompt_form, stored_content
from cogs.ui.media import fitted
from cogs.ui.wording import details_text
from generation.capabilities import Model
from generation.errors import (
    CannotDraw,
    GenerationError,
    ModelGone,
    Unavailable,
    UnknownBackend,
)
from generation.photo import check_weight, read_photo
from generation.prompt_errors import BadPicture, PromptTooLong
from generation.request import MAX_SEED, REPAINT, SIZES_PX
from generation.traits import STYLES

_FROM_PICTURES = frozenset({"image-to-image", "edit"})
_STRENGTHS = (30, 45, 60, 75, 90)
_GIVEN_BACK = re.compile(r"```\n(.*)\n```", re.DOTALL)
_NAMED = re.compile(r"[\w./-]+", re.ASCII)
"""A model's key that can stand in a custom_id."""
_BRUSH = "🖌️"
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
        model: str | None = None,
        style: str | None = None,
        strength: app_commands.Range[int, 1, 100] | None = None,
        count: app_commands.Range[int, 1, 4] = 4,
        seed: app_commands.Range[int, 0, MAX_SEED] | None = None,
        size: Literal[256, 512, 768, 1024] | None = None,
        private: bool = False,
    ) -> None:
        """Read the prompt, and have it drawn; refused, it is given back."""
        t = self._texts.bound(interaction.locale.value)
        wishes = Wishes(
            count=count,
            seed=seed,
            size_px=size,
            style=_style_called(style, t) if style else None,
            strength=strength / 100 if strength else None,
            without=without,
        )
        try:
            await self._draw(interaction, prompt, wishes, image, model, private=private)
        except (GenerationError, Refusal) as error:
            asked = replace(wishes, model=model)
            ways_out = self._ways_out(error, asked, t, private=private, has_photo=image is not None)
            await self._give_back(interaction, _with_denials(prompt, without), error, ways_out)

    @chibi.autocomplete("model")
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
        strength: int = 0,
        model: str = "default",
    ) -> None:
        """Draw what was refused in another way: without a photo, or with another model."""
        found = _GIVEN_BACK.search(press.message.content) if press.message else None
        numbers = size in (0, *SIZES_PX) and seed <= MAX_SEED and strength <= 100
        if found is None or not 1 <= count <= 4 or not numbers:
            raise OutdatedAction
        wishes = Wishes(
            count=count,
            seed=None if seed < 0 else seed,
            size_px=size or None,
            style=None if style == "none" else style,
            strength=strength / 100 if strength else None,
        )
        prompt = found[1].replace(_BROKEN_FENCE, _FENCE)
        chosen = None if model == "default" else model
        await self._draw(press, prompt, wishes, None, chosen, private=private)

    @action("reroll", "generation")
    async def reroll(self, press: Press, generation: int) -> None:
        """Draw the same request again with another seed. Anyone may; it becomes theirs."""
        await self._delivery.order(
            press,
            lambda context: self._service.reroll(generation, context),
            private=is_private(press),
        )

    @action("switch")
    async def switch(self, press: Press, generation: int, model: str) -> None:
        """Draw one's own request again with another model. The owner alone: it has their words."""
        await self._delivery.order(
            press,
            lambda context: self._service.switch(generation, model, context),
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
        """Tell privately seeds, traits, model, time; the owner's own words to the owner alone."""
        drawing = await self._service.drawing(generation)
        is_owner = drawing.generation.owner_id == press.user.id
        model = self._service.model_of(drawing.generation)
        t = self._texts.bound(press.locale.value)
        await self._messenger.say(press, details_text(drawing, model, t, to_owner=is_owner))

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
        if content := stored_content(drawing, shown, t, self._service.reader_for(drawing)):
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
        typed: str | None,
        *,
        private: bool,
    ) -> None:
        """Order it of the model that is `typed`, or else of the server's, and say what the licence
        of a chosen one forbids.
        """
        if wishes.style not in (None, REPAINT, *STYLES):
            raise BadOption(str(wishes.style))
        model = self._service.model_named(typed) if typed else None
        photo = _Attached(image, interaction, self._messenger, private) if image else None
        asked = replace(wishes, model=model.key if model else None, photo=photo)
        await self._delivery.order(
            interaction,
            lambda context: self._service.create(prompt, context, asked),
            private=private,
        )
        t = self._texts.bound(interaction.locale.value)
        if model and (line := licence_line(model, t)):
            await self._messenger.say(interaction, line)

    async def _give_back(
        self,
        interaction: discord.Interaction[Any],
        prompt: str,
        error: Exception,
        ways_out: Sequence[ui.Button[Any]] = (),
    ) -> None:
        """Refuse, and return the prompt: Discord has cleared the input field."""
        t = self._texts.bound(interaction.locale.value)
        log_refusal(interaction, error)
        text = sentence(error, t)
        if isinstance(error, PromptTooLong):
            file = File("prompt.txt", prompt.encode())
            return await self._messenger.say(interaction, text, file)
        returned = _returned(text, prompt, t)
        if not ways_out:
            return await self._messenger.say(interaction, returned)
        view = ui.View(timeout=None)
        for way_out in ways_out:
            view.add_item(way_out)
        view.stop()
        await self._messenger.say(interaction, returned, view=view)

    def _ways_out(
        self, error: Exception, wishes: Wishes, t: Sentences, *, private: bool, has_photo: bool
    ) -> list[ui.Button[Any]]:
        """Buttons that draw what was refused all the same: without the picture to start from where
        that alone was in the way, else with a model that was meant, or that can draw now.

        A button holds no photo.
        """
        has_start = has_photo or wishes.style == REPAINT
        match error:
            case CannotDraw() | BadPicture() if has_start:
                unpainted = replace(wishes, strength=None)
                style = None if wishes.style == REPAINT else wishes.style
                plain = _plain(replace(unpainted, style=style), private)
                return [button(plain, label=t("button.plain"), emoji=_BRUSH)] if plain else []
            case UnknownBackend() if not has_photo and error.near:
                titles = error.near
            case ModelGone() | Unavailable() if not has_start:
                titles = self._ready_to_draw()
            case _:
                return []
        return [
            button(plain, label=t("button.draw_with", title=title)[:_LABEL_LENGTH], emoji=_BRUSH)
            for key, title in titles.items()
            if (plain := _plain(replace(wishes, model=key), private))
        ]

    def _ready_to_draw(self) -> dict[str, str]:
        """The first that can draw from words now: its key and title."""
        drawing = (m for m in self._usable() if "text-to-image" in m.capabilities.tasks)
        return {model.key: model.title for model in islice(drawing, 1)}

    async def _own(self, press: Press, generation_id: int) -> Generation:
        """Raises `NotYours` for somebody else's."""
        generation = (await self._service.drawing(generation_id)).generation
        if generation.owner_id != press.user.id:
            raise NotYours
        return generation

    def _can_start_from_pictures(self) -> bool:
        return any(model.capabilities.tasks & _FROM_PICTURES for model in self._usable())

    def _usable(self) -> Iterator[Model]:
        return (model for model in self._service.models() if model.problem is None)


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
    """The action that asks for `wishes` without a photo; `None` where a custom_id has not the room,
    or a model a name that does not go into one.
    """
    given: dict[str, int | str] = {"count": wishes.count, "private": private}
    if wishes.seed is not None:
        given["seed"] = wishes.seed
    if wishes.size_px is not None:
        given["size"] = wishes.size_px
    if wishes.style is not None:
        given["style"] = wishes.style
    if wishes.strength is not None:
        given["strength"] = round(wishes.strength * 100)
    if wishes.model is not None:
        if not _NAMED.fullmatch(wishes.model):
            return None
        given["model"] = wishes.model
    try:
        return act("plain", **given)
    except ValueError:
        return None


def _with_denials(prompt: str, without: str) -> str:
    """The prompt with what was ruled out beside it, as it can be said in one field."""
    return f"{prompt} --no {without}" if without.strip() else prompt


def _returned(text: str, prompt: str, t: Sentences) -> str:
    """The refusal with the prompt below it, to be copied; `_GIVEN_BACK` finds it there."""
    fenced = prompt.strip("\n").replace(_FENCE, _BROKEN_FENCE)
    whole = "\n".join((text, t("error.prompt_back"), _FENCE, fenced, _FENCE))
    return whole if len(whole) <= _MESSAGE_LIMIT else text


def _style_called(typed: str, t: Sentences) -> str:
    """The key of the style that was typed as the list names it; else what was typed."""
    called = typed.strip().casefold()
    fitting = (key for key in (*STYLES, REPAINT) if called in (key, t(f"style.{key}").casefold()))
    return next(fitting, typed)


def _check_may_remove(press: Press, owner_id: int) -> None:
    """Raise `NotYours` unless it is the owner, or somebody who may manage messages here."""
    if press.user.id != owner_id and not press.permissions.manage_messages:
        raise NotYours
