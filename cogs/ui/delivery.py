"""deliver(): keep one message in step with one job, from its place in the queue to the pictures."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from io import BytesIO

import discord
from discord import ui

from bot.client import Moevatar
from bot.service import Drawing
from bot.storage.records import Generation
from cogs.ui.result import ended_view, result_view, waiting_view
from generation.job import Cancelled, Failed, Finished, Interrupted, Job

log = logging.getLogger(__name__)

EDIT_INTERVAL_S = 1.0
"""Progress is shown at most this often; Discord allows about five edits in two seconds."""


class ShownMessage:
    """The message of a drawing: edited through its interaction, or through the channel once that is
    too old (15 minutes) or was lost in a restart.
    """

    def __init__(
        self,
        client: Moevatar,
        channel_id: int,
        message_id: int,
        interaction: discord.Interaction[Moevatar] | None = None,
    ) -> None:
        self._client = client
        self._channel_id = channel_id
        self._message_id = message_id
        self._interaction = interaction

    async def edit(self, view: ui.LayoutView, files: Sequence[discord.File] = ()) -> None:
        """Show `view` with exactly `files`.

        Raises `discord.HTTPException` if that cannot be done.
        """
        if self._interaction and not self._interaction.is_expired():
            await self._interaction.edit_original_response(view=view, attachments=files)
        else:
            channel = self._client.get_partial_messageable(self._channel_id)
            message = channel.get_partial_message(self._message_id)
            await message.edit(view=view, attachments=files)

    async def whisper(self, text: str) -> None:
        """Tell the person who asked something privately, as long as Discord lets us."""
        if self._interaction and not self._interaction.is_expired():
            await self._interaction.followup.send(text, ephemeral=True)


async def deliver(
    client: Moevatar,
    job: Job[Drawing],
    generation: Generation,
    shown: ShownMessage,
    locale: str,
) -> None:
    """Edit `shown` as `job` goes on, and end with the pictures or with what became of them.

    A message that cannot be edited any more loses nothing: the pictures are stored before the job
    is finished, and the person is told where they are.
    """
    try:
        await _show_progress(client, job, generation, shown, locale)
        await _show_end(client, job, generation, shown, locale)
    except discord.HTTPException as error:
        log.warning("Job %d: its message cannot be edited (%s)", job.id, error)
        if isinstance(await job.wait(), Finished):
            await _say_where_they_are(client, job, shown, locale)


async def _show_progress(
    client: Moevatar,
    job: Job[Drawing],
    generation: Generation,
    shown: ShownMessage,
    locale: str,
) -> None:
    """Follow the job until it has ended; the newest event at most every `EDIT_INTERVAL_S`."""
    first = True
    async for event in job.events():
        if job.done:
            return
        if not first:  # the message was posted with the first event on it
            await shown.edit(waiting_view(event, generation, client.texts, locale))
        first = False
        with_end = asyncio.ensure_future(job.wait())
        await asyncio.wait([with_end], timeout=EDIT_INTERVAL_S)
        with_end.cancel()


async def _show_end(
    client: Moevatar,
    job: Job[Drawing],
    generation: Generation,
    shown: ShownMessage,
    locale: str,
) -> None:
    match job.latest:
        case Finished(drawing):
            names = [f"avatar-{image.id}.png" for image in drawing.images]
            pngs = [await client.collection.picture(image) for image in drawing.images]
            files = [
                discord.File(BytesIO(png), name) for png, name in zip(pngs, names, strict=True)
            ]
            await shown.edit(result_view(drawing, names, client.texts, locale), files)
        case Failed() | Cancelled() as event:
            await shown.edit(ended_view(event, generation, client.texts, locale))
        case Interrupted():
            log.info("Job %d: interrupted, goes on after the restart", job.id)
        case event:
            raise AssertionError(f"{event} does not end a job")


async def _say_where_they_are(
    client: Moevatar, job: Job[Drawing], shown: ShownMessage, locale: str
) -> None:
    try:
        await shown.whisper(client.texts.text("result.message_lost", locale))
    except discord.HTTPException as error:
        log.warning("Job %d: nor can its owner be told (%s)", job.id, error)
