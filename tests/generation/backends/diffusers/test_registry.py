"""The operator's file of models and folder of LoRAs, read again while the bot runs."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from generation.backends.diffusers.families import FAMILIES
from generation.backends.diffusers.files import Incomplete
from generation.backends.diffusers.lora_heads import read_lora
from generation.backends.diffusers.registry import LOOK_EVERY_S, Registry
from tests.generation.backends.diffusers import tiny_extras
from tests.generation.backends.diffusers.conftest import TinyModel
from tests.generation.backends.diffusers.test_presets import GOOD, written

BOTH = GOOD + GOOD.replace("[pony]", "[apple]").replace("sdxl", "sd15")
"""A model of each of the families that learn words."""
UNET = "lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn2_to_k.lora_down.weight"
PEFT = "unet.down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_k.lora_A.weight"
PROCESSOR = "unet.mid_block.attentions.0.transformer_blocks.0.attn2.processor.to_k_lora.down.weight"


def save(file: Path, name: str, shape: Sequence[int] = (1, 8), notes: object = None) -> Path:
    """A file of one tensor, as a LoRA has it; what else it says are its `notes`."""
    size = 4 * shape[0] * shape[1]
    tensor = {"dtype": "F32", "shape": list(shape), "data_offsets": [0, size]}
    header = {name: tensor} if notes is None else {"__metadata__": notes, name: tensor}
    text = json.dumps(header).encode()
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(len(text).to_bytes(8, "little") + text + bytes(size))
    return file


@pytest.mark.parametrize(
    ("name", "width", "families"),
    [
        (UNET, 768, {"sd15"}),
        (UNET, 2048, {"sdxl"}),
        (PEFT, 768, {"sd15"}),
        (PEFT, 2048, {"sdxl"}),
        (PROCESSOR, 768, {"sd15"}),
        (UNET, 1024, set[str]()),
        ("lora_unet_input_blocks_4_1_proj_in.lora_down.weight", 640, {"sdxl"}),
        ("lora_te2_text_model_encoder_layers_0_mlp_fc1.lora_down.weight", 1280, {"sdxl"}),
        ("transformer.single_transformer_blocks.0.attn.to_q.lora_A.weight", 3072, {"flux1"}),
        ("lora_unet_double_blocks_18_img_attn_qkv.lora_down.weight", 3072, {"flux1"}),
        (
            "lora_unet_double_blocks_2_img_attn_qkv.lora_down.weight",
            3072,
            {"flux1", "flux2-klein"},
        ),
        (
            "transformer.single_transformer_blocks.3.attn.to_qkv_mlp_proj.lora_A.weight",
            3072,
            {"flux2-klein"},
        ),
        ("diffusion_model.layers.7.attention.qkv.lora_A.weight", 3840, {"z-image"}),
        ("lora_unet_layers_7_attention_to_q.lora_down.weight", 3840, {"z-image"}),
        ("lora_unet_joint_blocks_3_x_block_attn_qkv.lora_down.weight", 1536, {"sd35"}),
        ("blocks.0.self_attn.q.lora_A.weight", 5120, set[str]()),
        ("model.diffusion_model.input_blocks.0.0.weight", 4, set[str]()),
    ],
)
def test_whom_a_lora_fits_is_told_by_its_header(
    name: str, width: int, families: set[str], tmp_path: Path
) -> None:
    assert read_lora(save(tmp_path / "a.safetensors", name, (1, width))).families == families


@pytest.mark.parametrize("family", FAMILIES)
def test_a_lora_of_each_family_fits_it(family: str, tiny_model: TinyModel, tmp_path: Path) -> None:
    folder = tiny_extras.save_lora(tiny_model(family), family, tmp_path / "lora")
    (file,) = folder.glob("*.safetensors")

    assert family in read_lora(file).families


def test_what_is_cut_off_is_told(tmp_path: Path) -> None:
    file = save(tmp_path / "a.safetensors", UNET)
    file.write_bytes(file.read_bytes()[:-1])

    with pytest.raises(Incomplete):
        read_lora(file)


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s

    def tick(self) -> None:
        self.now_s += LOOK_EVERY_S


def loras(registry: Registry, name: str = "pony") -> list[str]:
    return [lora.name for lora in registry.presets[name].allowed_loras]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "loras"


def test_loras_in_the_folder_may_be_asked_for_where_they_fit(tmp_path: Path, folder: Path) -> None:
    save(folder / "Cute Chibi v1.2.safetensors", UNET, (1, 2048))
    save(folder / "small.safetensors", UNET, (1, 768))
    (folder / "notes.txt").write_text("none")

    registry = Registry(written(tmp_path, GOOD), folder)

    assert loras(registry) == ["Cute Chibi v1.2"]


def test_a_folder_that_is_not_there_offers_none(tmp_path: Path, folder: Path) -> None:
    assert loras(Registry(written(tmp_path, GOOD), folder)) == []


def test_a_preset_keeps_its_own_lora_of_that_name(tmp_path: Path, folder: Path) -> None:
    save(folder / "Pixel.safetensors", UNET, (1, 2048))
    own = 'allowed_loras = [{ name = "pixel", source = "someone/pixel" }]\n'

    (lora,) = Registry(written(tmp_path, GOOD + own), folder).presets["pony"].allowed_loras

    assert lora.source == "someone/pixel"


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        ("cut.safetensors", b"\x10", "cut.safetensors cannot be read: Alien"),
        ("a<b.safetensors", None, "a<b.safetensors: nobody can write this name"),
        ("video.safetensors", None, "video.safetensors is for none of the families"),
    ],
)
def test_a_lora_that_cannot_be_offered_is_logged(
    file: str,
    content: bytes | None,
    told: str,
    tmp_path: Path,
    folder: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    save(folder / file, "blocks.0.self_attn.q.lora_A.weight")
    if content is not None:
        (folder / file).write_bytes(content)

    registry = Registry(written(tmp_path, GOOD), folder)

    assert loras(registry) == []
    assert told in caplog.text


def test_the_folder_is_looked_at_once_a_second(tmp_path: Path, folder: Path) -> None:
    clock = Clock()
    registry = Registry(written(tmp_path, GOOD), folder, clock=clock)
    half = save(folder / "chibi.safetensors", UNET, (1, 2048))
    whole = half.read_bytes()
    half.write_bytes(whole[:-8])

    assert (registry.refresh(), loras(registry)) == ((), [])
    clock.tick()
    assert (registry.refresh(), loras(registry)) == ((), [])  # it is still being copied
    half.write_bytes(whole)
    clock.tick()
    assert (registry.refresh(), loras(registry)) == ((), ["chibi"])
    half.unlink()
    clock.tick()
    assert (registry.refresh(), loras(registry)) == ((), [])


def test_the_file_is_read_again_when_it_changes(tmp_path: Path, folder: Path) -> None:
    clock = Clock()
    file = written(tmp_path, GOOD)
    registry = Registry(file, folder, clock=clock)
    before = dict(registry.presets)
    written(tmp_path, GOOD.replace("20", "8") + GOOD.replace("[pony]", "[apple]"))

    assert registry.refresh() == ()
    assert registry.presets == before
    clock.tick()
    changed = registry.refresh()

    assert [(preset.name, preset.steps) for preset in changed] == [("pony", 8), ("apple", 20)]
    assert list(registry.presets) == ["pony", "apple"]
    clock.tick()
    assert registry.refresh() == ()


@pytest.mark.parametrize("broken", [GOOD.replace("20", "0"), None], ids=["a mistake", "gone"])
def test_a_file_that_is_broken_while_the_bot_runs_changes_nothing_and_is_told_once(
    broken: str | None, tmp_path: Path, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    file = written(tmp_path, GOOD)
    registry = Registry(file, folder, clock=clock)
    before = dict(registry.presets)
    if broken is None:
        file.unlink()
    else:
        written(tmp_path, broken)

    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            clock.tick()
            assert registry.refresh() == ()

    assert registry.presets == before
    (record,) = caplog.records
    assert str(file) in record.getMessage()
    assert ("key 'steps'" if broken else "cannot be read") in record.getMessage()
    assert registry.mistake == record.getMessage().replace(str(file), file.name).removesuffix(
        " The models stay as they were."
    )
    assert str(tmp_path) not in registry.mistake
    written(tmp_path, GOOD.replace("20", "30"))
    clock.tick()
    assert [preset.steps for preset in registry.refresh()] == [30]
    assert registry.mistake == ""


NOTES: Mapping[str, tuple[dict[str, object], str, tuple[str, ...]]] = {
    "nothing": ({}, "", ()),
    "a description": ({"modelspec.description": "Soft\n light"}, "Soft light", ()),
    "markup": ({"modelspec.description": "<p>Soft <b>light</b></p>"}, "Soft light", ()),
    "its title": ({"modelspec.title": "Soft light", "ss_output_name": "v2"}, "Soft light", ()),
    "its name in training": ({"ss_output_name": "soft_v2"}, "soft_v2", ()),
    "its own name": ({"ss_output_name": "A"}, "", ()),
    "words": ({"modelspec.trigger_phrase": "glow, soft ,, "}, "", ("glow", "soft")),
    "too much": ({"modelspec.description": "x" * 10**6}, "x" * 79 + "…", ()),
    "no text": ({"modelspec.description": {"a": 1}, "modelspec.title": 7}, "", ()),
    "signs that nobody sees": ({"modelspec.description": "a\u202e\x00b\u200b"}, "ab", ()),
}


@pytest.mark.parametrize("kind", NOTES)
def test_what_a_lora_does_is_read_from_its_file(tmp_path: Path, kind: str) -> None:
    notes, description, words = NOTES[kind]
    file = save(tmp_path / "a.safetensors", UNET, (1, 768), notes)

    head = read_lora(file)

    assert (head.families, head.description, head.words) == ({"sd15"}, description, words)


def test_notes_that_are_none_do_no_harm(tmp_path: Path) -> None:
    file = save(tmp_path / "a.safetensors", UNET, (1, 768), ["a", "list"])

    assert read_lora(file).families == {"sd15"}


def test_what_a_file_says_is_offered_with_it(tmp_path: Path, folder: Path) -> None:
    notes = {"modelspec.description": "Soft light", "modelspec.trigger_phrase": "glow"}
    save(folder / "soft.safetensors", UNET, (1, 2048), notes)

    (lora,) = Registry(written(tmp_path, GOOD), folder).presets["pony"].allowed_loras

    assert (lora.name, lora.description, lora.words) == ("soft", "Soft light", ("glow",))


def save_embedding(file: Path, **shapes: tuple[int, ...]) -> Path:
    """A textual inversion of tensors of those shapes."""
    tensors: dict[str, Any] = {}
    at = 0
    for name, shape in shapes.items():
        size = 4 * math.prod(shape)
        tensors[name] = {"dtype": "F32", "shape": shape, "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(tensors).encode()
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(len(text).to_bytes(8, "little") + text + bytes(at))
    return file


@pytest.mark.parametrize(
    ("shapes", "taught"),
    [
        ({"emb_params": (8, 768)}, {"apple"}),
        ({"clip_l": (2, 768), "clip_g": (2, 1280)}, {"pony"}),
        ({"emb_params": (8, 1024)}, set[str]()),
        ({"emb_params": (768,)}, set[str]()),
        ({"a": (1, 768), "b": (1, 768)}, set[str]()),
    ],
    ids=["of sd15", "of sdxl", "of neither", "no vectors", "of two words"],
)
def test_an_embedding_of_the_folder_is_for_whom_it_fits(
    shapes: dict[str, tuple[int, ...]], taught: set[str], tmp_path: Path
) -> None:
    file = save_embedding(tmp_path / "embeddings" / "Bad-Hands.safetensors", **shapes)

    registry = Registry(written(tmp_path, BOTH), None, file.parent)

    found = {
        name: [(word.token, word.source) for word in preset.textual_inversions]
        for name, preset in registry.presets.items()
    }
    one = [("embedding:bad-hands", str(file))]
    assert found == {name: one if name in taught else [] for name in ("pony", "apple")}


def test_an_embedding_that_comes_or_changes_has_its_models_loaded_again(tmp_path: Path) -> None:
    clock, folder = Clock(), tmp_path / "embeddings"
    registry = Registry(written(tmp_path, BOTH), None, folder, clock)

    file = save_embedding(folder / "ink.safetensors", emb_params=(1, 768))
    clock.tick()
    assert [preset.name for preset in registry.refresh()] == ["apple"]
    save_embedding(file, emb_params=(2, 768))
    clock.tick()
    assert [preset.name for preset in registry.refresh()] == ["apple"]
    clock.tick()
    assert registry.refresh() == ()


@pytest.mark.parametrize("name", ["two words", "a,b", "half"])
def test_an_embedding_that_cannot_be_used_is_logged_and_harms_nothing(
    name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = save_embedding(tmp_path / "embeddings" / f"{name}.safetensors", emb_params=(1, 768))
    if name == "half":
        file.write_bytes(file.read_bytes()[:-1])

    registry = Registry(written(tmp_path, BOTH), None, file.parent)

    assert all(not preset.textual_inversions for preset in registry.presets.values())
    assert f"the embedding {name}" in caplog.text
