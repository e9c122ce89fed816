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
    source = tiny_model("sd15")
    tiny_extras.save_ip_adapter(source, tmp_path / "ip")
    adapter = {
        "source": str(tmp_path / "ip"),
        "subfolder": "models",
        "weight_name": "ip-adapter.safetensors",
        "image_encoder": "models/image_encoder",
    }
    return asking.loaded(source, ip_adapter=adapter)


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
    boxes = []
    for number in range(3):
        box = Image.new("RGB", (64, 64), "white")
        box.paste("black", (8 + 8 * number, 8, 40, 50))
        boxes.append(box)
    wanted = [
        asking.sample("a cat", number, item=number, init_image=box)
        for number, box in enumerate(boxes)
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
