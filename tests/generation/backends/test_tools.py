"""The tools behind the contract that the scheduler knows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from generation import illustrator
from generation.backends.base import Backend, BatchItem, Progress
from generation.backends.tools import ToolsBackend
from generation.errors import DrawingFailed, TooLarge
from generation.request import Request
from generation.traits import Traits
from tests.generation import batches
from tests.generation.requests import apply_tool, draw

TRAITS = illustrator.complete(Traits(background="dots"), 11)
PNG = illustrator.draw(TRAITS, 11, 256)


@pytest.fixture
async def tools() -> AsyncIterator[Backend]:
    backend = ToolsBackend()
    await backend.open()
    yield backend
    await backend.aclose()


def item(tool: str, exact: bool = False, png: bytes | None = PNG) -> BatchItem:
    request = apply_tool(tool, TRAITS if exact else None, seed=11, size_px=256)
    return of(replace(request, hand=illustrator.HAND_VERSION if exact else None), png)


def of(request: Request, png: bytes | None = PNG) -> BatchItem:
    return batches.item(request, init_image=png)


async def worked(tools: Backend, item: BatchItem, progress: list[Progress] | None = None):
    return await batches.result(tools, item.request, progress=progress, init_image=item.init_image)


async def test_the_picture_comes_back_worked_on(tools: Backend) -> None:
    (image,) = (await worked(tools, item("upscale2"))).images

    assert (image.width, image.height, image.seed) == (512, 512, 11)
    assert (image.traits, dict(image.metadata)) == (Traits(), {"tool": "upscale2"})


async def test_a_drawing_that_is_known_is_drawn_again(tools: Backend) -> None:
    (image,) = (await worked(tools, item("cutout", exact=True))).images

    clear = replace(TRAITS, background="transparent")
    assert image.png == illustrator.draw(clear, 11, 256)
    assert image.traits == clear
    assert dict(image.metadata) == {"tool": "cutout", "hand": illustrator.HAND_VERSION}


async def test_tools_work_on_what_tools_have_made(tools: Backend) -> None:
    (image,) = (await worked(tools, item("cutout", exact=True))).images

    request = apply_tool("upscale2", image.traits, seed=11, size_px=256)
    again = of(replace(request, hand=illustrator.HAND_VERSION), image.png)

    (large,) = (await worked(tools, again)).images
    assert large.png == illustrator.draw(image.traits, 11, 512)
    assert large.traits.background == "transparent"


async def test_a_crop_is_no_drawing_any_more(tools: Backend) -> None:
    (image,) = (await worked(tools, item("face", exact=True))).images

    assert dict(image.metadata) == {"tool": "face"}


async def test_a_cut_out_picture_says_that_nothing_is_behind_it(tools: Backend) -> None:
    (image,) = (await worked(tools, item("cutout"))).images

    assert image.traits == Traits(background="transparent")


async def test_it_reports_when_it_is_done(tools: Backend) -> None:
    seen: list[Progress] = []

    await worked(tools, item("sharpen"), seen)

    assert seen == [Progress(1, 1)]


async def test_a_refusal_comes_through(tools: Backend) -> None:
    large = illustrator.draw(TRAITS, 11, 1024)

    with pytest.raises(TooLarge):
        await worked(tools, item("upscale4", png=large))


@pytest.mark.parametrize("wrong", [of(draw()), item("paint"), item("cutout", png=None)])
async def test_without_a_tool_or_a_picture_there_is_nothing_to_do(
    tools: Backend, wrong: BatchItem
) -> None:
    with pytest.raises(DrawingFailed):
        await worked(tools, wrong)


def test_it_is_one_model_and_each_picture_is_alone(tools: Backend) -> None:
    assert [model.key for model in tools.describe().models] == ["tools"]
    assert tools.batch_key(item("face").request) is None
