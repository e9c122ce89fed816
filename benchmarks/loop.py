"""Lag of the bot's event loop, and how soon a command is acknowledged, while pictures are drawn.

The real bot, in a process of its own, beside a playground in this one, under two loads: members who
send 50 commands a second, every tenth of them a drawing, without and with a pipeline that draws
without a pause on its thread (the reduced Stable Diffusion of `benchmarks.models`); and a crowd of
200 who send as many, half of them drawings, so that the illustrator and the disk never rest. Goal:
99 of 100 acknowledged within 100 ms.

`BOT_AT=FOLDER python -m benchmarks loop` measures the bot of another working copy, and `--seconds`
says how long each load lasts.
"""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from typing import Any, Literal

from playground.page.people import Person
from playground.server import Playground
from playground.wire import Json

SECONDS, COMMANDS_A_SECOND, TICK_S = 15.0, 50, 0.010
CROWD, CROWD_TIMES, GIVEN_UP_S = 200, 4, 10.0
"""The crowd's members; how many times as long as the others its load lasts; and seconds after the
last command for which its answers are waited for.
"""
ASKED: Sequence[tuple[str, Sequence[Json]]] = (
    ("chibi", ({"name": "prompt", "type": 3, "value": "silver hair, cat ears, smiling"},)),
    ("avatar", ({"name": "gallery", "type": 1, "options": []},)),
    ("chibi", ({"name": "prompt", "type": 3, "value": "a knight with red hair"},)),
    ("models", ()),
)
"""What the crowd asks for, in turn."""
Load = Literal["none", "few", "crowd"]
CASES: Mapping[str, tuple[Load, bool]] = {
    "idle": ("none", False),
    "commands": ("few", False),
    "commands and pipeline": ("few", True),
    "a crowd that draws": ("crowd", False),
}
"""Who sends commands, and whether the pipeline draws."""


def main() -> None:
    """Measure and print."""
    asyncio.run(_measure())


async def _measure() -> None:
    ack = f"{'ack p50':>10}{'p95':>8}{'p99':>8}{'max':>8}"
    print(f"{'ms':24}{'lag p50':>8}{'p95':>8}{'p99':>8}{'max':>8}{ack}")
    for title, (load, pipeline) in CASES.items():
        found = await _case(load, pipeline)
        print(
            f"{title:24}{_figures(found.lags)}  {_figures(found.answers)}   {found.drawn}; "
            f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores",
            flush=True,
        )


def _figures(seconds: Sequence[float]) -> str:
    """p50, p95, p99 and the most, in milliseconds."""
    if len(seconds) < 2:
        return f"{'-':>8}" * 4
    cuts = quantiles(seconds, n=100)
    shown = (cuts[49], cuts[94], cuts[98], max(seconds))
    return "".join(f"{1000 * value:8.1f}" for value in shown)


@dataclass(frozen=True, slots=True)
class _Found:
    """The loop's lags and the times to an acknowledgement, in seconds, and what was drawn."""

    lags: Sequence[float]
    answers: Sequence[float]
    drawn: str


async def _case(load: Load, pipeline: bool) -> _Found:
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
            cwd=os.environ.get("BOT_AT", Path(__file__).parents[1]),
            env=os.environ | given,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert bot.stdin
        assert bot.stdout
        await bot.stdout.readline()  # it is ready
        bot.stdin.write(b"go\n")
        answers: list[float] = []
        match load:
            case "none":
                await asyncio.sleep(SECONDS)
            case "few":
                answers = await _send(playground, SECONDS)
            case "crowd":
                answers = await _crowd(playground, SECONDS * CROWD_TIMES)
        images = _images(Path(folder))
        bot.stdin.write(b"stop\n")
        found = json.loads(await bot.stdout.readline())
        await bot.wait()
    await playground.close()
    drawn = f"{found['steps']} steps drawn" if pipeline else f"{images} images drawn"
    return _Found(found["lags"], answers, drawn)


def _images(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "moevatar.sqlite3")) as database:
        return database.execute("SELECT count(*) FROM images").fetchone()[0]


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


async def _crowd(playground: Playground, seconds: float) -> list[float]:
    """The same of many members, whose clients are closed: telling them all takes the playground
    longer than answering them takes the bot.
    """
    mika = playground.person("mika").id
    ids = playground.snowflakes
    members = [playground.world.join_like(mika, ids.next(), ids.next()).id for _ in range(CROWD)]
    (general,) = (c.id for c in playground.world.guild_channels if c.name == "general")
    started, calls = time.perf_counter(), list[asyncio.Future[float]]()
    for number in range(round(seconds * COMMANDS_A_SECOND)):
        due = started + number / COMMANDS_A_SECOND
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        name, options = ASKED[number % len(ASKED)]
        member = members[number % CROWD]
        sent = time.perf_counter()
        interaction = playground.actions.invoke(member, general, name, list(options))
        calls.append(_first_response(playground, f"/{interaction.id}/", sent))
    await asyncio.wait(calls, timeout=GIVEN_UP_S)
    return [call.result() if call.done() else GIVEN_UP_S for call in calls]


def _first_response(playground: Playground, path: str, sent: float) -> asyncio.Future[float]:
    """Seconds from `sent` to the bot's first response, once that arrives."""
    taken: asyncio.Future[float] = asyncio.get_running_loop().create_future()
    playground.failures.at_request(
        lambda request: path in request.path and request.path.endswith("/callback"),
        lambda _: taken.set_result(time.perf_counter() - sent),
    )
    return taken


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
