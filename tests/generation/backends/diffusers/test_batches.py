"""A picture does not depend on who else is drawn in the same call.

The tolerance is one step of 255 on a CPU in float32; on a GPU in 16 bits other kernels run for
other sizes of batch, and more differs.
"""

from __future__ import annotations

from typing import Any

import pytest

from generation.backends.diffusers.families import FAMILIES, FLOW_MATCHING, SCHEDULERS
from generation.backends.diffusers.pipeline import LoadedModel
from generation.backends.diffusers.samples import Sample
from tests.generation.backends.diffusers import asking, tiny
from tests.generation.backends.diffusers.conftest import TinyModel

TOLERANCE = 1


def members(family: str, **changes: Any) -> list[Sample]:
    """Four people's wishes, as unlike as they come."""
    texts = ("a cat", asking.LONG, "", "black cape, red eyes")
    negatives = ((), (("ugly", 1.0),), ((asking.LONG + "bad", 1.0),), (("hat", 1.2),))
    if not FAMILIES[family].negative:
        negatives = ((),) * 4
    return [
        asking.sample(text, seed, item=seed, negative=negative, **changes)
        for seed, (text, negative) in enumerate(zip(texts, negatives, strict=True))
    ]


def worst(model: LoadedModel, items: list[Sample], **plan: Any) -> int:
    """The largest difference between pictures drawn alone and in other sizes and orders."""
    alone = [asking.draw(model, [item], **plan)[0] for item in items]
    together = asking.draw(model, items, **plan)
    backwards_by_two = asking.draw(model, items[::-1], limit=2, **plan)[::-1]
    assert asking.difference(alone[0], alone[3]) > 20, "the pictures do not show who asked"
    return max(
        asking.difference(mine, other)
        for others in (together, backwards_by_two)
        for mine, other in zip(alone, others, strict=True)
    )


@pytest.mark.parametrize("family", FAMILIES)
def test_a_picture_is_the_same_alone_and_among_others(family: str, tiny_model: TinyModel) -> None:
    model = asking.loaded(tiny_model(family), family)

    assert worst(model, members(family)) <= TOLERANCE


@pytest.mark.parametrize("scheduler", sorted(set(SCHEDULERS) - FLOW_MATCHING))
def test_no_noise_scheduler_mixes_the_pictures_of_a_call(
    scheduler: str, tiny_model: TinyModel
) -> None:
    model = asking.loaded(tiny_model("sd15"), scheduler=scheduler, steps=4)

    assert worst(model, members("sd15")) <= TOLERANCE


@pytest.mark.parametrize("family", ["sd15", "sdxl", "sd35"])
def test_guidance_that_ends_early_ends_for_each_alike(family: str, tiny_model: TinyModel) -> None:
    model = asking.loaded(tiny_model(family), family, steps=4, drop_guidance_after=0.5)

    assert worst(model, members(family)) <= TOLERANCE


@pytest.mark.parametrize("family", [f for f in FAMILIES if "image-to-image" in FAMILIES[f].tasks])
def test_pictures_that_start_from_others_do_not_mix(family: str, tiny_model: TinyModel) -> None:
    model = asking.loaded(tiny_model(family), family)
    items = members(family, init_image=asking.gradient())

    assert worst(model, items, task="image-to-image", strength=0.9) <= TOLERANCE


def test_a_model_without_guidance_draws_each_alike(tiny_model: TinyModel) -> None:
    model = asking.loaded(tiny_model("sd15"), guidance=0.0, scheduler="lcm")

    assert worst(model, members("sd15")) <= TOLERANCE


def test_families_are_tested() -> None:
    assert set(tiny.PIPELINES) == set(FAMILIES)
