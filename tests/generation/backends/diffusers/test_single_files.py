"""Checkpoints of one file: what is told of them, what goes with them, and what they draw."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from generation.backends.diffusers.checkpoints import load
from generation.backends.diffusers.families import FAMILIES, Layout
from generation.backends.diffusers.hub import Hub, look
from generation.download_errors import HubUnreachable
from generation.errors import (
    ModelIncomplete,
    ModelMissing,
    PartialCheckpoint,
    SingleFile,
    UnsafeWeights,
    WrongFamily,
)
from tests.generation.backends.diffusers import asking, tiny_extras
from tests.generation.backends.diffusers.conftest import TinyModel
from tests.generation.backends.diffusers.hub_server import running_hub
from tests.generation.backends.diffusers.tiny import preset
from tests.generation.backends.diffusers.tiny_checkpoint import save_checkpoint

UNET, VAE = "model.diffusion_model.", "first_stage_model."
IN_ONE_FILE = [family.key for family in FAMILIES.values() if family.layout is not None]
NAME = "someone/anime"


def layout(family: str) -> Layout:
    found = FAMILIES[family].layout
    assert found is not None
    return found


def test_it_is_for_the_families_that_people_have_such_of() -> None:
    assert IN_ONE_FILE == ["sd15", "sdxl"]


@pytest.mark.parametrize("family", IN_ONE_FILE)
def test_it_draws_what_its_folder_draws(family: str, tiny_model: TinyModel, tmp_path: Path) -> None:
    folder = tiny_model(family)
    file = save_checkpoint(folder, tmp_path / "anime.safetensors")

    one, other = (
        asking.loaded(file, family, config=str(folder)),
        asking.loaded(folder, family),
    )

    drawn = asking.draw(one, [asking.sample(asking.LONG)])[0]
    assert asking.difference(drawn, asking.draw(other, [asking.sample(asking.LONG)])[0]) == 0
    assert one.size_bytes == other.size_bytes


def test_it_is_named_beside_others_in_a_folder(tiny_model: TinyModel, tmp_path: Path) -> None:
    config = str(tiny_model("sd15"))
    save_checkpoint(tiny_model("sd15"), tmp_path / "anime.safetensors")
    shutil.copy(tmp_path / "anime.safetensors", tmp_path / "pixel.safetensors")

    assert look(preset(tmp_path, file="pixel.safetensors", config=config)).problem is None
    missing = look(preset(tmp_path, file="lost.safetensors", config=config)).problem
    assert isinstance(missing, ModelIncomplete)
    assert missing.file == "lost.safetensors"


def test_a_vae_of_its_own_takes_the_place_of_one_that_it_lacks(
    tiny_model: TinyModel, tmp_path: Path
) -> None:
    folder = tiny_model("sd15")
    file = save_checkpoint(folder, tmp_path / "anime.safetensors", without=VAE)

    found = look(preset(file, config=str(folder))).problem
    model = asking.loaded(file, config=str(folder), vae=str(folder / "vae"))

    assert isinstance(found, PartialCheckpoint)
    drawn = asking.draw(model, [asking.sample()])[0]
    whole = asking.draw(asking.loaded(folder), [asking.sample()])[0]
    assert asking.difference(drawn, whole) == 0


@pytest.mark.parametrize("family", IN_ONE_FILE)
def test_a_part_that_is_missing_is_told_before_anything_is_loaded(
    family: str, tiny_model: TinyModel, tmp_path: Path
) -> None:
    for part in (UNET, VAE, *layout(family).text_encoders):
        file = save_checkpoint(
            tiny_model(family), tmp_path / "half.safetensors", without=part.split(".t")[0]
        )

        found = look(preset(file, family)).problem

        assert isinstance(found, PartialCheckpoint), part
        assert vars(found) == {"model": "Tiny", "file": "half.safetensors"}


def test_a_lora_is_no_checkpoint(tiny_model: TinyModel, tmp_path: Path) -> None:
    folder = tiny_extras.save_lora(tiny_model("sd15"), "sd15", tmp_path / "lora")

    found = look(preset(folder / "pytorch_lora_weights.safetensors")).problem

    assert isinstance(found, PartialCheckpoint)


@pytest.mark.parametrize(("family", "other"), [("sd15", "sdxl"), ("sdxl", "sd15")])
def test_another_family_is_told_by_the_weights(
    family: str, other: str, tiny_model: TinyModel, tmp_path: Path
) -> None:
    file = save_checkpoint(tiny_model(family), tmp_path / "anime.safetensors")

    found = look(preset(file, other)).problem

    assert isinstance(found, WrongFamily)
    assert (found.family, found.found) == (other, family)


def test_a_checkpoint_that_only_paints_anew_is_told(tmp_path: Path) -> None:
    weights = {
        f"{UNET}input_blocks.0.0.weight": torch.zeros(4, 9, 3, 3),
        f"{VAE}encoder.conv_in.weight": torch.zeros(1),
        f"{layout('sd15').text_encoders[0]}final_layer_norm.bias": torch.zeros(1),
    }
    save_file(weights, tmp_path / "inpaint.safetensors")

    found = look(preset(tmp_path / "inpaint.safetensors")).problem

    assert isinstance(found, WrongFamily)
    assert found.found == "inpainting"


def test_in_a_folder_it_has_to_be_named(tiny_model: TinyModel, tmp_path: Path) -> None:
    save_checkpoint(tiny_model("sd15"), tmp_path / "anime.safetensors")

    found = look(preset(tmp_path)).problem

    assert isinstance(found, SingleFile)
    assert found.file == "anime.safetensors"


def test_one_of_a_family_that_has_none_is_told(tmp_path: Path) -> None:
    save_file({"double_blocks.0.weight": torch.zeros(1)}, tmp_path / "flux.safetensors")

    found = look(preset(tmp_path / "flux.safetensors", "flux1")).problem

    assert isinstance(found, SingleFile)


def test_a_pickle_is_not_loaded(tmp_path: Path) -> None:
    (tmp_path / "anime.ckpt").write_bytes(b"pickled")

    assert isinstance(look(preset(tmp_path / "anime.ckpt")).problem, UnsafeWeights)
    assert isinstance(look(preset(tmp_path, file="anime.ckpt")).problem, UnsafeWeights)


def test_one_that_is_not_there_is_missing(tmp_path: Path) -> None:
    for source in (tmp_path / "anime.safetensors", Path("models/anime.safetensors")):
        assert isinstance(look(preset(source)).problem, ModelMissing)


@pytest.mark.parametrize("family", IN_ONE_FILE)
def test_what_goes_with_it_comes_from_its_familys_repository(
    family: str, tiny_model: TinyModel, tmp_path: Path
) -> None:
    folder = tiny_model(family)
    with running_hub() as server:
        server.repositories[layout(family).config] = folder
        server.repositories[NAME] = save_checkpoint(folder, _new(tmp_path) / "a.safetensors").parent
        hub = Hub(cache=tmp_path / "cache", endpoint=server.endpoint)
        wanted = preset(Path(NAME), family, file="a.safetensors")

        model = load(wanted, asking.cpu(), lambda _: None, threading.Event(), hub)

    drawn = asking.draw(model, [asking.sample()])[0]
    whole = asking.draw(asking.loaded(folder, family), [asking.sample()])[0]
    assert asking.difference(drawn, whole) == 0
    assert [n for n in server.served if n.endswith(".safetensors")] == ["a.safetensors"]
    assert {"model_index.json", "unet/config.json", "tokenizer/tokenizer.json"} <= {*server.served}
    before = len(server.served)
    load(wanted, asking.cpu(), lambda _: None, threading.Event(), hub)  # the hub is gone
    assert len(server.served) == before


def test_where_what_goes_with_it_cannot_be_had_that_is_named(
    tiny_model: TinyModel, tmp_path: Path
) -> None:
    file = save_checkpoint(tiny_model("sd15"), tmp_path / "anime.safetensors")
    hub = Hub(cache=tmp_path / "cache", endpoint="http://127.0.0.1:9")

    with pytest.raises(HubUnreachable) as caught:
        load(preset(file), asking.cpu(), lambda _: None, threading.Event(), hub)

    assert caught.value.source == layout("sd15").config


def test_a_config_of_another_family_is_told(tiny_model: TinyModel, tmp_path: Path) -> None:
    file = save_checkpoint(tiny_model("sd15"), tmp_path / "anime.safetensors")

    found = look(preset(file, config=str(tiny_model("sdxl")))).problem

    assert isinstance(found, WrongFamily)
    assert found.found == "sdxl"


def _new(folder: Path) -> Path:
    (folder / "served").mkdir()
    return folder / "served"
