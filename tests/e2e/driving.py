"""Driving the real bot, as a child process, through the playground in this one."""

import asyncio
import codecs
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from playground.interactions.interactions import Interaction, InteractionType
from playground.messages import tree
from playground.page.people import Person
from playground.server import Playground
from tests.e2e.forking import ForkedBot

PATIENCE_S = 30.0
BOT = ("-m", "bot")
Json = dict[str, Any]


class BotProcess:
    """`python -m bot` with a data folder of its own."""

    def __init__(self, playground: Playground, data_dir: Path, **settings: str) -> None:
        self._playground = playground
        self._settings = {f"MOEVATAR_{name.upper()}": value for name, value in settings.items()}
        self.data_dir = data_dir
        self._process: asyncio.subprocess.Process | ForkedBot | None = None
        self._reading: asyncio.Task[None] | None = None
        self.log = ""

    @property
    def is_running(self) -> bool:
        """Whether the process has been started and has not ended."""
        return self._process is not None and self._process.returncode is None

    async def launch(self, *, forked: bool = True, program: Sequence[str] = BOT) -> None:
        """Start the process, and do not wait for its login: forked, or `program` from nothing."""
        env = {name: value for name, value in os.environ.items() if "MOEVATAR" not in name}
        env |= {
            "MOEVATAR_DISCORD_TOKEN": self._playground.token,
            "MOEVATAR_DISCORD_URL": self._playground.url,
            "MOEVATAR_DATA_DIR": str(self.data_dir),
            "PYTHONPATH": str(Path(__file__).parents[2]),
            **self._settings,
        }
        folder = self.data_dir.parent
        if forked:
            self._process = await ForkedBot.start(env, folder)
        else:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, *program),
                env=env,
                cwd=folder,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
            )
        self._reading = asyncio.create_task(self._read())

    async def start(self, *, forked: bool = True, program: Sequence[str] = BOT) -> None:
        """Launch, and return once the bot is online; its commands are published then."""
        hana = self._playground.person("hana")
        since = len(hana.events)
        await self.launch(forked=forked, program=program)
        ended = asyncio.ensure_future(self._ended())
        online = asyncio.ensure_future(
            hana.wait("bot_status", lambda data: data["online"], since=since)
        )
        await asyncio.wait({ended, online}, timeout=PATIENCE_S, return_when=asyncio.FIRST_COMPLETED)
        ended.cancel()
        if not online.done():
            online.cancel()
            pytest.fail(f"the bot did not come online:\n{await self.read_log()}")

    async def stop(self) -> int:
        """SIGTERM, as a service manager sends it; the exit status."""
        assert self._process
        if self._process.returncode is None:
            self._process.terminate()
        await self.read_log()
        return await self.wait()

    async def kill(self) -> None:
        """SIGKILL: a crash."""
        assert self._process
        self._process.kill()
        await self.died()

    def kill_now(self, *_: object) -> None:
        """SIGKILL, from a callback that cannot wait."""
        assert self._process
        self._process.kill()

    async def died(self) -> None:
        """Wait for a killed process to be gone."""
        await self.read_log()
        await self.wait()

    async def wait(self) -> int:
        """The exit status, once the process has ended."""
        assert self._process
        return await self._process.wait()

    async def read_log(self) -> str:
        """Everything the process printed, once it has ended."""
        assert self._reading
        async with asyncio.timeout(PATIENCE_S):
            await self._reading
        return self.log

    async def _read(self) -> None:
        """Take in what the process prints: a pipe that nobody empties would stop it."""
        assert self._process
        assert self._process.stdout
        decoder = codecs.getincrementaldecoder("utf-8")()
        while data := await self._process.stdout.read(2**16):
            self.log += decoder.decode(data)

    async def _ended(self) -> None:
        assert self._process
        await self._process.wait()


def in_general(playground: Playground) -> list[Json]:
    """What stands in #general, oldest first, with what single people see there."""
    general = next(c.id for c in playground.world.guild_channels if c.name == "general")
    return [
        playground.renderer.message(message) for message in playground.messages.in_channel(general)
    ]


def text_of(message: Json) -> str:
    """Everything a message says."""
    parts = [message.get("content", "")]
    parts += [node["content"] for node in tree.walk(message["components"]) if node["type"] == 10]
    return "\n".join(parts)


def pictures_of(message: Json) -> list[Json]:
    """The items of a message's galleries."""
    return [
        item
        for node in tree.walk(message["components"])
        if node["type"] == 12
        for item in node["items"]
    ]


def labels_of(message: Json) -> list[str]:
    """The labels of a message's buttons."""
    return [node.get("label", "") for node in tree.walk(message["components"]) if node["type"] == 2]


def forge(
    playground: Playground,
    person: Person,
    message: Json,
    data: Json,
    kind: InteractionType = InteractionType.COMPONENT,
) -> Interaction:
    """Have `data` reach the bot as a press on `message`, whatever that really carries.

    So an older version's buttons are pressed, and those of people who write their own client.
    """
    stored = playground.messages.get(message["id"])
    assert stored
    channel = playground.world.channels[stored.channel_id]
    return playground.interactions.send(kind, person.id, channel, data, message=stored)


def press_data(custom_id: str, *chosen: str) -> Json:
    """What a button or, with what was `chosen`, a menu sends."""
    kind: Json = {"component_type": 3, "values": list(chosen)} if chosen else {"component_type": 2}
    return {"custom_id": custom_id, "id": 1, **kind}


async def opened(person: Person, message: Json, number: int = 1) -> Json:
    """Picture `number` of a drawing, opened: what can be done with it."""
    alone = "More" if "More" in labels_of(message) else str(number)
    return await person.answer(await person.press(message, alone))


async def choose(person: Person, message: Json, label: str) -> Interaction:
    """Choose by what stands in a menu of the message."""
    for node in tree.walk(message["components"]):
        for option in node.get("options", ()):
            if label in option["label"]:
                return await person.select(message, node["custom_id"], option["value"])
    raise LookupError(f"no {label!r} in the menus of {message}")


async def pick(person: Person, message: Json, number: int = 1) -> Json:
    """What is shown once a picture of a drawing has become the person's avatar."""
    if "Pick" in labels_of(message):
        return await person.answer(await person.press(message, "Pick"))
    panel = await opened(person, message, number)
    since = len(person.events)
    await person.press(panel, "Make it mine")
    return await person.wait_message(
        lambda m: m["id"] == panel["id"] and "This is you now" in text_of(m), since=since
    )


async def result_of(person: Person, interaction: Any) -> Json:
    """The message that answers `interaction`, once it has pictures on it."""
    return await person.wait_message(
        lambda m: m.get("interaction", {}).get("id") == interaction.id and bool(pictures_of(m))
    )


async def draw(person: Person, prompt: str = "silver hair, cat ears", **options: Any) -> Json:
    """Call `/chibi` in #general and wait for the pictures."""
    interaction = await person.invoke("general", "chibi", prompt=prompt, **options)
    return await result_of(person, interaction)
