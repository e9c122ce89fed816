"""Run the benchmarks: all of them, or those that are named (`python -m benchmarks gallery`)."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module

NAMES = (
    *("illustrator", "reader", "gallery", "start", "queue", "engine", "loop", "storing", "walk"),
    *("finer", "gpu"),
)
"""In the order in which they run; each is a module of this package with a `main()`."""


def asked(argv: list[str]) -> tuple[tuple[str, ...], float | None]:
    """The benchmarks that the command line names, all if it names none; and how long their loads
    last, if it says so.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="*", help=f"default: all of {', '.join(NAMES)}")
    parser.add_argument(
        "--seconds", type=float, help="how long `loop` and `storing` keep each load up"
    )
    arguments = parser.parse_args(argv)
    names = tuple(arguments.name)
    # Not argparse's `choices`: Python 3.11 holds the empty list to them as well.
    if unknown := set(names) - set(NAMES):
        parser.error(f"no benchmark is called {min(unknown)}; there are {', '.join(NAMES)}")
    return names or NAMES, arguments.seconds


def main() -> None:
    """Run what the command line names, each under its heading."""
    names, seconds = asked(sys.argv[1:])
    for name in names:
        print(f"\n{name}\n{'=' * len(name)}", flush=True)
        benchmark = import_module(f"benchmarks.{name}")
        if seconds is not None and hasattr(benchmark, "SECONDS"):
            vars(benchmark)["SECONDS"] = seconds
        benchmark.main()


if __name__ == "__main__":
    main()
