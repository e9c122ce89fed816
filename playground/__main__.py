"""`python -m playground`: serve, and run a bot as a child where a command is given."""

import argparse
import asyncio
import errno
import logging
import os
import signal
import sys
import webbrowser
from dataclasses import dataclass
from pathlib import Path

from playground.server import Playground
from playground.world.saver import FolderInUse, UnreadableWorld
from playground.world.world import DEFAULT, BadWorld, World

PORT = 8484
_TRIES = 20
_CHILD_PATIENCE_S = 10.0


@dataclass(frozen=True, slots=True)
class Arguments:
    """What the command line says."""

    port: int
    data: Path | None
    world: Path
    token_env: str
    url_env: str
    greeting: str
    opens_page: bool
    command: tuple[str, ...]


def parse(argv: list[str]) -> Arguments:
    """Read the command line; ends the program where it makes no sense."""
    parser = argparse.ArgumentParser(
        prog="python -m playground",
        description="A Discord of our own on 127.0.0.1, with a page to try a bot on.",
        epilog="The bot's REST base is URL/api/v10, its gateway ws://HOST:PORT/gateway. It finds"
        " URL and its token in the environment.",
    )
    parser.add_argument(
        "--port", type=int, default=PORT, help="the first port to try (%(default)s)"
    )
    parser.add_argument("--data", type=Path, help="keep messages and files in this folder")
    parser.add_argument(
        "--world", type=Path, default=DEFAULT, help="a TOML file that says who and what is there"
    )
    parser.add_argument("--token-env", default="DISCORD_TOKEN", metavar="NAME")
    parser.add_argument("--url-env", default="DISCORD_URL", metavar="NAME")
    parser.add_argument(
        "--greeting",
        default="The playground is at {url}",
        help="what to print once it is served; {url} is its address",
    )
    parser.add_argument("--open", action="store_true", help="open the page in a browser window")
    parser.add_argument("command", nargs="*", metavar="COMMAND", help="the bot, after `--`")
    found = parser.parse_args(argv)
    command = tuple(found.command)
    return Arguments(
        port=found.port,
        data=found.data,
        world=found.world,
        token_env=found.token_env,
        url_env=found.url_env,
        greeting=found.greeting,
        opens_page=found.open,
        command=command,
    )


async def run(arguments: Arguments) -> int:
    """Serve until a signal comes or the bot ends; the exit code for the program."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    try:
        playground = Playground(data=arguments.data, world=World.from_toml(arguments.world))
        await start_on_free_port(playground, arguments.port)
    except (BadWorld, FolderInUse, UnreadableWorld, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    print(arguments.greeting.replace("{url}", playground.url), flush=True)
    if arguments.opens_page and has_screen():
        await asyncio.to_thread(webbrowser.open, playground.url)
    try:
        if not arguments.command:
            await stopped.wait()
            return 0
        return await _with_child(playground, arguments, stopped)
    finally:
        await playground.close()


def has_screen() -> bool:
    """Whether a window can be shown: elsewhere, a text browser would take the terminal over."""
    is_unix_desktop = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return sys.platform in ("win32", "darwin") or is_unix_desktop


async def start_on_free_port(playground: Playground, port: int) -> None:
    """Start on `port`, or on the next one that is free."""
    for candidate in range(port, port + _TRIES):
        try:
            return await playground.start(candidate)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
    raise SystemExit(f"No port is free between {port} and {port + _TRIES - 1}.")


async def _with_child(playground: Playground, arguments: Arguments, stopped: asyncio.Event) -> int:
    given = {arguments.token_env: playground.token, arguments.url_env: playground.url}
    try:
        child = await asyncio.create_subprocess_exec(*arguments.command, env=os.environ | given)
    except OSError as error:
        print(f"Cannot start {arguments.command[0]}: {error.strerror}", file=sys.stderr)
        return 127
    ended, told = asyncio.create_task(child.wait()), asyncio.create_task(stopped.wait())
    await asyncio.wait({ended, told}, return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    if ended.done() and not stopped.is_set():
        return _told_exit_code(ended.result())
    await _end(child)
    await ended
    return 0


def _told_exit_code(code: int) -> int:
    """Say how the bot ended; the exit code to pass on, as a shell has it where a signal did it."""
    how = f"exit code {code}" if code >= 0 else f"signal {-code}"
    print(f"The bot ended with {how}.", file=sys.stderr, flush=True)
    return code if code >= 0 else 128 - code


async def _end(child: asyncio.subprocess.Process) -> None:
    """Ask the bot to end, and end it where it does not listen."""
    try:
        child.terminate()
        async with asyncio.timeout(_CHILD_PATIENCE_S):
            await child.wait()
    except ProcessLookupError:
        return
    except TimeoutError:
        child.kill()


def main() -> None:
    """The command."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    sys.exit(asyncio.run(run(parse(sys.argv[1:]))))


if __name__ == "__main__":
    main()
