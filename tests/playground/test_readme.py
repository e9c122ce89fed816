"""What playground/README.md shows, run as it stands there."""

import asyncio
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from playground.world.world import World
from tests.playground.ids import GENERAL_ID, MIKA_ID

README = (Path(__file__).parents[2] / "playground" / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)


@pytest.fixture
def shown(tmp_path: Path) -> Path:
    """A folder with the files that the README shows."""
    for language, text in BLOCKS:
        if language == "python":
            name = text.splitlines()[0].removeprefix("# ")
            (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nasyncio_mode = auto\n", "utf-8")
    return tmp_path


def test_the_bot_it_shows_passes_the_test_it_shows(shown: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "test_greeter.py"],
        cwd=shown,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert "1 passed" in done.stdout, done.stdout + done.stderr


@asynccontextmanager
async def typed(command: str, folder: Path) -> AsyncIterator[str]:
    """What `command` serves in `folder`, from the moment it says where, until it is told to end."""
    own = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    process = await asyncio.create_subprocess_exec(
        *shlex.split(command),
        cwd=folder,
        env=os.environ | {"PATH": own, "BROWSER": "true"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout is not None
    try:
        yield (await process.stdout.readline()).decode().split()[-1]
    finally:
        process.terminate()
        await process.wait()


async def test_the_command_it_shows_brings_its_bot_online_and_that_answers(shown: Path) -> None:
    [command] = re.findall(r"`(python -m playground .*greeter\.py)`", README)
    call = {"user": MIKA_ID, "channel": GENERAL_ID, "command": "greet"}

    async with (
        asyncio.timeout(30),
        typed(command, shown) as url,
        aiohttp.ClientSession(url) as http,
    ):
        live = await http.ws_connect("/playground/live", params={"user": MIKA_ID})
        state = await (await http.get("/playground/state", params={"user": MIKA_ID})).json()
        if not state["bot"]["online"]:
            await _event(live, "bot_status")
        called = await http.post("/playground/invoke", json=call)
        answer = await _event(live, "message_create")

    assert called.status == 200
    assert answer["content"] == "Hello Mika"


async def _event(live: aiohttp.ClientWebSocketResponse, name: str) -> dict:
    while (event := json.loads((await live.receive()).data))["t"] != name:
        pass
    return event["d"]


def test_the_world_it_shows_is_one() -> None:
    [text] = [text for language, text in BLOCKS if language == "toml"]

    world = World.from_toml(text)

    assert [guild.name for guild in world.bot_guilds] == ["Home"]
    assert len(world.guilds) == 2
