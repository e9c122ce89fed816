"""The benchmarks by name."""

from importlib import import_module

import pytest

from benchmarks.__main__ import NAMES, named


def test_without_a_name_all_run() -> None:
    assert named([]) == NAMES


def test_those_that_are_named_run() -> None:
    assert named(["start", "gallery"]) == ("start", "gallery")


def test_a_name_that_is_none_is_refused() -> None:
    with pytest.raises(SystemExit):
        named(["nonsense"])


@pytest.mark.parametrize("name", NAMES)
def test_each_can_be_run(name: str) -> None:
    assert callable(import_module(f"benchmarks.{name}").main)
