"""Run the benchmarks: all of them, or those that are named (`python -m benchmarks gallery`)."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module

NAMES = ("illustrator", "reader", "gallery", "start", "queue", "engine", "loop", "gpu")
"""In the order in which they run; each is a module of this package with a `main()`."""


def named(argv: list[str]) -> tuple[str, ...]:
    """The benchmarks that the command line names; all, if it names none."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="*", help=f"default: all of {', '.join(NAMES)}")
    names = tuple(parser.parse_args(argv).name)
    # Not argparse's `choices`: Python 3.11 holds the empty list to them as well.
    if unknown := set(names) - set(NAMES):
        parser.error(f"no benchmark is called {min(unknown)}; there are {', '.join(NAMES)}")
    return names or NAMES


def main() -> None:
    """Run what the command line names, each under its heading."""
    for name in named(sys.argv[1:]):
        print(f"\n{name}\n{'=' * len(name)}", flush=True)
        import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main()
