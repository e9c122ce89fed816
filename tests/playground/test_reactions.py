"""Reactions and pins, by the calls and events of discord.py."""

import asyncio
from dataclasses import replace

import discord
import pytest

from tests.playground.bot import INTENTS, PNG, Bot
from tests.playground.ids import BOT_ID, GENERAL_ID, MIKA_ID, YUE_ID

MESSAGES = f"/channels/{GENERAL_ID}/messages"
TWENTY = [chr(0x1F600 + n) for n in range(20)]


class Watcher(Bot):
    """Keeps what it is told of reactions and pins."""

    def __init__(self) -> None:
        super().__init__(intents=INTENTS | discord.Intents(reactions=True))
        self.told: asyncio.Queue[tuple] = asyncio.Queue()

    async def on_raw_reaction_add(self, event: discord.RawReactionActionEvent) -> None:
        self.told.put_nowait(("add", str(event.emoji), event.user_id, event.member is not None))

    async def on_raw_reaction_remove(self, event: discord.RawReactionActionEvent) -> None:
        self.told.put_nowait(("remove", str(event.emoji), event.user_id))

    async def on_raw_reaction_clear(self, event: discord.RawReactionClearEvent) -> None:
        self.told.put_nowait(("clear",))

    async def on_raw_reaction_clear_emoji(self, event: discord.RawReactionClearEmojiEvent) -> None:
        self.told.put_nowait(("clear emoji", str(event.emoji)))

    async def on_guild_channel_pins_update(self, channel, last_pin) -> None:
        self.told.put_nowait(("pins", channel.id, last_pin is not None))

    async def on_private_channel_pins_update(self, channel, last_pin) -> None:
        self.told.put_nowait(("private pins", channel.id, last_pin is not None))

    async def next(self) -> tuple:
        return await asyncio.wait_for(self.told.get(), 5)


@pytest.fixture
async def bot(start) -> Watcher:
    return await start(Watcher())


@pytest.fixture
def channel(bot: Watcher) -> discord.TextChannel:
    found = bot.get_channel(int(GENERAL_ID))
    assert isinstance(found, discord.TextChannel)
    return found


async def test_a_reaction_comes_and_goes(playground, bot: Watcher, channel) -> None:
    mika = playground.person("mika")
    message = await channel.send("hello")

    await message.add_reaction("👍")
    await mika.react({"id": str(message.id)}, "👍")
    told = [await bot.next(), await bot.next()]
    [both] = (await channel.fetch_message(message.id)).reactions
    users = {user.id async for user in both.users()}
    await message.remove_reaction("👍", bot.user)
    await mika.react({"id": str(message.id)}, "👍")
    gone = [await bot.next(), await bot.next()]

    assert told == [("add", "👍", int(BOT_ID), True), ("add", "👍", int(MIKA_ID), True)]
    assert (both.count, both.me, users) == (2, True, {int(BOT_ID), int(MIKA_ID)})
    assert gone == [("remove", "👍", int(BOT_ID)), ("remove", "👍", int(MIKA_ID))]
    assert (await channel.fetch_message(message.id)).reactions == []


async def test_people_see_who_reacted(playground, bot, channel) -> None:
    mika = playground.person("mika")
    message = await channel.send("hello")

    await message.add_reaction("🎉")
    seen = await mika.wait("message_update", lambda m: "reactions" in m)

    [reaction] = seen["reactions"]
    assert (reaction["emoji"]["name"], reaction["users"]) == ("🎉", [str(int(BOT_ID))])


async def test_an_emoji_of_the_application_is_one_to_react_with(bot, channel) -> None:
    emoji = await bot.create_application_emoji(name="chibi", image=PNG)
    message = await channel.send("hello")

    await message.add_reaction(emoji)

    [reaction] = (await channel.fetch_message(message.id)).reactions
    assert str(reaction.emoji) == str(emoji)


@pytest.mark.parametrize("emoji", ["▲", "smile", "gone:123456789012345678"])
async def test_what_is_no_emoji_is_refused(channel, emoji: str) -> None:
    message = await channel.send("hello")

    with pytest.raises(discord.HTTPException) as refused:
        await message.add_reaction(emoji)

    assert (refused.value.status, refused.value.code) == (400, 10014)


async def test_a_message_has_20_kinds_of_reactions(channel) -> None:
    message = await channel.send("hello")
    for emoji in TWENTY:
        await message.add_reaction(emoji)

    with pytest.raises(discord.Forbidden) as refused:
        await message.add_reaction("🧸")
    await message.add_reaction(TWENTY[0])

    assert refused.value.code == 30010


async def test_without_add_reactions_one_may_only_join_in(playground, channel) -> None:
    message = await channel.send("hello")
    await playground.person("mika").react({"id": str(message.id)}, "👍")
    await playground.failures.permissions(GENERAL_ID, deny=["ADD_REACTIONS"])

    await message.add_reaction("👍")
    with pytest.raises(discord.Forbidden) as refused:
        await message.add_reaction("🎉")

    assert refused.value.code == 50013


async def test_only_a_moderator_takes_the_reactions_of_others(
    playground, bot: Watcher, channel
) -> None:
    message = await channel.send("hello")
    for name, emoji in (("mika", "👍"), ("yue", "👍"), ("yue", "🎉")):
        await playground.person(name).react({"id": str(message.id)}, emoji)
        await bot.next()
    calls = (
        lambda: message.remove_reaction("👍", discord.Object(int(YUE_ID))),
        lambda: message.clear_reaction("👍"),
        message.clear_reactions,
    )
    for call in calls:
        with pytest.raises(discord.Forbidden):
            await call()

    await playground.failures.permissions(GENERAL_ID, allow=["MANAGE_MESSAGES"])
    for call in calls:
        await call()
    told = [await bot.next() for _ in calls]

    assert told == [("remove", "👍", int(YUE_ID)), ("clear emoji", "👍"), ("clear",)]
    assert (await channel.fetch_message(message.id)).reactions == []


async def test_a_bot_without_the_intent_hears_of_no_reaction(playground, start) -> None:
    bot = await start(Bot())
    seen: list[str] = []
    message = await bot.get_channel(int(GENERAL_ID)).send("hello")

    @bot.event
    async def on_raw_reaction_add(event) -> None:
        seen.append("reaction")

    await playground.person("mika").react({"id": str(message.id)}, "👍")
    await playground.person("mika").write("general", "after it")
    await bot.wait_for("message", check=lambda m: m.author.id == int(MIKA_ID), timeout=5)

    assert seen == []


async def test_pins_come_newest_first_and_the_channel_says_so(
    playground, bot: Watcher, channel
) -> None:
    await playground.failures.permissions(GENERAL_ID, allow=["PIN_MESSAGES"])
    one, two = await channel.send("one"), await channel.send("two")

    await one.pin()
    await two.pin()
    await two.pin()
    pinned = [message async for message in channel.pins()]
    told = [await bot.next(), await bot.next()]
    notice = await anext(channel.history(limit=1))
    await two.unpin()
    await one.unpin()
    left = [await bot.next(), await bot.next()]

    assert [message.content for message in pinned] == ["two", "one"]
    assert all(message.pinned for message in pinned)
    assert told == [("pins", channel.id, True)] * 2
    assert (notice.type, notice.reference.message_id) == (discord.MessageType.pins_add, two.id)
    assert left == [("pins", channel.id, True), ("pins", channel.id, False)]


async def test_pins_are_paged(playground, channel) -> None:
    await playground.failures.permissions(GENERAL_ID, allow=["PIN_MESSAGES"])
    sent = [await channel.send(str(n)) for n in range(3)]
    for message in sent:
        await message.pin()
        playground.clock.advance(1)

    two = [m.content async for m in channel.pins(limit=2)]
    page = await channel._state.http.pins_from(channel.id, limit=2)
    before = page["items"][-1]["pinned_at"]
    rest = await channel._state.http.pins_from(channel.id, before=before)

    assert two == ["2", "1"]
    assert page["has_more"] is True
    assert [item["message"]["content"] for item in rest["items"]] == ["0"]
    assert rest["has_more"] is False


async def test_the_old_address_of_pins_leads_there_too(playground, channel, rest) -> None:
    await playground.failures.permissions(GENERAL_ID, allow=["PIN_MESSAGES"])
    message = await channel.send("one")
    pins = f"/channels/{GENERAL_ID}/pins"

    put = await rest("PUT", f"{pins}/{message.id}")
    listed = await rest("GET", pins)
    deleted = await rest("DELETE", f"{pins}/{message.id}")

    assert (put.status, deleted.status) == (204, 204)
    assert [(m["content"], m["pinned"]) for m in listed.body] == [("one", True)]
    assert (await rest("GET", pins)).body == []


async def test_a_channel_has_250_pins(playground, channel) -> None:
    await playground.failures.permissions(GENERAL_ID, allow=["PIN_MESSAGES"])
    message = await channel.send("one")
    mika = playground.person("mika")
    for number in range(250):
        kept = playground.messages.get(await mika.write("general", str(number)))
        playground.messages.put(replace(kept, pinned_at=playground.clock.now()))

    with pytest.raises(discord.HTTPException) as refused:
        await message.pin()

    assert (refused.value.status, refused.value.code) == (400, 30003)


async def test_pinning_takes_a_permission_but_in_a_dm(playground, bot: Watcher, channel) -> None:
    message = await channel.send("one")
    dm = await (await bot.fetch_user(int(MIKA_ID))).create_dm()
    private = await dm.send("two")

    with pytest.raises(discord.Forbidden) as refused:
        await message.pin()
    await private.pin()

    assert refused.value.code == 50013
    assert await bot.next() == ("private pins", dm.id, True)


@pytest.mark.parametrize("limit", ["0", "x", "-1"])
@pytest.mark.parametrize("path", [MESSAGES, f"{MESSAGES}/pins"])
async def test_a_limit_that_is_none_is_refused(rest, path: str, limit: str) -> None:
    refused = await rest("GET", path, params={"limit": limit})

    assert (refused.status, refused.body["code"]) == (400, 50035)
