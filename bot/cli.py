"""The subcommands of `moevatar`; each takes the arguments and the settings and returns a status."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from bot.drawing import add_draw
from bot.settings import ENV_PREFIX, Settings


def parse_arguments(argv: list[str]) -> argparse.Namespace:
    """The arguments; `command` is the function to call. Exits with 2 on what it cannot read."""
    parser = argparse.ArgumentParser(
        prog="moevatar", description="A chibi avatar for every member of a Discord server."
    )
    parser.set_defaults(command=run)
    parser.add_argument("--version", action=_Version, nargs=0, help="say which version it is")
    commands = parser.add_subparsers(metavar="COMMAND")
    commands.add_parser(
        "run", help="run the bot: on Discord with a token, else in the playground (the default)"
    ).set_defaults(command=run)
    add_draw(commands)
    commands.add_parser("migrate", help="bring the database up to date").set_defaults(
        command=migrate
    )
    return parser.parse_args(argv)


class _Version(argparse.Action):
    """Says the version and ends; looking it up takes 40 ms, which no other start should."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        from importlib.metadata import version

        print(f"Moevatar {version('moevatar')}")
        parser.exit()


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Run the bot, where the settings say."""
    if settings.discord_token is None:
        return _run_in_playground(settings)
    from bot.running import run_on_discord  # discord.py is imported where it is needed alone

    return run_on_discord(settings, settings.discord_token.get_secret_value())


def _run_in_playground(settings: Settings) -> int:
    """Become the playground, which starts this program again with a token of its own.

    With `-P`: somebody's `bot` or `playground.py` in the working folder is not taken for ours.
    """
    greeting = (
        f"Moevatar runs in the playground, since {ENV_PREFIX}DISCORD_TOKEN is not set. Open {{url}}"
    )
    command = [
        *(sys.executable, "-P", "-m", "playground"),
        *("--port", str(settings.playground_port)),
        *("--data", str(settings.data_dir / "playground")),
        *("--world", str(Path(__file__).with_name("playground.toml"))),
        *("--token-env", f"{ENV_PREFIX}DISCORD_TOKEN", "--url-env", f"{ENV_PREFIX}DISCORD_URL"),
        *("--greeting", greeting, "--open"),
        *("--", sys.executable, "-P", "-m", "bot"),
    ]
    os.execv(sys.executable, command)


def migrate(arguments: argparse.Namespace, settings: Settings) -> int:
    """Bring the database up to date."""
    from bot.running import migrate_database

    return migrate_database(settings)
