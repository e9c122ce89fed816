"""From an interaction to a drawing on its way: check, submit, answer, deliver."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

import discord

from bot.client import Moevatar
from bot.errors import BotLacksPermission, ChannelNotAllowed
from bot.service import Origin, Submitted
from bot.storage.errors import StorageError
from cogs.ui.delivery import deliver
from cogs.ui.shown import ShownMessage
from cogs.ui.waiting import waiting_view

log = logging.getLogger(__name__)

Submit = Callable[[Origin], Awaitable[Submitted]]
"""A use case of the service that waits only for who asks, and where."""


async def order(
    interaction: discord.Interaction[Moevatar],
    submit: Submit,
    *,
    private: bool,
    slow: bool = False,
) -> None:
    """Have something drawn and delivered in a new message that answers `interaction`.

    Everything that can be refused is refused before the public answer, so that a refusal stays
    private. The answer is the waiting message itself: no "thinking" in between, unless `submit` is
    `slow` and may need more than the 3 seconds in which Discord wants an answer.
    """
    client = interaction.client
    config = await client.guild_configs.get(interaction.guild_id)
    if config.channels and _channel_and_parent(interaction).isdisjoint(config.channels):
        raise ChannelNotAllowed(config.channels)
    _check_permissions(interaction)
    locale = interaction.locale.value if private else config.language or interaction.locale.value
    origin = Origin(
        owner_id=interaction.user.id,
        guild_id=interaction.guild_id,
        channel_id=interaction.channel_id or 0,
        locale=locale,
        private=private,
        token=interaction.token,
    )
    submitted = await _submitted(interaction, submit, origin, slow=slow)
    job, generation = submitted
    try:
        message_id = await _answer(interaction, submitted)
    except BaseException:
        job.cancel()  # nobody would see it
        raise
    shown = ShownMessage(client, generation, message_id)
    client.tasks.start(deliver(client, submitted, shown), f"deliver-{job.id}")
    try:
        await client.avatars.shown(generation.id, message_id)
    except StorageError as error:  # only a restart would need it, and finds a way without
        log.warning("Job %d: its message is not remembered (%s)", job.id, error)


async def _submitted(
    interaction: discord.Interaction[Moevatar], submit: Submit, origin: Origin, *, slow: bool
) -> Submitted:
    if not slow:
        return await submit(origin)
    await interaction.response.defer(ephemeral=origin.private, thinking=True)
    try:
        return await submit(origin)
    except BaseException:
        # What is said next would take its place, and be seen by all.
        await interaction.delete_original_response()
        raise


async def _answer(interaction: discord.Interaction[Moevatar], submitted: Submitted) -> int:
    """Post the waiting message; its id."""
    job, generation = submitted
    view = waiting_view(job.latest, generation, interaction.client.texts, generation.locale)
    if interaction.response.is_done():
        return (await interaction.edit_original_response(view=view)).id
    answer = await interaction.response.send_message(view=view, ephemeral=generation.private)
    assert answer.message_id is not None, "a message was sent"
    return answer.message_id


def _channel_and_parent(interaction: discord.Interaction[Moevatar]) -> set[int]:
    """The channel and, of a thread, the one it belongs to: allowing one allows both."""
    channel = interaction.channel
    parent = channel.parent_id if isinstance(channel, discord.Thread) else None
    return {id_ for id_ in (interaction.channel_id, parent) if id_ is not None}


def _check_permissions(interaction: discord.Interaction[Moevatar]) -> None:
    """Raise `BotLacksPermission` for what posting pictures here would fail for."""
    if not interaction.is_guild_integration():  # in a DM, or installed to a person: nothing to lack
        return
    wanted = (
        "send_messages_in_threads"
        if isinstance(interaction.channel, discord.Thread)
        else "send_messages",
        "attach_files",
    )
    missing = tuple(name for name in wanted if not getattr(interaction.app_permissions, name))
    if missing:
        raise BotLacksPermission(missing)
