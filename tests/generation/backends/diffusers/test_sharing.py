"""What people are told while their pictures are drawn."""

from __future__ import annotations

import asyncio
import io

from PIL import Image

from generation.backends.base import Batch, BatchEvent, ItemProgress, Progress
from generation.backends.diffusers.drawing import Drawer
from generation.backends.diffusers.encoding import Embeddings
from generation.backends.diffusers.families import FAMILIES
from generation.backends.diffusers.preview import Previews
from generation.backends.diffusers.sharing import draw_items
from generation.backends.runs import Run, Runs
from tests.generation.backends.diffusers import asking
from tests.generation.backends.diffusers.conftest import TinyModel


class Ticking:
    """A clock that goes on by a second each time it is looked at."""

    now_s = 0.0

    def __call__(self) -> float:
        self.now_s += 1.0
        return self.now_s


def told(family: str, tiny_model: TinyModel, limit: int = 4) -> list[list[Progress]]:
    """What two people are told of five steps of a second each."""
    model = asking.loaded(tiny_model(family), family, steps=5)
    items = [asking.item(asking.request(prompt, seed=n)) for n, prompt in enumerate("ab")]
    drawer = Drawer(model, Embeddings(), limit)
    previews = Previews(model.family, clock=Ticking())

    async def draw(run: Run) -> None:
        draw_items(drawer, model.preset, run.items, run, previews)

    async def follow() -> list[BatchEvent]:
        return [event async for event in Runs("diffusers").events(Batch(tuple(items)), draw)]

    events = [event for event in asyncio.run(follow()) if isinstance(event, ItemProgress)]
    return [[e.progress for e in events if e.item_id == item.id] for item in items]


def previewed(seen: list[Progress]) -> list[int]:
    return [progress.done for progress in seen if progress.preview is not None]


def test_each_sees_a_preview_of_their_own_picture_every_two_seconds(tiny_model: TinyModel) -> None:
    one, other = told("sd15", tiny_model)

    assert previewed(one) == previewed(other) == [2, 4]
    assert one[1].preview != other[1].preview
    assert [progress.done for progress in one] == [1, 2, 3, 4, 5]


def test_only_who_is_drawn_now_sees_a_preview(tiny_model: TinyModel) -> None:
    one, other = told("sd15", tiny_model, limit=1)

    assert previewed(one) == [2, 4]
    assert previewed(other) == [6, 8, 10]
    assert [progress.total for progress in one] == [10] * 10


def test_every_family_has_previews(tiny_model: TinyModel) -> None:
    for family in FAMILIES:
        one, _ = told(family, tiny_model)

        previews = [progress.preview for progress in one if progress.preview]
        assert len(previews) == 2, family
        assert Image.open(io.BytesIO(previews[-1])).size == (256, 256)
