"""Bots forked from a process that has imported what they stand on, which takes longer than a test.

What a fork leaves out, a start from nothing, is what `test_launch.py` is about. And what the first
import decides (which folder it is from, which certificates are trusted) is decided for all forks.
"""

import asyncio
import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

_CONTEXT = multiprocessing.get_context("forkserver")
_EVERY_BOT = (
    "bot.__main__",
    "bot.app",
    "cogs.extension",
    "alembic.command",
    "openai",
    __name__,
)


def preload(*modules: str) -> None:
    """Have bots forked with these imported as well; too late, and so slower, after the first."""
    _CONTEXT.set_forkserver_preload([*_EVERY_BOT, *modules])


preload()


class ForkedBot:
    """`python -m bot` in a process of its own, in the terms of `asyncio.subprocess.Process`."""

    def __init__(self, process: ForkServerProcess, stdout: asyncio.StreamReader) -> None:
        self._process = process
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(process.sentinel, self._reap)
        self._ended = asyncio.Event()
        self.stdout = stdout

    @classmethod
    async def start(cls, env: Mapping[str, str], folder: Path) -> "ForkedBot":
        """Start it in `folder`, its output and its errors both going to `stdout`."""
        reading, writing = os.pipe()
        stdout = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(stdout), os.fdopen(reading, "rb", 0)
        )
        with Connection(writing, readable=False) as output:
            process = _CONTEXT.Process(target=_run, args=(output, dict(env), folder), daemon=True)
            process.start()
        return cls(process, stdout)

    @property
    def returncode(self) -> int | None:
        """The exit status, negative after a signal; None while it runs."""
        return self._process.exitcode

    def terminate(self) -> None:
        """SIGTERM."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL."""
        self._send(signal.SIGKILL)

    async def wait(self) -> int:
        """The exit status, once it has ended."""
        await self._ended.wait()
        assert self.returncode is not None
        return self.returncode

    def _send(self, number: signal.Signals) -> None:
        if self.returncode is None and self._process.pid:
            os.kill(self._process.pid, number)

    def _reap(self) -> None:
        self._loop.remove_reader(self._process.sentinel)
        self._process.join()
        self._ended.set()


def command(
    arguments: Sequence[str], env: Mapping[str, str], folder: Path, said: Path
) -> tuple[int, str, str]:
    """`python -m bot ARGUMENTS` in `folder`: its status, output and errors, kept in `said` too."""
    said.mkdir(exist_ok=True)
    process = _CONTEXT.Process(target=_command, args=(list(arguments), dict(env), folder, said))
    process.start()
    process.join()
    assert process.exitcode is not None
    output, errors = ((said / name).read_text("utf-8") for name in _STREAMS)
    return process.exitcode, output, errors


_STREAMS = ("stdout", "stderr")


def _command(arguments: list[str], env: dict[str, str], folder: Path, said: Path) -> None:
    """Be the command, in the forked process."""
    from bot.__main__ import main

    for number, name in enumerate(_STREAMS, start=1):
        os.dup2(os.open(said / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", 1, encoding="utf-8", closefd=False)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(folder)
    main(arguments)


def _run(output: Connection, env: dict[str, str], folder: Path) -> None:
    """Be the bot, in the forked process."""
    from bot.__main__ import main

    for stream in (1, 2):
        os.dup2(output.fileno(), stream)
    output.close()
    sys.stdout = os.fdopen(1, "w", closefd=False)
    sys.stderr = os.fdopen(2, "w", 1, closefd=False)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(folder)
    main([])
