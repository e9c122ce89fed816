"""Discord's own host names on loopback: a resolver that is a fence, and certificates for them."""

import socket
import ssl

import trustme
from aiohttp.abc import AbstractResolver, ResolveResult

HOSTS = ("discord.com", "gateway.discord.gg", "cdn.discordapp.com")


class Fence(AbstractResolver):
    """Sends Discord's hosts to the playground; any other is a mistake of the bot or of ours."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.asked: set[str] = set()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        assert host in HOSTS
        self.asked.add(host)
        return [
            ResolveResult(
                hostname=host, host="127.0.0.1", port=self.port, family=family, proto=0, flags=0
            )
        ]

    async def close(self) -> None:
        pass


def certificates(authority: trustme.CA | None = None) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """For a server that calls itself by `HOSTS`, and for a client that believes it."""
    authority = authority or trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*HOSTS).configure_cert(server)
    client = ssl.create_default_context()
    authority.configure_trust(client)
    return server, client
