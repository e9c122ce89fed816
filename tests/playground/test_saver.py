import aiohttp
import discord
import pytest

from playground.server import Playground
from playground.world.saver import FolderInUse, UnreadableWorld
from playground.world.world import DEFAULT, World
from tests.playground.bot import PNG, Bot, gallery, picture, point_discord_at
from tests.playground.ids import GENERAL_ID, MIKA_ID


async def with_a_picture(playground: Playground, start_at, monkeypatch) -> dict:
    """Has the bot post a picture with a button, and a note for one person only."""
    point_discord_at(playground, monkeypatch)
    bot = Bot()

    @bot.tree.command(description="Draw")
    async def chibi(interaction: discord.Interaction) -> None:
        await interaction.response.send_message(view=gallery("hello"), file=picture())
        await interaction.followup.send("a note", ephemeral=True)

    async with start_at(playground, bot):
        mika = playground.person("mika")
        message = await mika.answer(await mika.invoke("general", "chibi"))
        await mika.wait_message(lambda m: m["content"] == "a note")
    return message


async def test_old_messages_and_their_buttons_outlive_a_restart(
    tmp_path, start_at, monkeypatch
) -> None:
    first = Playground(data=tmp_path)
    await first.start()
    message = await with_a_picture(first, start_at, monkeypatch)
    await first.close()

    second = Playground(data=tmp_path)
    await second.start()
    point_discord_at(second, monkeypatch)
    [kept] = second.messages
    again = second.renderer.for_person(kept, MIKA_ID)
    url = again["components"][0]["components"][1]["items"][0]["media"]["url"]
    async with start_at(second, Bot()), aiohttp.ClientSession() as http:
        mika = second.person("mika")
        pressed = await mika.answer(await mika.press(again, "Again"))
        async with http.get(url) as response:
            data = await response.read()
    await second.close()

    assert again["id"] == message["id"]
    assert again["interaction"] == message["interaction"]
    assert pressed["content"] == "again x"
    assert data == PNG


async def test_it_is_saved_soon_and_not_only_at_the_end(tmp_path) -> None:
    playground = Playground(data=tmp_path)
    await playground.start()
    await playground.person("mika").write("general", "hello")

    playground.clock.advance(1)
    await playground.saver.save()

    assert "hello" in (tmp_path / "world.json").read_text()
    await playground.close()


async def test_a_language_is_kept(tmp_path) -> None:
    first = Playground(data=tmp_path)
    await first.start()
    async with aiohttp.ClientSession(first.url) as http:
        body = {"user": first.person("mika").id, "locale": "ja"}
        async with http.post("/playground/locale", json=body) as response:
            assert response.status == 204
    await first.close()

    second = Playground(data=tmp_path)
    await second.start()

    assert second.world.person_named("mika").locale == "ja"
    await second.close()


async def test_a_folder_is_one_playgrounds_at_a_time(tmp_path) -> None:
    first, second = Playground(data=tmp_path), Playground(data=tmp_path)
    await first.start()

    with pytest.raises(FolderInUse):
        await second.start()

    await first.close()
    await second.start()
    await second.close()


async def test_files_that_no_message_has_are_cleared_away(tmp_path) -> None:
    first = Playground(data=tmp_path)
    await first.start()
    await first.person("mika").upload("a.png", PNG)
    (tmp_path / "files" / "mine.txt").write_text("not the playground's")
    assert len(list((tmp_path / "files").iterdir())) == 2
    await first.close()

    second = Playground(data=tmp_path)
    await second.start()

    assert [path.name for path in (tmp_path / "files").iterdir()] == ["mine.txt"]
    await second.close()


@pytest.mark.parametrize("text", ["{", "[]", '{"version": 0}', '{"version": 1}'])
async def test_a_damaged_world_is_named_and_left_alone(tmp_path, text: str) -> None:
    path = tmp_path / "world.json"
    path.write_text(text)

    playground = Playground(data=tmp_path)

    with pytest.raises(UnreadableWorld, match=r"world\.json"):
        await playground.start()
    await playground.close()

    assert path.read_text() == text


FORUM = (
    DEFAULT.read_text("utf-8")
    + """
[[guilds.channels]]
name = "ideas"
type = "forum"

[[guilds.channels]]
name = "told by the file"
type = "thread"
parent = "ideas"
"""
)


def channels(bot: Bot) -> tuple[discord.TextChannel, discord.ForumChannel]:
    [guild] = bot.guilds
    [forum] = guild.forums
    return guild.text_channels[0], forum


async def test_threads_posts_and_webhooks_outlive_a_restart(
    tmp_path, start_at, monkeypatch
) -> None:
    first = Playground(data=tmp_path, world=World.from_toml(FORUM))
    await first.start()
    point_discord_at(first, monkeypatch)
    async with start_at(first, Bot()) as bot:
        await first.failures.permissions(GENERAL_ID, allow=["MANAGE_WEBHOOKS"])
        general, forum = channels(bot)
        kind = discord.ChannelType.public_thread
        thread = await general.create_thread(name="a thread", type=kind)
        post = await forum.create_thread(name="a post", content="first of all")
        hook = await general.create_webhook(name="Herald")
        await (await general.send("a cake")).add_reaction("🎂")
    await first.close()

    second = Playground(data=tmp_path, world=World.from_toml(FORUM))
    await second.start()
    point_discord_at(second, monkeypatch)
    async with start_at(second, Bot()) as bot:
        general, forum = channels(bot)
        [cake] = [m async for m in general.history()]
        threads = {found.name: found for found in (*general.threads, *forum.threads)}
        [kept] = [m async for m in threads["a post"].history()]
        said = await discord.Webhook.from_url(hook.url, client=bot).send("still here", wait=True)
    again = [c.name for c in second.world.started_threads]
    await second.close()

    assert kept.content == "first of all"
    assert [str(reaction) for reaction in cake.reactions] == ["🎂"]
    assert said.author.name == "Herald"
    assert threads["a thread"].id == thread.id
    assert threads["a post"].id == post.thread.id
    assert len(threads) == 3
    assert again == ["a thread", "a post"]
