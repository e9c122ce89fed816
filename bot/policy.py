"""Policy: who may ask for what, where, and how much of it. Decided before anything is stored."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from bot.lanes import Lanes
from bot.storage.guilds import GuildConfig
from bot.storage.records import Cause, NewGeneration
from bot.user_errors import BotLacksPermission, ChannelNotAllowed, StandsInTheWay
from generation.capabilities import Model, check
from generation.errors import GenerationError
from generation.request import Rating, Request, backend_of, with_rating


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Who asks, and where the answer is shown. Plain data, read once."""

    member_id: int
    guild_id: int | None
    channel_id: int
    parent_channel_id: int | None = None
    """Of a thread, the channel it belongs to."""
    role_ids: frozenset[int] = frozenset()
    """Of the member; none outside of servers."""
    app_permissions: frozenset[str] = frozenset()
    """What the bot may do in the channel, in discord.py's words."""
    is_guild_install: bool = False
    """Whether the server has the bot as a member: otherwise there is nothing it could lack."""
    locale: str
    private: bool
    token: str | None = None
    """Of the interaction: see `NewGeneration.token`."""
    file_limit_bytes: int
    config: GuildConfig
    """What holds in the server."""
    is_age_restricted: bool = False
    """Whether the channel is; direct messages are not."""

    @property
    def rating(self) -> Rating:
        """What may be drawn there."""
        return self.config.rating if self.is_age_restricted else "safe"


@dataclass(frozen=True, slots=True)
class Admission:
    """Leave to submit one request, or those of one comparison, once.

    Until `reservation` is closed, each has a place in its queue. It is closed as soon as they are
    stored and queued, or are not going to be.
    """

    context: Context
    open_jobs_limit: int
    """What its owner may have open with it; held in the transaction that stores it, so that it
    holds between requests, and processes, that store at the same time.
    """
    reservation: ExitStack

    def generation(
        self, request: Request, cause: Cause, parent_image_id: int | None
    ) -> NewGeneration:
        """What is to be stored of it."""
        context = self.context
        return NewGeneration(
            request=with_rating(request, context.rating),
            owner_id=context.member_id,
            guild_id=context.guild_id,
            channel_id=context.channel_id,
            locale=context.locale,
            private=context.private,
            cause=cause,
            parent_image_id=parent_image_id,
            token=context.token,
        )


class Policy:
    """Admits requests. Event loop only."""

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes

    async def admit(self, context: Context, request: Request, model: Model | None) -> Admission:
        """Raise what stands in the way of `request` with `model`, which is `None` for a tool.

        Raises `ChannelNotAllowed`, `BotLacksPermission`, what `check` raises, `UnknownBackend` or
        `QueueFull`; nothing is reserved then.
        """
        _check_channel(context)
        _check_permissions(context)
        if model is not None:
            check(request, model, self._lanes.models())
        scheduler = self._lanes.lane(backend_of(request.model)).scheduler
        reservation = ExitStack()
        reservation.enter_context(scheduler.place())
        return Admission(context, context.config.open_jobs_limit, reservation)

    async def admit_compared(
        self, context: Context, asked: Sequence[tuple[Request, Model]]
    ) -> Admission:
        """Leave for all of `asked`, or for none.

        Raises `ChannelNotAllowed`, `BotLacksPermission`, or `StandsInTheWay` with the first model
        that cannot, and why; nothing is reserved then.
        """
        _check_channel(context)
        _check_permissions(context)
        with ExitStack() as reservation:
            for request, model in asked:
                try:
                    check(request, model, self._lanes.models())
                    place = self._lanes.lane(model.backend).scheduler.place()
                    reservation.enter_context(place)
                except GenerationError as error:
                    raise StandsInTheWay(model.title, error) from error
            return Admission(context, context.config.open_jobs_limit, reservation.pop_all())


def _check_channel(context: Context) -> None:
    """Allowing a channel allows its threads."""
    allowed = context.config.channels
    if allowed and allowed.isdisjoint((context.channel_id, context.parent_channel_id)):
        raise ChannelNotAllowed(allowed)


def _check_permissions(context: Context) -> None:
    """Raise `BotLacksPermission` for what posting pictures there would fail for."""
    if not context.is_guild_install:
        return
    in_thread = context.parent_channel_id is not None
    wanted = ("send_messages_in_threads" if in_thread else "send_messages", "attach_files")
    if missing := tuple(name for name in wanted if name not in context.app_permissions):
        raise BotLacksPermission(missing)
