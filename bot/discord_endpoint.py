"""How Discord is reached: through which proxy, or at which other address."""

from __future__ import annotations

import logging
from typing import Any
from urllib.request import getproxies, proxy_bypass

import aiohttp
from aiohttp_socks import (
    ProxyConnectionError,
    ProxyConnector,
    ProxyError,
    ProxyTimeoutError,
    ProxyType,
)
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

log = logging.getLogger(__name__)

_HOST = "discord.com"
"""What `NO_PROXY` is asked about, for all of Discord's hosts: discord.py knows one way for all."""
_SOCKS = {"socks4": ProxyType.SOCKS4, "socks5": ProxyType.SOCKS5, "socks5h": ProxyType.SOCKS5}
_SOCKS_PORT = 1080


class BadProxy(Exception):
    """The proxy of the environment cannot be used; the message says what is allowed."""

    def __init__(self) -> None:
        super().__init__(
            "HTTPS_PROXY: allowed: http://HOST:PORT, https://HOST:PORT, socks5://HOST:PORT "
            "and socks4://HOST:PORT, each with NAME:PASSWORD@ before HOST where it asks for them"
        )


class SocksConnector(ProxyConnector):
    """Connects through a SOCKS proxy; what that refuses is an error of the connection."""

    async def connect(self, *args: Any, **kwargs: Any) -> aiohttp.connector.Connection:
        """See `aiohttp.BaseConnector.connect`. discord.py tries again after this error."""
        try:
            return await super().connect(*args, **kwargs)
        except (ProxyError, ProxyConnectionError, ProxyTimeoutError) as error:
            raise aiohttp.ClientConnectionError(f"through the proxy: {error}") from error


def discord_through_proxy() -> dict[str, Any]:
    """Options of `discord.Client` for the standard variables; none where these name no proxy.

    They are `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`, in small letters too, or what the system
    says, as for OpenAI's client. Raises `BadProxy`. Needs a running loop.
    """
    proxies = getproxies()
    address = proxies.get("https") or proxies.get("all")
    if not address or proxy_bypass(_HOST):
        return {}
    try:
        url = URL(address if "://" in address else f"http://{address}")
    except ValueError:
        raise BadProxy from None
    if not url.host or url.scheme not in ("http", "https", *_SOCKS):
        raise BadProxy
    port = url.port or _SOCKS_PORT
    log.info("Discord is reached through the proxy %s:%d", url.host, port)
    if kind := _SOCKS.get(url.scheme):
        return {
            "connector": SocksConnector(
                url.host, port, kind, url.user, url.password, rdns=True, limit=0
            )
        }
    auth = aiohttp.BasicAuth(url.user, url.password or "", "utf-8") if url.user else None
    return {"proxy": str(url.with_user(None)), "proxy_auth": auth}


def use_discord_at(base_url: str) -> None:
    """Send REST and gateway traffic to `base_url` (`http://127.0.0.1:PORT`). Call before login.

    discord.py has no public setting for this. It reads these two names each time it connects;
    `pyproject.toml` pins the minor version and a test holds the names to be there.
    """
    base = URL(base_url)
    Route.BASE = f"{base_url}/api/v10"
    DiscordWebSocket.DEFAULT_GATEWAY = base.with_scheme("ws") / "gateway"
