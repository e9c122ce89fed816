"""Forms. Like buttons, they carry what they need in their custom_id: one may be left open for an
hour, or over a restart, and is answered all the same.
"""

from __future__ import annotations

from typing import Any

import discord
from discord import ui

from bot.texts import Sentences
from cogs.actions import act
from generation.prompt import MAX_PROMPT_CHARS


def prompt_form(generation_id: int, prompt: str, t: Sentences, *, private: bool) -> ui.Modal:
    """The form in which a prompt is changed, with `prompt` in it."""
    field: ui.TextInput[Any] = ui.TextInput(
        custom_id="prompt",
        style=discord.TextStyle.paragraph,
        default=prompt or None,
        placeholder=t("edit.hint"),
        max_length=MAX_PROMPT_CHARS,
    )
    custom_id = act("edited", generation=generation_id, private=private)
    return _form(custom_id, t("edit.title"), t("edit.label"), field)


def page_form(page: int, pages: int, favourites: bool, t: Sentences) -> ui.Modal:
    """The form that asks for the number of a page, from 1 to `pages`; `page` counts from 0."""
    field: ui.TextInput[Any] = ui.TextInput(custom_id="page", default=str(page + 1), max_length=6)
    custom_id = act("jumped", favourites=favourites)
    return _form(custom_id, t("gallery.jump"), t("gallery.jump_label", pages=pages), field)


def _form(custom_id: str, title: str, label: str, field: ui.TextInput[Any]) -> ui.Modal:
    form = ui.Modal(title=title, custom_id=custom_id)
    form.add_item(ui.Label(text=label, component=field))
    form.stop()  # discord.py need not keep it: `cogs.actions` hears of it
    return form
