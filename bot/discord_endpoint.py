"""Point discord.py at another Discord, such as the playground's."""

from __future__ import annotations

from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL


def use_discord_at(base_url: str) -> None:
    """Send REST and gateway traffic to `base_url` (`http://127.0.0.1:PORT`). Call before login.

    discord.py has no public setting for this. It reads these two names each time it connects;
    `pyproject.toml` pins the minor version and a test holds the names to be there.
    """
    base = URL(base_url)
    Route.BASE = f"{base_url}/api/v10"
    DiscordWebSocket.DEFAULT_GATEWAY = base.with_scheme("ws") / "gateway"
