"""OperatorAlerts: what only whoever runs the bot can mend is told to them, once."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime

import discord

from bot.errors import sentence
from bot.texts import Catalogue
from generation.errors import KeyRefused, ProviderError, QuotaExhausted
from generation.lexicon import LANGUAGES

log = logging.getLogger(__name__)

_FOR_THE_OPERATOR = (QuotaExhausted, KeyRefused)


class OperatorAlerts:
    """Writes to the owner of the application. Event loop only.

    Invariant: `_told` holds the backends that have failed since they last drew, and that the owner
    has been told of.
    """

    def __init__(self, client: discord.Client, texts: Catalogue) -> None:
        self._client = client
        self._texts = texts
        self._told: set[str] = set()
        self._telling = asyncio.Lock()

    def worked(self, backend: str) -> None:
        """The next failure is news."""
        self._told.discard(backend)

    async def failed(self, backend: str, error: Exception) -> bool:
        """Tell the owner of a failure that is theirs to mend, unless they know of it.

        Whether they know now, so that nobody is promised what did not happen.
        """
        if not isinstance(error, _FOR_THE_OPERATOR):
            return False
        async with self._telling:
            if backend not in self._told and await self._tell(error):
                self._told.add(backend)
            return backend in self._told

    async def _tell(self, error: ProviderError) -> bool:
        log.warning("Drawings with %s fail: %s", error.provider, type(error).__name__)
        application = self._client.application
        if application is None:
            return False
        # Of a team's application, `owner` is the team: a user that takes no messages.
        owner = (application.team and application.team.owner) or application.owner
        try:
            await (await self._client.create_dm(owner)).send(self._words(error))
        except discord.HTTPException as refusal:
            log.warning("The owner of the application takes no messages: %s", refusal)
            return False
        return True

    def _words(self, error: ProviderError) -> str:
        """In English: nobody knows the language of somebody who has not pressed anything."""
        locale = LANGUAGES[0].tag
        return self._texts.text(
            "alert.provider",
            locale,
            provider=error.provider,
            when=discord.utils.format_dt(datetime.now(UTC)),
            reason=sentence(error, self._texts.bound(locale)),
        )
