"""/chibi, and what can be pressed under a drawing."""

from __future__ import annotations

import asyncio
from io import BytesIO
from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import Moevatar
from bot.errors import NotYours, OutdatedAction, sentence
from bot.service import Origin, Submitted, Wishes
from bot.storage.records import Generation
from cogs.actions import FormText, Press, act, action
from cogs.ui.answering import answer
from cogs.ui.choosing import model_choices, say_licence
from cogs.ui.delivery import deliver
from cogs.ui.details import details_text
from cogs.ui.media import files_of
from cogs.ui.ordering import order
from cogs.ui.picture import picked_message
from cogs.ui.prompt_form import prompt_form
from cogs.ui.result import stored_view
from cogs.ui.shown import ShownMessage
from generation.errors import PromptTooLong
from generation.photo import check_weight, read_photo
from generation.postprocess import TOOLS, Tool
from generation.request import MAX_SEED, REPAINT
from generation.traits import STYLES


class ChibiCog(commands.Cog):
    """Drawing: the command that everything begins with."""

    def __init__(self, bot: Moevatar) -> None:
        self._bot = bot
        self._avatars, self._collection, self._texts = bot.avatars, bot.collection, bot.texts

    async def cog_load(self) -> None:
        """Go on with what an earlier run accepted: drawn again, and shown on its old message."""
        for submitted in await self._avatars.resume():
            shown = ShownMessage(self._bot, submitted.generation, submitted.generation.message_id)
            self._bot.tasks.start(
                deliver(self._bot, submitted, shown), f"deliver-{submitted.job.id}"
            )

    @app_commands.command()
    @app_commands.choices(
        style=[
            app_commands.Choice(name=f"style.{style}", value=style) for style in (*STYLES, REPAINT)
        ]
    )
    async def chibi(
        self,
        interaction: discord.Interaction[Moevatar],
        prompt: str,
        image: discord.Attachment | None = None,
        backend: str | None = None,
        style: app_commands.Choice[str] | None = None,
        strength: app_commands.Range[int, 1, 100] | None = None,
        count: app_commands.Range[int, 1, 4] = 4,
        seed: app_commands.Range[int, 0, MAX_SEED] | None = None,
        size: Literal[256, 512, 768, 1024] | None = None,
        private: bool = False,
    ) -> None:
        """Read the prompt, and have it drawn."""
        model = await self._avatars.model(interaction.guild_id, backend)

        async def submit(origin: Origin) -> Submitted:
            wishes = Wishes(
                count=count,
                seed=seed,
                size_px=size,
                model=model.key,
                style=style.value if style else None,
                photo=await _photo(image) if image else None,
                strength=strength / 100 if strength else None,
            )
            return await self._avatars.create(prompt, origin, wishes)

        try:
            await order(interaction, submit, private=private, slow=image is not None)
        except PromptTooLong as error:
            await _give_back(interaction, prompt, error)
        else:
            if backend:
                await say_licence(interaction, model)

    @chibi.autocomplete("backend")
    async def ready_models(
        self, interaction: discord.Interaction[Moevatar], current: str
    ) -> list[app_commands.Choice[str]]:
        """What can draw now and fits what was typed so far."""
        return model_choices(interaction.client, current)

    @action("reroll", "generation")
    async def reroll(self, press: Press, generation: int) -> None:
        """Draw the same request again with another seed. Anyone may; it becomes theirs."""
        await order(
            press,
            lambda origin: self._avatars.reroll(generation, origin),
            private=_is_ephemeral(press),
        )

    @action("vary", "image")
    async def vary(self, press: Press, image: int) -> None:
        """Draw small variations of one picture. Anyone may; they become theirs."""
        await order(
            press,
            lambda origin: self._avatars.vary(image, origin),
            private=_is_ephemeral(press),
        )

    @action("tool", "image", "tool")
    async def tool(self, press: Press, image: int, tool: str) -> None:
        """Have a tool work on one picture of one's own, for the owner's eyes: they will want to
        look before others.
        """
        name = _tool(tool)
        await self._collection.own_image(press.user.id, image)
        await order(press, lambda origin: self._avatars.apply(name, image, origin), private=True)

    @action("pick", "image")
    async def pick(self, press: Press, image: int) -> None:
        """Make one picture the owner's avatar, and show privately how it will look."""
        picked = await self._collection.pick(press.user.id, image)
        view, files = await picked_message(press, picked)
        await answer(press, view, files)

    @action("edit", "generation")
    async def edit(self, press: Press, generation: int) -> None:
        """Open the form with the prompt in it. The owner alone: the prompt is shown in full."""
        prompt = (await self._own(press, generation)).request.subject.prompt
        form = prompt_form(
            act("edited", generation=generation, private=_is_ephemeral(press)),
            prompt,
            self._texts,
            press.locale.value,
        )
        await press.response.send_modal(form)

    @action("edited")
    async def edited(self, press: Press, generation: int, private: bool, prompt: FormText) -> None:
        """Order what a submitted prompt form asks for, in a new message."""
        await self._own(press, generation)
        await order(
            press,
            lambda origin: self._avatars.edit(generation, prompt, origin),
            private=private,
        )

    @action("details", "generation")
    async def details(self, press: Press, generation: int) -> None:
        """Tell privately seeds, traits, backend, time; the prompt itself to its owner alone."""
        drawing = await self._avatars.drawing(generation)
        text = details_text(
            drawing,
            self._texts,
            press.locale.value,
            with_prompt=drawing.generation.owner_id == press.user.id,
        )
        await press.response.send_message(text, ephemeral=True)

    @action("cancel", "generation")
    async def cancel(self, press: Press, generation: int) -> None:
        """Take a waiting or running drawing back, and leave the message to its delivery.

        A message whose delivery was lost with an earlier run shows how its drawing ended.
        """
        drawing = await self._avatars.drawing(generation)
        _check_may_remove(press, drawing.generation.owner_id)
        await press.response.defer()
        if self._avatars.cancel(generation):
            return
        drawing = await self._avatars.drawing(generation)
        if view := stored_view(drawing, self._texts):
            files = await files_of(self._collection, drawing.images)
            await press.edit_original_response(view=view, attachments=files)

    @action("delete", "generation")
    async def delete(self, press: Press, generation: int) -> None:
        """Delete the message the button is on, and say that the pictures stay in the gallery."""
        drawing = await self._avatars.drawing(generation)
        _check_may_remove(press, drawing.generation.owner_id)
        await press.response.defer()
        await press.delete_original_response()
        text = self._texts.text("delete.message_done", press.locale.value)
        await press.followup.send(text, ephemeral=True)

    async def _own(self, press: Press, generation_id: int) -> Generation:
        """Raises `NotYours` for somebody else's."""
        generation = (await self._avatars.drawing(generation_id)).generation
        if generation.owner_id != press.user.id:
            raise NotYours
        return generation


async def _photo(image: discord.Attachment) -> bytes:
    """What was attached, as a PNG. Raises `BadPicture`, for a large file before it is fetched."""
    check_weight(image.size)
    return await asyncio.to_thread(read_photo, await image.read())


async def _give_back(
    interaction: discord.Interaction[Moevatar], prompt: str, error: PromptTooLong
) -> None:
    """Refuse an over-long prompt and return it as a file: Discord has cleared the input field."""
    text = sentence(error, interaction.client.texts.bound(interaction.locale.value))
    file = discord.File(BytesIO(prompt.encode()), "prompt.txt")
    if interaction.response.is_done():
        await interaction.followup.send(text, file=file, ephemeral=True)
    else:
        await interaction.response.send_message(text, file=file, ephemeral=True)


def _check_may_remove(press: Press, owner_id: int) -> None:
    """Raise `NotYours` unless it is the owner, or somebody who may manage messages here."""
    if press.user.id != owner_id and not press.permissions.manage_messages:
        raise NotYours


def _tool(word: str) -> Tool:
    """The tool of that name; older messages name it by its place. Raises `OutdatedAction`."""
    for place, tool in enumerate(TOOLS):
        if word in (tool, str(place)):
            return tool
    raise OutdatedAction


def _is_ephemeral(press: Press) -> bool:
    """Whether the message pressed is seen by one person alone; what comes of it stays so."""
    return press.message is not None and press.message.flags.ephemeral
