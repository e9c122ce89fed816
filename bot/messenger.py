"""The one way in which anything is shown on Discord.

An answer is shown by the token of its interaction while that lives (15 minutes), then through the
channel. Nothing ever pings: Discord takes what a call does not say about mentions from defaults of
its own, which ping in channels, so that every call says it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import aiohttp
import discord
from discord import ui

from bot.user_errors import TooHeavy

log = logging.getLogger(__name__)

FILE_LIMIT_BYTES = 10 * 1024 * 1024
"""What Discord takes of one file where an interaction does not say otherwise."""
REQUEST_LIMIT_BYTES = 25 * 1024 * 1024
"""What Discord takes of one request, by its reference."""
MESSAGE_LIMIT = 2000
"""Characters that Discord takes as the content of a message."""
UNREACHABLE = (discord.DiscordServerError, aiohttp.ClientError, OSError)
"""What a call raises of which nobody knows whether Discord took it."""

_NOBODY = discord.AllowedMentions.none()
_TOKEN_LIFE = timedelta(minutes=14, seconds=30)
"""Discord takes a token for 15 minutes from when it was sent, which was before we stored it."""
_LOOKED_THROUGH = 1000
"""How many messages after a request are searched for its answer: it may have been posted long after
the request, by a later run, in a channel where people talk.
"""
_CLOCKS_DIFFER = timedelta(minutes=1)
"""How far Discord's clock, which tells when a message was posted, may be behind ours."""
_MENTIONS_IT = r"mv:(?:\w+:generation=|(?:cancel|reroll|edit|details|delete):){id}(?!\d)"
"""On a button: a drawing by its number, as today's messages have it, or older ones."""
_TOKEN_TOO_OLD = (50027, 10015)
_UNKNOWN_MESSAGE = 10008
_ALREADY_ANSWERED = 40060
_TOO_LARGE_STATUS, _TOO_LARGE = 413, 40005


class CannotBeShown(Exception):
    """It was asked for privately, and there is no private message left to show it on."""


@dataclass(frozen=True, slots=True)
class File:
    """A picture that travels with a message."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Content:
    """What a message shows: a view, and exactly the files that it names."""

    view: ui.LayoutView
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where one drawing is shown. Plain data: any process can go on with it, also after a restart.

    The message is known by its id, or else found by the number of the drawing, which is on its
    buttons.
    """

    generation_id: int
    owner_id: int
    channel_id: int
    private: bool
    asked_at: datetime
    """In UTC; the life of `token` begins then."""
    token: str | None = None
    message_id: int | None = None
    file_limit_bytes: int = FILE_LIMIT_BYTES

    @property
    def has_live_token(self) -> bool:
        """Whether edits are plentiful: by token, about five in two seconds. Through the channel,
        all its messages share about one a second.
        """
        return self.token is not None and datetime.now(UTC) - self.asked_at < _TOKEN_LIFE


class Messenger:
    """Posts, edits, whispers and deletes. Event loop only; keeps nothing between calls."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def defer(self, interaction: discord.Interaction[Any], *, private: bool) -> None:
        """Tell Discord that an answer comes, where it may take more than 3 seconds."""
        await interaction.response.defer(ephemeral=private, thinking=True)

    async def answer(
        self, interaction: discord.Interaction[Any], content: Content, *, private: bool
    ) -> int | None:
        """Answer with a new message; its id, or `None` where only the next edit will find it.

        Raises what Discord has refused it with, and nothing where it may have been taken.
        """
        _check_weight(content, interaction.filesize_limit)
        try:
            with _weighed():
                return await self._post(interaction, content, private=private)
        except (*UNREACHABLE, discord.HTTPException) as error:
            return await self._answer_after_all(interaction, error)

    async def replace(self, press: discord.Interaction[Any], content: Content) -> None:
        """Make the message pressed show `content`."""
        _check_weight(content, press.filesize_limit)
        if not press.response.is_done():
            await press.response.defer()
        with _weighed():
            await _edit_original(press, content)

    async def say(
        self,
        interaction: discord.Interaction[Any],
        text: str,
        *files: File,
        view: ui.View | None = None,
    ) -> None:
        """Tell whoever asks something, privately; beside an answer that is there already."""
        said: dict[str, Any] = {
            "files": [_upload(file) for file in files],
            "view": view or discord.utils.MISSING,
            "ephemeral": True,
            "allowed_mentions": _NOBODY,
        }
        with _weighed():
            if interaction.response.is_done():
                await interaction.followup.send(text, **said)
            else:
                await interaction.response.send_message(text, **said)

    async def remove(self, interaction: discord.Interaction[Any]) -> None:
        """Delete the answer, or the message pressed."""
        if not interaction.response.is_done():
            await interaction.response.defer()
        await interaction.delete_original_response()

    async def edit(self, address: Address, content: Content) -> Address:
        """Show `content` on the message of a drawing; the address, with its id learnt, and without
        a token where that is not what the message is edited by.

        A message that was never posted, because a crash came too soon, is posted now. Raises
        `discord.HTTPException`, one of `UNREACHABLE`, `CannotBeShown` or `TooHeavy`.
        """
        _check_weight(content, address.file_limit_bytes)
        with _weighed():
            return await self._edit_by_token(address, content) or await self._edit_in_channel(
                address, content
            )

    async def whisper(self, address: Address, text: str) -> None:
        """Tell the person who asked something privately: there, or in a direct message.

        Raises `discord.HTTPException` if they take none.
        """
        if webhook := self._webhook(address):
            try:
                await webhook.send(text, ephemeral=True, allowed_mentions=_NOBODY)
                return
            except discord.DiscordServerError:
                raise
            except discord.HTTPException as refusal:  # too old by Discord's clock, or no channel
                log.info("Drawing %d: nothing is said there (%s)", address.generation_id, refusal)
        channel = await self._client.create_dm(discord.Object(address.owner_id))
        told = f"moevatar-{address.generation_id}"  # once, should a crash come now
        await channel.send(text, nonce=told, allowed_mentions=_NOBODY)

    async def _post(
        self, interaction: discord.Interaction[Any], content: Content, *, private: bool
    ) -> int | None:
        if content.files and not interaction.response.is_done():
            # Uploading may take longer than the 3 seconds in which Discord wants an answer.
            await self.defer(interaction, private=private)
        if interaction.response.is_done():
            return (await _edit_original(interaction, content)).id
        sent = await interaction.response.send_message(
            view=content.view, ephemeral=private, allowed_mentions=_NOBODY
        )
        return sent.message_id

    async def _answer_after_all(
        self, interaction: discord.Interaction[Any], error: Exception
    ) -> int | None:
        """The answer whose acknowledgement was lost on the way. Raises `error` if there is none.

        discord.py sends an answer once more when a connection breaks, and is refused then because
        the first was taken.
        """
        if isinstance(error, discord.HTTPException) and not (
            isinstance(error, UNREACHABLE) or error.code == _ALREADY_ANSWERED
        ):
            raise error
        try:
            return (await interaction.original_response()).id
        except discord.NotFound:
            raise error from None
        except (*UNREACHABLE, discord.HTTPException) as unknown:
            log.warning("Interaction %d may be answered or not (%s)", interaction.id, unknown)
            return None

    def _webhook(self, address: Address) -> discord.Webhook | None:
        """What sends and edits by token; `None` once that is too old."""
        application = self._client.application_id
        if application is None or address.token is None or not address.has_live_token:
            return None
        webhook = discord.Webhook.partial(application, address.token, client=self._client)
        webhook.type = discord.WebhookType.application  # or discord.py would not let it whisper
        # It takes the client's session by itself, and not the way that this goes.
        webhook.proxy, webhook.proxy_auth = self._client.http.proxy, self._client.http.proxy_auth
        return webhook

    async def _edit_by_token(self, address: Address, content: Content) -> Address | None:
        """`None` if the token is too old, or there is no such answer: a drawing whose first answer
        never arrived stands in the channel, as a message of its own.
        """
        if (webhook := self._webhook(address)) is None:
            return None
        try:
            message_id = address.message_id or await _original_response(webhook)
            await webhook.edit_message(
                message_id,
                view=content.view,
                attachments=[_upload(file) for file in content.files],
                allowed_mentions=_NOBODY,
            )
        except discord.HTTPException as error:
            is_gone = address.private and address.message_id is not None
            is_elsewhere = error.code == _UNKNOWN_MESSAGE and not is_gone
            if error.code not in _TOKEN_TOO_OLD and not is_elsewhere:
                raise
            return None
        return replace(address, message_id=message_id)

    async def _edit_in_channel(self, address: Address, content: Content) -> Address:
        channel = self._client.get_partial_messageable(address.channel_id)
        files = [_upload(file) for file in content.files]
        message_id = address.message_id
        if message_id is None and address.private:
            raise CannotBeShown
        message_id = message_id or await self._find_in_history(address)
        if message_id is None:
            # Discord posts a nonce once, for some minutes; later than that, history is searched.
            message = await channel.send(
                view=content.view,
                files=files,
                nonce=f"moevatar-{address.generation_id}",
                allowed_mentions=_NOBODY,
            )
            return replace(address, message_id=message.id, token=None)
        message = channel.get_partial_message(message_id)
        await message.edit(view=content.view, attachments=files, allowed_mentions=_NOBODY)
        return replace(address, message_id=message_id, token=None)

    async def _find_in_history(self, address: Address) -> int | None:
        """The message that an earlier run has posted and not lived to remember.

        `None` also where we may not read what was written there before.
        """
        mentions_it = re.compile(_MENTIONS_IT.format(id=address.generation_id))
        channel = self._client.get_partial_messageable(address.channel_id)
        after = address.asked_at - _CLOCKS_DIFFER
        try:
            async for message in channel.history(limit=_LOOKED_THROUGH, after=after):
                if message.author != self._client.user:  # nor another bot that counts as we do
                    continue
                ids = (getattr(child, "custom_id", None) for child in walked(message.components))
                if any(mentions_it.match(custom_id) for custom_id in ids if custom_id):
                    return message.id
        except discord.Forbidden:
            log.info("Drawing %d: its message cannot be looked for", address.generation_id)
        return None


async def _edit_original(
    interaction: discord.Interaction[Any], content: Content
) -> discord.InteractionMessage:
    return await interaction.edit_original_response(
        view=content.view,
        attachments=[_upload(file) for file in content.files],
        allowed_mentions=_NOBODY,
    )


async def _original_response(webhook: discord.Webhook) -> int:
    """The answer that was posted just before a crash, so that its id was not stored."""
    route: Any = "@original"  # Discord's name for it, which discord.py passes on
    return (await webhook.fetch_message(route)).id


def walked(components: list[Any]) -> list[Any]:
    """All components, nested ones too."""
    found = list(components)
    for component in components:
        found += walked(getattr(component, "children", []))
    return found


@contextmanager
def _weighed() -> Generator[None]:
    """Raise `TooHeavy` for what Discord finds too large, whatever it has said it takes."""
    try:
        yield
    except discord.HTTPException as error:
        if error.status == _TOO_LARGE_STATUS or error.code == _TOO_LARGE:
            raise TooHeavy from error
        raise


def _check_weight(content: Content, file_limit_bytes: int) -> None:
    """Raise `TooHeavy` for what Discord would refuse."""
    sizes = [len(file.data) for file in content.files]
    if any(size > file_limit_bytes for size in sizes) or sum(sizes) > REQUEST_LIMIT_BYTES:
        raise TooHeavy


def _upload(file: File) -> discord.File:
    """For one attempt: discord.py reads a file once."""
    return discord.File(BytesIO(file.data), file.name)
