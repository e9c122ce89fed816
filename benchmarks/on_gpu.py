"""What `benchmarks.gpu` measures, a subject a function. Each yields its figures as it has them."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from statistics import median
from typing import Any, Literal

from benchmarks import drawing, models
from benchmarks.drawing import FEW_STEPS, Preset
from benchmarks.models import Shape
from benchmarks.timing import Clock, rounds, timed

Row = dict[str, Any]
Cases = Mapping[str, tuple[int, Callable[[], object]]]
"""By name: how many pictures a call draws, and the call."""

PRESETS: Mapping[Shape, Preset] = {
    "sd15": drawing.STANDARD,
    "sdxl": drawing.SDXL_STANDARD,
    "mini": drawing.STANDARD,
}
NAIVE: Mapping[Shape, Preset] = {
    "sd15": drawing.NAIVE,
    "sdxl": drawing.SDXL_NAIVE,
    "mini": drawing.NAIVE,
}
GIB = 2**30


@dataclass(frozen=True, slots=True)
class Bench:
    """What a subject is given."""

    clock: Clock
    device: Literal["cpu", "cuda"] = "cuda"
    side_px: Mapping[Shape, int] = field(default_factory=lambda: models.SIDE_PX)


def throughput(
    shape: Shape, dtype: str, batches: Sequence[int], count: int, bench: Bench
) -> Iterator[Row]:
    """Images a second and memory by batch size, and how much a picture depends on its neighbours.

    The batch of one draws another member in each round, so the rounds also give the pictures that
    the larger batches are compared with.
    """
    pipe = _pipe(shape, bench.device, dtype)
    preset, side_px = PRESETS[shape], bench.side_px[shape]
    pictures: dict[int, dict[int, Any]] = {batch: {} for batch in batches}
    peaks: dict[int, float] = {}

    def call(batch: int) -> None:
        first = len(pictures[1]) if batch == 1 else 0
        members = range(first, first + batch)
        with _peak(pipe) as peak:
            images = drawing.draw(pipe, preset, members, side_px)
        peaks[batch] = peak.gib
        pictures[batch] |= dict(zip(members, images, strict=True))

    fitting = [n for n in batches if _fits(pipe, preset, n, side_px)]
    taken = rounds({str(n): partial(call, n) for n in fitting}, count, bench.clock)
    for batch in fitting:
        times = taken[str(batch)]
        yield {
            "case": f"{side_px} px, {preset.num_inference_steps} steps, batch {batch}",
            "images_per_s": batch / median(times),
            "call_s": median(times),
            "peak_gib": peaks[batch],
            "weights_gib": _weight_bytes(pipe) / GIB,
            "rounds": len(times),
        } | (_difference(pictures[1], pictures[batch]) if batch > 1 else {})


def naive_beside_presets(
    shape: Shape, batches: Sequence[int], count: int, bench: Bench
) -> Iterator[Row]:
    """The naive script (fp32, 50 steps, one at a time) beside presets in fp16, in turns."""
    side_px, standard = bench.side_px[shape], PRESETS[shape]
    naive, quick = (_pipe(shape, bench.device, dtype) for dtype in ("float32", "float16"))
    vaes = {"full VAE": quick.vae, "tiny VAE": models.tiny_vae(shape, bench.device, "float16")}

    def call(preset: Preset, vae: str, batch: int) -> None:
        quick.vae = vaes[vae]
        drawing.draw(quick, preset, range(batch), side_px)

    naively = partial(drawing.draw_naively, naive, NAIVE[shape], 0, side_px)
    cases: dict[str, tuple[int, Callable[[], object]]] = {"naive": (1, naively)}
    for preset, vae in ((standard, "full VAE"), (FEW_STEPS, "full VAE"), (FEW_STEPS, "tiny VAE")):
        for batch in batches:
            name = f"{preset.num_inference_steps} steps, {vae}, batch {batch}"
            cases[name] = (batch, partial(call, preset, vae, batch))
    yield from _beside_the_first(cases, count, bench.clock)


def first_preview(shape: Shape, bench: Bench) -> Iterator[Row]:
    """From the call to an encoded picture of the first step's latents, made with a matrix."""
    pipe = _pipe(shape, bench.device, "float16")
    preset, side_px = PRESETS[shape], bench.side_px[shape]
    for batch in (1, 4):
        firsts, costs, wholes = zip(
            *(_preview_times(pipe, preset, batch, side_px) for _ in range(4)), strict=True
        )
        yield {
            "case": f"{side_px} px, batch {batch}",
            "first_preview_s": median(firsts[1:]),  # the first call warms up
            "of_which_making_it_s": median(costs[1:]),
            "whole_s": median(wholes[1:]),
        }


def compiled(shape: Shape, batches: Sequence[int], bench: Bench) -> Iterator[Row]:
    """Regional compilation: what the first call costs, and what later ones gain, in turns."""
    eager, quick = (_pipe(shape, bench.device, "float16") for _ in range(2))
    preset, side_px = PRESETS[shape], bench.side_px[shape]
    quick.unet.compile_repeated_blocks(fullgraph=True)
    for batch in batches:
        drawing.draw(eager, preset, range(batch), side_px, steps=2)
        warm_up_s = timed(partial(drawing.draw, quick, preset, range(batch), side_px, steps=2))
        cases: dict[str, tuple[int, Callable[[], object]]] = {
            name: (batch, partial(drawing.draw, pipe, preset, range(batch), side_px))
            for name, pipe in (
                (f"eager, batch {batch}", eager),
                (f"compiled, batch {batch}", quick),
            )
        }
        yield {"case": f"batch {batch}", "warm_up_s": warm_up_s}
        yield from _beside_the_first(cases, 3, bench.clock)


def layouts(shape: Shape, batches: Sequence[int], bench: Bench) -> Iterator[Row]:
    """Memory layouts and attention kernels, ten steps each, in turns."""
    import torch

    preset, side_px = PRESETS[shape], bench.side_px[shape]
    plain, last, cudnn = (_pipe(shape, bench.device, "float16") for _ in range(3))
    last.unet.to(memory_format=torch.channels_last)
    last.vae.to(memory_format=torch.channels_last)
    cudnn.unet.set_attention_backend("_native_cudnn")
    pipes = {"contiguous": plain, "channels_last": last, "cudnn attention": cudnn}
    for batch in batches:
        cases: dict[str, tuple[int, Callable[[], object]]] = {
            f"{name}, batch {batch}": (
                batch,
                partial(drawing.draw, pipe, preset, range(batch), side_px, steps=10),
            )
            for name, pipe in pipes.items()
        }
        yield from _beside_the_first(cases, 3, bench.clock)


def engine(shape: Shape, bench: Bench) -> Iterator[Row]:
    """The bot's own backend beside bare calls of the same pipeline."""
    from benchmarks.engine import beside_the_bare_call

    yield from beside_the_bare_call(shape, bench.side_px[shape], bench.device, bench.clock)


def _beside_the_first(cases: Cases, count: int, clock: Clock) -> Iterator[Row]:
    """Images a second of each case, and how many times those of the first that is."""
    for _, call in cases.values():
        call()  # warms up: the kernels of this batch size are chosen and loaded
    taken = rounds({name: call for name, (_, call) in cases.items()}, count, clock)
    speeds = {name: batch / median(taken[name]) for name, (batch, _) in cases.items()}
    first = next(iter(speeds.values()))
    for name, speed in speeds.items():
        yield {
            "case": name,
            "images_per_s": speed,
            "times_the_first": speed / first,
            "rounds": len(taken[name]),
        }


def _pipe(shape: Shape, device: str, dtype: str) -> Any:
    pipe = models.build(shape, device, dtype)
    pipe.vae.enable_slicing()  # a batch of pictures is decoded one by one, in the memory of one
    return pipe


def _fits(pipe: Any, preset: Preset, batch: int, side_px: int) -> bool:
    """Whether the memory holds that many; warms up for this batch size in any case."""
    import torch

    try:
        drawing.draw(pipe, preset, range(batch), side_px, steps=2)
    except torch.OutOfMemoryError:
        return False
    return True


@dataclass(slots=True)
class _Peak:
    gib: float = 0.0


@contextmanager
def _peak(pipe: Any) -> Iterator[_Peak]:
    """The most memory that is used within: by `pipe` alone, whatever else is on the card."""
    import torch

    peak = _Peak()
    if not torch.cuda.is_available():
        yield peak
        return
    others = torch.cuda.memory_allocated() - _weight_bytes(pipe)
    torch.cuda.reset_peak_memory_stats()
    yield peak
    peak.gib = (torch.cuda.max_memory_allocated() - others) / GIB


def _weight_bytes(pipe: Any) -> int:
    import torch

    parts = [part for part in pipe.components.values() if isinstance(part, torch.nn.Module)]
    return sum(w.numel() * w.element_size() for part in parts for w in part.parameters())


def _difference(alone: Mapping[int, Any], together: Mapping[int, Any]) -> Row:
    """Of the pictures that were drawn both alone and in a batch, in steps of 8 bits."""
    import numpy as np

    members = sorted(set(alone) & set(together))
    pairs = [
        (np.asarray(alone[m], dtype=np.int16), np.asarray(together[m], dtype=np.int16))
        for m in members
    ]
    gaps = np.stack([np.abs(one - other) for one, other in pairs])
    return {
        "diff_max": int(gaps.max()),
        "diff_mean": float(gaps.mean()),
        "diff_share": float((gaps > 0).mean()),
        "diff_over_8": float((gaps > 8).mean()),
        "spread": float(np.stack([one for one, _ in pairs]).std()),
        "compared": len(members),
    }


def _preview_times(
    pipe: Any, preset: Preset, batch: int, side_px: int
) -> tuple[float, float, float]:
    """Seconds to the first preview, of its making, and of the whole call."""
    times: list[float] = []

    def on_step(_pipe: Any, step: int, _at: Any, given: dict[str, Any]) -> dict[str, Any]:
        if step == 0:
            # What the step has queued on the card is not the preview's cost.
            _synchronize()
            times.append(time.perf_counter())
            _encode_previews(given["latents"])
            times.append(time.perf_counter())
        return given

    started = time.perf_counter()
    drawing.draw(pipe, preset, range(batch), side_px, on_step=on_step)
    ended = time.perf_counter()
    return times[1] - started, times[1] - times[0], ended - started


def _encode_previews(latents: Any) -> list[bytes]:
    """Small WebP pictures of latents: each of their channels stands for a colour."""
    import torch
    from PIL import Image

    matrix = torch.tensor(
        [[0.3, 0.2, 0.2], [0.1, 0.3, 0.2], [-0.1, 0.2, 0.2], [-0.2, -0.2, -0.4]],
        dtype=latents.dtype,
        device=latents.device,
    )
    colors = torch.einsum("bchw,cd->bhwd", latents, matrix)
    pixels = ((colors / colors.abs().amax() + 1) * 127.5).to(torch.uint8).cpu().numpy()
    encoded: list[bytes] = []
    for picture in pixels:
        buffer = io.BytesIO()
        Image.fromarray(picture).save(buffer, "WEBP", quality=80, method=0)
        encoded.append(buffer.getvalue())
    return encoded


def _synchronize() -> None:
    import torch

    if torch.cuda.is_available():
        torch.cuda.synchronize()
