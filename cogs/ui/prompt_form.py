"""The form in which a prompt is changed.

Like buttons, it carries what it needs in its custom_id: it may be left open for an hour, or over a
restart, and is answered all the same.
"""

from __future__ import annotations

from typing import Any

import discord
from discord import ui

from bot.texts import Catalogue
from generation.prompt import MAX_PROMPT_CHARS


def prompt_form(custom_id: str, prompt: str, texts: Catalogue, locale: str) -> ui.Modal:
    """The form, with `prompt` in it. It is stopped: discord.py need not keep it."""
    form = ui.Modal(
        title=texts.text("edit.title", locale),
        custom_id=custom_id,
    )
    field: ui.TextInput[Any] = ui.TextInput(
        custom_id="prompt",
        style=discord.TextStyle.paragraph,
        default=prompt,
        placeholder=texts.text("edit.hint", locale),
        max_length=MAX_PROMPT_CHARS,
    )
    form.add_item(ui.Label(text=texts.text("edit.label", locale), component=field))
    form.stop()
    return form
