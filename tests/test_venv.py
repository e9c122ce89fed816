"""scripts/venv.sh: .venv is made, left alone where it is right, and made anew where it is not."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# Makes a .venv of itself, writes down what pip is asked for, and is this Python for all the rest.
INTERPRETER = """#!/bin/sh
folder=$(pwd -P)
case "$*" in
"-m venv .venv")
    mkdir -p .venv/bin
    cp "$0" .venv/bin/python
    echo "command = python -m venv $folder/.venv" > .venv/pyvenv.cfg
    echo "venv" >> "$LOG" ;;
"-m pip show torch") [ -z "${TORCH:-}" ] || echo "Version: $TORCH" ;;
"-m pip uninstall "*) echo "uninstall" >> "$LOG" ;;
"-m pip install "*)
    case "$*" in *"${REFUSED:-no index}"*) echo "ERROR: no torch" >&2; exit 1 ;; esac
    [ -z "${OFFLINE:-}" ] || exit 1
    shift 7
    echo "install $*" >> "$LOG" ;;
*version_info*)
    VERSION ;;
*) exec PYTHON "$@" ;;
esac
"""
OLD = """#!/bin/sh
[ "$1" != -V ] || { echo Python 3.9.2; exit 0; }
exit 1
"""
WITHOUT_ENSUREPIP = """#!/bin/sh
case "$*" in *ensurepip*) exit 1 ;; esac
exit 0
"""
CORE, ALL = "--editable .[openai,upscale]", "--editable .[openai,upscale,dev,diffusion]"
TORCH_INDEX = "https://download.pytorch.org/whl/cpu"
SMALL_TORCH = f"--no-deps --index-url {TORCH_INDEX} --retries 0 --timeout 5 torch"

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A checkout, as far as the script looks."""
    folder = tmp_path / "checkout"
    (folder / "scripts").mkdir(parents=True)
    for name in ("scripts/venv.sh", "pyproject.toml", "constraints.txt"):
        (folder / name).write_bytes((ROOT / name).read_bytes())
        (folder / name).chmod(0o755)
    return folder


@pytest.fixture
def python(tmp_path: Path) -> Callable[..., str]:
    """Makes a command that stands for Python."""
    bin = tmp_path / "bin"
    bin.mkdir()

    def python(name: str = "python3", text: str = INTERPRETER, version: str = "(3, 12)") -> str:
        answer = f'echo "{version}"'
        path = bin / name
        path.write_text(text.replace("PYTHON", sys.executable).replace("VERSION", answer))
        path.chmod(0o755)
        return str(path)

    return python


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs the script of a folder; without `python`, python3 is what stands for it."""

    def run(folder: Path, *extras: str, **settings: str) -> subprocess.CompletedProcess[str]:
        env = {name: value for name, value in os.environ.items() if name != "PYTHON"}
        env |= {"LOG": str(tmp_path / "log"), "PATH": f"{tmp_path / 'bin'}:{env['PATH']}"}
        command = [folder / "scripts" / "venv.sh", *extras]
        return subprocess.run(command, env=env | settings, capture_output=True, text=True)

    return run


@pytest.fixture
def done(tmp_path: Path) -> Callable[[], list[str]]:
    """What was made and installed since this was last asked."""
    log = tmp_path / "log"

    def done() -> list[str]:
        lines = log.read_text().splitlines() if log.exists() else []
        log.write_text("")
        return [line.removeprefix("install ") for line in lines]

    return done


Done = Callable[[], list[str]]
Python = Callable[..., str]


def test_the_second_call_installs_nothing(
    folder: Path, python: Python, run: Run, done: Done
) -> None:
    python()

    assert run(folder).returncode == 0
    assert done() == ["venv", CORE]
    assert run(folder, OFFLINE="yes").returncode == 0
    assert done() == []


def change(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text("utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new), "utf-8")


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("pyproject.toml", "line-length = 100", "line-length = 99"),
        ("constraints.txt", "# Every version", "# All versions"),
    ],
)
def test_a_pull_that_changed_nothing_relevant_needs_no_network(
    folder: Path, python: Python, run: Run, name: str, old: str, new: str
) -> None:
    python()
    run(folder)
    change(folder, name, old, new)

    assert run(folder, OFFLINE="yes").returncode == 0


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("pyproject.toml", '"aiohttp>=', '"yarl", "aiohttp>='),
        ("constraints.txt", "aiohttp==", "aiohttp==9"),
    ],
)
def test_another_requirement_is_installed(
    folder: Path, python: Python, run: Run, done: Done, name: str, old: str, new: str
) -> None:
    python()
    run(folder)
    done()
    change(folder, name, old, new)

    assert run(folder).returncode == 0
    assert done() == [CORE]


def test_extras_stay_when_something_else_is_asked_for(
    folder: Path, python: Python, run: Run, done: Done
) -> None:
    python()
    run(folder, "dev")
    run(folder)
    assert done() == ["venv", SMALL_TORCH, ALL]

    change(folder, "constraints.txt", "aiohttp==", "aiohttp==9")
    run(folder)

    assert done()[-1] == ALL


def test_what_could_not_be_fetched_is_tried_again(
    folder: Path, python: Python, run: Run, done: Done
) -> None:
    python()

    assert run(folder, OFFLINE="yes").returncode != 0
    assert run(folder).returncode == 0
    assert done() == ["venv", CORE]


def test_tests_and_computers_without_an_nvidia_gpu_get_the_small_torch_and_are_told_its_size(
    folder: Path, python: Python, run: Run, done: Done
) -> None:
    python()

    told = run(folder, "dev").stdout

    assert "about 300 MB" in told
    assert done() == ["venv", SMALL_TORCH, ALL]
    run(folder, "dev", TORCH="2.13.0+cu130")
    assert done() == []


def test_where_the_index_of_small_torches_is_out_of_reach_the_package_index_serves(
    folder: Path, python: Python, run: Run, done: Done
) -> None:
    python()

    finished = run(folder, "dev", REFUSED=TORCH_INDEX)

    assert finished.returncode == 0
    assert f"{TORCH_INDEX} cannot be used here" in finished.stdout
    assert "up to 3 GB" in finished.stdout
    assert finished.stderr == ""
    assert done() == ["venv", ALL]
    assert run(folder, OFFLINE="yes").returncode == 0


def test_with_an_nvidia_driver_drawing_gets_the_large_one_in_place_of_the_small(
    folder: Path, python: Python, run: Run, done: Done
) -> None:
    python()
    python("nvidia-smi")

    told = run(folder, "diffusion", TORCH="2.13.0+cpu").stdout

    assert "about 3 GB" in told
    assert done() == ["venv", "uninstall", "--editable .[openai,upscale,diffusion]"]


def lose_the_interpreter(folder: Path) -> Path:
    (folder / ".venv/bin/python").unlink()
    return folder


def lose_pip(folder: Path) -> Path:
    """What a Debian without python3-venv leaves, and an upgraded Python."""
    (folder / ".venv/bin/python").write_text("#!/bin/sh\nexit 1\n")
    return folder


def move(folder: Path) -> Path:
    return folder.rename(folder.with_name("moved"))


@pytest.mark.parametrize("spoil", [lose_the_interpreter, lose_pip, move])
def test_an_environment_that_cannot_be_used_is_made_anew_with_all_that_it_had(
    folder: Path, python: Python, run: Run, done: Done, spoil: Callable[[Path], Path]
) -> None:
    python()
    run(folder, "dev")
    done()

    finished = run(spoil(folder))

    assert finished.returncode == 0, finished.stderr
    made, *_, installed = done()
    assert (made, installed) == ("venv", ALL)


def test_a_python_that_is_named_takes_the_place_of_another_version(
    folder: Path, python: Python, run: Run, done: Done
) -> None:
    python(version="(3, 11)")
    run(folder)
    newer = python("python3.13", version="(3, 13)")
    done()

    assert [run(folder, PYTHON=newer).returncode for _ in "12"] == [0, 0]

    assert done() == ["venv", CORE]
    run(folder)
    assert done() == []


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        (
            "python3.20",
            None,
            "there is no python3.20. * sudo apt install python3.20 python3.20-venv",
        ),
        ("python3", OLD, "3.11 or newer is needed; *python3 is Python 3.9.2. *PYTHON=python3.12"),
        ("python3", WITHOUT_ENSUREPIP, "environments yet. * sudo apt install python3-venv"),
    ],
    ids=["absent", "old", "without ensurepip"],
)
def test_what_is_missing_is_said_in_one_line(
    folder: Path, python: Python, run: Run, done: Done, name: str, text: str | None, says: str
) -> None:
    if text is not None:
        python(name, text)

    finished = run(folder, PYTHON=name)

    assert finished.returncode == 1
    assert finished.stderr.count("\n") == 1
    for part in says.split("*"):
        assert part.strip() in finished.stderr
    assert done() == []
