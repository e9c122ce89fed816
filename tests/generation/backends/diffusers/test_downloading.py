"""Downloads, from a hub on the loopback."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import huggingface_hub
import pytest
from huggingface_hub.utils import is_agent

from generation.backends.base import Faulty, Progress, StockEvent
from generation.backends.diffusers.checkpoints import load
from generation.backends.diffusers.device import Device
from generation.backends.diffusers.downloads import cause_of, fetch, fetch_loras
from generation.backends.diffusers.hub import Hub, Stock, look, verify
from generation.backends.diffusers.presets import Preset
from generation.backends.runs import Stopped
from generation.download_errors import CacheNotWritable, DiskFull, HubUnreachable
from generation.errors import (
    BackendError,
    LoraMissing,
    ModelGated,
    ModelIncomplete,
    ModelMissing,
    UnsafeWeights,
    WrongFamily,
)
from tests.generation.backends.diffusers import tiny_extras
from tests.generation.backends.diffusers.conftest import TinyModel
from tests.generation.backends.diffusers.hub_server import NAME, HubServer, running_hub
from tests.generation.backends.diffusers.tiny import preset
from tests.generation.backends.diffusers.tiny_checkpoint import save_checkpoint
from tests.proxy_server import running_proxy

UNET = "unet/diffusion_pytorch_model"


@pytest.fixture
def server(tiny_model: TinyModel, tmp_path: Path) -> Iterator[HubServer]:
    with running_hub() as server:
        server.repositories[NAME] = shutil.copytree(tiny_model("sd15"), tmp_path / "served")
        yield server


@pytest.fixture
def hub(server: HubServer, tmp_path: Path) -> Hub:
    return Hub(cache=tmp_path / "cache", endpoint=server.endpoint, pauses_s=(0, 0))


def fetched(preset: Preset, hub: Hub) -> list[Progress]:
    told: list[Progress] = []
    fetch(preset, hub, told.append, threading.Event())
    return told


def test_a_model_is_downloaded_with_progress_in_bytes(
    server: HubServer, hub: Hub, cpu_device: Device
) -> None:
    told: list[Progress] = []

    model = load(preset(Path(NAME)), cpu_device, told.append, threading.Event(), hub)

    assert type(model.pipe("text-to-image")).__name__ == "StableDiffusionPipeline"
    *bytes_told, loading = told
    assert loading == Progress(0, 0, "loading")
    total = sum((server.repositories[NAME] / name).stat().st_size for name in server.served)
    assert {(progress.stage, progress.total) for progress in bytes_told} == {("downloading", total)}
    done = [progress.done for progress in bytes_told]
    assert done == sorted(done)
    assert done[-1] == total


@pytest.mark.parametrize("variable", ["ALL_PROXY", "HTTP_PROXY"])
async def test_a_model_is_downloaded_through_a_socks_proxy(
    monkeypatch: pytest.MonkeyPatch, server: HubServer, tmp_path: Path, variable: str
) -> None:
    hub = Hub(tmp_path / "cache", server.endpoint.replace("127.0.0.1", "hub.example"))
    with monkeypatch.context() as offline:
        offline.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
        is_agent()  # once a process it asks huggingface.co, whatever the endpoint is
    async with running_proxy() as proxy:
        monkeypatch.setenv(variable, proxy.url)
        huggingface_hub.close_session()  # it has read the environment
        found = await asyncio.to_thread(
            fetch, preset(Path(NAME)), hub, lambda told: None, threading.Event()
        )
        huggingface_hub.close_session()

    assert f"{UNET}.safetensors" in found["pipeline"].names
    assert set(proxy.hosts) == {"hub.example"}


def test_what_is_not_wanted_is_left_where_it_is(server: HubServer, hub: Hub) -> None:
    root = server.repositories[NAME]
    for unwanted in (
        "v1-5-pruned.safetensors",
        "v1-5-pruned.ckpt",
        f"{UNET}.bin",
        f"{UNET}.fp16.safetensors",
        f"{UNET}.non_ema.safetensors",
        "unet/openvino_model.xml",
        "safety_checker/model.safetensors",
        "README.md",
    ):
        (root / unwanted).parent.mkdir(exist_ok=True)
        (root / unwanted).write_bytes(b"large")

    fetched(preset(Path(NAME)), hub)

    assert sorted(server.served) == [
        "model_index.json",
        "scheduler/scheduler_config.json",
        "text_encoder/config.json",
        "text_encoder/model.safetensors",
        "tokenizer/tokenizer.json",
        "tokenizer/tokenizer_config.json",
        "unet/config.json",
        f"{UNET}.safetensors",
        "vae/config.json",
        "vae/diffusion_pytorch_model.safetensors",
    ]


def test_a_variant_is_taken_where_there_is_one(
    server: HubServer, hub: Hub, cpu_device: Device
) -> None:
    root = server.repositories[NAME]
    (root / f"{UNET}.safetensors").rename(root / f"{UNET}.fp16.safetensors")

    model = load(preset(Path(NAME), variant="fp16"), cpu_device, print, threading.Event(), hub)

    assert f"{UNET}.fp16.safetensors" in server.served
    assert model.size_bytes > 0


def test_a_model_may_lie_in_a_folder_of_its_repository(
    server: HubServer, hub: Hub, cpu_device: Device, tmp_path: Path
) -> None:
    shutil.move(server.repositories[NAME], tmp_path / "repository" / "diffusers")
    server.repositories[NAME] = tmp_path / "repository"

    found = preset(Path(NAME), subfolder="diffusers")

    assert load(found, cpu_device, print, threading.Event(), hub).size_bytes > 0


def test_what_is_in_the_cache_needs_no_hub(server: HubServer, hub: Hub) -> None:
    fetched(preset(Path(NAME)), hub)
    server.repositories.clear()

    assert fetched(preset(Path(NAME)), hub) == []
    assert look(preset(Path(NAME)), hub) == Stock()


def test_all_parts_count_in_the_progress(server: HubServer, hub: Hub, tmp_path: Path) -> None:
    lora = tiny_extras.save_lora(server.repositories[NAME], "sd15", tmp_path / "lora")
    server.repositories["someone/lora"] = lora
    server.repositories["someone/taesd"] = tiny_extras.save_tiny_vae(tmp_path / "taesd")

    told = fetched(
        preset(
            Path(NAME),
            tiny_vae="someone/taesd",
            loras=[{"name": "sharp", "source": "someone/lora"}],
        ),
        hub,
    )

    assert len({progress.total for progress in told}) == 1
    assert told[-1].done == told[-1].total
    assert "pytorch_lora_weights.safetensors" in server.served


def test_a_lora_that_may_be_asked_for_is_downloaded_when_it_is(
    server: HubServer, hub: Hub, tmp_path: Path
) -> None:
    lora = tiny_extras.save_lora(server.repositories[NAME], "sd15", tmp_path / "lora")
    server.repositories["someone/lora"] = lora
    allowed = [
        {"name": "sharp", "source": "someone/lora"},
        {"name": "lost", "source": "someone/lost"},
    ]
    asking = preset(Path(NAME), allowed_loras=allowed)
    file = "pytorch_lora_weights.safetensors"

    fetched(asking, hub)
    assert file not in server.served
    told: list[Progress] = []
    fetch_loras(asking, ["sharp"], hub, told.append, threading.Event())

    assert server.served[-1] == file
    assert told[-1].done == told[-1].total == (lora / file).stat().st_size
    with pytest.raises(LoraMissing) as caught:
        fetch_loras(asking, ["lost"], hub, told.append, threading.Event())
    assert caught.value.lora == "lost"


def without_repository(server: HubServer) -> None:
    server.repositories.clear()


def gated(server: HubServer) -> None:
    server.gated.add(NAME)


def failing(server: HubServer) -> None:
    server.failing.add(f"{UNET}.safetensors")


def without_weights(server: HubServer) -> None:
    (server.repositories[NAME] / f"{UNET}.safetensors").unlink()


def with_pickles_only(server: HubServer) -> None:
    file = server.repositories[NAME] / f"{UNET}.safetensors"
    file.rename(file.with_suffix(".bin"))


def cut_off(server: HubServer) -> None:
    file = server.repositories[NAME] / f"{UNET}.safetensors"
    file.write_bytes(file.read_bytes()[:-50])


PROBLEMS: dict[str, tuple[Callable[[HubServer], None], type[BackendError]]] = {
    "no such repository": (without_repository, ModelMissing),
    "a licence that is not accepted": (gated, ModelGated),
    "an error of the hub half way": (failing, HubUnreachable),
    "a repository without weights": (without_weights, ModelIncomplete),
    "a repository of pickles": (with_pickles_only, UnsafeWeights),
    "a file that is cut off": (cut_off, ModelIncomplete),
}


@pytest.mark.parametrize("problem", PROBLEMS)
def test_what_the_hub_does_not_give_is_told(problem: str, server: HubServer, hub: Hub) -> None:
    do, error = PROBLEMS[problem]
    do(server)

    with pytest.raises(BackendError) as caught:
        fetched(preset(Path(NAME)), hub)

    assert type(caught.value) is error


def test_a_hub_that_cannot_be_reached_gives_nothing(tmp_path: Path) -> None:
    hub = Hub(cache=tmp_path, endpoint="http://127.0.0.1:9")

    with pytest.raises(HubUnreachable) as caught:
        fetched(preset(Path(NAME)), hub)

    assert caught.value.source == NAME
    assert cause_of(caught.value).startswith(f"{NAME}: ConnectError: ")


def test_another_family_is_told_before_its_weights_are_fetched(server: HubServer, hub: Hub) -> None:
    with pytest.raises(WrongFamily):
        fetched(preset(Path(NAME), "sdxl"), hub)

    assert server.served == ["model_index.json"]


def test_a_download_that_was_cut_off_goes_on(server: HubServer, hub: Hub) -> None:
    server.failing.add(f"{UNET}.safetensors")
    with pytest.raises(HubUnreachable):
        fetched(preset(Path(NAME)), hub)
    before = list(server.served)
    assert look(preset(Path(NAME)), hub) == Stock(None, frozenset({"pipeline"}))  # may still come
    server.failing.clear()

    fetched(preset(Path(NAME)), hub)

    assert not set(before) & set(server.served[len(before) :])


def test_half_a_download_is_told_where_the_hub_is_out_of_reach(
    server: HubServer, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.failing.add(f"{UNET}.safetensors")
    with pytest.raises(HubUnreachable):
        fetched(preset(Path(NAME)), hub)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)

    assert isinstance(look(preset(Path(NAME)), hub).problem, ModelIncomplete)


def test_a_download_stops_between_two_files(server: HubServer, hub: Hub) -> None:
    stop = threading.Event()

    with pytest.raises(Stopped):
        fetch(preset(Path(NAME)), hub, lambda progress: stop.set(), stop)

    assert len(server.served) <= 2  # the index, and the first file


WEIGHTS = f"{UNET}.safetensors"


def test_a_connection_that_breaks_goes_on_where_it_was(server: HubServer, hub: Hub) -> None:
    size = (server.repositories[NAME] / WEIGHTS).stat().st_size
    server.broken_after[WEIGHTS] = [1000, 2000, 0]

    told = fetched(preset(Path(NAME)), hub)

    assert server.served.count(WEIGHTS) == 4
    assert server.sent_bytes[WEIGHTS] == size
    assert told[-1].done == told[-1].total
    assert look(preset(Path(NAME)), hub) == Stock()


def test_what_came_before_a_longer_break_is_kept_for_the_next_time(
    server: HubServer, hub: Hub
) -> None:
    size = (server.repositories[NAME] / WEIGHTS).stat().st_size
    server.broken_after[WEIGHTS] = [size // 2, 0, 0, 0]
    with pytest.raises(HubUnreachable) as caught:
        fetched(preset(Path(NAME)), hub)
    assert "RemoteProtocolError" in cause_of(caught.value)
    assert look(preset(Path(NAME)), hub).lacking == {"pipeline"}

    told = fetched(preset(Path(NAME)), hub)

    assert server.sent_bytes[WEIGHTS] == size
    assert told[-1].done == told[-1].total


def test_weights_that_changed_at_the_hub_while_they_came_are_no_mixture(
    server: HubServer, hub: Hub
) -> None:
    file = server.repositories[NAME] / WEIGHTS
    weights = file.read_bytes()
    server.broken_after[WEIGHTS] = [len(weights) // 2, 0, 0, 0]
    with pytest.raises(HubUnreachable):
        fetched(preset(Path(NAME)), hub)
    file.write_bytes(weights[:-4] + bytes(4))

    fetched(preset(Path(NAME)), hub)

    (came,) = (hub.repository(NAME) / "snapshots").rglob(WEIGHTS)
    assert came.read_bytes() == file.read_bytes()


def test_damaged_halves_are_thrown_away(server: HubServer, hub: Hub) -> None:
    server.broken_after[WEIGHTS] = [1000, 0, 0, 0]
    with pytest.raises(HubUnreachable):
        fetched(preset(Path(NAME)), hub)
    (half,) = hub.repository(NAME).glob("blobs/*.moevatar")
    half.write_bytes(bytes(1000))

    with pytest.raises(ModelIncomplete):
        fetched(preset(Path(NAME)), hub)
    fetched(preset(Path(NAME)), hub)

    assert look(preset(Path(NAME)), hub) == Stock()


def test_a_download_stops_within_a_file_and_goes_on_later(server: HubServer, hub: Hub) -> None:
    server.held_after[WEIGHTS] = 3000
    stop = threading.Event()

    def give_up() -> None:
        server.holding.wait(60)
        stop.set()
        server.let_go.set()

    giving_up = threading.Thread(target=give_up)
    giving_up.start()
    with pytest.raises(Stopped):
        fetch(preset(Path(NAME)), hub, lambda told: None, stop)
    giving_up.join()
    del server.held_after[WEIGHTS]

    assert look(preset(Path(NAME)), hub).lacking == {"pipeline"}
    fetched(preset(Path(NAME)), hub)
    assert look(preset(Path(NAME)), hub) == Stock()


def test_two_that_want_the_same_download_it_once(server: HubServer, hub: Hub) -> None:
    server.held_after[WEIGHTS] = 3000
    waiting = threading.Event()

    def tell(progress: Progress) -> None:
        if list(hub.folder.glob(".locks/**/*.moevatar.lock")):
            waiting.set()

    threads = [
        threading.Thread(target=fetch, args=(preset(Path(NAME)), hub, tell, threading.Event()))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    assert waiting.wait(20)
    server.let_go.set()
    for thread in threads:
        thread.join()

    assert server.served.count(WEIGHTS) == 1


SMALL = ("scheduler/scheduler_config", "tokenizer/tokenizer_config", "unet/config", "vae/config")


@pytest.mark.parametrize("missing", [*SMALL, "tokenizer/tokenizer"])
def test_half_a_model_is_never_taken_for_whole(
    missing: str, server: HubServer, hub: Hub, tiny_model: TinyModel, tmp_path: Path
) -> None:
    """Nor the small files that go with a checkpoint of one file, of which some may be left out."""
    file = save_checkpoint(tiny_model("sd15"), tmp_path / "anime.safetensors")
    server.failing.add(f"{missing}.json")

    for model in (preset(Path(NAME)), preset(file, config=NAME)):
        with pytest.raises(HubUnreachable):
            fetched(model, hub)

        assert look(model, hub).lacking in ({"pipeline"}, {"config"})

    server.failing.clear()
    for model in (preset(Path(NAME)), preset(file, config=NAME)):
        fetched(model, hub)
        assert look(model, hub) == Stock()


def test_a_model_that_does_not_fit_on_the_disk_is_refused_before_it_comes(
    server: HubServer, hub: Hub
) -> None:
    server.sizes[Path(WEIGHTS).name] = 10**15

    with pytest.raises(DiskFull) as caught:
        fetched(preset(Path(NAME)), hub)

    assert caught.value.left_bytes > 10**15
    assert caught.value.free_bytes < 10**15
    assert server.served == ["model_index.json"]


def test_a_folder_that_is_a_file_is_told(server: HubServer, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("in the way")

    with pytest.raises(CacheNotWritable) as caught:
        fetched(preset(Path(NAME)), Hub(tmp_path / "cache", server.endpoint))

    assert "cache" in cause_of(caught.value)


def test_weights_that_were_cut_off_on_the_disk_are_fetched_again(
    server: HubServer, hub: Hub
) -> None:
    fetched(preset(Path(NAME)), hub)
    (weights,) = (hub.repository(NAME) / "snapshots").rglob(WEIGHTS)
    with weights.open("r+b") as file:
        file.truncate(500)
    assert look(preset(Path(NAME)), hub).lacking == {"pipeline"}

    fetched(preset(Path(NAME)), hub)

    assert look(preset(Path(NAME)), hub) == Stock()


def test_every_byte_is_looked_at(server: HubServer, hub: Hub) -> None:
    model = preset(Path(NAME))
    fetched(model, hub)
    sound: list[StockEvent] = []
    verify(model, hub, sound.append, threading.Event())
    (weights,) = (hub.repository(NAME) / "snapshots").rglob(WEIGHTS)
    with weights.open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"?")

    told: list[StockEvent] = []
    verify(model, hub, told.append, threading.Event())

    assert all(isinstance(event, Progress) for event in sound)
    last = sound[-1]
    assert isinstance(last, Progress)
    assert (
        last.done
        == last.total
        == sum(
            file.stat().st_size for file in server.repositories[NAME].rglob("*") if file.is_file()
        )
    )
    (fault,) = (event for event in told if isinstance(event, Faulty))
    assert fault.problem.parameters == {"model": "Tiny", "file": Path(WEIGHTS).name}
    assert fault.cause == f"{NAME}: {weights.resolve()}"
