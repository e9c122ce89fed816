"""ShownMessage: the one message that shows a drawing."""

from __future__ import annotations

from collections.abc import Sequence

import discord
from discord import ui

from bot.client import Moevatar
from bot.storage.records import Generation

_TOO_OLD = (50027, 10015)
"""What Discord says of an interaction after 15 minutes, by its clock and not by ours."""


class ShownMessage:
    """Edits the message of a drawing through its interaction; once that is too old (15 minutes) or
    was lost in a restart, through the channel.
    """

    def __init__(
        self,
        client: Moevatar,
        generation: Generation,
        message_id: int | None,
        interaction: discord.Interaction[Moevatar] | None = None,
    ) -> None:
        self._client = client
        self._generation = generation
        self._message_id = message_id
        self._interaction = interaction

    @property
    def is_quick(self) -> bool:
        """Whether edits are plentiful. Through the channel, all its messages share about one a
        second: these are kept for the ends.
        """
        return self._interaction is not None and not self._interaction.is_expired()

    async def edit(self, view: ui.LayoutView, files: Sequence[discord.File] = ()) -> None:
        """Show `view` with exactly `files`.

        A message that no run of the program remembers, because a crash came too soon after it was
        posted, is replaced by a new one. Raises `discord.HTTPException` if nothing can be shown.
        """
        if self._interaction and self.is_quick:
            try:
                await self._interaction.edit_original_response(view=view, attachments=files)
                return
            except discord.HTTPException as error:
                if error.code not in _TOO_OLD:
                    raise
                self._interaction = None
                for file in files:
                    file.reset()
        await self._edit_in_channel(view, files)

    async def _edit_in_channel(self, view: ui.LayoutView, files: Sequence[discord.File]) -> None:
        channel = self._client.get_partial_messageable(self._generation.channel_id)
        if self._message_id is not None:
            message = channel.get_partial_message(self._message_id)
            await message.edit(view=view, attachments=files)
        elif not self._generation.private:
            message = await channel.send(view=view, files=files)
            self._message_id = message.id
            await self._client.avatars.shown(self._generation.id, message.id)

    async def whisper(self, text: str) -> None:
        """Tell the person who asked something privately, as long as Discord lets us."""
        if self._interaction and not self._interaction.is_expired():
            await self._interaction.followup.send(text, ephemeral=True)
