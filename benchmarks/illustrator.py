"""One 512 px PNG on one thread, and four on two, beside Pillow coding the same picture.

The goals are 40 ms for one picture and 100 ms for four candidates side by side on two cores.
"""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from statistics import median

SIZE_PX = 512
ROUNDS = 20


def main() -> None:
    """Print the medians over `ROUNDS` different characters, after one that warms up."""
    os.environ.setdefault("VIPS_CONCURRENCY", "1")  # libvips reads it when it loads
    from generation.traits import STYLES

    pictures = [_draw("bold", seed) for seed in range(ROUNDS + 1)]
    yardstick_ms = _median_ms(lambda seed: _recode(pictures[seed]))
    print(f"Pillow, decode and encode the same picture {yardstick_ms:6.1f} ms")
    for style in STYLES:
        style_ms = _median_ms(partial(_draw, style))
        print(f"draw one, {style:<32} {style_ms:6.1f} ms  {style_ms / yardstick_ms:5.2f} x")
    with ThreadPoolExecutor(2) as threads:
        four_ms = _median_ms(
            lambda seed: list(threads.map(partial(_draw, "bold"), range(seed, seed + 4)))
        )
    print(f"draw four on two threads {'':17} {four_ms:6.1f} ms  {four_ms / yardstick_ms:5.2f} x")


def _draw(style: str, seed: int) -> bytes:
    from generation import illustrator
    from generation.traits import Traits

    return illustrator.draw(Traits(style=style), seed, SIZE_PX)


def _recode(png: bytes) -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    Image.open(io.BytesIO(png)).save(buffer, "PNG")
    return buffer.getvalue()


def _median_ms(work: Callable[[int], object]) -> float:
    work(0)
    times: list[float] = []
    for seed in range(1, ROUNDS + 1):
        start = time.perf_counter()
        work(seed)
        times.append(time.perf_counter() - start)
    return median(times) * 1000
