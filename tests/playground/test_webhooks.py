import discord
import pytest

from tests.playground.bot import PNG, Bot, picture
from tests.playground.ids import GENERAL_ID, MIKA_ID, STUDIO_ID


@pytest.fixture
async def channel(playground, start) -> discord.TextChannel:
    await playground.failures.permissions(GENERAL_ID, allow=["MANAGE_WEBHOOKS"])
    bot = await start(Bot())
    return bot.get_channel(int(GENERAL_ID))


async def test_a_webhook_writes_under_any_name_and_picture(playground, channel) -> None:
    mika = playground.person("mika")
    webhook = await channel.create_webhook(name="Herald", avatar=PNG)

    plain = await webhook.send("one", wait=True)
    named = await webhook.send(
        "two", wait=True, username="Hero", avatar_url="https://example.com/a.png", file=picture()
    )

    assert (plain.author.name, plain.author.id, plain.webhook_id) == (
        "Herald",
        webhook.id,
        webhook.id,
    )
    assert plain.author.avatar == webhook.avatar
    assert named.author.name == "Hero"
    assert named.author.avatar != webhook.avatar
    seen = await mika.wait_message(lambda m: m["content"] == "two")
    assert (seen["author"]["username"], len(seen["attachments"])) == ("Hero", 1)


async def test_a_webhook_edits_and_deletes_its_messages_alone(playground, channel) -> None:
    webhook = await channel.create_webhook(name="Herald")
    other = await channel.create_webhook(name="Other")
    sent = await webhook.send("one", wait=True)

    edited = await sent.edit(content=f"<@{MIKA_ID}> @everyone")
    with pytest.raises(discord.NotFound):
        await other.edit_message(sent.id, content="x")
    with pytest.raises(discord.Forbidden):
        await channel.get_partial_message(sent.id).edit(content="x")
    await sent.delete()

    assert [user.id for user in edited.mentions] == [int(MIKA_ID)]
    assert not edited.mention_everyone
    assert [m async for m in channel.history()] == []


async def test_a_webhook_is_renamed_and_gone(channel) -> None:
    webhook = await channel.create_webhook(name="Herald")

    renamed = await webhook.edit(name="Crier")
    listed = await channel.webhooks()
    await webhook.delete()

    assert [w.name for w in listed] == [renamed.name] == ["Crier"]
    with pytest.raises(discord.NotFound) as refused:
        await webhook.send("x")
    assert refused.value.code == 10015


async def test_a_channel_has_15_webhooks(channel) -> None:
    for number in range(15):
        await channel.create_webhook(name=f"w{number}")

    with pytest.raises(discord.HTTPException) as refused:
        await channel.create_webhook(name="one more")

    assert refused.value.code == 30007


@pytest.mark.parametrize("name", ["x" * 81, " ", "My Discord", "clyde"])
async def test_a_name_that_cannot_be_is_refused(channel, name: str) -> None:
    webhook = await channel.create_webhook(name="Herald")

    for refuse in (channel.create_webhook(name=name), webhook.send("x", username=name)):
        with pytest.raises(discord.HTTPException) as refused:
            await refuse
        assert refused.value.code == 50035


async def test_making_one_takes_the_permission(rest) -> None:
    refused = await rest("POST", f"/channels/{STUDIO_ID}/webhooks", {"name": "x"})

    assert (refused.status, refused.body["code"]) == (403, 50013)


async def test_its_token_is_all_a_stranger_needs(playground, channel, rest) -> None:
    webhook = await channel.create_webhook(name="Herald")
    base = f"/webhooks/{webhook.id}"

    sent = await rest("POST", f"{base}/{webhook.token}?wait=true", {"content": "x"}, headers={})
    wrong = await rest("POST", f"{base}/wrong", {"content": "x"}, headers={})
    alone = await rest("GET", base, headers={})

    assert sent.body["author"]["username"] == "Herald"
    assert (wrong.status, wrong.body["code"]) == (401, 50027)
    assert alone.status == 401
