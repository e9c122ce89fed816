import socket
import ssl

import aiohttp
import discord
import trustme
from aiohttp.abc import AbstractResolver, ResolveResult

from playground.server import Playground
from tests.playground.bot import PNG, Bot, gallery, picture

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


async def test_a_bot_with_nothing_changed_reaches_it_by_discords_own_names(start_at) -> None:
    authority, server = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*HOSTS).configure_cert(server)
    client = ssl.create_default_context()
    authority.configure_trust(client)
    playground = Playground()
    await playground.start(ssl_context=server)
    fence = Fence(playground.port)
    bot = Bot(connector=aiohttp.TCPConnector(resolver=fence, ssl=client))

    @bot.tree.command(description="Draw")
    async def chibi(interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(view=gallery("x"), attachments=[picture()])

    async with start_at(playground, bot):
        mika = playground.person("mika")
        message = await mika.answer(await mika.invoke("general", "chibi"))
        url = message["components"][0]["components"][1]["items"][0]["media"]["url"]
        data = await bot.http.get_from_cdn(url)
    await playground.close()

    assert url.startswith("https://cdn.discordapp.com/attachments/")
    assert data == PNG
    assert fence.asked == set(HOSTS)
