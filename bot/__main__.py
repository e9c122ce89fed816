"""The `moevatar` command: the one place that reads the environment and sets up logging."""

from __future__ import annotations

import io
import logging
import os
import sys

from bot.cli import parse_arguments
from bot.settings import BadSetting, Settings, read_settings

EXIT_BAD_INPUT = 2


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
        sys.exit(EXIT_BAD_INPUT)
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
