"""What is told of a model's files before anything is loaded."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from generation.backends.diffusers.families import FAMILIES
from generation.backends.diffusers.hub import Hub, Stock, look
from generation.errors import (
    BackendError,
    FileEmpty,
    ModelIncomplete,
    ModelMissing,
    NotWeights,
    PartialCheckpoint,
    UnsafeWeights,
    WrongFamily,
)
from tests.generation.backends.diffusers import tiny_extras
from tests.generation.backends.diffusers.conftest import TinyModel
from tests.generation.backends.diffusers.tiny import preset


@pytest.fixture
def model(tiny_model: TinyModel, tmp_path: Path) -> Path:
    """A tiny SD 1.5 that a test may damage."""
    return shutil.copytree(tiny_model("sd15"), tmp_path / "model")


@pytest.mark.parametrize("family", FAMILIES)
def test_nothing_is_wrong_with_a_model_that_is_whole(family: str, tiny_model: TinyModel) -> None:
    assert look(preset(tiny_model(family), family)) == Stock()


def remove(name: str) -> Callable[[Path], object]:
    return lambda model: (model / name).unlink()


def cut_off(name: str, to: int = -100) -> Callable[[Path], object]:
    return lambda model: (model / name).write_bytes((model / name).read_bytes()[:to])


def rename(name: str, to: str) -> Callable[[Path], object]:
    return lambda model: (model / name).rename(model / to)


def lose_a_shard(model: Path) -> None:
    weights = model / "unet" / "diffusion_pytorch_model.safetensors"
    shards = [f"diffusion_pytorch_model-0000{n}-of-00002.safetensors" for n in (1, 2)]
    weights.rename(model / "unet" / shards[0])
    index = {"weight_map": {"one": shards[0], "two": shards[1]}}
    (model / "unet" / f"{weights.name}.index.json").write_text(json.dumps(index))


def save_a_page(model: Path) -> None:
    (model / f"{CLIP}.safetensors").write_text("<!DOCTYPE html><title>Log in</title>")


UNET, CLIP = "unet/diffusion_pytorch_model", "text_encoder/model"
DAMAGES: dict[str, tuple[Callable[[Path], object], type[BackendError]]] = {
    "no folder": (shutil.rmtree, ModelMissing),
    "no index": (remove("model_index.json"), ModelIncomplete),
    "an index that is cut off": (cut_off("model_index.json"), ModelIncomplete),
    "no weights": (remove(f"{UNET}.safetensors"), ModelIncomplete),
    "weights that are cut off": (cut_off(f"{UNET}.safetensors"), ModelIncomplete),
    "weights cut off in the header": (cut_off(f"{CLIP}.safetensors", 1000), ModelIncomplete),
    "an empty file": (cut_off(f"{CLIP}.safetensors", 0), FileEmpty),
    "a web page": (save_a_page, NotWeights),
    "a shard that is not there": (lose_a_shard, ModelIncomplete),
    "no configuration": (remove("vae/config.json"), ModelIncomplete),
    "no noise scheduler": (remove("scheduler/scheduler_config.json"), ModelIncomplete),
    "no vocabulary": (remove("tokenizer/tokenizer.json"), ModelIncomplete),
    "pickles only": (rename(f"{UNET}.safetensors", f"{UNET}.bin"), UnsafeWeights),
    "a checkpoint of old": (rename("model_index.json", "model.ckpt"), UnsafeWeights),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_wrong_with_the_files_is_told(damage: str, model: Path) -> None:
    do, error = DAMAGES[damage]
    do(model)

    found = look(preset(model)).problem

    assert type(found) is error


@pytest.mark.parametrize(
    ("content", "error"),
    [(b"", FileEmpty), (b"<html></html>", NotWeights), (None, PartialCheckpoint)],
)
def test_a_checkpoint_of_one_file_is_named_without_its_folder(
    content: bytes | None, error: type[BackendError], model: Path, tmp_path: Path
) -> None:
    file = tmp_path / "anime.safetensors"
    shutil.copy(model / f"{UNET}.safetensors", file)
    if content is not None:
        file.write_bytes(content)

    found = look(preset(file)).problem

    assert type(found) is error
    assert vars(found) == {"model": "Tiny", "file": "anime.safetensors"}


def test_another_family_is_told_by_its_class(model: Path) -> None:
    found = look(preset(model, "sdxl")).problem

    assert isinstance(found, WrongFamily)
    assert (found.family, found.found) == ("sdxl", "sd15")


def test_what_belongs_to_a_model_is_looked_at_too(model: Path, tmp_path: Path) -> None:
    tiny_vae = tiny_extras.save_tiny_vae(tmp_path / "taesd")
    whole = preset(model, tiny_vae=str(tiny_vae))
    assert look(whole).problem is None
    (tiny_vae / "diffusion_pytorch_model.safetensors").unlink()

    found = look(whole).problem

    assert isinstance(found, ModelIncomplete)
    assert found.file == tiny_vae.name


def test_a_lora_may_be_a_file(model: Path, tmp_path: Path) -> None:
    folder = tiny_extras.save_lora(model, "sd15", tmp_path / "lora")
    (file,) = folder.glob("*.safetensors")

    assert look(preset(model, loras=[{"name": "a", "source": str(file)}])).problem is None


def test_a_lora_that_is_a_pickle_is_refused(model: Path, tmp_path: Path) -> None:
    (tmp_path / "lora.pt").write_bytes(b"anything")

    for source, file in ((tmp_path, "lora.pt"), (tmp_path / "lora.pt", None)):
        lora = {"name": "a", "source": str(source), "file": file}
        assert isinstance(look(preset(model, loras=[lora])).problem, UnsafeWeights)


def test_what_may_still_be_fetched_is_no_problem(tmp_path: Path) -> None:
    found = look(preset(Path("someone/model"), tiny_vae="someone/taesd"), Hub(cache=tmp_path))

    assert found == Stock(None, frozenset({"pipeline", "tiny_vae"}))


def test_offline_what_is_not_here_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)

    assert isinstance(
        look(preset(Path("someone/model")), Hub(cache=tmp_path)).problem, ModelMissing
    )
