import aiohttp
import discord

from playground.server import Playground
from tests.fence import HOSTS, Fence, certificates
from tests.playground.bot import PNG, Bot, gallery, picture


async def test_a_bot_with_nothing_changed_reaches_it_by_discords_own_names(start_at) -> None:
    server, client = certificates()
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
