"""`moevatar draw` and `moevatar migrate`, as a person types them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]


@pytest.fixture
def moevatar(tmp_path: Path):
    """Runs the command in an empty folder, without settings of the machine's own."""

    def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        env = {name: value for name, value in os.environ.items() if "MOEVATAR" not in name}
        return subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "bot", *arguments],
            env=env | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"} | settings,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )

    return run


def test_draw_writes_a_picture(moevatar, tmp_path: Path) -> None:
    finished = moevatar("draw", "pink hair", "--seed", "7", "-o", "me.png")

    assert finished.returncode == 0, finished.stderr
    with Image.open(tmp_path / "me.png") as picture:
        assert picture.size == (512, 512)
    assert "seed 7" in finished.stdout


def test_draw_numbers_several_pictures(moevatar, tmp_path: Path) -> None:
    finished = moevatar("draw", "pink hair", "--count", "2", "--size", "256")

    assert finished.returncode == 0, finished.stderr
    assert sorted(path.name for path in tmp_path.glob("*.png")) == ["avatar-1.png", "avatar-2.png"]


def test_draw_prints_what_it_read_as_json(moevatar) -> None:
    finished = moevatar("draw", "银发猫耳，龙", "--seed", "7", "--json")

    report = json.loads(finished.stdout)
    assert report["traits"] == {"hair_color": "silver", "accessories": ["cat ears"]}
    assert report["leftover"] == ["龙"]
    assert report["backend"] == "illustrator"
    assert report["images"][0]["seed"] == 7
    assert report["seconds"] > 0


def test_draw_is_the_same_in_every_process(moevatar, tmp_path: Path) -> None:
    for name in ("one.png", "two.png"):
        moevatar("draw", "a cute avatar", "--seed", "7", "-o", name)

    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("draw", " "), "the prompt is empty"),
        (("draw", "x" * 1001), "1001 characters; at most 1000"),
        (("draw", "x", "--seed", "-1"), "a seed is a whole number from 0"),
        (("draw", "x", "--count", "5"), "invalid choice: 5"),
        (("draw", "x", "--backend", "dall-e-3"), "'illustrator'"),
        (("dance",), "invalid choice: 'dance'"),
    ],
)
def test_bad_input_is_explained_and_exits_with_2(moevatar, arguments, sentence: str) -> None:
    finished = moevatar(*arguments)

    assert finished.returncode == 2
    assert sentence in finished.stderr
    assert "Traceback" not in finished.stderr


def test_a_file_that_cannot_be_written_is_named(moevatar) -> None:
    finished = moevatar("draw", "pink hair", "-o", "no/such/folder/me.png")

    assert finished.returncode == 1
    assert "no/such/folder/me.png" in finished.stderr
    assert "Traceback" not in finished.stderr


def test_a_bad_setting_names_itself_and_exits_with_2(moevatar) -> None:
    finished = moevatar("migrate", MOEVATAR_OPEN_JOBS="none")

    assert finished.returncode == 2
    assert finished.stderr.startswith("MOEVATAR_OPEN_JOBS: ")


def test_migrate_makes_a_database_and_a_second_time_changes_nothing(moevatar, tmp_path) -> None:
    first, second = moevatar("migrate"), moevatar("migrate")

    assert first.returncode == second.returncode == 0
    assert (tmp_path / "data" / "moevatar.sqlite3").is_file()
    assert "is up to date" in second.stdout


def test_a_database_that_is_none_is_explained(moevatar, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "moevatar.sqlite3").write_text("no database at all " * 100)

    finished = moevatar("migrate")

    assert finished.returncode == 2
    assert "MOEVATAR_DATA_DIR" in finished.stderr
    assert "Traceback" not in finished.stderr


def test_an_env_file_that_is_not_utf8_ends_the_start_in_one_line(moevatar, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("MOEVATAR_OPEN_JOBS=7\n".encode("utf-16"))

    finished = moevatar("run")

    assert finished.returncode == 2
    assert finished.stderr == ".env looks like UTF-16. Save it as UTF-8.\n"
    assert finished.stdout == ""
