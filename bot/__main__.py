"""The `moevatar` command. Subcommands take the arguments and the settings, and return a status.

The one place that reads the environment and sets up logging.
"""

from __future__ import annotations

import argparse
import io
import logging
import os
import sys
from pathlib import Path

from bot.console import add_draw
from bot.console_models import add_models
from bot.settings import ENV_PREFIX, BadSetting, Settings, read_settings


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
    add_models(commands)
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
    from bot.app import run_on_discord  # discord.py is imported where it is needed alone

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
    from bot.app import migrate_database

    return migrate_database(settings)


_BAD_INPUT = 2


def main(argv: list[str] | None = None) -> None:
    """Run `argv` (the process's own by default) and exit with its status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a console need not know every letter
            stream.reconfigure(errors="backslashreplace")
    arguments = parse_arguments(sys.argv[1:] if argv is None else argv)
    try:
        settings = read_settings(os.environ)
    except BadSetting as error:
        print(error, file=sys.stderr)
        sys.exit(_BAD_INPUT)
    _set_up_logging(settings)
    sys.exit(arguments.command(arguments, settings))


def _set_up_logging(settings: Settings) -> None:
    """Our log at the level that was set; the libraries' only from warnings on."""
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    for name in ("bot", "cogs", "generation"):
        logging.getLogger(name).setLevel(settings.log_level)


if __name__ == "__main__":
    main()
