from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from generation import illustrator
from generation.traits import STYLES, Traits

SVG = illustrator.compose(illustrator.complete(Traits(), 4), 4)


@pytest.mark.parametrize("size_px", [32, 100, 512, 2048])
def test_the_picture_has_the_size_that_was_asked_for(size_px: int) -> None:
    image = Image.open(io.BytesIO(illustrator.rasterise(SVG, size_px, opaque=True)))

    assert (image.format, image.mode, image.size) == ("PNG", "RGB", (size_px, size_px))


@pytest.mark.parametrize("style", STYLES)
def test_only_a_transparent_picture_is_written_with_its_opacity(style: str) -> None:
    modes = [
        Image.open(io.BytesIO(illustrator.draw(Traits(style=style, background=name), 5, 128))).mode
        for name in ("plain", "night sky", "transparent")
    ]

    assert modes == ["RGB", "RGB", "RGBA"]


def test_leaving_the_opacity_out_changes_no_pixel() -> None:
    whole, without = (
        Image.open(io.BytesIO(illustrator.rasterise(SVG, 256, opaque=opaque)))
        for opaque in (False, True)
    )

    assert whole.convert("RGB").tobytes() == without.tobytes()


@pytest.mark.parametrize("size_px", [0, 31, 2049])
def test_other_sizes_are_refused(size_px: int) -> None:
    with pytest.raises(ValueError, match=str(size_px)):
        illustrator.rasterise(SVG, size_px)


def test_true_pixels_are_enlarged_without_smoothing() -> None:
    png = illustrator.rasterise(SVG, 256, pixels=32)

    image = Image.open(io.BytesIO(png))
    small = image.resize((32, 32), Image.Resampling.NEAREST)
    assert small.resize((256, 256), Image.Resampling.NEAREST).tobytes() == image.tobytes()


def test_the_pixel_style_shows_64_pixels_a_side() -> None:
    image = Image.open(io.BytesIO(illustrator.draw(Traits(style="pixel"), 2, 512)))

    small = image.resize((64, 64), Image.Resampling.NEAREST)
    assert small.resize((512, 512), Image.Resampling.NEAREST).tobytes() == image.tobytes()


def test_threads_draw_the_same_pictures() -> None:
    alone = [illustrator.draw(Traits(), seed, 64) for seed in range(8)]

    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda seed: illustrator.draw(Traits(), seed, 64), range(8)))

    assert together == alone
