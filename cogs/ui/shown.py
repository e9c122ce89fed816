"""ShownMessage: the one message that shows a drawing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import discord
from discord import ui

from bot.client import Moevatar
from bot.storage.records import Generation

_TOKEN_LIFE = timedelta(minutes=14, seconds=30)
"""Discord takes an interaction's token for 15 minutes from when it was sent, which was before we
stored it.
"""
_TOO_OLD = (50027, 10015)
"""What Discord says of a token after its life, by its clock and not by ours."""
_UNKNOWN_MESSAGE = 10008


class CannotBeShown(Exception):
    """It was asked for privately, and there is no private message left to show it on."""


class ShownMessage:
    """Edits the message of a drawing by the token of the interaction that asked for it, also after
    a restart; once that is too old (15 minutes), through the channel.
    """

    def __init__(self, client: Moevatar, generation: Generation, message_id: int | None) -> None:
        self._client = client
        self._generation = generation
        self._message_id = message_id
        self._webhook = self._by_token()

    @property
    def is_quick(self) -> bool:
        """Whether edits are plentiful. Through the channel, all its messages share about one a
        second: these are kept for the ends.
        """
        age = datetime.now(UTC) - self._generation.created_at
        return self._webhook is not None and age < _TOKEN_LIFE

    async def edit(self, view: ui.LayoutView, files: Sequence[discord.File] = ()) -> None:
        """Show `view` with exactly `files`.

        A message that was never posted, because a crash came too soon, is posted now. Raises
        `discord.HTTPException` or `CannotBeShown` if nothing can be shown.
        """
        if self.is_quick and await self._edit_by_token(view, files):
            return
        for file in files:
            file.reset()
        await self._edit_in_channel(view, files)

    async def whisper(self, text: str) -> None:
        """Tell the person who asked something privately: here, or in a direct message.

        Raises `discord.HTTPException` if they take none.
        """
        if self._webhook and self.is_quick:
            await self._webhook.send(text, ephemeral=True)
        else:
            owner = discord.Object(self._generation.owner_id)
            await (await self._client.create_dm(owner)).send(text)

    def _by_token(self) -> discord.Webhook | None:
        application, token = self._client.application_id, self._generation.token
        if application is None or token is None:
            return None
        webhook = discord.Webhook.partial(application, token, client=self._client)
        webhook.type = discord.WebhookType.application  # or discord.py would not let it whisper
        return webhook

    async def _edit_by_token(self, view: ui.LayoutView, files: Sequence[discord.File]) -> bool:
        """False if the token is too old, or there is no answer to edit."""
        assert self._webhook is not None, "quick only with a token"
        try:
            message_id = self._message_id or await self._find_answer(self._webhook)
            await self._webhook.edit_message(message_id, view=view, attachments=files)
        except discord.HTTPException as error:
            never_posted = error.code == _UNKNOWN_MESSAGE and self._message_id is None
            if error.code not in _TOO_OLD and not never_posted:
                raise
            self._webhook = None
            return False
        return True

    async def _find_answer(self, webhook: discord.Webhook) -> int:
        """The answer that was posted just before a crash, so that its id was not stored."""
        route = "@original"
        message = await webhook.fetch_message(route)  # pyright: ignore[reportArgumentType]
        await self._remember(message.id)
        return message.id

    async def _edit_in_channel(self, view: ui.LayoutView, files: Sequence[discord.File]) -> None:
        channel = self._client.get_partial_messageable(self._generation.channel_id)
        if self._message_id is not None:
            message = channel.get_partial_message(self._message_id)
            await message.edit(view=view, attachments=files)
            return
        if self._generation.private:
            raise CannotBeShown
        # Discord posts a nonce once: a crash before the id is stored posts nothing twice.
        nonce = f"moevatar-{self._generation.id}"
        message = await channel.send(view=view, files=files, nonce=nonce)
        await self._remember(message.id)

    async def _remember(self, message_id: int) -> None:
        self._message_id = message_id
        await self._client.avatars.shown(self._generation.id, message_id)
