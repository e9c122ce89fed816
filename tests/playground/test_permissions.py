from contextlib import suppress

import discord
import pytest

from playground.refusals import Refused
from playground.world.permissions import ALL, EVERYONE, Overwrite, Permission, in_channel
from tests.playground.bot import Bot, picture
from tests.playground.build import COMMANDS, slash
from tests.playground.ids import BOT_ID, GENERAL_ID, GUILD_ID, STUDIO_ID

STUDIO = f"/channels/{STUDIO_ID}/messages"
SEND = Permission.SEND_MESSAGES


@pytest.mark.parametrize(
    ("overwrites", "may_send"),
    [
        pytest.param([], True, id="none"),
        pytest.param([Overwrite("g", "role", deny=SEND)], False, id="everyone denied"),
        pytest.param(
            [Overwrite("g", "role", deny=SEND), Overwrite("r", "role", allow=SEND)],
            True,
            id="a role over everyone",
        ),
        pytest.param(
            [Overwrite("r", "role", allow=SEND), Overwrite("s", "role", deny=SEND)],
            True,
            id="one role allows, another denies",
        ),
        pytest.param(
            [Overwrite("r", "role", allow=SEND), Overwrite("m", "member", deny=SEND)],
            False,
            id="the member over all roles",
        ),
        pytest.param(
            [Overwrite("g", "role", deny=Permission.VIEW_CHANNEL)], False, id="unseen is unusable"
        ),
    ],
)
def test_overwrites_apply_in_discords_order(overwrites: list[Overwrite], may_send: bool) -> None:
    held = in_channel(EVERYONE, "m", ["r", "s"], "g", overwrites)

    assert bool(held & SEND) is may_send


def test_an_administrator_may_everything() -> None:
    denied = [Overwrite("m", "member", deny=SEND)]

    assert in_channel(Permission.ADMINISTRATOR, "m", [], "g", denied) == ALL


async def test_a_bot_that_may_not_post_is_told(playground, rest) -> None:
    await playground.failures.permissions(STUDIO_ID, deny=["SEND_MESSAGES"])

    refused = await rest("POST", STUDIO, {"content": "x"})

    assert (refused.status, refused.body["code"]) == (403, 50013)


async def test_a_bot_that_does_not_see_the_channel_is_told(playground, rest) -> None:
    await playground.failures.permissions(STUDIO_ID, deny=["VIEW_CHANNEL"])

    refused = await rest("POST", STUDIO, {"content": "x"})

    assert (refused.status, refused.body["code"]) == (403, 50001)


async def test_app_permissions_tell_before_drawing_that_files_are_denied(playground, start) -> None:
    bot, seen = Bot(), []

    @bot.tree.command(description="Draw")
    async def chibi(interaction: discord.Interaction) -> None:
        seen.append(interaction.app_permissions.attach_files)
        await interaction.response.send_message("x", file=picture())

    await start(bot)
    await playground.failures.permissions(STUDIO_ID, deny=["ATTACH_FILES"])
    await playground.person("mika").invoke("studio", "chibi")

    error = await bot.next_error()
    assert seen == [False]
    assert isinstance(error, discord.Forbidden)
    assert error.code == 50013


@pytest.mark.parametrize(
    ("needed", "names"),
    [
        (None, {"hana", "ren", "mika"}),
        (str(int(Permission.MANAGE_GUILD)), {"hana", "ren"}),
        ("0", {"hana"}),
    ],
    ids=["everyone", "manage guild", "administrators"],
)
async def test_default_permissions_decide_who_is_offered_a_command(
    playground, rest, needed: str | None, names: set[str]
) -> None:
    await rest("PUT", COMMANDS, [slash(default_member_permissions=needed)])
    channel = playground.world.channels[GENERAL_ID]

    offered, called = set(), set()
    for name in ("hana", "ren", "mika"):
        person = playground.person(name)
        if playground.actions.offered(person.id, channel):
            offered.add(name)
        with suppress(Refused):
            await person.invoke("general", "chibi")
            called.add(name)

    assert offered == called == names


@pytest.mark.parametrize(
    ("contexts", "where"),
    [
        (None, {"general", "dm"}),
        ([0], {"general"}),
        ([1], {"dm"}),
        ([2], set()),
    ],
)
async def test_contexts_decide_where_a_command_is_offered(
    playground, rest, contexts: list[int] | None, where: set[str]
) -> None:
    await rest("PUT", COMMANDS, [slash(contexts=contexts)])
    mika = playground.person("mika")

    called = set()
    for channel in ("general", "dm"):
        with suppress(Refused):
            await mika.invoke(channel, "chibi")
            called.add(channel)

    assert called == where


async def test_a_guild_command_is_not_there_in_a_dm(playground, rest) -> None:
    await rest("PUT", f"/applications/{BOT_ID}/guilds/{GUILD_ID}/commands", [slash()])
    mika = playground.person("mika")

    await mika.invoke("general", "chibi")

    with pytest.raises(Refused):
        await mika.invoke("dm", "chibi")


async def test_without_the_permission_no_command_can_be_called(playground, rest) -> None:
    await rest("PUT", COMMANDS, [slash()])
    await playground.failures.permissions(
        STUDIO_ID, deny=["USE_APPLICATION_COMMANDS"], target=GUILD_ID
    )

    with pytest.raises(Refused):
        await playground.person("mika").invoke("studio", "chibi")


@pytest.mark.parametrize(("name", "may"), [("hana", True), ("ren", True), ("mika", False)])
async def test_who_manages_messages_deletes_those_of_others(playground, name, may) -> None:
    written = await playground.person("yue").write("general", "x")
    person = playground.person(name)

    if may:
        await person.delete({"id": written})
    else:
        with pytest.raises(Refused):
            await person.delete({"id": written})

    assert (playground.messages.get(written) is None) is may


async def test_a_changed_channel_is_told_to_the_bot_and_to_the_page(playground, start) -> None:
    bot = await start(Bot())
    mika = playground.person("mika")
    changed = bot.wait_for("guild_channel_update", timeout=5)

    await playground.failures.permissions(STUDIO_ID, deny=["VIEW_CHANNEL"], target=GUILD_ID)
    _, after = await changed

    assert after.name == "studio"
    update = next(event for event in mika.events if event.name == "channels_update")
    assert [channel["name"] for channel in update.data] == ["general", "Bot"]
