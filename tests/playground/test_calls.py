"""The page's calls, as PROTOCOL.md has them."""

import aiohttp
import discord
import pytest

from tests.playground.bot import PNG, Bot
from tests.playground.ids import GENERAL_ID, MIKA_ID, OWNER_ID, YUE_ID


@pytest.fixture
async def http(playground):
    async with aiohttp.ClientSession(playground.url) as http:
        yield http


@pytest.fixture
async def call(http):
    async def call(name: str, **body):
        async with http.post(f"/playground/{name}", json=body) as response:
            is_json = response.content_type == "application/json"
            return response.status, await response.json() if is_json else None

    return call


@pytest.fixture
async def state(http):
    async def state(user: str) -> dict:
        async with http.get("/playground/state", params={"user": user}) as response:
            assert response.status == 200
            return await response.json()

    return state


@pytest.fixture
async def bot(start) -> Bot:
    bot = Bot()

    class Form(discord.ui.Modal, title="Form"):
        words = discord.ui.TextInput(label="Words")

        async def on_submit(self, interaction: discord.Interaction) -> None:
            await interaction.response.send_message(self.words.value)

    class Buttons(discord.ui.View):
        @discord.ui.button(label="Form", custom_id="form")
        async def form(self, interaction: discord.Interaction, button: discord.ui.Button) -> None:
            await interaction.response.send_modal(Form())

    @bot.tree.command(description="Draw")
    async def chibi(interaction: discord.Interaction, prompt: str) -> None:
        await interaction.response.send_message(prompt, view=Buttons())

    @chibi.autocomplete("prompt")
    async def prompts(interaction: discord.Interaction, current: str):
        return [discord.app_commands.Choice(name=current, value=current)]

    return await start(bot)


async def test_the_state_names_the_roles_of_the_guild(playground, state) -> None:
    roles = (await state(MIKA_ID))["guilds"][0]["roles"]

    assert [role["name"] for role in roles] == ["@everyone", "Bot", "Moderator"]


async def test_the_state_is_what_the_person_sees(bot, state) -> None:
    found = await state(YUE_ID)

    assert [(p["username"], p["role"]) for p in found["people"]] == [
        ("hana", "owner"),
        ("ren", "moderator"),
        ("mika", "member"),
        ("yue", "member"),
        ("bot", "bot"),
    ]
    assert found["me"]["locale"] == "zh-CN"
    assert [(c["name"], c["type"], c["can_send"]) for c in found["channels"]] == [
        ("general", 0, True),
        ("studio", 0, True),
        ("Bot", 1, True),
    ]
    assert [c["name"] for c in found["commands"]] == ["chibi"]
    assert found["bot"]["online"] is True
    assert "zh-CN" in found["locales"]


async def test_commands_are_shown_in_the_persons_language(playground, rest, state) -> None:
    translated = {"name": "chibi", "description": "Draw", "name_localizations": {"zh-CN": "头像"}}
    await rest("PUT", f"/applications/{playground.world.bot.id}/commands", [translated])

    [command] = (await state(YUE_ID))["commands"]

    assert (command["name"], command["name_localized"]) == ("chibi", "头像")
    assert command["description_localized"] == "Draw"


async def test_a_story_from_command_to_form(playground, bot, http, call) -> None:
    options = [{"name": "prompt", "type": 3, "value": "a fox"}]
    async with http.ws_connect(f"/playground/live?user={MIKA_ID}") as live:

        async def event(name: str):
            while True:
                event = await live.receive_json(timeout=5)
                if event["t"] == name:
                    return event["d"]

        command = {"user": MIKA_ID, "channel": GENERAL_ID, "command": "chibi"}
        _, invoked = await call("invoke", **command, options=options)
        message = await event("message_create")
        done = await event("interaction_done")
        await call("component", user=MIKA_ID, message=message["id"], custom_id="form")
        modal = await event("modal")
        row = modal["components"][0]
        answer = {"type": 4, "custom_id": row["components"][0]["custom_id"], "value": "owls"}
        filled = [{"type": 1, "components": [answer]}]
        await call("modal", user=MIKA_ID, interaction=modal["interaction"], components=filled)
        submitted = await event("message_create")
        status, _ = await call("delete", user=OWNER_ID, message=message["id"])
        deleted = await event("message_delete")

    assert message["content"] == "a fox"
    assert message["interaction"]["id"] == invoked["interaction"] == done["interaction"]
    assert submitted["content"] == "owls"
    assert status == 204
    assert deleted == {"id": message["id"], "channel_id": GENERAL_ID}


async def test_autocomplete_comes_back_with_the_call(bot, call) -> None:
    options = [{"name": "prompt", "type": 3, "value": "fo", "focused": True}]

    _, answer = await call(
        "autocomplete", user=MIKA_ID, channel=GENERAL_ID, command="chibi", options=options
    )

    assert [choice["value"] for choice in answer["choices"]] == ["fo"]


async def test_an_upload_is_an_attachment(http) -> None:
    form = aiohttp.FormData({"user": MIKA_ID})
    form.add_field("file", PNG, filename="a.png")

    async with http.post("/playground/upload", data=form) as response:
        attachment = await response.json()
    async with http.get(attachment["url"]) as response:
        data = await response.read()

    assert (attachment["filename"], attachment["width"]) == ("a.png", 2)
    assert data == PNG


@pytest.mark.parametrize(
    ("name", "body", "status", "code"),
    [
        pytest.param("message", {"user": "1"}, 404, 10013, id="nobody"),
        pytest.param("message", {}, 400, 50035, id="nothing"),
        pytest.param(
            "message", {"user": MIKA_ID, "channel": "1", "content": "x"}, 404, 10003, id="nowhere"
        ),
        pytest.param(
            "message",
            {"user": MIKA_ID, "channel": GENERAL_ID, "content": "x" * 2001},
            400,
            50035,
            id="too long",
        ),
        pytest.param(
            "invoke",
            {"user": MIKA_ID, "channel": GENERAL_ID, "command": "no"},
            404,
            10063,
            id="no command",
        ),
        pytest.param(
            "invoke",
            {"user": MIKA_ID, "channel": GENERAL_ID, "command": "chibi"},
            400,
            50035,
            id="option missing",
        ),
        pytest.param(
            "component",
            {"user": MIKA_ID, "message": "1", "custom_id": "x"},
            404,
            10008,
            id="no message",
        ),
        pytest.param(
            "modal",
            {"user": MIKA_ID, "interaction": "1", "components": []},
            404,
            10062,
            id="no form",
        ),
        pytest.param("locale", {"user": MIKA_ID, "locale": "xx"}, 400, 50035, id="no language"),
        pytest.param("fail", {"failure": "x"}, 400, 50035, id="no failure"),
    ],
)
async def test_a_refusal_is_a_sentence(bot, call, name, body, status: int, code: int) -> None:
    given, answer = await call(name, **body)

    assert (given, answer["code"]) == (status, code)
    assert answer["message"].endswith(".")


async def test_reset_forgets_all_messages(playground, call, state) -> None:
    await playground.person("mika").write("general", "x")

    status, _ = await call("reset")

    assert status == 204
    assert (await state(MIKA_ID))["messages"][GENERAL_ID] == []


async def test_a_failure_is_played_over_http(playground, call, rest) -> None:
    await call("fail", failure="bad_gateway", times=1)

    assert (await rest("GET", "/users/@me")).status == 502


async def test_the_page_is_served_fresh_and_may_load_nothing_from_outside(http) -> None:
    async with http.get("/") as response:
        page = await response.text()

    assert "<html" in page
    assert response.headers["Cache-Control"] == "no-cache"
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]
