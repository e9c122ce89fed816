"""The benchmarks by name, and each run once at its smallest: figures can always be made."""

from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from benchmarks import drawing
from benchmarks.__main__ import NAMES, asked
from benchmarks.walk import CONFIGURATION, MODEL, WRITE, traced

SMALLEST: Mapping[str, Mapping[str, Any]] = {
    "illustrator": {"ROUNDS": 1},
    "reader": {"SETS": ("last_en",), "_ROUNDS": 1},
    "gallery": {"PICTURES": 40, "ROUNDS": 2},
    "start": {"ROUNDS": 1},
    "queue": {"JOBS": 100, "MEMBERS": 10, "SERVERS": 2},
    "engine": {"ROUNDS": 1},
    "loop": {
        "SECONDS": 0.5,
        "COMMANDS_A_SECOND": 10,
        "CROWD": 5,
        "CROWD_TIMES": 1,
        "CASES": {"pipeline": ("few", True), "crowd": ("crowd", False)},
    },
    "storing": {"JOBS": 12, "SECONDS": 0.5, "MEMBERS": 3, "ALONE": 4},
    "walk": {},
    "finer": {
        "ROUNDS": 1,
        "SIDE_PX": 64,
        "PRESET": replace(drawing.STANDARD, num_inference_steps=2),
    },
    "gpu": {},
}


TORCH = ("engine", "loop", "finer")
"""Those that need the extra `diffusion`."""


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a bot in this process looks for Discord is put back."""
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)


async def test_a_drawing_walks_no_further_than_it_does_today() -> None:
    """The goal is 15 files; the lookups and writes are what they should be."""
    walk = await traced()

    assert 10 <= len(walk.files) <= 32
    assert 1 <= walk.entered[CONFIGURATION] <= 1
    assert 1 <= walk.entered[MODEL] <= 1
    assert 1 <= walk.entered[WRITE] <= 3


def test_without_a_name_all_run() -> None:
    assert asked([]) == (NAMES, None)


def test_those_that_are_named_run() -> None:
    assert asked(["start", "gallery"]) == (("start", "gallery"), None)


def test_how_long_a_load_lasts_can_be_said() -> None:
    assert asked(["loop", "--seconds", "5"]) == (("loop",), 5.0)


def test_a_name_that_is_none_is_refused() -> None:
    with pytest.raises(SystemExit):
        asked(["nonsense"])


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=pytest.mark.diffusion) if n in TORCH else n for n in NAMES],
)
def test_each_prints_figures(
    name: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    benchmark = import_module(f"benchmarks.{name}")
    for constant, value in SMALLEST[name].items():
        assert hasattr(benchmark, constant)
        monkeypatch.setattr(benchmark, constant, value)
    if name == "engine":
        shrink(benchmark, monkeypatch)

    benchmark.main()

    said = capfd.readouterr()
    assert len(said.out.splitlines()) >= 1
    assert "Traceback" not in said.err


def shrink(engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two steps of 64 px in place of fifty of 256."""
    monkeypatch.setattr("benchmarks.models.SIDE_PX", {"mini": 64})
    monkeypatch.setattr(engine, "SAME", replace(engine.SAME, num_inference_steps=2))
    for preset in ("NAIVE", "STANDARD", "FEW_STEPS"):
        fewer = replace(getattr(drawing, preset), num_inference_steps=2)
        monkeypatch.setattr(drawing, preset, fewer)
