"""Alerts: whoever runs the bot is told of what only they can mend, once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Literal

import discord

from bot.texts import Catalogue
from bot.user_errors import sentence
from generation.errors import KeyRefused, ProviderError, QuotaExhausted
from generation.lexicon import LANGUAGES

log = logging.getLogger(__name__)

LOOK_EVERY_S = 5.0
"""How often what may have been mistaken is looked at: it takes a millisecond."""
_FOR_THE_OPERATOR = (QuotaExhausted, KeyRefused)
_NOBODY = discord.AllowedMentions.none()

Told = Literal["operator", "asker"]
"""Who knows of a failure that only the operator can mend: they, who may be who has asked."""
_Cause = tuple[type[Exception], str]
"""What has failed, and whose it is: several backends may draw by one account."""


class OperatorAlerts:
    """Writes to the owner of the application. Event loop only.

    Invariant: `_told` holds the causes that the owner has been told of, each with the backends that
    have failed by it since they last drew; none without any.
    """

    def __init__(self, client: discord.Client, texts: Catalogue) -> None:
        self._client = client
        self._texts = texts
        self._told: dict[_Cause, set[str]] = {}
        self._mistakes: Mapping[str, str] = {}
        self._telling = asyncio.Lock()

    def worked(self, backend: str) -> None:
        """What has hindered `backend` is over: the next time it is news."""
        for cause, backends in tuple(self._told.items()):
            if backend in backends:
                del self._told[cause]

    async def failed(self, backend: str, error: Exception, asker_id: int) -> Told | None:
        """Tell the owner of a failure that is theirs to mend, unless they know of it.

        Who knows now, so that nobody is promised what did not happen.
        """
        if not isinstance(error, _FOR_THE_OPERATOR):
            return None
        cause = (type(error), error.provider)
        async with self._telling:
            if cause not in self._told:
                log.warning("Drawings with %s fail: %s", error.provider, type(error).__name__)
                if not await self._tell(self._failure(error)):
                    return None
            self._told.setdefault(cause, set()).add(backend)
        owner = self._owner()
        return "asker" if owner is not None and owner.id == asker_id else "operator"

    async def watch(
        self, mistakes: Callable[[], Mapping[str, str]], every_s: float = LOOK_EVERY_S
    ) -> None:
        """Tell the owner of each of `mistakes` (see `Description.mistake`, by backend) once, until
        cancelled.
        """
        while True:
            await self.mistaken(mistakes())
            await asyncio.sleep(every_s)

    async def mistaken(self, mistakes: Mapping[str, str]) -> None:
        """Tell the owner of those that are others than before; nothing of what is good again."""
        before, self._mistakes = self._mistakes, mistakes
        for backend, mistake in mistakes.items():
            if mistake != before.get(backend):
                await self._tell(self._text("alert.mistake", mistake=mistake))

    async def _tell(self, text: str) -> bool:
        owner = self._owner()
        if owner is None:
            return False
        try:
            channel = await self._client.create_dm(owner)
            await channel.send(text, allowed_mentions=_NOBODY)
        except discord.HTTPException as refusal:
            log.warning("The owner of the application takes no messages: %s", refusal)
            return False
        return True

    def _owner(self) -> discord.abc.Snowflake | None:
        """Of a team's application, `owner` is the team: a user that takes no messages."""
        application = self._client.application
        if application is None:
            return None
        return (application.team and application.team.owner) or application.owner

    def _failure(self, error: ProviderError) -> str:
        return self._text(
            "alert.provider",
            provider=error.provider,
            when=discord.utils.format_dt(datetime.now(UTC)),
            reason=sentence(error, self._texts.bound(LANGUAGES[0].tag)),
        )

    def _text(self, key: str, **params: object) -> str:
        """In English: nobody knows the language of somebody who has not pressed anything."""
        return self._texts.text(key, LANGUAGES[0].tag, **params)
