import asyncio
from typing import Any

import aiohttp
import discord
import pytest
from discord import app_commands

from tests.playground.bot import PNG, Bot, picture
from tests.playground.build import COMMANDS, MESSAGES, inputs, modal, slash
from tests.playground.ids import BOT_ID, GENERAL_ID, GUILD_ID


async def test_options_of_every_kind_reach_the_bot(playground, start) -> None:
    bot, got = Bot(), {}

    @bot.tree.command(description="All kinds")
    async def kinds(
        interaction: discord.Interaction,
        text: str,
        whole: app_commands.Range[int, 1, 4],
        share: float,
        sure: bool,
        who: discord.Member,
        where: discord.TextChannel,
        role: discord.Role,
        file: discord.Attachment,
    ) -> None:
        got.update(text=text, whole=whole, share=share, sure=sure, who=who.display_name)
        got.update(where=where.name, role=role.name, file=await file.read(), size=file.width)
        await interaction.response.send_message("ok")

    await start(bot)
    mika, hana = playground.person("mika"), playground.person("hana")
    world = playground.world
    file = await mika.upload("in.png", PNG)
    role_id = next(
        role.id for role in world.guilds[GUILD_ID].roles.values() if role.name == "Moderator"
    )

    called = await mika.invoke(
        "general",
        "kinds",
        text="猫",
        whole=3,
        share=0.5,
        sure=True,
        who=hana.id,
        where=world.guild_channels[1].id,
        role=role_id,
        file=file.id,
    )
    await mika.answer(called)

    expected = {"text": "猫", "whole": 3, "share": 0.5, "sure": True, "who": "Hana"}
    expected |= {"where": "studio", "role": "Moderator", "file": PNG, "size": 2}
    assert got == expected


async def test_subcommands_are_called_by_their_full_name(playground, start) -> None:
    bot = Bot()
    avatar = app_commands.Group(name="avatar", description="Avatars")

    @avatar.command(description="Show one")
    async def show(interaction: discord.Interaction, number: int) -> None:
        await interaction.response.send_message(f"{show.qualified_name} {number}")

    bot.tree.add_command(avatar)
    await start(bot)
    mika = playground.person("mika")

    message = await mika.answer(await mika.invoke("general", "avatar show", number=7))

    assert message["content"] == "avatar show 7"
    assert message["interaction"]["name"] == "avatar show"


async def test_autocomplete_offers_what_the_bot_answers(playground, start) -> None:
    bot = Bot()

    @bot.tree.command(description="Style")
    async def style(interaction: discord.Interaction, name: str, seed: int = 0) -> None:
        await interaction.response.send_message(name)

    @style.autocomplete("name")
    async def names(interaction: discord.Interaction, current: str):
        return [app_commands.Choice(name=f"{current}{n}", value=f"v{n}") for n in range(3)]

    await start(bot)

    choices = await playground.person("mika").autocomplete("general", "style", "name", name="pa")

    assert [(c["name"], c["value"]) for c in choices] == [
        ("pa0", "v0"),
        ("pa1", "v1"),
        ("pa2", "v2"),
    ]


async def test_a_select_sends_the_chosen_values(playground, start) -> None:
    bot = Bot()

    class Pick(discord.ui.View):
        @discord.ui.select(
            placeholder="Which?",
            max_values=2,
            options=[discord.SelectOption(label=str(n), value=f"v{n}") for n in range(3)],
        )
        async def pick(self, interaction: discord.Interaction, select: discord.ui.Select) -> None:
            await interaction.response.edit_message(content=" ".join(select.values), view=None)

        @discord.ui.select(cls=discord.ui.UserSelect, placeholder="Who?")
        async def who(
            self, interaction: discord.Interaction, select: discord.ui.UserSelect
        ) -> None:
            await interaction.response.send_message(select.values[0].name)

    @bot.tree.command(description="Pick")
    async def pick(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("pick", view=Pick())

    await start(bot)
    mika, ren = playground.person("mika"), playground.person("ren")
    message = await mika.answer(await mika.invoke("general", "pick"))

    who = await mika.answer(await mika.select(message, "Who?", ren.id))
    await mika.select(message, "Which?", "v0", "v2")
    edited = await mika.wait("message_update")

    assert who["content"] == "ren"
    assert (edited["id"], edited["content"], edited["components"]) == (message["id"], "v0 v2", [])
    with pytest.raises(LookupError, match="Which"):
        await mika.select(edited, "Which?", "v1")


async def test_a_modal_brings_back_every_kind_of_field(playground, start) -> None:
    bot, got = Bot(), {}

    class Edit(discord.ui.Modal, title="Edit"):
        words = discord.ui.Label(text="Words", component=discord.ui.TextInput(default="old"))
        style = discord.ui.Label(
            text="Style",
            component=discord.ui.Select(
                options=[
                    discord.SelectOption(label="A", value="a"),
                    discord.SelectOption(label="B", value="b"),
                ]
            ),
        )
        files = discord.ui.Label(text="Files", component=discord.ui.FileUpload(required=False))
        sure = discord.ui.Label(text="Sure", component=discord.ui.Checkbox())

        def labels(self) -> list[Any]:
            return [self.words, self.style, self.files, self.sure]

        async def on_submit(self, interaction: discord.Interaction) -> None:
            words, style, files, sure = (label.component for label in self.labels())
            got.update(words=words.value, style=style.values)
            got.update(file=files.values[0].filename, sure=sure.value)
            await interaction.response.send_message("saved", ephemeral=True)

    @bot.tree.command(description="Edit")
    async def edit(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Edit())

    await start(bot)
    mika = playground.person("mika")
    file = await mika.upload("my face.png", PNG)
    modal = await mika.modal(await mika.invoke("general", "edit"))

    answers = {"Words": "new", "Style": ["b"], "Files": [file.id], "Sure": True}
    saved = await mika.answer(await mika.submit_modal(modal, **answers))

    assert modal["title"] == "Edit"
    assert got == {"words": "new", "style": ["b"], "file": "my_face.png", "sure": True}
    assert saved["ephemeral"] is True


async def test_a_deferred_answer_becomes_the_first_follow_up(playground, start) -> None:
    bot = Bot()

    @bot.tree.command(description="Slow")
    async def slow(interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True)
        await interaction.followup.send("first")
        await interaction.followup.send("second", file=picture())

    await start(bot)
    mika, hana = playground.person("mika"), playground.person("hana")
    await mika.invoke("general", "slow")

    loading = await mika.wait("message_create")
    first = await mika.wait("message_update")
    second = await mika.wait_message(lambda m: m["content"] == "second")

    assert loading["loading"] is True
    assert first["id"] == loading["id"]
    assert (first["content"], first.get("loading"), first["ephemeral"]) == ("first", None, True)
    assert "ephemeral" not in second
    assert second["message_reference"]["message_id"] == first["id"]
    assert [m["content"] for e in hana.events if e.name == "message_create" for m in [e.data]] == [
        "second"
    ]


async def test_a_context_menu_gets_the_message_or_the_user(playground, start) -> None:
    bot = Bot()

    @bot.tree.context_menu(name="Draw This")
    async def draw(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"drawing {message.content}")

    @bot.tree.context_menu(name="Draw Them")
    async def draw_them(interaction: discord.Interaction, member: discord.Member) -> None:
        await interaction.response.send_message(f"drawing {member.display_name}")

    await start(bot)
    mika, hana = playground.person("mika"), playground.person("hana")
    written = await mika.write("general", "a fox")

    message = await mika.answer(await mika.invoke("general", "Draw This", target=written))
    user = await mika.answer(await mika.invoke("general", "Draw Them", target=hana.id))

    assert message["content"] == "drawing a fox"
    assert user["content"] == "drawing Hana"


async def test_the_interaction_says_who_where_and_in_which_language(playground, start) -> None:
    bot, got = Bot(), []

    @bot.tree.command(description="Who")
    async def who(interaction: discord.Interaction) -> None:
        got.append(interaction)
        await interaction.response.send_message("ok")

    await start(bot)
    yue = playground.person("yue")

    await yue.answer(await yue.invoke("general", "who"))
    await yue.answer(await yue.invoke("dm", "who"))

    in_guild, in_dm = got
    assert in_guild.locale is discord.Locale.chinese
    assert in_guild.guild_locale is discord.Locale.american_english
    assert in_guild.guild.name == "Playground"
    assert in_guild.channel.name == "general"
    assert not in_guild.permissions.manage_messages
    assert in_guild.app_permissions.attach_files
    assert in_guild.filesize_limit == 10 * 1024 * 1024
    assert in_guild.context.guild
    assert in_guild.is_guild_integration()
    assert in_dm.guild is None
    assert in_dm.context.dm_channel
    assert isinstance(in_dm.user, discord.User)


async def test_an_unanswered_interaction_fails_for_the_person_and_later_for_the_bot(
    playground, start
) -> None:
    bot = Bot()

    @bot.tree.command(description="Late")
    async def late(interaction: discord.Interaction) -> None:
        playground.clock.advance(3.1)
        await interaction.response.send_message("too late")

    await start(bot)
    mika = playground.person("mika")

    assert await mika.failed(await mika.invoke("general", "late")) == "no_answer"

    error = await bot.next_error()
    assert isinstance(error, discord.NotFound)
    assert error.code == 10062


async def test_a_second_acknowledgement_is_refused(playground, start) -> None:
    bot, raw = Bot(), {}

    @bot.tree.command(description="Twice")
    async def twice(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("once")
        interaction.response._response_type = None
        with pytest.raises(discord.HTTPException) as refused:
            await interaction.response.send_message("twice")
        raw.update(code=refused.value.code, status=refused.value.status)
        await interaction.followup.send("done")

    await start(bot)
    mika = playground.person("mika")
    await mika.invoke("general", "twice")
    await mika.wait_message(lambda m: m["content"] == "done")

    assert raw == {"code": 40060, "status": 400}


async def test_a_token_is_good_for_fifteen_minutes(playground, start) -> None:
    bot = Bot()

    @bot.tree.command(description="Forget")
    async def forget(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("now")
        playground.clock.advance(15 * 60 + 1)
        await interaction.edit_original_response(content="too late")

    await start(bot)
    await playground.person("mika").invoke("general", "forget")

    error = await bot.next_error()
    assert isinstance(error, discord.HTTPException)
    assert (error.status, error.code) == (401, 50027)


async def test_of_two_acknowledgements_at_once_one_is_taken(playground, rest) -> None:
    await rest("PUT", COMMANDS, [slash()])
    invoked = await playground.person("mika").invoke("general", "chibi")
    path = f"/interactions/{invoked.id}/{invoked.token}/callback"
    form = aiohttp.FormData({"payload_json": '{"type": 4, "data": {"content": "x"}}'})
    form.add_field("files[0]", PNG, filename="a.png")

    both = await asyncio.gather(
        rest("POST", path, data=form), rest("POST", path, {"type": 5, "data": {}})
    )

    assert sorted(answer.status for answer in both) == [204, 400]


async def test_a_refused_answer_leaves_room_for_another(playground, rest) -> None:
    await rest("PUT", COMMANDS, [slash()])
    invoked = await playground.person("mika").invoke("general", "chibi")
    path = f"/interactions/{invoked.id}/{invoked.token}/callback"

    refused = await rest("POST", path, {"type": 4, "data": {"content": "x" * 2001}})
    taken = await rest("POST", path, {"type": 4, "data": {"content": "x"}})

    assert (refused.status, taken.status) == (400, 204)


async def test_there_is_no_follow_up_before_an_answer(playground, rest) -> None:
    await rest("PUT", COMMANDS, [slash()])
    invoked = await playground.person("mika").invoke("general", "chibi")

    refused = await rest("POST", f"/webhooks/{BOT_ID}/{invoked.token}", {"content": "x"})

    assert (refused.status, refused.body["code"]) == (404, 10015)


async def test_an_app_that_only_the_person_installed_has_five_follow_ups(playground, rest) -> None:
    await rest("PUT", COMMANDS, [slash(integration_types=[1])])
    invoked = await playground.person("mika").invoke("general", "chibi")
    path = f"/interactions/{invoked.id}/{invoked.token}/callback"
    await rest("POST", path, {"type": 4, "data": {"content": "x"}})

    answers = []
    for _ in range(6):
        playground.limits.clear()
        answers.append(await rest("POST", f"/webhooks/{BOT_ID}/{invoked.token}", {"content": "x"}))

    assert [answer.status for answer in answers] == [200] * 5 + [400]
    assert answers[5].body["code"] == 40094


async def test_no_token_is_needed_but_the_interactions_own(playground, rest) -> None:
    await rest("PUT", COMMANDS, [slash()])
    invoked = await playground.person("mika").invoke("general", "chibi")
    path = f"/interactions/{invoked.id}/{invoked.token}/callback"

    taken = await rest("POST", path, {"type": 5}, headers={})
    refused = await rest("GET", "/users/@me", headers={})
    unknown = await rest("GET", f"/webhooks/{BOT_ID}/nope/messages/@original", headers={})

    assert taken.status == 204
    assert (refused.status, refused.body) == (401, {"message": "401: Unauthorized", "code": 0})
    assert (unknown.status, unknown.body["code"]) == (401, 50027)


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nope", 404), ("DELETE", "/users/@me", 405)]
)
async def test_what_discord_does_not_have_is_refused_in_json(rest, method, path, status) -> None:
    refused = await rest(method, path)

    assert (refused.status, refused.body["code"]) == (status, 0)


async def test_broken_json_is_named(playground, rest) -> None:
    headers = {
        "Authorization": f"Bot {playground.token}",
        "Content-Type": "application/json",
    }

    refused = await rest("POST", MESSAGES, data=b"{", headers=headers)

    assert (refused.status, refused.body["code"]) == (400, 50109)


async def test_after_fifteen_minutes_of_thinking_nothing_comes_any_more(playground, rest) -> None:
    await rest("PUT", COMMANDS, [slash()])
    mika = playground.person("mika")
    invoked = await mika.invoke("general", "chibi")
    await rest("POST", f"/interactions/{invoked.id}/{invoked.token}/callback", {"type": 5})

    playground.clock.advance(15 * 60 + 1)

    assert await mika.failed(invoked) == "no_answer"


async def test_a_form_can_be_submitted_again_when_nobody_answered(playground, rest) -> None:
    await rest("PUT", COMMANDS, [slash()])
    mika = playground.person("mika")
    invoked = await mika.invoke("general", "chibi")
    callback = {"type": 9, "data": modal(*inputs(1))}
    await rest("POST", f"/interactions/{invoked.id}/{invoked.token}/callback", callback)
    form = await mika.modal(invoked)

    first = await mika.submit_modal(form, i0="words")
    playground.clock.advance(4)
    second = await mika.submit_modal(form, i0="words")

    assert await mika.failed(first) == "no_answer"
    assert second.data == first.data


async def test_a_channel_may_go_while_files_are_written(playground, rest) -> None:
    form = aiohttp.FormData({"payload_json": "{}"})
    form.add_field("files[0]", PNG, filename="a.png")
    write, channels = playground.files.write, playground.world.channels

    async def write_slowly(attachment_id: str, data: bytes) -> None:
        await write(attachment_id, data)
        channels.pop(GENERAL_ID)

    playground.files.write = write_slowly
    refused = await rest("POST", MESSAGES, data=form)

    assert (refused.status, refused.body["code"]) == (404, 10003)
