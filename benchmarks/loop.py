"""Lag of the bot's event loop, and how soon a command is acknowledged, while a pipeline draws.

The real bot, in a process of its own, beside a playground in this one. In it a pipeline draws
without a pause on its thread (the reduced Stable Diffusion of `benchmarks.models`), while members
send 50 commands a second, every tenth of them a drawing. Goal: 99 of 100 acknowledged within
100 ms. The same without the pipeline, and without commands, is measured beside it.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import quantiles
from typing import Any

from playground.page.people import Person
from playground.server import Playground

SECONDS, COMMANDS_A_SECOND, TICK_S = 15.0, 50, 0.010
CASES = {
    "idle": (False, False),
    "commands": (True, False),
    "commands and pipeline": (True, True),
}
"""Whether commands come, and whether the pipeline draws."""


def main() -> None:
    """Measure and print."""
    asyncio.run(_measure())


async def _measure() -> None:
    print(f"{'ms':24}{'lag p50':>9}{'p99':>8}{'max':>8}{'ack p50':>10}{'p99':>8}{'max':>8}")
    for title, (commands, pipeline) in CASES.items():
        lags, answers, drawn = await _case(commands, pipeline)
        steps = f"   {drawn} steps drawn" if pipeline else ""
        print(f"{title:24}{_figures(lags)}  {_figures(answers)}{steps}", flush=True)


def _figures(seconds: Sequence[float]) -> str:
    """p50, p99 and the most, in milliseconds."""
    if len(seconds) < 2:
        return f"{'-':>7}{'-':>8}{'-':>8}"
    cuts = quantiles(seconds, n=100)
    return "".join(f"{1000 * value:8.1f}" for value in (cuts[49], cuts[98], max(seconds)))


async def _case(commands: bool, pipeline: bool) -> tuple[list[float], list[float], int]:
    """The loop's lags, the times to an acknowledgement, and the steps that the pipeline made."""
    playground = Playground()
    await playground.start()
    with tempfile.TemporaryDirectory() as folder:
        given = {
            "MOEVATAR_DISCORD_TOKEN": playground.token,
            "MOEVATAR_DISCORD_URL": playground.url,
            "MOEVATAR_DATA_DIR": folder,
            "MOEVATAR_LOG_LEVEL": "ERROR",
        }
        bot = await asyncio.create_subprocess_exec(
            *(sys.executable, "-W", "ignore", "-m", "benchmarks.loop"),
            *(["pipeline"] if pipeline else []),
            env=os.environ | given,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert bot.stdin
        assert bot.stdout
        await bot.stdout.readline()  # it is ready
        bot.stdin.write(b"go\n")
        answers = await _send(playground, SECONDS) if commands else []
        if not commands:
            await asyncio.sleep(SECONDS)
        bot.stdin.write(b"stop\n")
        found = json.loads(await bot.stdout.readline())
        await bot.wait()
    await playground.close()
    return found["lags"], answers, found["steps"]


async def _send(playground: Playground, seconds: float) -> list[float]:
    """Send commands at a steady pace, whether or not they are answered."""
    people = [playground.person(name) for name in ("hana", "mika")]
    started, sent = time.perf_counter(), 0
    tasks: list[asyncio.Task[float]] = []
    while (due := started + sent / COMMANDS_A_SECOND) < started + seconds:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        draws = sent % 10 == 0
        person = people[1 if draws else 0]
        tasks.append(asyncio.create_task(_acknowledged(person, draws)))
        sent += 1
    return list(await asyncio.gather(*tasks))


async def _acknowledged(person: Person, draws: bool) -> float:
    """Seconds from a command to the first sign of the bot."""
    since, started = len(person.events), time.perf_counter()
    if draws:
        interaction = await person.invoke("general", "chibi", prompt="silver hair", count=1)
    else:
        interaction = await person.invoke("general", "config show")
    await person.wait_message(
        lambda message: message.get("interaction", {}).get("id") == interaction.id, since=since
    )
    return time.perf_counter() - started


async def _bot(pipeline: bool) -> None:
    """The bot with a ticker on its loop, told by lines on stdin when to begin and when to end."""
    from bot.app import open_bot
    from bot.settings import read_settings

    settings = read_settings(os.environ)
    assert settings.discord_token
    work = _Pipeline() if pipeline else None  # torch is imported before the bot logs in
    async with open_bot(settings) as bot, bot:
        await bot.login(settings.discord_token.get_secret_value())
        running = asyncio.create_task(bot.connect())
        await bot.wait_until_ready()
        executor = ThreadPoolExecutor(1)
        drawing = asyncio.get_running_loop().run_in_executor(executor, work.run) if work else None
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        ticking = asyncio.create_task(_tick())
        await asyncio.to_thread(sys.stdin.readline)
        ticking.cancel()
        steps = work.steps if work else 0
        if work and drawing:
            work.stop.set()
            await drawing
        print(json.dumps({"lags": _lags, "steps": steps}), flush=True)
        await bot.close()
        await running


_lags: list[float] = []


async def _tick() -> None:
    """How much later than asked for the loop comes back, again and again."""
    while True:
        started = time.perf_counter()
        await asyncio.sleep(TICK_S)
        _lags.append(time.perf_counter() - started - TICK_S)


class _Pipeline:
    """Draws two pictures at a time, again and again, until it is stopped."""

    def __init__(self) -> None:
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        import torch

        from benchmarks import models

        models.quiet()
        torch.set_num_threads(max(1, (os.cpu_count() or 1) - 1))
        self._pipe = models.build("mini")
        self.stop = threading.Event()
        self.steps = 0

    def run(self) -> None:
        """Blocks until `stop` is set and the call under way has ended."""
        from benchmarks import drawing, models

        while not self.stop.is_set():
            drawing.draw(
                self._pipe,
                drawing.FEW_STEPS,
                range(2),
                models.SIDE_PX["mini"],
                on_step=self._on_step,
            )

    def _on_step(self, _pipe: Any, _step: int, _at: Any, given: dict[str, Any]) -> dict[str, Any]:
        self.steps += 1
        return given


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    asyncio.run(_bot("pipeline" in sys.argv[1:]))
