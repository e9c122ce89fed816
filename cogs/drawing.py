"""What can be pressed for a whole drawing: again, otherwise, its details, its end."""

from __future__ import annotations

from discord import ui
from discord.ext import commands

from bot.client import Services
from bot.jobs import Submitted
from bot.messenger import Content, Messenger
from bot.storage.records import Generation
from bot.user_errors import NotYours, Refusal, log_refusal, sentence
from cogs.actions import NOT_ASKED, FormText, Press, act, action, is_private
from cogs.advanced import Typed, advanced_form, back_to_form, reopening
from cogs.comparison import Comparisons
from cogs.delivery import Delivery
from cogs.refused import give_back
from cogs.ui.answer import prompt_form, stored_content
from cogs.ui.media import fitted
from cogs.ui.wording import details_text
from generation.errors import GenerationError
from generation.request import settings_of
from generation.tuning import unfitting


class DrawingCog(commands.Cog):
    """A drawing, ordered, under way or done."""

    def __init__(
        self,
        services: Services,
        messenger: Messenger,
        delivery: Delivery,
        comparisons: Comparisons,
    ) -> None:
        self._service = services.service
        self._jobs = services.jobs
        self._pictures = services.pictures
        self._texts = services.texts
        self._messenger = messenger
        self._delivery = delivery
        self._comparisons = comparisons

    async def cog_load(self) -> None:
        """Go on with what an earlier run accepted."""
        await self._jobs.resume(self._go_on)

    def _go_on(self, together: tuple[Submitted, ...]) -> None:
        if together[0].generation.comparison_id is not None:
            self._comparisons.resume(together)
            return
        for submitted in together:
            self._delivery.resume(submitted)

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
        before = (await self._own(press, generation)).request
        await self._delivery.order(
            press,
            lambda context: self._service.switch(generation, model, context),
            private=is_private(press),
        )
        other = self._service.model(model)
        if lost := unfitting(settings_of(before), other.capabilities.settings):
            t = self._texts.bound(press.locale.value)
            names = t.listed([t(f"setting.{name}") for name in lost])
            text = t("advanced.left_out", names=names, title=other.title)
            await self._messenger.say(press, text)

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
            t = self._texts.bound(press.locale.value)
            await give_back(self._messenger, press, prompt, error, t)

    @action("advanced")
    async def advanced(
        self,
        press: Press,
        generation: int,
        private: bool,
        steps: str = "",
        guidance: str = "",
        sampler: str = "",
    ) -> None:
        """Open the form with how a drawing was run. The owner alone: it is drawn anew for them."""
        request = (await self._own(press, generation)).request
        form = advanced_form(
            act("tuned", generation=generation, private=private),
            self._service.model(request.model),
            Typed(steps, guidance, sampler),
            settings_of(request),
            self._texts.bound(press.locale.value),
        )
        await press.response.send_modal(form)

    @action("tuned")
    async def tuned(
        self,
        press: Press,
        generation: int,
        private: bool,
        steps: FormText,
        guidance: FormText = NOT_ASKED,
        sampler: FormText = NOT_ASKED,
    ) -> None:
        """Draw the same again, run as a submitted form says."""
        request = (await self._own(press, generation)).request
        typed = Typed(steps, guidance, sampler)
        try:
            settings = typed.read(self._service.model(request.model))
            await self._delivery.order(
                press,
                lambda context: self._service.tune(generation, settings, context),
                private=private,
            )
        except (GenerationError, Refusal) as error:
            log_refusal(press, error)
            t = self._texts.bound(press.locale.value)
            back = reopening("advanced", typed, generation=generation, private=private)
            view = ui.View(timeout=None).add_item(back_to_form(back, t))
            view.stop()
            await self._messenger.say(press, sentence(error, t), view=view)

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
        """Take back what waits or runs for a message, and leave that to its delivery.

        A message whose delivery was lost with an earlier run shows how they ended.
        """
        drawings = await self._service.comparing.drawings(generation)
        _check_may_remove(press, drawings[0].generation.owner_id)
        await press.response.defer()
        if any([self._service.cancel(drawing.generation.id) for drawing in drawings]):
            return
        if content := await self._as_stored(generation, press.filesize_limit):
            await self._messenger.replace(press, content)

    async def _as_stored(self, generation: int, file_limit_bytes: int) -> Content | None:
        drawings = await self._service.comparing.drawings(generation)
        if drawings[0].generation.comparison_id is not None:
            return await self._comparisons.stored(drawings, file_limit_bytes)
        (drawing,) = drawings
        t = self._texts.bound(drawing.generation.locale)
        shown = await fitted(self._pictures, drawing.images, file_limit_bytes)
        return stored_content(drawing, shown, t, self._service.reader_for(drawing))

    @action("delete", "generation")
    async def delete(self, press: Press, generation: int) -> None:
        """Delete the message the button is on, and say that the pictures stay in the gallery."""
        drawings = await self._service.comparing.drawings(generation)
        _check_may_remove(press, drawings[0].generation.owner_id)
        await self._messenger.remove(press)
        t = self._texts.bound(press.locale.value)
        await self._messenger.say(press, t("delete.message_done"))

    async def _own(self, press: Press, generation_id: int) -> Generation:
        """Raises `NotYours` for somebody else's."""
        generation = (await self._service.drawing(generation_id)).generation
        if generation.owner_id != press.user.id:
            raise NotYours
        return generation


def _check_may_remove(press: Press, owner_id: int) -> None:
    """Raise `NotYours` unless it is the owner, or somebody who may manage messages here."""
    if press.user.id != owner_id and not press.permissions.manage_messages:
        raise NotYours
