"""Who asks for a drawing, and the leave to have it; a test names only what matters to it."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

from bot.policy import Admission, Context
from bot.storage.guilds import GuildConfig

CONFIG = GuildConfig(language=None, backend="illustrator", open_jobs_limit=50)


def context(**changes: Any) -> Context:
    settled: dict[str, Any] = {
        "member_id": 1,
        "guild_id": 10,
        "channel_id": 100,
        "locale": "en-US",
        "private": False,
        "file_limit_bytes": 10_000_000,
        "config": CONFIG,
    }
    return Context(**settled | changes)


def admission(**changes: Any) -> Admission:
    """Without a place in any queue."""
    return Admission(context(**changes), CONFIG.open_jobs_limit, ExitStack())
