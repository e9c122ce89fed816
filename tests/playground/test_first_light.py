import aiohttp
import discord
import pytest

from tests.playground.bot import PNG, Bot, gallery, picture


async def test_a_slash_command_is_answered_with_pictures_and_a_button(playground, start) -> None:
    bot = Bot()

    @bot.tree.command(description="Draw")
    async def chibi(interaction: discord.Interaction, prompt: str) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(view=gallery(prompt), attachments=[picture()])

    await start(bot)
    mika = playground.person("mika")

    message = await mika.answer(await mika.invoke("general", "chibi", prompt="silver hair"))
    again = await mika.answer(await mika.press(message, "Again"))

    text, pictures, _ = message["components"][0]["components"]
    media = pictures["items"][0]["media"]
    assert text["content"] == "silver hair"
    assert (media["width"], media["height"], media["content_type"]) == (2, 3, "image/png")
    assert message["attachments"] == []
    async with aiohttp.ClientSession() as http, http.get(media["url"]) as response:
        assert await response.read() == PNG
    assert again["content"] == "again x"
    assert bot.errors.empty()


@pytest.mark.parametrize("path", ["/applications/@me", "/oauth2/applications/@me"])
async def test_install_params_are_left_out_where_there_are_none(rest, path: str) -> None:
    application = await rest("GET", path)

    assert application.body["integration_types_config"] == {"0": {}, "1": {}}
    assert "install_params" not in application.body
