"""Comparisons: several jobs on one message, each shown as soon as it ends.

The jobs run in lanes of their own and end when they end. The message shows the pictures there are,
how far the others have come, and why one came to nothing, which harms no other. None of the jobs
counts as delivered until all have ended and the message has shown it: whatever a crash leaves of
them is taken up together, and the message, which knows them all, is edited with all.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

import discord

from bot.client import Services
from bot.jobs import Submitted
from bot.messenger import UNREACHABLE, Address, Content, Messenger
from bot.policy import Context
from bot.storage.records import Drawing, Generation, Image
from bot.texts import Sentences
from bot.user_errors import TooHeavy
from cogs import delivery as pace
from cogs.delivery import NOT_SHOWN, Delivery, address_of, expected, may_be_shown
from cogs.ui.media import Shown, fitted
from cogs.ui.side_by_side import Part, comparison_content, stored_part
from generation.backends.base import Progress
from generation.job import Failed, Finished, Interrupted, JobEvent

log = logging.getLogger(__name__)

Together = tuple[Submitted, ...]
"""The jobs of one comparison, in the order of its models."""


class Comparisons:
    """Follows the jobs of each comparison until the ends of all are shown."""

    def __init__(self, services: Services, messenger: Messenger, delivery: Delivery) -> None:
        self._service = services.service
        self._jobs = services.jobs
        self._pictures = services.pictures
        self._texts = services.texts
        self._alerts = services.alerts
        self._tasks = services.tasks
        self._messenger = messenger
        self._delivery = delivery

    async def order(
        self,
        interaction: discord.Interaction[Any],
        submit: Callable[[Context], Awaitable[Together]],
        *,
        private: bool,
    ) -> None:
        """As `Delivery.order`, of jobs that share a message."""
        context = await self._delivery.context(interaction, private=private)
        together = await submit(context)
        limit = context.file_limit_bytes
        address = replace(_address_of(together), file_limit_bytes=limit)
        content = self._content(together, (), {}, self._sentences(together))
        message_id = await self._delivery.post(interaction, content, together)
        self._start(together, replace(address, message_id=message_id))
        if message_id is not None:
            self._remember_message(together, message_id)

    def resume(self, together: Together) -> None:
        """Go on with what an earlier run accepted, on its old message."""
        self._start(together, _address_of(together))

    async def stored(self, drawings: Sequence[Drawing], file_limit_bytes: int) -> Content:
        """The message of a comparison as it stands in the database."""
        t = self._texts.bound(drawings[0].generation.locale)
        images = [image for drawing in drawings for image in drawing.images]
        shown = await fitted(self._pictures, images, file_limit_bytes)
        parts = [
            stored_part(drawing, self._title(drawing), _shown_of(drawing.generation, shown))
            for drawing in drawings
        ]
        return comparison_content(parts, t)

    def _start(self, together: Together, address: Address) -> None:
        self._tasks.start(self.follow(together, address), f"compare-{address.generation_id}")

    async def follow(self, together: Together, address: Address) -> None:
        """Edit the message as the jobs go on and end, as `Delivery.follow` does for one."""
        address = await self._show_progress(together, address)
        events = [job.latest for job, _ in together]
        if any(isinstance(event, Interrupted) for event in events):
            log.info("Comparison %d: interrupted, goes on later", address.generation_id)
            return
        is_drawn = any(isinstance(event, Finished) for event in events)
        name = f"comparison {address.generation_id}"
        try:
            await self._delivery.insist(lambda: self._show_end(together, address), name)
        except NOT_SHOWN as error:
            log.warning("The message of %s cannot be edited (%s)", name, error)
            if is_drawn:
                text = self._sentences(together)("result.message_lost")
                await self._delivery.whisper(address, text)
            if isinstance(error, UNREACHABLE):
                return  # the next start tells
        await self._delivery.remember_end(*together)
        for job, generation in together:
            if isinstance(job.latest, Finished):
                self._alerts.worked(generation.backend)

    async def _show_progress(self, together: Together, address: Address) -> Address:
        """Show what is new, until all have ended; progress that cannot be shown is skipped."""
        t = self._sentences(together)
        seen = [job.latest for job, _ in together]
        previews: dict[int, bytes] = {}
        shown_at = time.monotonic()
        while not all(job.done for job, _ in together):
            await _news(together, seen)
            seen = [job.latest for job, _ in together]
            if all(job.done for job, _ in together):
                break
            previews |= _previews(together)
            if may_be_shown(address, shown_at):
                shown_at = time.monotonic()
                try:
                    shown = await self._shown(together, address.file_limit_bytes)
                    content = self._content(together, shown, previews, t)
                    address = await self._edit(together, address, content)
                except NOT_SHOWN as error:
                    log.info("Comparison %d: not shown yet (%s)", address.generation_id, error)
            await _end_of_one(
                together, pace.PREVIEW_INTERVAL_S if previews else pace.EDIT_INTERVAL_S
            )
        return address

    async def _show_end(self, together: Together, address: Address) -> None:
        """As large as Discord takes, which may be less than it said; else say where they are."""
        t = self._sentences(together)
        for job, generation in together:
            if isinstance(job.latest, Failed):
                await self._alerts.failed(generation.backend, job.latest.error, generation.owner_id)
        limit = address.file_limit_bytes
        for limit_bytes in (limit, limit // (4 * len(together))):
            try:
                shown = await self._shown(together, limit_bytes)
                await self._edit(together, address, self._content(together, shown, {}, t))
                return
            except TooHeavy as refusal:
                log.info("Comparison %d: too heavy (%s)", address.generation_id, refusal.__cause__)
        parts = [replace(part, event=_without_pictures(part)) for part in self._parts(together)]
        await self._edit(together, address, comparison_content(parts, t))

    async def _edit(self, together: Together, address: Address, content: Content) -> Address:
        known = await self._messenger.edit(address, content)
        if known.message_id is not None and known.message_id != address.message_id:
            self._remember_message(together, known.message_id)
        return known

    def _remember_message(self, together: Together, message_id: int) -> None:
        """On each: any of them may be deleted before the others have ended."""
        for job, _ in together:
            self._jobs.shown(job.id, message_id)

    async def _shown(self, together: Together, file_limit_bytes: int) -> tuple[Shown, ...]:
        """The pictures there are, in one message together."""
        return await fitted(self._pictures, _images(together), file_limit_bytes)

    def _content(
        self,
        together: Together,
        shown: Sequence[Shown],
        previews: Mapping[int, bytes],
        t: Sentences,
    ) -> Content:
        parts = self._parts(together, shown, previews)
        return comparison_content(parts, t, _ready_at(together))

    def _parts(
        self,
        together: Together,
        shown: Sequence[Shown] = (),
        previews: Mapping[int, bytes] = MappingProxyType({}),
    ) -> list[Part]:
        return [
            Part(
                generation=generation,
                title=self._title(_drawing_of(job.latest) or Drawing(generation, ())),
                event=job.latest,
                shown=_shown_of(generation, shown),
                preview=previews.get(generation.id),
            )
            for job, generation in together
        ]

    def _title(self, drawing: Drawing) -> str:
        """What the model is called, also where it is gone since."""
        model = self._service.model_of(drawing.generation)
        if model is not None:
            return model.title
        return drawing.generation.request.model.rpartition("/")[2]

    def _sentences(self, together: Together) -> Sentences:
        return self._texts.bound(together[0].generation.locale)


def _address_of(together: Together) -> Address:
    """Of the message of all of them, which may be known of some alone."""
    first = together[0].generation
    known = (generation.message_id for _, generation in together if generation.message_id)
    return replace(
        address_of(first),
        generation_id=first.comparison_id or first.id,
        message_id=next(known, None),
    )


def _images(together: Together) -> list[Image]:
    drawings = [_drawing_of(job.latest) for job, _ in together]
    return [image for drawing in drawings if drawing for image in drawing.images]


def _drawing_of(event: JobEvent[Drawing]) -> Drawing | None:
    return event.result if isinstance(event, Finished) else None


def _shown_of(generation: Generation, shown: Sequence[Shown]) -> tuple[Shown, ...]:
    return tuple(each for each in shown if each.image.generation_id == generation.id)


def _without_pictures(part: Part) -> JobEvent[Drawing]:
    """What is told of it where Discord takes no picture: those there are, are in the gallery."""
    return Failed(TooHeavy()) if isinstance(part.event, Finished) else part.event


def _previews(together: Together) -> dict[int, bytes]:
    """By generation, the newest of those that are drawn."""
    return {
        job.id: job.latest.preview
        for job, _ in together
        if isinstance(job.latest, Progress) and job.latest.preview
    }


def _ready_at(together: Together) -> datetime | None:
    """When the last will probably be done; `None` while nobody knows of one that is open."""
    times = [expected(job) for job, _ in together if not job.done]
    known = [time for time in times if time is not None]
    return max(known) if known and len(known) == len(times) else None


async def _news(together: Together, seen: Sequence[JobEvent[Drawing]]) -> None:
    """Wait until one of the jobs has another event than `seen`."""
    await _first(*(job.news(event) for (job, _), event in zip(together, seen, strict=True)))


async def _end_of_one(together: Together, timeout_s: float) -> None:
    """Wait until one that is open ends, but no longer than that."""
    await _first(*(job.wait() for job, _ in together if not job.done), timeout_s=timeout_s)


async def _first(*awaited: Awaitable[object], timeout_s: float | None = None) -> None:
    waits = [asyncio.ensure_future(each) for each in awaited]
    if not waits:
        return
    try:
        await asyncio.wait(waits, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waits:
            each.cancel()
