"""Loading: every family by its preset alone, with all that a preset can add."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from generation.backends.base import Progress
from generation.backends.diffusers.checkpoints import load
from generation.backends.diffusers.device import Device
from generation.backends.diffusers.families import FAMILIES
from generation.backends.diffusers.pipeline import LoadedModel
from generation.backends.diffusers.presets import Preset
from generation.capabilities import Task
from generation.errors import LoraDoesNotFit, ModelIncomplete
from tests.generation.backends.diffusers import tiny_extras
from tests.generation.backends.diffusers.conftest import TinyModel
from tests.generation.backends.diffusers.tiny import SIZE_PX, preset

Load = Callable[[Preset], LoadedModel]
RED = Image.new("RGB", (SIZE_PX, SIZE_PX), "red")


@pytest.fixture
def loaded(cpu_device: Device) -> Load:
    return lambda preset: load(preset, cpu_device, lambda progress: None, threading.Event())


def weights(pipe: Any) -> dict[str, int]:
    """Component → identity of its model."""
    return {name: id(part) for name, part in pipe.components.items() if hasattr(part, "parameters")}


def drawn(pipe: Any, **arguments: Any) -> bytes:
    """The pixels of two steps on "a cat"."""
    import torch

    if not {"image", "strength"} <= arguments.keys():
        arguments |= {"height": SIZE_PX, "width": SIZE_PX}
    result = pipe(
        prompt=["a cat"],
        num_inference_steps=2,
        generator=[torch.Generator("cpu").manual_seed(7)],
        **arguments,
    )
    return result.images[0].tobytes()


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_loads_by_its_preset_alone_and_draws(
    family: str, tiny_model: TinyModel, loaded: Load
) -> None:
    model = loaded(preset(tiny_model(family), family))
    pipe = model.pipe("text-to-image")

    assert type(pipe).__name__ == FAMILIES[family].pipelines["text-to-image"]
    assert drawn(pipe) == drawn(pipe)


@pytest.mark.parametrize("family", FAMILIES)
def test_all_tasks_share_the_weights_and_no_noise_scheduler(
    family: str, tiny_model: TinyModel, loaded: Load
) -> None:
    model = loaded(preset(tiny_model(family), family))
    tasks: tuple[Task, ...] = tuple(FAMILIES[family].pipelines)
    pipes = [model.pipe(task) for task in tasks]

    assert len({frozenset(weights(pipe).items()) for pipe in pipes}) == 1
    assert len({id(pipe.scheduler) for pipe in pipes}) == len(pipes)
    assert model.pipe(tasks[0]) is pipes[0]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_mask_says_what_is_painted_anew(family: str, tiny_model: TinyModel, loaded: Load) -> None:
    pipe = loaded(preset(tiny_model(family), family)).pipe("inpaint")
    all_of_it = Image.new("L", RED.size, 255)

    result = drawn(pipe, image=RED, mask_image=all_of_it)

    assert len(result) == SIZE_PX * SIZE_PX * 3


def test_the_preset_chooses_the_noise_scheduler(tiny_model: TinyModel, loaded: Load) -> None:
    model = loaded(
        preset(
            tiny_model("sd15"), scheduler="lcm", scheduler_options={"original_inference_steps": 40}
        )
    )
    scheduler = model.pipe("text-to-image").scheduler

    assert type(scheduler).__name__ == "LCMScheduler"
    assert scheduler.config.original_inference_steps == 40
    assert scheduler.config.beta_end == 0.012  # of the model


def test_loading_is_told(tiny_model: TinyModel, cpu_device: Device) -> None:
    told: list[Progress] = []

    load(preset(tiny_model("sd15")), cpu_device, told.append, threading.Event())

    assert told == [Progress(0, 0, "loading")]


def test_the_size_of_a_model_is_told_before_it_is_loaded(
    tiny_model: TinyModel, cpu_device: Device
) -> None:
    told: list[int] = []

    model = load(preset(tiny_model("sd15")), cpu_device, print, threading.Event(), room=told.append)

    assert told == [model.size_bytes]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_lora_that_is_always_on_changes_the_picture(
    family: str, tiny_model: TinyModel, loaded: Load, tmp_path: Path
) -> None:
    source = tiny_model(family)
    lora = tiny_extras.save_lora(source, family, tmp_path / "lora")
    plain = loaded(preset(source, family))
    with_lora = loaded(preset(source, family, loras=[{"name": "sharp", "source": str(lora)}]))

    assert drawn(plain.pipe("text-to-image")) != drawn(with_lora.pipe("text-to-image"))
    assert plain.size_bytes == with_lora.size_bytes  # it is in the weights themselves


def test_an_allowed_lora_is_on_while_it_is_asked_for(
    tiny_model: TinyModel, loaded: Load, tmp_path: Path
) -> None:
    source = tiny_model("sd15")
    allowed = [
        {
            "name": name,
            "source": str(tiny_extras.save_lora(source, "sd15", tmp_path / name, seed=seed)),
        }
        for name, seed in (("pixel", 1), ("ink", 2))
    ]
    model = loaded(preset(source, allowed_loras=allowed))
    pipe = model.pipe("text-to-image")
    plain = drawn(pipe)
    model.set_loras((("pixel", 1.0),))
    pixel = drawn(pipe)
    model.set_loras((("ink", 1.0),))
    ink = drawn(pipe)
    model.set_loras((("ink", 0.5), ("pixel", 1.0)))
    both = drawn(pipe)

    assert len({plain, pixel, ink, both}) == 4
    model.set_loras((("pixel", 1.0),))
    assert drawn(pipe) == pixel
    model.set_loras(())
    assert drawn(pipe) == plain


@pytest.mark.parametrize("sizes", [None, {"clip_l": 32, "clip_g": 64}])
def test_a_learned_word_is_known_to_all_text_encoders(
    sizes: dict[str, int] | None, tiny_model: TinyModel, loaded: Load, tmp_path: Path
) -> None:
    word = tiny_extras.save_word(tmp_path / "word.safetensors", sizes=sizes)
    inversions = [{"token": "<chibi>", "source": str(word)}]
    family = "sd15" if sizes is None else "sdxl"

    model = loaded(preset(tiny_model(family), family, textual_inversions=inversions))

    pipe = model.pipe("text-to-image")
    for name in ("tokenizer", "tokenizer_2")[: 1 if sizes is None else 2]:
        assert pipe.maybe_convert_prompt("<chibi>", getattr(pipe, name)) == "<chibi> <chibi>_1"


def test_a_vae_takes_the_place_of_the_models_own(
    tiny_model: TinyModel, loaded: Load, tmp_path: Path
) -> None:
    other = shutil.copytree(tiny_model("sdxl") / "vae", tmp_path / "vae")

    own = loaded(preset(tiny_model("sd15"))).pipe("text-to-image")
    exchanged = loaded(preset(tiny_model("sd15"), vae=str(other))).pipe("text-to-image")

    assert drawn(own) != drawn(exchanged)


def test_a_tiny_vae_is_loaded_where_it_is_used(
    tiny_model: TinyModel, loaded: Load, tmp_path: Path
) -> None:
    source, tiny_vae = tiny_model("sd15"), str(tiny_extras.save_tiny_vae(tmp_path / "taesd"))

    assert loaded(preset(source, tiny_vae=tiny_vae)).tiny_vae is not None
    assert loaded(preset(source, tiny_vae=tiny_vae, use_tiny_vae="never")).tiny_vae is None


@pytest.mark.parametrize(("family", "channels"), [("sd15", 4), ("sdxl", 4), ("flux1", 16)])
def test_a_tiny_vae_makes_the_picture_on_a_cpu_where_the_preset_says_so(
    family: str, channels: int, tiny_model: TinyModel, loaded: Load, tmp_path: Path
) -> None:
    source = tiny_model(family)
    tiny_vae = tiny_extras.save_tiny_vae(tmp_path / "tae", latent_channels=channels)
    plain = loaded(preset(source, family, tiny_vae=str(tiny_vae)))
    model = loaded(preset(source, family, tiny_vae=str(tiny_vae), use_tiny_vae="cpu"))

    for task in ("text-to-image", "image-to-image", "inpaint"):
        assert model.pipe(task).vae is model.tiny_vae
    assert drawn(plain.pipe("text-to-image")) != drawn(model.pipe("text-to-image"))
    assert drawn(model.pipe("image-to-image"), image=RED, strength=0.9)
    assert drawn(model.pipe("inpaint"), image=RED, mask_image=Image.new("L", RED.size, 255))


@pytest.mark.parametrize("family", ["sd15", "sdxl"])
def test_an_ip_adapter_is_put_on_and_taken_off(
    family: str, tiny_model: TinyModel, loaded: Load, tmp_path: Path
) -> None:
    source = tiny_model(family)
    folder = tiny_extras.save_ip_adapter(source, tmp_path / "ip")
    model = loaded(
        preset(
            source,
            family,
            ip_adapter={
                "source": str(folder),
                "subfolder": "models",
                "weight_name": "ip-adapter.safetensors",
                "image_encoder": "models/image_encoder",
            },
        )
    )
    plain = drawn(model.pipe("text-to-image"))
    looking = model.pipe("text-to-image", reference=True)
    red = drawn(looking, ip_adapter_image=[[RED]])
    blue = drawn(looking, ip_adapter_image=[[Image.new("RGB", RED.size, "blue")]])

    assert len({plain, red, blue}) == 3
    assert drawn(model.pipe("text-to-image")) == plain
    assert drawn(model.pipe("text-to-image", reference=True), ip_adapter_image=[[RED]]) == red


@pytest.mark.parametrize("family", ["sd15", "sdxl"])
def test_a_controlnet_works_on_the_same_weights(
    family: str, tiny_model: TinyModel, loaded: Load, tmp_path: Path
) -> None:
    source = tiny_model(family)
    controlnet = tiny_extras.save_controlnet(source, tmp_path / "edges")
    model = loaded(preset(source, family, controlnet={"source": str(controlnet)}))
    plain, controlled = model.pipe("text-to-image"), model.pipe("text-to-image", controlled=True)

    assert weights(plain).items() <= weights(controlled).items()
    assert drawn(plain) != drawn(controlled, image=RED)


@pytest.mark.parametrize("other", ["sdxl", "flux1"])
def test_a_lora_of_another_family_is_named_and_changes_nothing(
    other: str, tiny_model: TinyModel, loaded: Load, tmp_path: Path
) -> None:
    folder = tiny_extras.save_lora(tiny_model(other), other, tmp_path / "lora")
    lora = {"name": "other", "source": str(folder)}
    model = loaded(preset(tiny_model("sd15"), allowed_loras=[lora]))
    plain = drawn(model.pipe("text-to-image"))

    with pytest.raises(LoraDoesNotFit):
        model.set_loras((("other", 1.0),))
    with pytest.raises(LoraDoesNotFit) as caught:
        model.set_loras((("other", 1.0),))

    assert caught.value.file == next(folder.glob("*.safetensors")).name
    assert drawn(model.pipe("text-to-image")) == plain
    with pytest.raises(LoraDoesNotFit):
        loaded(preset(tiny_model("sd15"), loras=[lora]))


def test_weights_that_do_not_fit_the_configuration_are_damaged_files(
    tiny_model: TinyModel, loaded: Load, tmp_path: Path
) -> None:
    folder = shutil.copytree(tiny_model("sd15"), tmp_path / "model")
    config = folder / "unet" / "config.json"
    config.write_text(
        config.read_text().replace('"cross_attention_dim": 32', '"cross_attention_dim": 48')
    )

    with pytest.raises(ModelIncomplete) as caught:
        loaded(preset(folder))

    assert caught.value.file == "model"


def test_a_freed_model_holds_nothing(tiny_model: TinyModel, loaded: Load) -> None:
    import weakref

    model = loaded(preset(tiny_model("sd15")))
    unet = weakref.ref(model.pipe("image-to-image").unet)

    model.free()

    assert unet() is None
