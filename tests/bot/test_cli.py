"""`moevatar draw` and `moevatar migrate`, as a person types them."""

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from PIL import Image

from tests.e2e.forking import command

ROOT = Path(__file__).parents[2]


@pytest.fixture
def from_nothing(tmp_path: Path):
    """Runs the command in an empty folder, without settings of the machine's own."""

    def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "bot", *arguments],
            env=environment() | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"} | settings,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )

    return run


@pytest.fixture
def moevatar(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory):
    """The same, in a process that need not import everything again."""

    def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        said = tmp_path_factory.mktemp("said")
        ended = command(arguments, environment() | settings, tmp_path, said)
        return subprocess.CompletedProcess(arguments, *ended)

    return run


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if "MOEVATAR" not in name}


def test_draw_writes_a_picture(from_nothing, tmp_path: Path) -> None:
    finished = from_nothing("draw", "pink hair", "--seed", "7", "-o", "me.png")

    assert finished.returncode == 0, finished.stderr
    with Image.open(tmp_path / "me.png") as picture:
        assert picture.size == (512, 512)
    assert "seed 7" in finished.stdout


def test_draw_numbers_several_pictures(moevatar, tmp_path: Path) -> None:
    finished = moevatar("draw", "pink hair", "--count", "2", "--size", "256")

    assert finished.returncode == 0, finished.stderr
    assert sorted(path.name for path in tmp_path.glob("*.png")) == ["avatar-1.png", "avatar-2.png"]


def test_draw_leaves_out_what_is_ruled_out(moevatar) -> None:
    finished = moevatar("draw", "girl --no scarf", "--without", "beard, glasses", "--json")

    traits = json.loads(finished.stdout)["traits"]
    assert {"scarf", "beard", "round glasses"} <= set(traits["without"])


def test_draw_refuses_a_sign_with_what_is_possible(moevatar) -> None:
    finished = moevatar("draw", "(pink hair:9)")

    assert finished.returncode == 2
    assert "0.1 to 2" in finished.stderr


def test_draw_picks_a_line_of_a_list_in_the_data_folder(moevatar, tmp_path: Path) -> None:
    (tmp_path / "data" / "wildcards").mkdir(parents=True)
    (tmp_path / "data" / "wildcards" / "hair.txt").write_text("银发\n", encoding="utf-8")

    drawn = moevatar("draw", "__hair__", "--json")
    refused = moevatar("draw", "__hat__", "-o", "other.png")

    assert json.loads(drawn.stdout)["traits"] == {"hair_color": "silver"}
    assert refused.returncode == 2
    assert "There are `hair`" in refused.stderr


def test_draw_prints_what_it_read_as_json(moevatar) -> None:
    finished = moevatar("draw", "银发猫耳，龙", "--seed", "7", "--json")

    report = json.loads(finished.stdout)
    assert report["traits"] == {"hair_color": "silver", "accessories": ["cat ears"]}
    assert report["leftover"] == ["龙"]
    assert report["backend"] == "illustrator"
    assert report["images"][0]["seed"] == 7
    assert report["seconds"] > 0


def test_draw_is_the_same_in_every_process(from_nothing, tmp_path: Path) -> None:
    for name in ("one.png", "two.png"):
        from_nothing("draw", "a cute avatar", "--seed", "7", "-o", name)

    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("draw", " "), "There is nothing to draw in this prompt"),
        (("draw", "x" * 1001), "1001 characters, and I read 1000 at most"),
        (("draw", "x", "--seed", "-1"), "a seed is a whole number from 0"),
        (("draw", "x", "--count", "5"), "invalid choice: 5"),
        (
            ("draw", "x", "--backend", "dall-e-3"),
            "invalid choice: dall-e-3 (choose from illustrator",
        ),
        (("draw", "x", "-o", "me.bmp"), "ends in one of .png, .webp, .jpg, .jpeg"),
        (("draw", "x", "-o", "no/such/folder/me.png"), "no folder no/such/folder"),
        (("draw", "x", "--image", "broken.png"), "Attach a PNG, JPEG"),
        (("draw", "x", "--steps", "20"), "Illustrator has no steps to change"),
        (("dance",), "invalid choice: dance"),
    ],
)
def test_bad_input_is_explained_and_exits_with_2(
    moevatar, tmp_path: Path, arguments, sentence: str
) -> None:
    (tmp_path / "broken.png").write_bytes(b"not a picture")

    finished = moevatar(*arguments)

    assert finished.returncode == 2
    # Newer versions of argparse quote less.
    assert sentence in finished.stderr.replace("'", "")
    assert "Traceback" not in finished.stderr


def test_a_shape_that_cannot_be_drawn_says_which_can(moevatar, tmp_path: Path) -> None:
    refused = moevatar("draw", "pink hair", "--shape", "wide")
    nearest = moevatar("draw", "pink hair --ar 3:1", "--size", "256")

    assert refused.returncode == 1
    assert "It draws: square (1:1)." in refused.stderr
    assert nearest.returncode == 0
    with Image.open(tmp_path / "avatar.png") as picture:
        assert picture.size == (256, 256)


def test_a_backend_that_cannot_draw_says_why_in_one_line(moevatar) -> None:
    finished = moevatar("draw", "pink hair", "--backend", "diffusers")

    assert finished.returncode == 1
    assert finished.stderr.count("\n") == 1
    assert "switch it on with MOEVATAR_DIFFUSERS" in finished.stderr


def test_a_file_that_cannot_be_written_is_named(moevatar) -> None:
    finished = moevatar("draw", "pink hair", "-o", f"{'x' * 300}.png")

    assert finished.returncode == 1
    assert f"{'x' * 300}.png: File name too long" in finished.stderr
    assert "Errno" not in finished.stderr


@pytest.mark.parametrize(
    ("name", "format_"), [("me.webp", "WEBP"), ("me.JPG", "JPEG"), ("me.jpeg", "JPEG")]
)
def test_the_ending_says_the_format(moevatar, tmp_path: Path, name: str, format_: str) -> None:
    finished = moevatar("draw", "pink hair", "--style", "sticker", "--size", "256", "-o", name)

    assert finished.returncode == 0, finished.stderr
    with Image.open(tmp_path / name) as picture:
        assert (picture.format, picture.size) == (format_, (256, 256))
        if format_ == "JPEG":
            assert picture.getpixel((0, 0)) == (255, 255, 255)


def test_nothing_is_written_over_unless_it_is_asked_for(moevatar, tmp_path: Path) -> None:
    (tmp_path / "me-2.png").write_bytes(b"dear to me")
    several = ("draw", "pink hair", "--count", "2", "-o", "me.png")

    refused = moevatar(*several)

    assert refused.returncode == 2
    assert "me-2.png is there already" in refused.stderr
    assert (tmp_path / "me-2.png").read_bytes() == b"dear to me"
    assert not (tmp_path / "me-1.png").exists()
    assert moevatar(*several, "--force").returncode == 0
    assert (tmp_path / "me-2.png").read_bytes().startswith(b"\x89PNG")


def test_what_was_not_understood_is_said(moevatar) -> None:
    finished = moevatar("draw", "pink hair, riding a dragon")

    assert "not understood: riding a dragon" in finished.stdout


def test_a_console_without_chinese_is_told_all_the_same(from_nothing) -> None:
    said = from_nothing("draw", "粉发，骑着龙", PYTHONIOENCODING="ascii")
    report = from_nothing(
        *("draw", "粉发，🧿，骑着龙", "--json", "-o", "other.png"), PYTHONIOENCODING="ascii"
    )

    assert said.returncode == 0, said.stderr
    assert "\\u9f99" in said.stdout
    assert json.loads(report.stdout)["prompt"] == "粉发，🧿，骑着龙"


def test_the_version_is_told(from_nothing) -> None:
    finished = from_nothing("--version")

    assert (finished.returncode, finished.stdout) == (0, f"Moevatar {version('moevatar')}\n")


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
