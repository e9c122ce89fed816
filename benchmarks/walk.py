"""The walk of one `/chibi` through our code: the files and functions it enters, what it looks up.

The real bot and a playground in one process; traced from the command until its pictures have been
shown, on every thread. Left out are the reader and its lexicon, the illustrator, and the message
views, with all that they call: they are as deep as their subjects are. Goal: 15 files, one lookup
each of the server's configuration and of the model, three writes to the database.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from bot.app import open_bot
from bot.settings import Settings
from playground.messages import tree
from playground.server import Playground

ROOT = Path(__file__).parents[1]
OURS = ("bot", "cogs", "generation")
LEFT_OUT = (
    *("generation/illustrator/", "generation/lexicon/", "generation/reading/", "cogs/ui/"),
    *("generation/prompt.py", "generation/prompts/"),
)
CONFIGURATION = ("bot/storage/guilds.py", "GuildStore.get")
MODEL = ("bot/lanes.py", "Lanes.model")
WRITE = ("bot/storage/database.py", "Database.write")
Function = tuple[str, str]
"""A file, from the repository's root, and a name in it."""


@dataclass(slots=True)
class Walk:
    """How often each function was entered, in the order of the first time."""

    entered: Counter[Function] = field(default_factory=Counter[Function])

    @property
    def files(self) -> Mapping[str, tuple[str, ...]]:
        """The functions entered, by file."""
        by_file: dict[str, list[str]] = {}
        for file, name in self.entered:
            by_file.setdefault(file, []).append(name)
        return {file: tuple(names) for file, names in by_file.items()}


class _Tracer:
    """Notes every call of ours while `on`. It is begun before the threads it is to hear of."""

    def __init__(self) -> None:
        self.on = False
        self._frames: list[FrameType] = []

    def __enter__(self) -> _Tracer:
        threading.setprofile(self._note)
        sys.setprofile(self._note)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)
        threading.setprofile(None)

    def walk(self) -> Walk:
        """What was entered: a coroutine counts once, however often it goes on."""
        walk = Walk()
        for frame in {id(frame): frame for frame in self._frames}.values():
            walk.entered[_path(frame), frame.f_code.co_qualname] += 1
        return walk

    def _note(self, frame: FrameType, event: str, _: Any) -> None:
        code = frame.f_code
        if not self.on or event != "call" or not code.co_filename.startswith(_PREFIXES):
            return
        if code.co_name.startswith("<") or _is_left_out(frame):  # "<": nothing being imported
            return
        self._frames.append(frame)  # kept, so that its id is given to no other


_PREFIXES = tuple(f"{ROOT / folder}{os.sep}" for folder in OURS)


def _path(frame: FrameType) -> str:
    return Path(frame.f_code.co_filename).relative_to(ROOT).as_posix()


def _is_left_out(frame: FrameType | None) -> bool:
    """Whether it runs in what is left out, or is called from there."""
    while frame is not None:
        if frame.f_code.co_filename.startswith(_PREFIXES) and _path(frame).startswith(LEFT_OUT):
            return True
        frame = frame.f_back
    return False


def main() -> None:
    """Trace and print."""
    walk = asyncio.run(traced())
    for file, names in walk.files.items():
        print(f"{file}: {', '.join(names)}")
    print(
        f"{len(walk.files)} files, {len(walk.entered)} functions; lookups of the configuration "
        f"{walk.entered[CONFIGURATION]}, of the model {walk.entered[MODEL]}; "
        f"writes {walk.entered[WRITE]}"
    )


async def traced() -> Walk:
    """One `/chibi` of one picture, of a member and a server that the bot knows already."""
    playground = Playground()
    await playground.start()
    with tempfile.TemporaryDirectory() as folder, _Tracer() as tracer:
        settings = Settings(discord_url=playground.url, data_dir=Path(folder))
        async with open_bot(settings) as bot, bot:
            await bot.login(playground.token)
            running = asyncio.create_task(bot.connect())
            await bot.wait_until_ready()
            await _draw(playground)
            await bot.tasks.aclose()  # that it was shown is noted after that
            tracer.on = True
            await _draw(playground)
            await bot.tasks.aclose()
            tracer.on = False
            await bot.close()
            await running
    await playground.close()
    return tracer.walk()


async def _draw(playground: Playground) -> None:
    mika = playground.person("mika")
    since = len(mika.events)
    asked = await mika.invoke("general", "chibi", prompt="silver hair, cat ears", count=1)
    await mika.wait_message(
        lambda message: (
            message.get("interaction", {}).get("id") == asked.id
            and any("items" in node for node in tree.walk(message["components"]))
        ),
        since=since,
    )


if __name__ == "__main__":
    main()
