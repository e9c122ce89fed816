"""What playground/README.md shows, run as it stands there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from playground.world.world import World

README = (Path(__file__).parents[2] / "playground" / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)


@pytest.fixture
def shown(tmp_path: Path) -> Path:
    """A folder with the files that the README shows."""
    for language, text in BLOCKS:
        if language == "python":
            name = text.splitlines()[0].removeprefix("# ")
            (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nasyncio_mode = auto\n", "utf-8")
    return tmp_path


def test_the_bot_it_shows_passes_the_test_it_shows(shown: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "test_greeter.py"],
        cwd=shown,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_the_world_it_shows_is_one() -> None:
    [text] = [text for language, text in BLOCKS if language == "toml"]

    world = World.from_toml(text)

    assert [guild.name for guild in world.bot_guilds] == ["Home"]
    assert len(world.guilds) == 2
