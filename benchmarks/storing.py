"""Thousands of waiting jobs with the smallest pictures: as soon stored as drawn, in little memory.

An earlier run has left them; the real bot, in a process of its own, takes them up beside a
playground in this one, draws, stores and posts them until SIGTERM, and once more after. Goals: as
many are stored in a second as drawn, memory grows by 40 MB at most from the first stored to the
last, SIGTERM ends it within 10 s, and nothing is lost.

Drawn are those that are stored and those that wait for it, of which a bot holds no more than
`Scheduler.UNSTORED`; beside that stands how fast the illustrator alone draws the same pictures.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

from bot.storage.database import Database
from bot.storage.disk import PictureFiles
from bot.storage.leases import JobStore
from bot.storage.records import NewGeneration
from generation.backends.base import Batch, BatchItem
from generation.backends.illustrator import IllustratorBackend
from generation.request import Draw, Output, Request, Subject
from generation.traits import Traits
from playground.server import Playground
from playground.world.entities import Channel

JOBS, SECONDS, MEMBERS, SIDE_PX, ALONE = 5_000, 20.0, 500, 256, 100
"""`SECONDS` is how long each of the two runs lasts; `ALONE`, how many the illustrator draws alone.
"""
TOGETHER = 50
"""Jobs accepted at once, of those that are left."""
_LOOK_EVERY_S = 0.05


def main() -> None:
    """Measure and print."""
    asyncio.run(_measure())


async def _measure() -> None:
    print(f"{JOBS:,} jobs of {MEMBERS} members wait, one picture of {SIDE_PX} px each")
    print(f"{'the illustrator alone':24}{await _alone():8.1f} drawn/s")
    playground = Playground()
    await playground.start()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        await _leave_jobs(folder, playground)
        for title in ("the first run", "the next one"):
            found = await _run(playground, folder)
            print(
                f"{title:24}{found.stored / found.seconds:8.1f} stored/s; ready after "
                f"{found.ready_s:.1f} s; {found.memory_mb:.0f} MB, {found.growth_mb:+.0f} from the "
                f"first stored on; ended {found.ended_s:.1f} s after SIGTERM (status "
                f"{found.status}); load of the machine {os.getloadavg()[0]:.1f}",
                flush=True,
            )
        states, lost = _states(folder), _lost(folder)
    await playground.close()
    told = ", ".join(f"{count:,} {status}" for status, count in sorted(states.items()))
    print(f"{'left':24}{told}; {JOBS - sum(states.values())} jobs and {lost} pictures lost")


async def _alone() -> float:
    """Pictures a second, without a bot around them."""
    backend = IllustratorBackend()
    slots = asyncio.Semaphore(backend.describe().concurrency)

    async def draw(seed: int) -> None:
        async with slots:
            item = BatchItem(id=str(seed), request=_request(seed))
            async for _ in backend.run(Batch((item,))):
                pass

    await draw(0)  # libvips is loaded
    started = time.perf_counter()
    await asyncio.gather(*map(draw, range(ALONE)))
    taken_s = time.perf_counter() - started
    await backend.aclose()
    return ALONE / taken_s


def _request(seed: int) -> Request:
    return Draw(
        subject=Subject(prompt="", traits=Traits()),
        output=Output(count=1, seed=seed, size_px=SIDE_PX),
        model="illustrator",
    )


async def _leave_jobs(folder: Path, playground: Playground) -> None:
    """What a bot that was killed has left: accepted, and not drawn."""
    (channel,) = (c for c in playground.world.guild_channels if c.name == "general")
    async with Database.open(folder / "moevatar.sqlite3") as database:
        await database.migrate()
        store = JobStore(database, PictureFiles(folder / "pictures"), "an earlier run")
        waiting = [_waiting(number, channel) for number in range(JOBS)]
        for some in range(0, JOBS, TOGETHER):
            together = waiting[some : some + TOGETHER]
            await asyncio.gather(*(store.accept(new, None) for new in together))


def _waiting(number: int, channel: Channel) -> NewGeneration:
    return NewGeneration(
        request=_request(number),
        owner_id=number % MEMBERS,
        guild_id=int(channel.guild_id or 0),
        channel_id=int(channel.id),
        locale="en-US",
        private=False,
        cause="command",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """Of one run; times in seconds, memory in MB."""

    ready_s: float
    seconds: float
    stored: int
    memory_mb: float
    growth_mb: float
    ended_s: float
    status: int


async def _run(playground: Playground, folder: Path) -> _Found:
    """Let the bot work for `SECONDS` from its first stored picture on, and end it."""
    before = _states(folder).get("finished", 0)
    async with _started(playground, folder) as (bot, ready_s):
        first = await _more_than(before, folder)
        begun = time.perf_counter()
        memory = [_memory_mb(bot.pid)]
        while time.perf_counter() < begun + SECONDS:
            await asyncio.sleep(_LOOK_EVERY_S)
            memory.append(_memory_mb(bot.pid))
        stored, seconds = _states(folder)["finished"] - first, time.perf_counter() - begun
        told = time.perf_counter()
        bot.send_signal(signal.SIGTERM)
        status = await bot.wait()
        return _Found(
            ready_s=ready_s,
            seconds=seconds,
            stored=stored,
            memory_mb=max(memory),
            growth_mb=max(memory) - memory[0],
            ended_s=time.perf_counter() - told,
            status=status,
        )


async def _more_than(before: int, folder: Path) -> int:
    """How many are stored, once more are than `before`, or all."""
    while True:
        if (stored := _states(folder).get("finished", 0)) > before or stored == JOBS:
            return stored
        await asyncio.sleep(_LOOK_EVERY_S)


@asynccontextmanager
async def _started(
    playground: Playground, folder: Path
) -> AsyncIterator[tuple[asyncio.subprocess.Process, float]]:
    """The bot, online, and how many seconds that has taken."""
    hana, started = playground.person("hana"), time.perf_counter()
    since = len(hana.events)
    given = {
        "MOEVATAR_DISCORD_TOKEN": playground.token,
        "MOEVATAR_DISCORD_URL": playground.url,
        "MOEVATAR_DATA_DIR": str(folder),
        "MOEVATAR_LOG_LEVEL": "ERROR",
    }
    bot = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot"),
        cwd=os.environ.get("BOT_AT", Path(__file__).parents[1]),
        env=os.environ | given,
    )
    try:
        await hana.wait("bot_status", lambda data: data["online"], since=since)
        yield bot, time.perf_counter() - started
    finally:
        if bot.returncode is None:
            bot.kill()
            await bot.wait()


def _memory_mb(pid: int) -> float:
    """Resident; Linux alone tells."""
    status = Path(f"/proc/{pid}/status").read_text()
    (kb,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
    return int(kb) / 1024


def _states(folder: Path) -> dict[str, int]:
    """How many generations are in which state."""
    with closing(sqlite3.connect(folder / "moevatar.sqlite3")) as database:
        found = database.execute("SELECT status, count(*) FROM generations GROUP BY status")
        return dict(found.fetchall())


def _lost(folder: Path) -> int:
    """How many stored pictures have no file."""
    files = {path.stem for path in (folder / "pictures").glob("??/??/*.png")}
    with closing(sqlite3.connect(folder / "moevatar.sqlite3")) as database:
        return sum(sha not in files for (sha,) in database.execute("SELECT sha256 FROM images"))
