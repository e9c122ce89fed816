import io

import aiohttp
import discord
import pytest

from tests.playground.bot import PNG, Bot, picture
from tests.playground.build import MESSAGES, V2, text
from tests.playground.ids import GENERAL_ID, MIKA_ID, MODERATOR_ROLE_ID


async def status_of(url: str) -> int:
    async with aiohttp.ClientSession() as http, http.get(url) as response:
        return response.status


@pytest.fixture
async def bot(start) -> Bot:
    return await start(Bot())


@pytest.fixture
def channel(bot) -> discord.TextChannel:
    return bot.get_channel(int(GENERAL_ID))


async def test_an_embed_hides_the_file_it_shows_until_it_is_gone(channel) -> None:
    shown = discord.Embed().set_image(url="attachment://out.png")

    sent = await channel.send(embed=shown, file=picture())
    bare = await sent.edit(embed=None, content="x")

    assert sent.attachments == []
    assert (sent.embeds[0].image.width, sent.embeds[0].image.height) == (2, 3)
    assert [a.filename for a in bare.attachments] == ["out.png"]


async def test_what_a_file_is_comes_from_its_bytes(channel) -> None:
    sent = await channel.send(file=picture("SPOILER_my cat.txt"))

    attachment = sent.attachments[0]
    assert attachment.filename == "SPOILER_my_cat.txt"
    assert (attachment.content_type, attachment.width, attachment.height) == ("image/png", 2, 3)
    assert attachment.is_spoiler()
    assert await attachment.read() == PNG


async def test_an_edit_keeps_files_unless_it_lists_others(channel) -> None:
    sent = await channel.send(files=[picture("a.png"), picture("b.png")])

    kept = await sent.edit(content="x")
    fewer = await sent.edit(attachments=[sent.attachments[1], picture("c.png")])

    assert [a.filename for a in kept.attachments] == ["a.png", "b.png"]
    assert [a.filename for a in fewer.attachments] == ["b.png", "c.png"]
    assert fewer.attachments[0].id == sent.attachments[1].id


async def test_more_than_ten_files_are_refused(rest) -> None:
    form = aiohttp.FormData()
    for n in range(11):
        form.add_field(f"files[{n}]", b"x", filename=f"{n}.txt")

    refused = await rest("POST", MESSAGES, data=form)

    assert refused.problems == {"attachments": "BASE_TYPE_MAX_LENGTH"}


async def test_a_file_over_ten_megabytes_is_refused(channel) -> None:
    large = discord.File(io.BytesIO(bytes(10 * 1024 * 1024 + 1)), "large.bin")

    with pytest.raises(discord.HTTPException) as refused:
        await channel.send(file=large)

    assert (refused.value.status, refused.value.code) == (413, 40005)


async def test_links_expire_and_looking_at_the_message_again_renews_them(
    playground, channel
) -> None:
    sent = await channel.send(file=picture())
    old = sent.attachments[0].url
    assert await status_of(old) == 200

    playground.clock.advance(25 * 60 * 60)
    fresh = (await channel.fetch_message(sent.id)).attachments[0].url

    assert await status_of(old) == 404
    assert await status_of(old.replace("ex=", "ex=f")) == 404
    assert await status_of(fresh) == 200


async def test_a_link_of_our_own_in_an_edit_still_means_the_same_file(channel) -> None:
    sent = await channel.send(
        embed=discord.Embed().set_image(url="attachment://out.png"), file=picture()
    )

    edited = await sent.edit(embed=sent.embeds[0])

    assert edited.attachments == []
    assert edited.embeds[0].image.width == 2


async def test_deleting_a_message_takes_its_files_along(playground, channel) -> None:
    hana = playground.person("hana")
    sent = await channel.send(file=picture())

    await sent.delete()

    assert (await hana.wait("message_delete"))["id"] == str(sent.id)
    assert await status_of(sent.attachments[0].url) == 404
    with pytest.raises(discord.NotFound) as gone:
        await channel.fetch_message(sent.id)
    assert gone.value.code == 10008


@pytest.mark.parametrize(
    ("allowed", "users", "roles", "everyone"),
    [
        pytest.param(None, [MIKA_ID], [MODERATOR_ROLE_ID], False, id="nothing said"),
        pytest.param({"parse": []}, [], [], False, id="nobody"),
        pytest.param({"parse": ["users"]}, [MIKA_ID], [], False, id="users"),
        pytest.param({"roles": [MODERATOR_ROLE_ID]}, [], [MODERATOR_ROLE_ID], False, id="one role"),
    ],
)
async def test_only_who_may_be_is_mentioned(rest, allowed, users, roles, everyone) -> None:
    body = {"content": f"<@{MIKA_ID}> <@&{MODERATOR_ROLE_ID}> @everyone"}
    if allowed is not None:
        body["allowed_mentions"] = allowed

    sent = (await rest("POST", MESSAGES, body)).body

    assert [user["id"] for user in sent["mentions"]] == users
    assert sent["mention_roles"] == roles
    assert sent["mention_everyone"] is everyone


async def test_text_displays_mention_too(rest) -> None:
    sent = await rest("POST", MESSAGES, {"flags": V2, "components": [text(f"<@{MIKA_ID}>")]})

    assert [user["id"] for user in sent.body["mentions"]] == [MIKA_ID]


async def test_components_are_numbered_around_the_ids_they_bring(rest) -> None:
    named = {**text(), "id": 1}

    sent = await rest("POST", MESSAGES, {"flags": V2, "components": [text(), named, text()]})

    assert [c["id"] for c in sent.body["components"]] == [2, 1, 3]


async def test_a_dm_reaches_only_its_person(playground, bot) -> None:
    mika, hana = playground.person("mika"), playground.person("hana")
    user = await bot.fetch_user(int(MIKA_ID))

    await user.send("psst")

    assert (await mika.wait_message())["content"] == "psst"
    assert not [event for event in hana.events if event.name == "message_create"]


async def test_a_reply_carries_what_it_replies_to(playground, channel) -> None:
    mika = playground.person("mika")
    written = await mika.write("general", "hello")
    target = await channel.fetch_message(int(written))

    await target.reply("hi")

    answer = await mika.wait_message(lambda m: m["content"] == "hi")
    assert answer["referenced_message"]["content"] == "hello"


async def test_old_messages_are_listed_newest_first(playground, channel) -> None:
    mika = playground.person("mika")
    for word in ("one", "two", "three"):
        await mika.write("general", word)

    found = [message.content async for message in channel.history(limit=2)]

    assert found == ["three", "two"]


async def test_after_a_message_come_those_next_to_it(playground, channel) -> None:
    mika = playground.person("mika")
    first = discord.Object(int(await mika.write("general", "one")))
    for word in ("two", "three", "four"):
        await mika.write("general", word)

    found = [message.content async for message in channel.history(limit=2, after=first)]

    assert found == ["two", "three"]


async def test_someone_elses_message_cannot_be_edited(playground, rest) -> None:
    written = await playground.person("mika").write("general", "mine")

    refused = await rest("PATCH", f"{MESSAGES}/{written}", {"content": "yours"})

    assert (refused.status, refused.body["code"]) == (403, 50005)


async def test_typing_is_seen(playground, channel) -> None:
    mika = playground.person("mika")

    await channel.typing()

    assert (await mika.wait("typing"))["channel_id"] == GENERAL_ID


async def test_a_message_with_the_same_nonce_is_sent_once(channel) -> None:
    first = await channel.send("once", nonce="drawing-7")
    again = await channel.send("twice", nonce="drawing-7")
    other = await channel.send("another", nonce="drawing-8")

    assert again.id == first.id
    assert [m.content async for m in channel.history(oldest_first=True)] == ["once", "another"]
    assert other.id != first.id


async def test_a_nonce_is_forgotten_after_minutes(playground, channel) -> None:
    first = await channel.send("once", nonce="drawing-7")

    await playground.failures.time_passes(240)
    again = await channel.send("twice", nonce="drawing-7")

    assert again.id != first.id


async def test_spaces_alone_are_no_content(channel) -> None:
    with pytest.raises(discord.HTTPException) as refused:
        await channel.send(" \n ")
    sent = await channel.send("  x ")

    assert refused.value.code == 50006
    assert sent.content == "x"


EVERYONE = f"<@{MIKA_ID}> <@&{MODERATOR_ROLE_ID}> @everyone"


async def test_an_edit_in_the_channel_pings_by_the_defaults(playground, channel) -> None:
    """Whatever the message was first sent with: discord-api-docs, Edit Message."""
    mika, ren = playground.person("mika"), playground.person("ren")
    none = discord.AllowedMentions.none()
    sent = await channel.send(EVERYONE, allowed_mentions=none)

    quiet = await sent.edit(content=EVERYONE + "!", allowed_mentions=none)
    loud = await sent.edit(content=EVERYONE + "?")
    same = await sent.edit(suppress=True)

    assert [m.id for m in sent.mentions + quiet.mentions] == []
    assert [m.id for m in loud.mentions] == [int(MIKA_ID)]
    assert [r.id for r in loud.role_mentions] == [int(MODERATOR_ROLE_ID)]
    assert same.mentions == loud.mentions
    for person in (mika, ren):
        pings = [event.data for event in person.events if event.name == "mention"]
        about = {"message": str(sent.id), "channel_id": GENERAL_ID, "edited": True}
        assert pings == [about]


async def test_an_edit_by_token_pings_people_only(playground, start) -> None:
    bot = Bot()

    @bot.tree.command(description="x")
    async def chibi(interaction: discord.Interaction) -> None:
        none = discord.AllowedMentions.none()
        await interaction.response.send_message(EVERYONE, allowed_mentions=none)
        await interaction.edit_original_response(content=EVERYONE + "?")

    await start(bot)
    mika, ren = playground.person("mika"), playground.person("ren")
    await mika.invoke("general", "chibi")

    message = await mika.wait_message(lambda m: m["content"].endswith("?"))
    assert [user["id"] for user in message["mentions"]] == [MIKA_ID]
    assert (message["mention_roles"], message["mention_everyone"]) == ([], False)
    assert [e.data["edited"] for e in mika.events if e.name == "mention"] == [True]
    assert not [e for e in ren.events if e.name == "mention"]


async def test_a_deferred_answer_pings_when_it_is_filled_in(playground, start) -> None:
    bot = Bot()

    @bot.tree.command(description="x")
    async def chibi(interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content=EVERYONE)

    await start(bot)
    mika = playground.person("mika")
    await mika.invoke("general", "chibi")

    assert (await mika.wait("mention"))["edited"] is False
