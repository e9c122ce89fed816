"""Answers with pictures on them.

Discord is told at once that an answer comes, and gets the pictures after: it waits 3 seconds for
the first answer, and uploading a page of the gallery can take longer.
"""

from __future__ import annotations

from collections.abc import Sequence

import discord
from discord import ui

from bot.client import Moevatar


async def answer(
    interaction: discord.Interaction[Moevatar],
    view: ui.LayoutView,
    files: Sequence[discord.File],
    *,
    ephemeral: bool = True,
) -> None:
    """Answer with a new message that shows `files`."""
    await interaction.response.defer(ephemeral=ephemeral, thinking=True)
    await interaction.edit_original_response(view=view, attachments=files)


async def replace(
    press: discord.Interaction[Moevatar], view: ui.LayoutView, files: Sequence[discord.File]
) -> None:
    """Make the message pressed show `view` with exactly `files`."""
    await press.response.defer()
    await press.edit_original_response(view=view, attachments=files)
