"""Worlds from files, and what is different in them for a bot."""

import asyncio
import io
from contextlib import asynccontextmanager

import discord
import pytest
from discord.http import Route

from playground.refusals import Refused
from playground.server import Playground
from playground.world.entities import MIB, ChannelType
from playground.world.permissions import Permission
from playground.world.world import DEFAULT, BadWorld, World
from tests.playground.bot import PNG, Bot, point_discord_at

SMALL = """
[app]
owner = "ann"
installed_by = ["ann"]

[[people]]
username = "ann"

[[people]]
username = "bob"
locale = "zh-CN"
takes_dms = false

[[guilds]]
name = "Home"
owner = "ann"
"""
CHANNELS = """
[[guilds.channels]]
name = "hall"
topic = "Here"
topics = { zh-CN = "这里" }

[[guilds.channels]]
name = "quiet"
deny = ["SEND_MESSAGES"]
nsfw = true

[[guilds.channels]]
name = "stage"
type = "voice"

[[guilds.channels]]
name = "ideas"
type = "forum"

[[guilds.channels]]
name = "first idea"
type = "thread"
parent = "ideas"

[[guilds.channels]]
name = "aside"
type = "thread"
parent = "hall"
"""
HOME = SMALL + CHANNELS
STRANGE = """
[[guilds]]
name = "Elsewhere"
owner = "bob"
bot = false
commands = COMMANDS

[[guilds.channels]]
name = "lobby"
"""
GROUP = """
[[groups]]
name = "Two of us"
members = ["ann", "bob"]
"""


@asynccontextmanager
async def playing(text: str, monkeypatch: pytest.MonkeyPatch):
    playground = Playground(world=World.from_toml(text))
    await playground.start()
    point_discord_at(playground, monkeypatch)
    yield playground
    await playground.close()


def installed_everywhere(bot: Bot, got: list) -> None:
    @bot.tree.command(description="x")
    @discord.app_commands.allowed_installs(guilds=True, users=True)
    @discord.app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def ping(interaction: discord.Interaction) -> None:
        got.append(interaction)
        await interaction.response.send_message("pong", file=_file(1))


def _file(size: int) -> discord.File:
    return discord.File(io.BytesIO(b"x" * size), "a.bin")


def test_a_world_is_what_its_file_says() -> None:
    world = World.from_toml(HOME)

    assert [person.global_name for person in world.people] == ["Ann", "Bob"]
    assert [guild.name for guild in world.guilds.values()] == ["Home"]
    assert [(c.name, c.type) for c in world.guild_channels] == [
        ("hall", ChannelType.TEXT),
        ("aside", ChannelType.PUBLIC_THREAD),
        ("quiet", ChannelType.TEXT),
        ("stage", ChannelType.VOICE),
        ("ideas", ChannelType.FORUM),
        ("first idea", ChannelType.PUBLIC_THREAD),
    ]
    quiet = world.guild_channels[2]
    bob = world.person_named("bob")
    assert not world.permissions(bob.id, quiet) & Permission.SEND_MESSAGES
    assert [channel.name for channel in world.guild_channels if channel.nsfw] == ["quiet"]


def test_ids_hold_from_start_to_start() -> None:
    assert World.from_toml(HOME) == World.from_toml(HOME)
    assert World.from_toml() == World.from_toml(DEFAULT.read_text("utf-8"))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        pytest.param("x =", "cannot be read", id="no toml"),
        pytest.param("", "people", id="empty"),
        pytest.param(HOME.replace('owner = "ann"', 'owner = "eve"'), "eve", id="nobody's"),
        pytest.param(HOME.replace("SEND_MESSAGES", "SHOUT"), "SHOUT", id="no permission"),
        pytest.param(HOME.replace('"voice"', '"smoke"'), "smoke", id="no type"),
        pytest.param(HOME.replace('parent = "hall"', 'parent = "moon"'), "moon", id="no parent"),
        pytest.param(HOME.replace('["ann"]', "7"), "wrong kind", id="no list"),
    ],
)
def test_a_file_that_makes_no_sense_is_told_why(text: str, named: str) -> None:
    with pytest.raises(BadWorld, match=named):
        World.from_toml(text)


def test_a_file_that_is_not_there_is_named(tmp_path) -> None:
    with pytest.raises(BadWorld, match=r"none\.toml"):
        World.from_toml(tmp_path / "none.toml")


async def test_discord_py_sees_every_kind_of_channel(monkeypatch, start_at) -> None:
    async with playing(HOME, monkeypatch) as playground, start_at(playground, Bot()) as bot:
        [guild] = bot.guilds

        assert [c.name for c in guild.text_channels] == ["hall", "quiet"]
        assert [c.name for c in guild.voice_channels] == ["stage"]
        assert [c.name for c in guild.forums] == ["ideas"]
        assert [(t.name, t.parent.name) for t in guild.threads] == [
            ("aside", "hall"),
            ("first idea", "ideas"),
        ]


@pytest.mark.parametrize("where", ["hall", "stage", "first idea", "aside", "dm"])
async def test_a_command_is_played_in_every_kind_of_channel(
    monkeypatch, start_at, where: str
) -> None:
    got: list[discord.Interaction] = []
    bot = Bot()
    installed_everywhere(bot, got)

    async with playing(HOME, monkeypatch) as playground, start_at(playground, bot):
        ann = playground.person("ann")
        answer = await ann.answer(await ann.invoke(where, "ping"))
        edited = await (await got[0].original_response()).edit(content="again")
        assert isinstance(got[0].channel, discord.abc.Messageable)
        sent = await got[0].channel.send("beside")

        assert answer["content"] == "pong"
        assert edited.content == "again"
        assert (await ann.wait_message(lambda m: m["id"] == str(sent.id)))["content"] == "beside"


async def test_a_forum_itself_takes_no_messages(monkeypatch, start_at) -> None:
    async with playing(HOME, monkeypatch) as playground, start_at(playground, Bot()) as bot:
        ideas = bot.guilds[0].forums[0]

        with pytest.raises(discord.HTTPException) as refused:
            await bot.http.request(
                Route("POST", "/channels/{c}/messages", c=ideas.id),
                json={"content": "x"},
            )
        with pytest.raises(Refused):
            await playground.person("ann").write("ideas", "x")

    assert refused.value.code == 50008


async def test_a_person_who_installed_the_app_uses_it_where_the_bot_is_not(
    monkeypatch, start_at
) -> None:
    got: list[discord.Interaction] = []
    bot = Bot()
    installed_everywhere(bot, got)
    text = HOME + STRANGE.replace("COMMANDS", "false") + GROUP

    async with playing(text, monkeypatch) as playground, start_at(playground, bot):
        ann, bob = playground.person("ann"), playground.person("bob")
        for place in ("lobby", "Two of us"):
            answer = await ann.answer(await ann.invoke(place, "ping"))
            seen = await bob.wait_message(lambda m, id_=answer["id"]: m["id"] == id_)
            assert seen["content"] == "pong"
            with pytest.raises(Refused):
                await bob.invoke(place, "ping")
            with pytest.raises(discord.Forbidden) as refused:
                await bot.http.get_channel(int(answer["channel_id"]))
            assert refused.value.code == 50001

        assert [guild.name for guild in bot.guilds] == ["Home"]
    in_guild, in_group = got
    assert in_guild.is_user_integration()
    assert not in_guild.is_guild_integration()
    assert in_group.context.private_channel
    assert isinstance(in_group.channel, discord.GroupChannel)


async def test_five_follow_ups_are_all_a_person_who_installed_it_gets(
    monkeypatch, start_at
) -> None:
    got: list[discord.Interaction] = []
    bot = Bot()
    installed_everywhere(bot, got)

    async with playing(HOME + GROUP, monkeypatch) as playground, start_at(playground, bot):
        ann = playground.person("ann")
        await ann.answer(await ann.invoke("Two of us", "ping"))
        for _ in range(5):
            await got[0].followup.send("x")
        with pytest.raises(discord.HTTPException) as refused:
            await got[0].followup.send("x")

    assert refused.value.code == 40094


async def test_without_external_apps_only_the_person_sees_an_answer(monkeypatch, start_at) -> None:
    bot = Bot()
    installed_everywhere(bot, [])
    lobby = STRANGE.replace("COMMANDS", "false") + 'deny = ["USE_EXTERNAL_APPS"]\n'
    text = (HOME + lobby).replace('owner = "bob"', 'owner = "bob"\nmembers = ["ann", "bob"]')

    async with playing(text, monkeypatch) as playground, start_at(playground, bot):
        ann = playground.person("ann")
        answer = await ann.answer(await ann.invoke("lobby", "ping"))

        assert answer["ephemeral"] is True


async def test_with_commands_alone_a_picked_channel_is_no_whole_one(monkeypatch, start_at) -> None:
    """A parameter of type TextChannel refuses every channel of such a guild; AppCommandChannel
    takes them."""
    bot, names = Bot(), []

    @bot.tree.command(description="x")
    async def strict(interaction: discord.Interaction, where: discord.TextChannel) -> None:
        names.append(where.name)
        await interaction.response.send_message("ok")

    @bot.tree.command(description="x")
    async def lenient(
        interaction: discord.Interaction, where: discord.app_commands.AppCommandChannel
    ) -> None:
        names.append(where.name)
        await interaction.response.send_message("ok")

    text = HOME + STRANGE.replace("COMMANDS", "true")
    async with playing(text, monkeypatch) as playground, start_at(playground, bot):
        bob = playground.person("bob")
        [lobby] = playground.world.channels_of(list(playground.world.guilds)[1])
        await bob.answer(await bob.invoke("lobby", "lenient", where=lobby.id))
        await bob.invoke("lobby", "strict", where=lobby.id)

        error = await bot.next_error()

    assert isinstance(error, discord.app_commands.TransformerError)
    assert names == ["lobby"]


async def test_a_bot_can_be_taken_out_of_a_guild_and_come_back(playground, start) -> None:
    bot = await start(Bot())
    gone = asyncio.create_task(bot.wait_for("guild_remove", timeout=5))
    back = asyncio.create_task(bot.wait_for("guild_join", timeout=5))

    await playground.failures.bot_removed()
    left = (await gone).name
    await playground.failures.heal()

    assert left == (await back).name == "Playground"


TEAM = HOME.replace('owner = "ann"\ninst', 'team = ["ann", "bob"]\ninst')


async def test_a_teams_application_is_owned_by_nobody_who_reads(monkeypatch, start_at) -> None:
    async with playing(TEAM, monkeypatch) as playground, start_at(playground, Bot()) as bot:
        ann = playground.person("ann")
        info = await bot.application_info()

        assert info.team is not None
        assert [member.name for member in info.team.members] == ["ann", "bob"]
        assert info.team.owner_id == int(playground.world.person_named("ann").id)
        assert info.owner.name.startswith("team")
        assert info.owner.public_flags.team_user
        for nobody in (info.owner, await bot.fetch_user(info.team.members[1].id)):
            with pytest.raises(discord.Forbidden) as refused:
                await nobody.send("hello")
            assert refused.value.code == 50007
        await (await bot.fetch_user(info.team.members[0].id)).send("hello")

        assert (await ann.wait_message())["content"] == "hello"


async def test_a_file_may_be_as_large_as_the_guild_or_the_person_allows(
    monkeypatch, start_at
) -> None:
    text = HOME.replace('username = "ann"', 'username = "ann"\nfile_limit_mib = 2')
    text = text.replace('name = "Home"', 'name = "Home"\nfile_limit_mib = 1')
    text = text.replace("[[people]]", '[bot]\nname = "Bot"\nfile_limit_mib = 0.5\n\n[[people]]', 1)
    limits: list[int] = []
    bot = Bot()

    @bot.tree.command(description="x")
    async def big(interaction: discord.Interaction, size: int) -> None:
        limits.append(interaction.filesize_limit)
        await interaction.response.send_message("x", file=_file(size))

    async with playing(text, monkeypatch) as playground, start_at(playground, bot):
        ann, bob = playground.person("ann"), playground.person("bob")
        await ann.answer(await ann.invoke("hall", "big", size=2 * MIB))
        await bob.answer(await bob.invoke("hall", "big", size=10 * MIB))
        await ann.invoke("hall", "big", size=2 * MIB + 1)
        error = await bot.next_error()
        hall = bot.guilds[0].text_channels[0]
        await hall.send(file=_file(MIB))
        with pytest.raises(discord.HTTPException) as refused:
            await hall.send(file=_file(MIB + 1))
        with pytest.raises(Refused):
            await ann.upload("a.bin", b"x" * (2 * MIB + 1))

    assert limits == [2 * MIB, 10 * MIB, 2 * MIB]
    assert isinstance(error, discord.HTTPException)
    for each in (error, refused.value):
        assert (each.status, each.code) == (413, 40005)


async def test_a_request_has_25_mib_whatever_a_file_may_have(monkeypatch, start_at) -> None:
    text = HOME.replace('name = "Home"', 'name = "Home"\nfile_limit_mib = 100')

    async with playing(text, monkeypatch) as playground, start_at(playground, Bot()) as bot:
        hall = bot.guilds[0].text_channels[0]
        await hall.send(files=[_file(12 * MIB), _file(12 * MIB)])
        with pytest.raises(discord.HTTPException) as refused:
            await hall.send(files=[_file(13 * MIB), _file(13 * MIB)])

        assert bot.guilds[0].filesize_limit == 100 * MIB
    assert (refused.value.status, refused.value.code) == (413, 40005)


async def test_boosts_change_the_limit_of_a_running_guild(playground, start) -> None:
    limits: list[int] = []
    bot = Bot()

    @bot.tree.command(description="x")
    async def big(interaction: discord.Interaction) -> None:
        limits.append(interaction.filesize_limit)
        await interaction.response.send_message("x")

    await start(bot)
    mika = playground.person("mika")
    for mib in (50, 25):
        await playground.failures.file_limit(mib)
        await mika.answer(await mika.invoke("general", "big"))

    assert limits == [50 * MIB, 25 * MIB]


async def test_activities_of_a_world_bring_their_command(monkeypatch, start_at) -> None:
    text = HOME.replace('owner = "ann"\ninst', 'owner = "ann"\nactivities = true\ninst')

    async with playing(text, monkeypatch) as playground:
        with pytest.raises(discord.HTTPException) as refused:
            async with start_at(playground, Bot()):
                pytest.fail("the sync was taken")

    assert refused.value.code == 50240


async def test_a_picture_can_be_handed_in(monkeypatch) -> None:
    async with playing(HOME, monkeypatch) as playground:
        file = await playground.person("ann").upload("a.png", PNG)

    assert file.content_type == "image/png"


async def test_a_newcomer_is_like_whom_they_are_modelled_on(playground, start) -> None:
    bot = await start(Bot())
    ren, second = playground.person("ren"), playground.newcomer("ren")
    [guild] = playground.world.guilds.values()

    await (await bot.fetch_user(int(second.id))).send("hello")

    assert second.id != ren.id
    assert guild.members[second.id].role_ids == guild.members[ren.id].role_ids
    assert (await second.wait_message())["channel_id"] == second.dm != ren.dm
    assert not [event for event in ren.events if event.name == "message_create"]


async def test_a_bot_starts_threads_and_posts(monkeypatch, start_at) -> None:
    async with playing(HOME, monkeypatch) as playground, start_at(playground, Bot()) as bot:
        ann = playground.person("ann")
        [guild] = bot.guilds
        hall, [ideas] = guild.text_channels[0], guild.forums
        sent = await hall.send("about this")
        born = asyncio.create_task(bot.wait_for("thread_create", timeout=5))

        side = await hall.create_thread(name="side", type=discord.ChannelType.public_thread)
        below = await sent.create_thread(name="below")
        post = await ideas.create_thread(name="second idea", content="What if?")
        with pytest.raises(discord.HTTPException) as again:
            await sent.create_thread(name="below")
        with pytest.raises(discord.HTTPException) as nameless:
            await hall.create_thread(name=" ", type=discord.ChannelType.public_thread)
        await below.send("inside")

        assert (await born).id == side.id
        assert below.id == sent.id
        assert post.thread.id == post.message.id
        assert post.message.content == "What if?"
        assert (again.value.code, nameless.value.code) == (160004, 50035)
        inside = await ann.wait_message(lambda m: m["content"] == "inside")
        assert inside["channel_id"] == str(below.id)
