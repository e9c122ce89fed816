"""The form in which a prompt is changed.

Like buttons, it carries what it needs in its custom_id: it may be left open for an hour, or over a
restart, and is answered all the same.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import discord
from discord import ui

from bot.texts import Catalogue
from generation.prompt import MAX_PROMPT_CHARS

_ID = re.compile(r"mv:prompt-form:(\d+):([01])")


class ChangedPrompt(NamedTuple):
    """A submitted form."""

    generation_id: int
    private: bool
    prompt: str


def prompt_form(
    generation_id: int, prompt: str, texts: Catalogue, locale: str, *, private: bool
) -> ui.Modal:
    """The form, with `prompt` in it. It is stopped: discord.py need not keep it."""
    form = ui.Modal(
        title=texts.text("edit.title", locale),
        custom_id=f"mv:prompt-form:{generation_id}:{int(private)}",
    )
    field: ui.TextInput[Any] = ui.TextInput(
        style=discord.TextStyle.paragraph,
        default=prompt,
        placeholder=texts.text("edit.hint", locale),
        max_length=MAX_PROMPT_CHARS,
    )
    form.add_item(ui.Label(text=texts.text("edit.label", locale), component=field))
    form.stop()
    return form


def changed_prompt(interaction: discord.Interaction[Any]) -> ChangedPrompt | None:
    """What was submitted, if `interaction` is this form."""
    data: Any = interaction.data
    if interaction.type is not discord.InteractionType.modal_submit:
        return None
    if (found := _ID.fullmatch(data["custom_id"])) is None:
        return None
    (label,) = data["components"]
    return ChangedPrompt(int(found[1]), found[2] == "1", label["component"]["value"])
