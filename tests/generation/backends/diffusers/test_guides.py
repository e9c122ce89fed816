"""What a model looks at beside the prompt: masks, outlines, a picture of somebody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from generation.backends.diffusers.pipeline import LoadedModel
from generation.backends.diffusers.samples import Sample
from tests.generation.backends.diffusers import asking, tiny_extras
from tests.generation.backends.diffusers.conftest import TinyModel

RED, BLUE = Image.new("RGB", (64, 64), "red"), Image.new("RGB", (64, 64), "blue")


def items(count: int = 3, **changes: Any) -> list[Sample]:
    """Pictures of the same start for different people."""
    prompts = ("a cat", "red eyes, black cape", asking.LONG)
    return [
        asking.sample(prompts[number], number, item=number, **changes) for number in range(count)
    ]


def alone_and_together(model: LoadedModel, wanted: list[Sample], **plan: Any) -> int:
    alone = [asking.draw(model, [item], **plan)[0] for item in wanted]
    together = asking.draw(model, wanted, **plan)
    return max(asking.difference(a, b) for a, b in zip(alone, together, strict=True))


@pytest.fixture
def controlled(tiny_model: TinyModel, tmp_path: Path) -> LoadedModel:
    source = tiny_model("sd15")
    tiny_extras.save_controlnet(source, tmp_path / "controlnet")
    return asking.loaded(
        source, steps=4, controlnet={"source": str(tmp_path / "controlnet"), "scale": 1.0}
    )


@pytest.fixture
def looking(tiny_model: TinyModel, tmp_path: Path) -> LoadedModel:
    return adapted(tiny_model("sd15"), tmp_path)


def adapted(source: Path, folder: Path, family: str = "sd15", **preset: Any) -> LoadedModel:
    """With an IP-Adapter."""
    tiny_extras.save_ip_adapter(source, folder / "ip")
    adapter = {
        "source": str(folder / "ip"),
        "subfolder": "models",
        "weight_name": "ip-adapter.safetensors",
        "image_encoder": "models/image_encoder",
    }
    return asking.loaded(source, family, ip_adapter=adapter, **preset)


def box(number: int, width: int = 64) -> Image.Image:
    """One that stands elsewhere for each number."""
    box = Image.new("RGB", (width, 64), "white")
    box.paste("black", (8 + 8 * number, 8, 40, 50))
    return box


@pytest.mark.parametrize("family", ["sd15", "sdxl", "sd35", "flux1", "z-image"])
def test_masks_of_different_people_do_not_mix(family: str, tiny_model: TinyModel) -> None:
    model = asking.loaded(tiny_model(family), family)
    masks = [Image.new("L", (64, 64), 0) for _ in range(3)]
    for number, mask in enumerate(masks):
        mask.paste(255, (0, 0, 16 * (number + 1), 64))
    wanted = [
        asking.sample("a cat", number, item=number, init_image=asking.gradient(), mask=mask)
        for number, mask in enumerate(masks)
    ]

    assert alone_and_together(model, wanted, task="inpaint", strength=1.0) <= 1


def test_guidance_ends_early_in_a_painted_part_too(tiny_model: TinyModel) -> None:
    model = asking.loaded(tiny_model("sd15"), steps=4, drop_guidance_after=0.5)
    wanted = items(init_image=asking.gradient(), mask=Image.new("L", (64, 64), 255))

    assert alone_and_together(model, wanted, task="inpaint", strength=1.0) <= 1


def test_outlines_change_the_picture_and_do_not_mix(controlled: LoadedModel) -> None:
    wanted = [
        asking.sample("a cat", number, item=number, init_image=box(number)) for number in range(3)
    ]
    plan: dict[str, Any] = {"task": "image-to-image", "strength": 1.0}

    free = asking.draw(controlled, wanted[:1], **plan)[0]
    held = asking.draw(controlled, wanted[:1], controlled=True, **plan)[0]

    assert asking.difference(free, held) > 1
    assert alone_and_together(controlled, wanted, controlled=True, **plan) <= 1


def test_guidance_ends_early_under_outlines_too(tiny_model: TinyModel, tmp_path: Path) -> None:
    source = tiny_model("sd15")
    tiny_extras.save_controlnet(source, tmp_path / "controlnet")
    model = asking.loaded(
        source,
        steps=4,
        drop_guidance_after=0.5,
        controlnet={"source": str(tmp_path / "controlnet")},
    )
    wanted = items(init_image=asking.gradient())

    plan: dict[str, Any] = {"task": "image-to-image", "strength": 1.0, "controlled": True}
    assert alone_and_together(model, wanted, **plan) <= 1


def test_each_reference_is_looked_at_for_its_own_picture(looking: LoadedModel) -> None:
    plan: dict[str, Any] = {"task": "image-to-image", "strength": 1.0, "reference": True}
    wanted = [
        asking.sample("a cat", 1, item=number, init_image=start)
        for number, start in enumerate((RED, BLUE))
    ]

    alone = [asking.draw(looking, [item], **plan)[0] for item in wanted]
    together = asking.draw(looking, wanted, **plan)
    without = asking.draw(looking, wanted, task="image-to-image", strength=1.0)

    assert all(np.array_equal(a, b) for a, b in zip(alone, together, strict=True))
    assert asking.difference(alone[0], alone[1]) > 1
    assert asking.difference(without[0], alone[0]) > 1


@pytest.mark.parametrize("family", ["sd15", "sdxl"])
def test_words_alone_are_drawn_with_a_picture_to_look_at(
    family: str, tiny_model: TinyModel, tmp_path: Path
) -> None:
    model = adapted(tiny_model(family), tmp_path, family)
    red, blue = (
        asking.draw(model, [asking.sample("a cat", 1, references=(seen,))], reference=True)[0]
        for seen in (RED, BLUE)
    )
    without = asking.draw(model, [asking.sample("a cat", 1)])[0]

    assert asking.difference(red, blue) > 1
    assert asking.difference(red, without) > 1


def test_a_reference_is_looked_at_and_not_what_the_picture_starts_from(
    looking: LoadedModel,
) -> None:
    plan: dict[str, Any] = {"task": "image-to-image", "strength": 1.0, "reference": True}
    start = asking.gradient()
    own, red, blue = (
        asking.draw(looking, [asking.sample("a cat", 1, init_image=start, references=seen)], **plan)
        for seen in ((), (RED,), (BLUE,))
    )

    assert asking.difference(red[0], blue[0]) > 1
    assert asking.difference(red[0], own[0]) > 1


@pytest.mark.parametrize("family", ["sd15", "sdxl"])
def test_words_alone_take_a_pose_and_poses_do_not_mix(
    family: str, tiny_model: TinyModel, tmp_path: Path
) -> None:
    source = tiny_model(family)
    tiny_extras.save_controlnet(source, tmp_path / "controlnet")
    controlnet = {"source": str(tmp_path / "controlnet"), "scale": 1.0}
    model = asking.loaded(source, family, steps=4, drop_guidance_after=0.5, controlnet=controlnet)
    wanted = [
        asking.sample("a cat", number, item=number, pose=box(number, width=64 - 8 * number))
        for number in range(3)
    ]

    free = asking.draw(model, [asking.sample("a cat", 0)])[0]
    posed = asking.draw(model, wanted[:1], controlled=True)[0]

    assert asking.difference(free, posed) > 1
    assert alone_and_together(model, wanted, controlled=True) <= 1


def test_a_pose_leads_and_not_what_the_picture_starts_from(controlled: LoadedModel) -> None:
    plan: dict[str, Any] = {"task": "image-to-image", "strength": 1.0, "controlled": True}
    start = box(0)
    own, posed = (
        asking.draw(controlled, [asking.sample("a cat", 1, init_image=start, pose=pose)], **plan)[0]
        for pose in (None, box(2))
    )

    assert asking.difference(own, posed) > 0


def test_an_adapter_and_a_pose_go_together(tiny_model: TinyModel, tmp_path: Path) -> None:
    source = tiny_model("sdxl")
    tiny_extras.save_controlnet(source, tmp_path / "controlnet")
    controlnet = {"source": str(tmp_path / "controlnet"), "scale": 1.0}
    model = adapted(source, tmp_path, "sdxl", controlnet=controlnet)
    plan: dict[str, Any] = {"reference": True, "controlled": True}
    one, other_face, other_pose = (
        asking.draw(model, [asking.sample("a cat", 1, references=(seen,), pose=pose)], **plan)[0]
        for seen, pose in ((RED, box(0)), (BLUE, box(0)), (RED, box(2)))
    )

    assert asking.difference(one, other_face) > 1
    assert asking.difference(one, other_pose) > 0


@pytest.mark.parametrize("starts", [False, True])
def test_an_editor_looks_at_several_pictures(starts: bool, tiny_model: TinyModel) -> None:
    model = asking.loaded(tiny_model("flux2-klein"), "flux2-klein")
    task = "edit" if starts else "text-to-image"
    start = asking.gradient() if starts else None
    tall = Image.new("RGB", (64, 128), "lime")
    none, one, two, posed = (
        asking.draw(
            model,
            [asking.sample("a cat", 1, init_image=start, references=seen, pose=pose)],
            task=task,
            looks=bool(seen),
        )[0]
        for seen, pose in (((), None), ((RED,), None), ((RED, BLUE), None), ((RED,), tall))
    )

    assert one.shape == none.shape
    assert asking.difference(one, none) > 0
    assert asking.difference(one, two) > 0
    assert asking.difference(one, posed) > 0


def test_what_one_editor_looks_at_is_not_seen_by_others(tiny_model: TinyModel) -> None:
    model = asking.loaded(tiny_model("flux2-klein"), "flux2-klein")
    wanted = [
        asking.sample("a cat", 1, item=number, references=(seen,))
        for number, seen in enumerate((RED, BLUE))
    ]

    assert alone_and_together(model, wanted, looks=True) == 0


def test_a_picture_without_a_reference_is_unharmed_by_one_before(looking: LoadedModel) -> None:
    before = asking.draw(looking, items())

    start = asking.gradient()
    asking.draw(looking, items(1, init_image=start), task="image-to-image", reference=True)
    after = asking.draw(looking, items())

    assert all(asking.difference(a, b) == 0 for a, b in zip(before, after, strict=True))


def test_a_lora_acts_in_the_calls_that_ask_for_it_only(
    tiny_model: TinyModel, tmp_path: Path
) -> None:
    source = tiny_model("sd15")
    tiny_extras.save_lora(source, "sd15", tmp_path / "ink")
    ink = {"name": "ink", "source": str(tmp_path / "ink")}
    model = asking.loaded(source, allowed_loras=[ink])

    before = asking.draw(model, items())
    inked = asking.draw(model, items(), loras=(("ink", 1.0),))
    fainter = asking.draw(model, items(), loras=(("ink", 0.4),))
    after = asking.draw(model, items())

    assert all(asking.difference(a, b) == 0 for a, b in zip(before, after, strict=True))
    assert asking.difference(before[0], inked[0]) > 1
    assert asking.difference(inked[0], fainter[0]) > 1
    assert alone_and_together(model, items(), loras=(("ink", 1.0),), task="text-to-image") <= 1
