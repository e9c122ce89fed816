from __future__ import annotations

from dataclasses import replace

import pytest
from PIL import Image, ImageChops

from generation import illustrator
from generation.illustrator.sheet import MODEL
from generation.traits import STYLES
from tests.generation.illustrator.characters import picture

SIZE_PX = 128


def drawn(style: str, background: str = "transparent") -> Image.Image:
    traits = replace(illustrator.complete(MODEL, 5), style=style, background=background)
    return picture(traits, 5, SIZE_PX)


def area(mask: Image.Image) -> int:
    return sum(value > 0 for value in mask.tobytes())


def mean_lightness(image: Image.Image) -> float:
    values = image.convert("L").tobytes()
    return sum(values) / len(values)


def test_every_style_gives_another_picture() -> None:
    assert len({drawn(style, "hearts").tobytes() for style in STYLES}) == len(STYLES)


def test_a_sticker_has_a_white_rim_around_the_figure() -> None:
    bold, sticker = drawn("bold"), drawn("sticker")

    outside = Image.eval(bold.getchannel("A"), lambda alpha: 255 * (alpha == 0))
    rim = ImageChops.multiply(sticker.getchannel("A"), outside)
    white = Image.eval(sticker.convert("L"), lambda lightness: 255 * (lightness == 255))

    assert area(rim) > area(bold.getchannel("A")) * 0.08
    assert area(ImageChops.multiply(rim, white)) > area(rim) * 0.4


@pytest.mark.parametrize("style", ["soft", "sketch"])
def test_quiet_styles_are_lighter_than_bold_ones(style: str) -> None:
    assert mean_lightness(drawn(style, "plain")) > mean_lightness(drawn("bold", "plain")) + 10


def test_a_sketch_has_more_lines_than_the_figure_it_follows() -> None:
    traits = illustrator.complete(MODEL, 5)

    bold = illustrator.compose(replace(traits, style="bold"), 5)
    sketch = illustrator.compose(replace(traits, style="sketch"), 5)

    assert sketch.count("<path") > bold.count("<path") * 1.2
