"""`moevatar models`, as a person types it, with a hub on the loopback."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs the extra `diffusion`: make diffusion")

from tests.generation.backends.diffusers import tiny
from tests.generation.backends.diffusers.hub_server import (
    FAR,
    NAME,
    WEIGHTS,
    HubServer,
    running_hub,
)

ROOT = Path(__file__).parents[2]
PRESETS = f"{FAR}memory_gb = 4\ndownload_gb = 2\n"
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubServer]:
    with running_hub() as hub:
        hub.repositories[NAME] = tiny.save("sd15", tmp_path / "served")
        yield hub


@pytest.fixture
def start(hub: HubServer, tmp_path: Path) -> Start:
    (tmp_path / "models.toml").write_text(PRESETS)
    env = {name: value for name, value in os.environ.items() if "MOEVATAR" not in name} | {
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        "HF_ENDPOINT": hub.endpoint,
        "MOEVATAR_DIFFUSERS": "cpu",
        "MOEVATAR_MODELS_FILE": str(tmp_path / "models.toml"),
        "MOEVATAR_MODEL_CACHE_DIR": str(tmp_path / "cache"),
        "MOEVATAR_LOG_LEVEL": "ERROR",
    }

    def run(*arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "bot", "models", *arguments],
            env=env,
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=_heed_ctrl_c,
        )

    return run


def _heed_ctrl_c() -> None:
    """Where the tests run in a shell's background, their children would inherit not to."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    output, errors = process.communicate(timeout=120)
    assert "Traceback" not in errors
    return process.returncode, output, errors


def test_a_model_is_listed_fetched_checked_and_measured(start: Start, tmp_path: Path) -> None:
    listed = ended(start())
    status, said, told = ended(start("fetch", "far"))
    checked = ended(start("check"))
    measured = ended(start("measure", "Far away", "--count", "2"))
    (weights,) = (tmp_path / "cache").glob(f"models--*/snapshots/*/{WEIGHTS}")
    with weights.open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"?")
    damaged = ended(start("check", "far"))

    assert listed[0] == 0
    (row,) = (line for line in listed[1].splitlines() if line.startswith("diffusers/far"))
    assert " ".join(row.split()) == "diffusers/far Far away to be fetched ~2 GB 4 GB MIT"
    assert (status, said) == (0, "Far away is here\n")
    assert "Far away: " in told
    assert "Far away is whole" in checked[1]
    assert measured[0] == 0
    assert "a picture, median of 2" in measured[1]
    assert damaged[0] == 1
    assert str(weights.resolve()) in damaged[2]


def test_what_hinders_a_download_names_repository_and_cause(start: Start, hub: HubServer) -> None:
    hub.gated.add(NAME)
    gated = ended(start("fetch", "far"))
    hub.gated.clear()
    hub.sizes[Path(WEIGHTS).name] = 10**15
    full = ended(start("fetch", "far"))
    hub.repositories.clear()
    missing = ended(start("fetch", "far"))
    unknown = ended(start("fetch", "nothing like it"))

    assert gated[0] == full[0] == missing[0] == 1
    assert f"{NAME}: " in gated[2]
    assert "accept its licence" in gated[2]
    assert "does not fit on the disk" in full[2]
    assert f"{NAME}: " in missing[2]
    assert unknown[0] == 2
    assert "nothing like it" in unknown[2]


def test_ctrl_c_ends_a_download_cleanly_and_it_goes_on(start: Start, hub: HubServer) -> None:
    hub.held_after[WEIGHTS] = 1000
    process = start("fetch", "far")
    assert hub.holding.wait(60)
    process.send_signal(signal.SIGINT)
    status, _, errors = ended(process)
    hub.let_go.set()
    again = ended(start("fetch", "far"))

    assert status == 130
    assert "fetch goes on there" in errors
    assert again[:2] == (0, "Far away is here\n")
