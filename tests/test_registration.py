"""Nothing is half registered: what is written is also loaded, set up, tested and declared."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from bot.settings import Settings, options_for
from generation.backends import BACKENDS

ROOT = Path(__file__).parents[1]
OURS = {"bot", "cogs", "generation", "playground", "migrations", "benchmarks", "tests"}
SHIPPED = ("bot", "cogs", "generation", "playground", "migrations")
EXTRAS = ("diffusion", "openai", "upscale", "dev")
NAME = re.compile(r"^[\w.-]+")


def sources(*folders: str) -> list[Path]:
    return [path for folder in folders for path in (ROOT / folder).rglob("*.py")]


def classes(folder: str, ending: str) -> set[str]:
    """The names of the classes below `folder` that end so, and are more than the ending."""
    pattern = re.compile(rf"^class (\w+{ending})\b", re.MULTILINE)
    return {n for path in sources(folder) for n in pattern.findall(path.read_text("utf-8"))}


def test_every_cog_is_loaded() -> None:
    loaded = (ROOT / "cogs" / "extension.py").read_text("utf-8")

    cogs = classes("cogs", "Cog")

    assert {cog for cog in cogs if f" {cog}\n" not in loaded or f"{cog}(" not in loaded} == set()
    assert len(cogs) >= 4


def test_every_backend_can_be_named() -> None:
    registered = (ROOT / "generation" / "backends" / "__init__.py").read_text("utf-8")

    written = classes("generation/backends", "Backend") - {
        "FakeBackend"
    }  # stands for any, in tests

    assert {backend for backend in written if f"{backend}(" not in registered} == set()
    assert len(written) >= 4


@pytest.mark.parametrize("name", BACKENDS)
def test_every_backend_has_tests_and_its_options_come_from_the_settings(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # where no `.env` is
    tests = ROOT / "tests" / "generation" / "backends"
    options = classes("generation/backends", "Options")
    has_options = name in {one.removesuffix("Options").lower() for one in options}

    assert any(tests.glob(f"{name}/test_*.py")) or (tests / f"test_{name}.py").exists()
    assert (options_for(name, Settings()) is not None) == has_options


def imported(paths: Iterable[Path]) -> set[str]:
    """Distributions of which a module is imported, also where that is done in a function."""
    names: set[str] = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.split(".")[0])
    found = packages_distributions()
    foreign = names - OURS - set(sys.stdlib_module_names)
    return {normal(found[name][0]) for name in foreign if name in found}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(*extras: str) -> set[str]:
    """What pyproject.toml has of distributions, for the bot and with these extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [*project["dependencies"]]
    for extra in extras:
        asked += project["optional-dependencies"][extra]
    return {normal(match[0]) for one in asked if (match := NAME.match(one))}


def test_what_the_bot_imports_is_declared() -> None:
    optional = {
        "diffusion": [
            ROOT / "generation/backends/diffusers",
            ROOT / "generation/ranking.py",
            ROOT / "generation/prompts/translation.py",
        ],
        "openai": [ROOT / "generation/backends/openai"],
        "upscale": [ROOT / "generation/postprocess/upscale.py"],
    }
    plugin = ROOT / "playground/pytest_plugin.py"  # loaded by pytest alone
    paths = [path for path in sources(*SHIPPED) if path != plugin]
    core = set(paths)
    for extra, places in optional.items():
        with_the_extra = [p for p in paths if any(p.is_relative_to(place) for place in places)]
        core -= set(with_the_extra)
        assert imported(with_the_extra) - declared(extra) == set()

    assert imported(core) - declared() == set()
    assert {"discord-py", "aiohttp", "pillow"} <= imported(paths)


def test_what_tests_and_benchmarks_import_is_declared() -> None:
    assert imported(sources("tests", "benchmarks")) - declared(*EXTRAS) == set()
