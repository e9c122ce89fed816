"""The commands are published when they have changed, and never in the bot's way."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from aiohttp import web

from playground.page.people import Person
from playground.server import Playground
from tests.e2e.conftest import serving
from tests.e2e.driving import BotProcess, draw, pictures_of

ROOT = Path(__file__).parents[2]
ENTRY_POINT = 4

pytestmark = pytest.mark.own_bot


def published(playground: Playground) -> dict[str, str]:
    """Name → version, which Discord raises with each writing."""
    return {command["name"]: command["version"] for command in playground.commands}


async def again(bot: BotProcess) -> str:
    """Stop, start, and say what was logged."""
    await bot.stop()
    bot.log = ""
    await bot.start()
    return bot.log


async def test_a_restart_writes_nothing_to_discord(playground: Playground, bot: BotProcess) -> None:
    before = published(playground)

    for _ in range(2):
        await again(bot)

    assert published(playground) == before
    assert {"chibi", "compare", "morph", "avatar", "models", "config"} == set(before)


async def test_changed_texts_are_published(playground: Playground, bot: BotProcess) -> None:
    await bot.stop()
    shutil.copytree(ROOT / "bot", bot.data_dir.parent / "bot")  # where it is found first
    catalogue = bot.data_dir.parent / "bot" / "locales" / "en-US.po"
    text = catalogue.read_text("utf-8")
    old = next(c["description"] for c in playground.commands if c["name"] == "models")
    catalogue.write_text(text.replace(f'"{old}"', '"What draws here"'), "utf-8")

    await bot.start(forked=False)

    assert "What draws here" in {command["description"] for command in playground.commands}


async def test_what_somebody_else_has_published_is_put_right(
    playground: Playground, bot: BotProcess
) -> None:
    models = next(command for command in playground.commands if command["name"] == "models")
    playground.commands.upsert(None, {"name": "models", "description": "Mine"}, models["id"])

    await again(bot)

    assert "Mine" not in {command["description"] for command in playground.commands}


async def test_another_discord_is_given_its_commands(tmp_path: Path) -> None:
    for _ in range(2):
        async with serving() as playground:
            bot = BotProcess(playground, tmp_path / "data")
            await bot.start()

            assert "chibi" in published(playground)
            await bot.stop()


async def test_the_entry_point_of_an_activity_is_kept(
    playground: Playground, bot: BotProcess
) -> None:
    await playground.failures.activities()
    launch = next(command for command in playground.commands if command["type"] == ENTRY_POINT)
    translated = {**launch, "name_localizations": {"zh-CN": "启动"}}
    playground.commands.upsert(None, translated, launch["id"])
    models = next(command for command in playground.commands if command["name"] == "models")
    playground.commands.delete(None, models["id"])

    await again(bot)

    kept = next(command for command in playground.commands if command["type"] == ENTRY_POINT)
    same = ("id", "name", "name_localizations", "description", "handler", "contexts")
    assert {key: kept[key] for key in same} == {key: translated[key] for key in same}
    assert "models" in published(playground)


async def test_an_entry_point_alone_publishes_nothing(
    playground: Playground, bot: BotProcess
) -> None:
    await playground.failures.activities()
    before = published(playground)

    await again(bot)

    assert published(playground) == before


def no_more(playground: Playground) -> None:
    playground.commands.use_up_creates()


def activities_meanwhile(playground: Playground) -> None:
    """Between the bot's reading and its writing."""
    playground.failures.at_request(
        lambda request: request.method == "PUT" and request.path.endswith("/commands"),
        lambda _: playground.commands.enable_activities(),
    )


def broken(playground: Playground) -> None:
    def refuse(_: web.Request) -> web.Response:
        return web.json_response({"code": 0, "message": "401: Unauthorized"}, status=403)

    playground.failures.at_request(lambda request: request.path.endswith("/commands"), refuse)


@pytest.mark.parametrize(
    ("refuse", "what_to_do"),
    [
        (no_more, "200 new ones a day: start again tomorrow"),
        (activities_meanwhile, "an Activity has brought one meanwhile: start again"),
        (broken, "start again later"),
    ],
    ids=["the daily limit", "an Activity", "anything else"],
)
async def test_a_refusal_is_said_and_outlived(
    playground: Playground,
    bot: BotProcess,
    mika: Person,
    refuse: Callable[[Playground], None],
    what_to_do: str,
) -> None:
    models = next(command for command in playground.commands if command["name"] == "models")
    playground.commands.delete(None, models["id"])
    refuse(playground)

    log = await again(bot)

    said = [line for line in log.splitlines() if "the commands of before" in line]
    assert [what_to_do in line for line in said] == [True]
    assert "models" not in published(playground)
    assert len(pictures_of(await draw(mika))) == 4

    await playground.failures.time_passes(24 * 60 * 60 + 1)
    await again(bot)

    assert "models" in published(playground)
