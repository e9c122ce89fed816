"""From nothing to the first answer, beside an interpreter that only imports discord.

Goals: first answer within 1.5 s of the start, at most 150 MB before anything is drawn.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from playground.server import Playground

ROUNDS = 5


def main() -> None:
    """Measure and print."""
    asyncio.run(_measure())


async def _measure() -> None:
    imports: list[float] = []
    answers: list[float] = []
    memory: list[float] = []
    for _ in range(ROUNDS):
        imports.append(await asyncio.to_thread(_import_discord))
        seconds, megabytes = await _first_answer()
        answers.append(seconds)
        memory.append(megabytes)
    print(f"python -c 'import discord'        median {median(imports):6.2f} s")
    print(f"start of the bot to first answer  median {median(answers):6.2f} s", end="")
    print(f"   ({median(answers) / median(imports):.1f} times the import alone)")
    print(f"memory before anything is drawn   median {median(memory):6.0f} MB")


def _import_discord() -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-W", "ignore", "-c", "import discord"], check=True)
    return time.perf_counter() - start


async def _first_answer() -> tuple[float, float]:
    """Seconds until `/config show` is answered, and the resident megabytes then."""
    playground = Playground()
    await playground.start()
    hana = playground.person("hana")
    with tempfile.TemporaryDirectory() as folder:
        given = {
            "MOEVATAR_DISCORD_TOKEN": playground.token,
            "MOEVATAR_DISCORD_URL": playground.url,
            "MOEVATAR_DATA_DIR": folder,
            "MOEVATAR_LOG_LEVEL": "WARNING",
        }
        start = time.perf_counter()
        bot = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot"), env=os.environ | given
        )
        await hana.wait("bot_status", lambda data: data["online"])
        await hana.answer(await hana.invoke("general", "config show"))
        seconds = time.perf_counter() - start
        megabytes = _resident_megabytes(bot.pid)
        bot.terminate()
        await bot.wait()
    await playground.close()
    return seconds, megabytes


def _resident_megabytes(pid: int) -> float:
    """From Linux's /proc; there is nothing to compare with elsewhere."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return float("nan")
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024
