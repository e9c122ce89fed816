"""How the bot starts and stops: alone on its folder, and soon."""

import asyncio
import os
import re
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from playground.page.people import Person
from playground.server import Playground
from tests.e2e.driving import (
    BotProcess,
    Json,
    choose,
    draw,
    opened,
    pictures_of,
    result_of,
    text_of,
)

ROOT = Path(__file__).parents[2]


HANGS = """
import threading
from bot.__main__ import main
from generation.backends import illustrator
illustrator._draw_all = lambda run: threading.Event().wait()
main([])
"""
"""The bot, with a drawing that never ends and cannot be stopped: no thread can."""


async def test_a_second_bot_on_the_same_folder_is_refused_in_one_sentence(
    playground: Playground, bot: BotProcess
) -> None:
    second = BotProcess(playground, bot.data_dir)
    await second.launch()

    log = await second.read_log()

    assert await second.wait() == 2
    assert f"another Moevatar is using {bot.data_dir}" in log
    assert log.count("\n") == 1


async def test_the_database_is_not_migrated_under_a_running_bot(bot: BotProcess) -> None:
    migrating = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "migrate"),
        env=os.environ | {"MOEVATAR_DATA_DIR": str(bot.data_dir), "PYTHONPATH": str(ROOT)},
        stderr=asyncio.subprocess.PIPE,
    )

    _, said = await migrating.communicate()

    assert migrating.returncode == 2
    assert f"another Moevatar is using {bot.data_dir}" in said.decode()


async def test_a_killed_bot_leaves_its_folder_to_the_next(mika: Person, bot: BotProcess) -> None:
    await bot.kill()

    await bot.start()

    assert len(pictures_of(await draw(mika))) == 4


async def test_while_another_program_holds_the_database_every_command_is_answered(
    mika: Person, bot: BotProcess
) -> None:
    other = sqlite3.connect(bot.data_dir / "moevatar.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    asked = [await mika.invoke("general", "chibi", prompt="pink hair") for _ in range(6)]
    answers = [await mika.answer(interaction) for interaction in asked]
    other.close()

    assert all("busy" in text_of(answer) for answer in answers)
    assert all(answer["ephemeral"] for answer in answers)


@pytest.mark.own_bot
async def test_the_log_tells_what_is_ready_what_is_drawn_and_what_is_refused(
    mika: Person, bot: BotProcess
) -> None:
    await bot.stop()
    await bot.start()
    await draw(mika, "pink hair")
    await mika.answer(await mika.invoke("general", "chibi", prompt="\u2060"))

    await bot.stop()

    log = bot.log
    assert f"The data is in {bot.data_dir}" in log
    assert "illustrator is ready" in log
    assert "INFO bot.app: openai cannot draw: OpenAI is switched off" in log
    assert re.search(r"Job 1 drawn by illustrator in \d+\.\d s: 4 of 512 px", log)
    assert "Refused /chibi: EmptyPrompt" in log
    assert "pink hair" not in log


@pytest.mark.own_bot
async def test_a_default_that_cannot_draw_is_told_at_start_and_wherever_it_matters(
    playground: Playground, tmp_path: Path
) -> None:
    bot = BotProcess(playground, tmp_path / "data", backend="openai")
    await bot.start()
    hana = playground.person("hana")

    refused = await hana.answer(await hana.invoke("general", "chibi", prompt="red hair", seed=7))
    config = await hana.answer(await hana.invoke("general", "config show"))
    models = await hana.answer(await hana.invoke("general", "models"))
    drawn = await result_of(hana, await hana.press(refused, "Draw it with Illustrator"))
    await bot.stop()

    assert "WARNING bot.app: MOEVATAR_BACKEND: openai cannot draw now" in bot.log
    for told in (refused, config, models):
        assert "OpenAI is switched off" in text_of(told)
    assert "red" in pictures_of(drawn)[0]["description"]


@pytest.mark.own_bot
async def test_it_stops_soon_while_discord_is_away(
    mika: Person, playground: Playground, bot: BotProcess
) -> None:
    await draw(mika)
    await playground.close()

    started = time.monotonic()
    status = await bot.stop()

    assert status == 0
    assert time.monotonic() - started < 10
    bot.log = ""  # in which discord.py tells of what is away


@pytest.mark.own_bot
async def test_it_stops_soon_while_another_program_holds_the_database(
    mika: Person, bot: BotProcess, posted: Callable[[], list[Json]]
) -> None:
    asked = [await mika.invoke("general", "chibi", prompt="pink hair") for _ in range(3)]
    for interaction in asked:
        await mika.answer(interaction)
    other = sqlite3.connect(bot.data_dir / "moevatar.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    started = time.monotonic()
    status = await bot.stop()

    assert status == 0
    assert time.monotonic() - started < 10
    other.close()
    await bot.start()
    for interaction in asked:
        await result_of(mika, interaction)
    assert len(posted()) == 3


@pytest.mark.own_bot
@pytest.mark.skipif(sys.platform == "win32", reason="files do not hang there")
async def test_it_stops_soon_while_a_disk_hangs_and_goes_on_after(
    mika: Person, bot: BotProcess
) -> None:
    """A pipe in place of a picture is read until somebody writes, as a share that is away is."""
    panel = await opened(mika, await draw(mika, count=1))
    (picture,) = (bot.data_dir / "pictures").glob("*/*/*.png")
    kept = picture.read_bytes()
    picture.unlink()
    os.mkfifo(picture)
    enlarging = await choose(mika, panel, "Upscale")
    await mika.answer(enlarging)

    started = time.monotonic()
    status = await bot.stop()

    assert status == 0
    assert time.monotonic() - started < 10
    picture.unlink()
    picture.write_bytes(kept)
    await bot.start()
    assert pictures_of(await result_of(mika, enlarging))[0]


@pytest.mark.own_bot
async def test_it_stops_soon_while_a_drawing_cannot_be_stopped_and_draws_it_after(
    mika: Person, bot: BotProcess
) -> None:
    await bot.stop()
    await bot.start(forked=False, program=("-c", HANGS))
    asked = await mika.invoke("general", "chibi", prompt="pink hair")
    await mika.answer(asked)

    started = time.monotonic()
    status = await bot.stop()

    assert status == 0
    assert time.monotonic() - started < 10
    with closing(sqlite3.connect(bot.data_dir / "moevatar.sqlite3")) as database:
        assert database.execute("SELECT lease_owner, attempts FROM jobs").fetchall() == [(None, 0)]
    await bot.start()
    assert len(pictures_of(await result_of(mika, asked))) == 4
