"""OperatorAlerts: what only whoever runs the bot can mend is told to them, once."""

from __future__ import annotations

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

    Invariant: `_told` holds the backends that have failed since they last drew.
    """

    def __init__(self, client: discord.Client, texts: Catalogue) -> None:
        self._client = client
        self._texts = texts
        self._told: set[str] = set()

    def worked(self, backend: str) -> None:
        """The next failure is news."""
        self._told.discard(backend)

    async def failed(self, backend: str, error: Exception) -> None:
        """Tell the owner of a failure that is theirs to mend and that they do not know of yet."""
        if not isinstance(error, _FOR_THE_OPERATOR) or backend in self._told:
            return
        self._told.add(backend)
        log.warning("Drawings with %s fail: %s", error.provider, type(error).__name__)
        application = self._client.application
        if application is None:
            return
        # Of a team's application, `owner` is the team: a user that takes no messages.
        owner = (application.team and application.team.owner) or application.owner
        try:
            await (await self._client.create_dm(owner)).send(self._words(error))
        except discord.HTTPException as refusal:
            log.warning("The owner of the application takes no messages: %s", refusal)

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
