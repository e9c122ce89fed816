"""The form "Advanced", in which somebody says how a model is run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import discord
from discord import TextStyle, ui

from bot.texts import Sentences
from bot.user_errors import NothingToSet
from cogs.actions import act, button, fields_form
from generation.capabilities import Model
from generation.prompt import MAX_PROMPT_CHARS
from generation.request import Settings
from generation.tuning import Adjustable, Limit, read_settings

_IN_CUSTOM_ID = re.compile(r"[\w./-]{1,20}", re.ASCII)
_TITLE_LENGTH = 45  # Discord's, for the title of a form
_NUMBER_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form, field by field."""

    steps: str = ""
    guidance: str = ""
    sampler: str = ""

    def read(self, model: Model) -> Settings:
        """What it means for `model`. Raises a `BadSetting`."""
        settings = model.capabilities.settings
        return read_settings(self.steps, self.guidance, self.sampler, settings, model.title)

    def kept(self) -> dict[str, str]:
        """What of it can stand in a custom_id, by field."""
        return {name: text for name, text in asdict(self).items() if _IN_CUSTOM_ID.fullmatch(text)}


def advanced_form(
    custom_id: str,
    model: Model,
    typed: Typed,
    settings: Settings,
    t: Sentences,
    prompt: str | None = None,
) -> ui.Modal:
    """The form for `model`: what was `typed` into it before, else `settings`, else as usual. With a
    `prompt`, that is a field of it.

    Raises `NothingToSet`.
    """
    adjustable = model.capabilities.settings
    if adjustable is None:
        raise NothingToSet(model.title)
    fields = tuple(_fields(adjustable, typed, settings, t))
    if prompt is not None:
        fields = (_prompt_field(prompt, t), *fields)
    return fields_form(custom_id, t("advanced.title", title=model.title)[:_TITLE_LENGTH], *fields)


def reopening(action: str, typed: Typed, **values: int) -> str:
    """`action`, with what was `typed` as far as a custom_id has room for it."""
    try:
        return act(action, **values, **typed.kept())
    except ValueError:
        return act(action, **values)


def back_to_form(custom_id: str, t: Sentences) -> ui.Button[Any]:
    """A button that opens a form again that was refused."""
    return button(custom_id, label=t("button.back_to_form"), emoji="🎛️")


def _fields(
    adjustable: Adjustable, typed: Typed, settings: Settings, t: Sentences
) -> Iterator[ui.Label[Any]]:
    yield _number_field("steps", typed.steps, settings.steps, adjustable.steps, t)
    if adjustable.guidance is not None:
        said = settings.guidance
        yield _number_field("guidance", typed.guidance, said, adjustable.guidance, t)
    if len(adjustable.samplers) > 1:
        yield _sampler_field(typed.sampler or settings.sampler, adjustable, t)


def _prompt_field(prompt: str, t: Sentences) -> ui.Label[Any]:
    field: ui.TextInput[Any] = ui.TextInput(
        custom_id="prompt",
        style=TextStyle.paragraph,
        default=prompt or None,
        placeholder=t("edit.hint"),
        max_length=MAX_PROMPT_CHARS,
    )
    return ui.Label(text=t("edit.label"), component=field)


def _number_field(
    name: str, typed: str, said: float | None, limit: Limit, t: Sentences
) -> ui.Label[Any]:
    numbers = {"least": f"{limit.least:g}", "most": f"{limit.most:g}", "usual": f"{limit.usual:g}"}
    field: ui.TextInput[Any] = ui.TextInput(
        custom_id=name,
        default=typed or f"{limit.usual if said is None else said:g}",
        max_length=_NUMBER_LENGTH,
        required=False,
    )
    description = t(f"advanced.{name}_hint", **numbers)
    return ui.Label(text=t(f"advanced.{name}"), description=description, component=field)


def _sampler_field(chosen: str | None, adjustable: Adjustable, t: Sentences) -> ui.Label[Any]:
    first = next(iter(adjustable.samplers))
    marked = chosen if chosen in adjustable.samplers else first
    options = [
        discord.SelectOption(
            label=t("advanced.usual_sampler", title=title) if key == first else title,
            value=key,
            default=key == marked,
        )
        for key, title in adjustable.samplers.items()
    ]
    return ui.Label(
        text=t("advanced.sampler"),
        description=t("advanced.sampler_hint"),
        component=ui.Select[Any](custom_id="sampler", options=options),
    )
