"""What cannot be done is said in one sentence, privately, and loses nothing."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from generation.request import MAX_SEED
from playground.page.people import Person
from playground.refusals import Refused
from playground.server import Playground
from tests.e2e.driving import BotProcess, draw, pictures_of, text_of


@pytest.mark.parametrize("prompt", ["\u200b\u200d", "\u2060", "\u3164"])
async def test_an_empty_prompt(mika: Person, prompt: str) -> None:
    answer = await mika.answer(await mika.invoke("general", "chibi", prompt=prompt))

    assert answer["ephemeral"]
    assert "nothing to draw" in text_of(answer)


async def test_an_over_long_prompt_is_given_back(mika: Person, playground: Playground) -> None:
    prompt = "pinkhair, " * 599 + "pink hair!"

    answer = await mika.answer(await mika.invoke("general", "chibi", prompt=prompt))

    assert answer["ephemeral"]
    assert "6000 characters" in text_of(answer)
    (attachment,) = answer["attachments"]
    assert attachment["filename"] == "prompt.txt"
    assert attachment["size"] == len(prompt)


async def test_a_prompt_of_emoji_alone_is_drawn(mika: Person) -> None:
    message = await draw(mika, "😭", count=1)

    assert "cry" in pictures_of(message)[0]["description"]


@pytest.mark.parametrize(
    "prompt", ["**bold** `code` ||spoiler||", "שלום עולם", "🇯🇵" * 20, "<@1> <#2> @here", "'\";--"]
)
async def test_a_strange_prompt_is_drawn_all_the_same(mika: Person, prompt: str) -> None:
    message = await draw(mika, prompt, count=1)

    assert len(pictures_of(message)) == 1


@pytest.mark.parametrize(
    "options", [{"seed": -1}, {"seed": MAX_SEED + 1}, {"count": 0}, {"count": 5}, {"size": 511}]
)
async def test_discord_itself_refuses_an_option_out_of_range(
    mika: Person, options: dict[str, Any]
) -> None:
    with pytest.raises(Refused, match=next(iter(options))):
        await mika.invoke("general", "chibi", prompt="pink hair", **options)


@pytest.mark.own_bot
async def test_a_channel_that_is_not_allowed(
    mika: Person, playground: Playground, bot: BotProcess
) -> None:
    hana = playground.person("hana")
    studio = next(c.id for c in playground.world.guild_channels if c.name == "studio")
    await hana.answer(await hana.invoke("general", "config channels", channel=studio, allowed=True))

    answer = await mika.answer(await mika.invoke("general", "chibi", prompt="pink hair"))

    assert answer["ephemeral"]
    assert f"<#{studio}>" in text_of(answer)


@pytest.mark.own_bot
async def test_a_deleted_channel_is_not_the_only_one_allowed_for_ever(
    mika: Person, playground: Playground
) -> None:
    hana = playground.person("hana")
    general, studio = (
        next(c.id for c in playground.world.guild_channels if c.name == name)
        for name in ("general", "studio")
    )
    await hana.answer(await hana.invoke("general", "config channels", channel=studio, allowed=True))
    await playground.failures.play({"failure": "deleted_channel", "channel": studio})

    options = {"channel": general, "allowed": False}
    saved = await hana.answer(await hana.invoke("general", "config channels", **options))

    assert "everywhere" in text_of(saved)
    assert len(pictures_of(await draw(mika, count=1))) == 1


async def test_a_channel_is_chosen_where_only_the_commands_are_authorised(
    mika: Person, playground: Playground
) -> None:
    hana = playground.person("hana")
    studio = next(c.id for c in playground.world.guild_channels if c.name == "studio")
    await playground.failures.play({"failure": "bot_removed"})

    options = {"channel": studio, "allowed": False}
    saved = await hana.answer(await hana.invoke("general", "config channels", **options))
    await playground.failures.play({"failure": "heal"})

    assert "everywhere" in text_of(saved)
    assert "Saved" in text_of(saved)


async def test_config_is_for_admins(ren: Person, mika: Person) -> None:
    shown = await ren.answer(await ren.invoke("general", "config show"))

    assert "illustrator" in text_of(shown)
    with pytest.raises(Refused):
        await mika.invoke("general", "config show")


@pytest.mark.own_bot
async def test_a_server_that_opens_config_to_all_gives_no_right_to_use_it(
    mika: Person, playground: Playground
) -> None:
    for command in playground.commands:
        command["default_member_permissions"] = None

    answer = await mika.answer(await mika.invoke("general", "config show"))

    assert answer["ephemeral"]
    assert "those who may manage the server" in text_of(answer)


@pytest.mark.own_bot
async def test_the_language_of_the_server_is_what_everyone_sees(mika: Person, ren: Person) -> None:
    saved = await ren.answer(await ren.invoke("general", "config language", language="zh-CN"))
    assert "简体中文" in text_of(saved)

    message = await draw(mika, "pink hair", count=1)

    assert "看懂了" in text_of(message)


async def test_config_sets_the_backend_and_the_limit(ren: Person) -> None:
    await ren.answer(await ren.invoke("general", "config model", model="illustrator"))
    saved = await ren.answer(await ren.invoke("general", "config limit", jobs=5))

    assert "Open drawings per member:** 5" in text_of(saved)


@pytest.mark.own_bot
async def test_config_with_a_hundred_channels_fits_a_message(ren: Person, bot: BotProcess) -> None:
    await ren.answer(await ren.invoke("general", "config limit", jobs=5))
    await bot.stop()
    with sqlite3.connect(bot.data_dir / "moevatar.sqlite3") as connection:
        ((guild_id,),) = connection.execute("select id from guilds")
        channels = [(guild_id, 10**18 + number) for number in range(100)]
        connection.executemany(
            "insert into guild_channels (guild_id, channel_id) values (?, ?)", channels
        )
    await bot.start()

    shown = await ren.answer(await ren.invoke("general", "config show"))
    refused = await ren.answer(await ren.invoke("general", "chibi", prompt="pink hair"))

    for answer in (shown, refused):
        told = text_of(answer)
        assert told.count("<#") + int(told.split(" and ")[-1].split(" more")[0]) == 100


@pytest.mark.parametrize("picture", ["9" * 30, "9" * 5000, "²"])
async def test_no_picture_has_such_a_number(mika: Person, picture: str) -> None:
    answer = await mika.answer(await mika.invoke("general", "avatar delete", picture=picture))

    assert answer["ephemeral"]
    assert "fits these words" in text_of(answer)


async def test_without_an_avatar_show_says_how_to_get_one(mika: Person, ren: Person) -> None:
    own = await mika.answer(await mika.invoke("general", "avatar show"))
    other = await mika.answer(await mika.invoke("general", "avatar show", member=ren.id))

    assert "press Pick" in text_of(own)
    assert f"<@{ren.id}> has not picked" in text_of(other)


async def test_a_data_folder_that_cannot_be_written_stops_the_start(
    playground: Playground, tmp_path: Path
) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    bot = BotProcess(playground, tmp_path / "data")

    await bot.launch()
    log = await bot.read_log()

    assert await bot.wait() == 2
    assert "MOEVATAR_DATA_DIR" in log
    assert "Traceback" not in log


async def test_a_bad_setting_stops_the_start(playground: Playground, tmp_path: Path) -> None:
    bot = BotProcess(playground, tmp_path / "data", backend="dall-e-3")

    await bot.launch()
    log = await bot.read_log()

    assert await bot.wait() == 2
    assert "MOEVATAR_BACKEND: allowed: illustrator" in log


async def test_a_refused_token_is_explained(playground: Playground, tmp_path: Path) -> None:
    bot = BotProcess(playground, tmp_path / "data", discord_token="not.the.token")

    await bot.launch()
    log = await bot.read_log()

    assert await bot.wait() == 2
    assert "Discord does not accept MOEVATAR_DISCORD_TOKEN" in log
    assert "not.the.token" not in log


@pytest.mark.parametrize("typed", ["pixel art", "Pixel", " pixel art "])
async def test_a_style_is_known_by_the_name_that_the_list_shows(mika: Person, typed: str) -> None:
    message = await draw(mika, "an elf", count=1, size=256, style=typed)

    assert "pixel art" in text_of(message)


async def test_a_style_that_there_is_not_is_refused_with_the_way_on(mika: Person) -> None:
    asked = await mika.invoke("general", "chibi", prompt="an elf", style="oil")

    answer = text_of(await mika.answer(asked))

    assert "`oil`. Choose one from the list" in answer
    assert "```\nan elf\n```" in answer


async def test_options_that_nothing_here_can_use_are_not_offered_or_say_so(mika: Person) -> None:
    styles = await mika.autocomplete("general", "chibi", "style", prompt="x", style="")
    (strength,) = await mika.autocomplete("general", "chibi", "strength", prompt="x", strength="5")
    (model,) = await mika.autocomplete("general", "chibi", "model", prompt="x", model="")

    assert len(styles) >= 5
    assert "repaint" not in {choice["value"] for choice in styles}
    assert "it changes nothing" in strength["name"]
    assert model["value"] == "illustrator"
    assert "nothing else can draw here" in model["name"]
