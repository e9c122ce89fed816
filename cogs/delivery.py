"""Delivery: from an interaction to a drawing on its way, and its message in step with its job."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import discord

from bot.client import Services
from bot.jobs import Submitted
from bot.messenger import (
    UNREACHABLE,
    Address,
    CannotBeShown,
    Content,
    Messenger,
)
from bot.policy import Context
from bot.storage.guilds import GuildConfig
from bot.storage.records import Drawing, Generation
from bot.storage.storage_errors import StorageError
from bot.texts import Sentences
from bot.user_errors import NotAnswered, TooHeavy
from cogs.ui.answer import ended_content, result_content, waiting_content
from cogs.ui.media import fitted
from generation.backends.base import Progress
from generation.job import Cancelled, Failed, Finished, Interrupted, Job, JobEvent

log = logging.getLogger(__name__)

EDIT_INTERVAL_S = 1.0
"""Progress is shown at most this often; Discord allows about five edits in two seconds."""
PREVIEW_INTERVAL_S = 2.0
"""The same with a preview, which is uploaded each time."""
CHANNEL_INTERVAL_S = 60.0
"""The same in the channel, where the answer cannot be edited: after a restart, or 15 minutes."""
SOON_S = 3.0
"""Nobody is told of a drawing that it will be done so soon."""
TRY_AGAIN_AFTER_S = (1.0, 5.0, 30.0)
"""How long the end waits between attempts while Discord cannot be reached."""

Submit = Callable[[Context], Awaitable[Submitted]]
"""A use case of the service that waits only for who asks, and where."""
NOT_SHOWN = (discord.HTTPException, CannotBeShown, TooHeavy, *UNREACHABLE)


class _Steps:
    """How quickly the steps of one drawing follow one another."""

    def __init__(self) -> None:
        self._first: tuple[float, int] | None = None

    def ready_at(self, progress: Progress) -> datetime | None:
        """When it will be drawn, going on like this; `None` while nobody knows."""
        if progress.stage != "drawing" or progress.total <= 1:
            return None
        now = time.monotonic()
        if self._first is None:
            self._first = (now, progress.done)
        since, done = self._first
        if progress.done <= done or now <= since:
            return None
        left_s = (now - since) / (progress.done - done) * (progress.total - progress.done)
        return datetime.now(UTC) + timedelta(seconds=left_s)


class Delivery:
    """Answers with drawings, and follows each by the events of its job until its end is shown."""

    def __init__(self, services: Services, messenger: Messenger) -> None:
        self._service = services.service
        self._jobs = services.jobs
        self._pictures = services.pictures
        self._guilds = services.guilds
        self._texts = services.texts
        self._alerts = services.alerts
        self._tasks = services.tasks
        self._messenger = messenger

    async def order(
        self,
        interaction: discord.Interaction[Any],
        submit: Submit,
        *,
        private: bool,
    ) -> None:
        """Have something drawn and delivered in a new message that answers `interaction`.

        Everything that can be refused is refused before the public answer, so that a refusal stays
        private. The answer is the waiting message itself: no "thinking" in between, unless `submit`
        has said so because it may need more than the 3 seconds in which Discord wants an answer.
        """
        context = await self.context(interaction, private=private)
        submitted = await self._submitted(interaction, submit, context)
        job, generation = submitted
        address = replace(address_of(generation), file_limit_bytes=context.file_limit_bytes)
        t = self._texts.bound(generation.locale)
        content = waiting_content(job.latest, generation, t, ready_at=expected(job))
        message_id = await self.post(interaction, content, (submitted,))
        await self._follow(submitted, replace(address, message_id=message_id))

    async def context(self, interaction: discord.Interaction[Any], *, private: bool) -> Context:
        """Who asks, and where, with what holds there."""
        config = await self._guilds.get(interaction.guild_id)
        return _context(interaction, config, private=private)

    def resume(self, submitted: Submitted) -> None:
        """Go on with what an earlier run accepted: drawn again, and shown on its old message."""
        self._start(submitted, address_of(submitted.generation))

    async def follow(self, submitted: Submitted, address: Address) -> None:
        """Edit the message as the job goes on, and end with the pictures or what became of them.

        A message that cannot be edited any more loses nothing: the pictures are stored before the
        job is finished, and the person is told where they are. While Discord cannot be reached, it
        is left to the next start.
        """
        job, t = submitted.job, self._texts.bound(submitted.generation.locale)
        address = await self._show_progress(submitted, address)
        try:
            await self.insist(lambda: self._show_end(submitted, address), f"job {job.id}")
        except NOT_SHOWN as error:
            log.warning("Job %d: its message cannot be edited (%s)", job.id, error)
            if isinstance(job.latest, Finished):
                await self.whisper(address, t("result.message_lost"))
            if not isinstance(error, UNREACHABLE):
                await self.remember_end(submitted)
        else:
            await self.remember_end(submitted)
        if isinstance(job.latest, Finished):
            self._alerts.worked(submitted.generation.backend)

    async def _submitted(
        self, interaction: discord.Interaction[Any], submit: Submit, context: Context
    ) -> Submitted:
        try:
            return await submit(context)
        except Exception:
            if interaction.response.is_done():
                # What is said next would take the place of "thinking", and be seen by all.
                await self._messenger.remove(interaction)
            raise

    async def post(
        self,
        interaction: discord.Interaction[Any],
        content: Content,
        together: Sequence[Submitted],
    ) -> int | None:
        """Post the waiting message of jobs. Where Discord has not taken it, nothing is drawn:
        raises `NotAnswered`.

        Where nobody knows whether it was taken, the drawing goes on, and its end finds the message.
        """
        private = together[0].generation.private
        try:
            return await self._messenger.answer(interaction, content, private=private)
        except BaseException as error:
            for job, _ in together:
                job.cancel()
            await self.remember_end(*together)
            if isinstance(error, (discord.HTTPException, *UNREACHABLE)):
                raise NotAnswered from error
            raise

    async def _follow(self, submitted: Submitted, address: Address) -> None:
        self._start(submitted, address)
        if address.message_id is not None:
            self._remember_message(address)

    def _start(self, submitted: Submitted, address: Address) -> None:
        self._tasks.start(self.follow(submitted, address), f"deliver-{submitted.job.id}")

    async def _show_progress(self, submitted: Submitted, address: Address) -> Address:
        """Follow the job until it has ended; the newest event at most every `EDIT_INTERVAL_S`.

        Progress that cannot be shown is skipped: the end may well be shown.
        """
        job, generation = submitted
        t = self._texts.bound(generation.locale)
        is_shown = True  # the message was posted with the first event on it
        preview: Progress | None = None
        ready_at: datetime | None = None
        steps, shown_at = _Steps(), time.monotonic()
        async for event in job.events():
            if job.done:
                break
            if isinstance(event, Progress):
                preview = event if event.preview else preview
                ready_at = steps.ready_at(event)
            if ready_at is None and not _is_downloading(event):
                ready_at = expected(job)
            if not is_shown and may_be_shown(address, shown_at):
                shown_at = time.monotonic()
                try:
                    content = waiting_content(event, generation, t, preview, ready_at)
                    address = await self._edit(address, content)
                except NOT_SHOWN as error:
                    log.info("Job %d: its progress cannot be shown (%s)", job.id, error)
            is_shown = False
            end = asyncio.ensure_future(job.wait())
            await asyncio.wait([end], timeout=PREVIEW_INTERVAL_S if preview else EDIT_INTERVAL_S)
            end.cancel()
        return address

    async def insist(self, show: Callable[[], Awaitable[None]], name: str) -> None:
        """Show the end, also if Discord cannot be reached for a while."""
        for pause_s in TRY_AGAIN_AFTER_S:
            try:
                return await show()
            except UNREACHABLE as error:
                log.warning("The end of %s is shown in %g s (%s)", name, pause_s, error)
                await asyncio.sleep(pause_s)
        await show()

    async def _show_end(self, submitted: Submitted, address: Address) -> None:
        job, generation = submitted
        t = self._texts.bound(generation.locale)
        match job.latest:
            case Finished(drawing):
                await self._show_pictures(drawing, address, t)
            case Failed(error) as event:
                told = await self._alerts.failed(generation.backend, error, generation.owner_id)
                content = ended_content(event, generation, t, told=told)
                await self._edit(address, content)
            case Cancelled() as event:
                await self._edit(address, ended_content(event, generation, t))
            case Interrupted():
                log.info("Job %d: interrupted, goes on after the restart", job.id)
            case event:
                raise AssertionError(f"{event} does not end a job")

    async def _show_pictures(self, drawing: Drawing, address: Address, t: Sentences) -> None:
        """As large as Discord takes here, which may be less than it said; else say where they
        are.
        """
        limit, reader = address.file_limit_bytes, self._service.reader_for(drawing)
        for limit_bytes in (limit, limit // (4 * max(len(drawing.images), 1))):
            try:
                shown = await fitted(self._pictures, drawing.images, limit_bytes)
                await self._edit(address, result_content(drawing, shown, t, reader))
                return
            except TooHeavy as refusal:
                log.info("Job %d: too heavy (%s)", drawing.generation.id, refusal.__cause__)
        await self._edit(address, ended_content(Failed(TooHeavy()), drawing.generation, t))

    async def _edit(self, address: Address, content: Content) -> Address:
        """Edit, and keep what was learnt of the message."""
        known = await self._messenger.edit(address, content)
        if known.message_id != address.message_id:
            self._remember_message(known)
        return known

    def _remember_message(self, address: Address) -> None:
        """Only a restart needs it, and finds a way without."""
        assert address.message_id is not None
        self._jobs.shown(address.generation_id, address.message_id)

    async def remember_end(self, *together: Submitted) -> None:
        """Keep that the ends of jobs on one message were told or cannot be, so that no later start
        tells them again.
        """
        if any(isinstance(job.latest, Interrupted) for job, _ in together):
            return
        ids = [job.id for job, _ in together]
        try:
            await self._jobs.delivered(*ids)
        except StorageError as error:
            log.warning("The delivery of jobs %s is not remembered (%s)", ids, error)

    async def whisper(self, address: Address, text: str) -> None:
        """Tell whoever asked something privately, where that is possible."""
        try:
            await self._messenger.whisper(address, text)
        except NOT_SHOWN as error:
            log.warning("Nor can the owner be told: %s", error)


def address_of(generation: Generation) -> Address:
    """Where a drawing is shown, as far as that is stored."""
    return Address(
        generation_id=generation.id,
        owner_id=generation.owner_id,
        channel_id=generation.channel_id,
        private=generation.private,
        asked_at=generation.created_at,
        token=generation.token,
        message_id=generation.message_id,
    )


def _context(
    interaction: discord.Interaction[Any], config: GuildConfig, *, private: bool
) -> Context:
    """Who asks, and where."""
    own, member, channel = interaction.locale.value, interaction.user, interaction.channel
    roles = member.roles if isinstance(member, discord.Member) else ()
    return Context(
        member_id=member.id,
        guild_id=interaction.guild_id,
        channel_id=interaction.channel_id or 0,
        parent_channel_id=channel.parent_id if isinstance(channel, discord.Thread) else None,
        role_ids=frozenset(role.id for role in roles),
        app_permissions=frozenset(name for name, has in interaction.app_permissions if has),
        is_guild_install=interaction.is_guild_integration(),
        locale=own if private else config.language or own,
        private=private,
        token=interaction.token,
        file_limit_bytes=interaction.filesize_limit,
        config=config,
        is_age_restricted=channel is not None and _is_age_restricted(channel),
    )


def _is_age_restricted(channel: object) -> bool:
    """A thread is as its channel is; a direct message never is."""
    kinds = (discord.TextChannel, discord.VoiceChannel, discord.StageChannel, discord.Thread)
    return isinstance(channel, kinds) and channel.is_nsfw()


def expected(job: Job[Drawing]) -> datetime | None:
    """When it will probably be done, by what others took, if that is worth telling."""
    soon = datetime.now(UTC) + timedelta(seconds=SOON_S)
    return job.ready_at if job.ready_at is not None and job.ready_at > soon else None


def _is_downloading(event: JobEvent[Drawing]) -> bool:
    return isinstance(event, Progress) and event.stage == "downloading"


def may_be_shown(address: Address, shown_at: float) -> bool:
    """Whether progress may be: by the answer's token, else in the channel now and then."""
    if address.has_live_token:
        return True
    return not address.private and time.monotonic() - shown_at >= CHANNEL_INTERVAL_S
