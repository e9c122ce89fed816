"""`moevatar` without a token: one line with the address, the page behind it, a clean end."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def launched(tmp_path: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """The command, in an empty folder and without settings of the machine's own."""
    env = {name: value for name, value in os.environ.items() if "MOEVATAR" not in name}
    env.pop("DISPLAY", None)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot"),
        env=env | {"PYTHONPATH": str(ROOT), "MOEVATAR_PLAYGROUND_PORT": "0"},
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
    )
    yield process
    if process.returncode is None:
        process.kill()
    await process.communicate()


async def first_line(process: asyncio.subprocess.Process) -> str:
    assert process.stdout
    async with asyncio.timeout(30):
        return (await process.stdout.readline()).decode()


async def test_it_says_in_one_line_where_it_runs_and_why(
    launched: asyncio.subprocess.Process,
) -> None:
    line = await first_line(launched)

    assert "MOEVATAR_DISCORD_TOKEN is not set" in line
    address = re.search(r"http://127\.0\.0\.1:\d+", line)
    assert address
    async with aiohttp.ClientSession() as session, session.get(address[0]) as page:
        assert page.status == 200
        assert "<!doctype html>" in await page.text()


async def test_modules_in_the_working_folder_are_not_taken_for_ours(tmp_path: Path) -> None:
    for name in ("bot", "playground"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit('not ours')")
    env = {name: value for name, value in os.environ.items() if "MOEVATAR" not in name}
    env.pop("DISPLAY", None)
    installed = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-c", "from bot.__main__ import main; main()"),
        env=env | {"PYTHONPATH": str(ROOT), "MOEVATAR_PLAYGROUND_PORT": "0"},
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert installed.stderr

    said = await first_line(installed)
    async with asyncio.timeout(30):
        while "Logged in as" not in (line := (await installed.stderr.readline()).decode()):
            assert line, said
    installed.terminate()
    async with asyncio.timeout(30):
        await installed.communicate()

    assert "MOEVATAR_DISCORD_TOKEN is not set" in said
    assert installed.returncode == 0


async def test_it_ends_cleanly_when_told_to(launched: asyncio.subprocess.Process) -> None:
    await first_line(launched)

    launched.terminate()

    async with asyncio.timeout(30):
        assert await launched.wait() == 0
