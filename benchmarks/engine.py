"""The bot's engine beside the naive script and beside bare calls of the same pipeline.

On the CPU with a reduced Stable Diffusion (`benchmarks.models`, "mini"), all on one core less than
there are, interleaved in rounds. Goals: 1.2 times the naive script with the same sampler and steps
and 4 members waiting, 3.5 times with the standard preset, 15 times with the few-step one, and at
least 95 % of the speed of the bare batched call.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any, Literal

from benchmarks import drawing, models
from benchmarks.drawing import Preset
from benchmarks.models import Shape
from benchmarks.presets import key, write_presets
from benchmarks.timing import Clock
from generation.backends.base import Backend, BatchItem, GeneratedImage, Result
from generation.backends.runs import WithoutFiles
from generation.capabilities import Description
from generation.job import Finished, Job
from generation.prompt import read_prompt
from generation.request import Draw, Output, Request, Subject
from generation.scheduler import Scheduler

SECONDS, ROUNDS, BATCH = 400.0, 3, 4
SAME = replace(drawing.NAIVE, name="same", num_inference_steps=12)
"""Sampler and guidance of the naive script, and so few steps that it is measured in no time."""
NAIVE, NAIVE_SAME = "naive script", "naive script, 12 steps PNDM"
Call = Callable[[], Awaitable[object]]
DeviceName = Literal["cpu", "cuda"]
Cases = Mapping[str, tuple[int, Call]]
"""By name: how many pictures a call draws, and the call."""
_members = count()
"""Nobody asks for the same twice: what is remembered of a prompt helps no second time."""


@dataclass(frozen=True, slots=True)
class Timed:
    """How long calls took, each of which drew so many pictures."""

    pictures: int
    seconds: tuple[float, ...]

    @property
    def images_per_s(self) -> float:
        """Of the median call."""
        return self.pictures / median(self.seconds)


def main() -> None:
    """Measure on the CPU and print."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # read when torch is imported
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_on_the_cpu(Path(folder)))


async def run_members(backend: Backend, requests: Sequence[Request]) -> list[GeneratedImage]:
    """Draw through the scheduler for members who all wait already."""
    held = _Held(backend)
    scheduler: Scheduler[Result] = Scheduler(held)
    jobs: list[Job[Result]] = []
    for number, request in enumerate(requests, start=1):
        held.is_held = number < len(requests)
        jobs.append(scheduler.submit(_Work(request), job_id=number, owner_id=number, group_id=1))
    pictures: list[GeneratedImage] = []
    for job in jobs:
        match await job.wait():
            case Finished(result):
                pictures += result.images
            case end:
                raise AssertionError(end)
    return pictures


class _Held(WithoutFiles):
    """A backend that the scheduler leaves alone until everybody waits."""

    def __init__(self, backend: Backend) -> None:
        self.is_held = False
        self._backend = backend
        self.open, self.aclose, self.cancel = backend.open, backend.aclose, backend.cancel
        self.batch_key, self.run = backend.batch_key, backend.run

    def describe(self) -> Description:
        """As the backend is, but for the slots while it is held."""
        description = self._backend.describe()
        return replace(description, concurrency=0) if self.is_held else description


@dataclass(frozen=True, slots=True)
class _Work:
    """A member's request; its pictures are not stored."""

    request: Request

    async def item(self) -> BatchItem:
        return BatchItem(id=f"benchmark-{self.request.output.seed}", request=self.request)

    async def finish(self, result: Result, started_at: datetime) -> Result:
        return result


def beside_the_bare_call(
    shape: Shape, side_px: int, device: DeviceName, clock: Clock
) -> Iterator[dict[str, Any]]:
    """The engine's share of the speed of the bare call on a GPU, by preset and batch."""
    standard = drawing.SDXL_STANDARD if shape == "sdxl" else drawing.STANDARD
    presets = (standard, drawing.FEW_STEPS)
    with tempfile.TemporaryDirectory() as folder:
        pipe = models.build(shape, device, "float16")
        models.save(pipe, Path(folder))
        write_presets(Path(folder), shape, side_px, presets, BATCH)
        yield from asyncio.run(_shares(Path(folder), device, pipe, presets, side_px, clock))


async def _shares(
    folder: Path,
    device: DeviceName,
    pipe: Any,
    presets: Sequence[Preset],
    side_px: int,
    clock: Clock,
) -> list[dict[str, Any]]:
    backend = await _opened(folder, device)
    _lay_out(pipe)
    rows: list[dict[str, Any]] = []
    for preset in presets:
        for waiting in (1, 16):
            batch = min(waiting, BATCH)
            bare = _bare(pipe, preset, batch, side_px)
            ours = _engine(backend, preset, waiting, side_px)
            await bare()
            first_s = await _seconds(ours)
            taken = await _rounds({"bare": (batch, bare), "engine": (waiting, ours)}, 5, clock)
            speeds = {name: one.images_per_s for name, one in taken.items()}
            rows.append(
                {
                    "case": f"{preset.name}, {side_px} px, {waiting} waiting, batch {batch}",
                    "bare_images_per_s": speeds["bare"],
                    "engine_images_per_s": speeds["engine"],
                    "share": speeds["engine"] / speeds["bare"],
                    "first_call_s": first_s,
                    "rounds": len(taken["bare"].seconds),
                }
            )
    await backend.aclose()
    return rows


async def _on_the_cpu(folder: Path) -> None:
    side_px, clock = models.SIDE_PX["mini"], Clock(SECONDS)
    models.quiet()
    models.save(models.build("mini"), folder)
    models.tiny_vae("mini").save_pretrained(folder / "tiny_vae", safe_serialization=True)
    presets = (SAME, drawing.STANDARD, drawing.FEW_STEPS)
    write_presets(folder, "sd15", side_px, presets, BATCH)
    backend = await _opened(folder, "cpu")
    naive, bare = _loaded(folder), _loaded(folder, as_the_engine=True)
    _lay_out(bare)
    for preset in presets:  # loads it
        await _engine(backend, preset, 1, side_px)()
    taken = await _rounds(_cases(backend, naive, bare, side_px), ROUNDS, clock)
    whole = {"standard, 16 waiting": (16, _engine(backend, drawing.STANDARD, 16, side_px))}
    taken |= await _rounds(whole, 1, clock)  # as long as a round of all the others
    await backend.aclose()
    _print(taken, _share_of_the_model(naive, side_px))


def _cases(backend: Backend, naive: Any, bare: Any, side_px: int) -> Cases:
    cases: dict[str, tuple[int, Call]] = {
        NAIVE: (1, _naively(naive, drawing.NAIVE, side_px)),
        NAIVE_SAME: (1, _naively(naive, SAME, side_px)),
        "12 steps PNDM, 4 waiting": (4, _engine(backend, SAME, 4, side_px)),
    }
    for preset in (drawing.STANDARD, drawing.FEW_STEPS):
        few = preset is drawing.FEW_STEPS
        for waiting in (1, 4, 16) if few else (1, 4):
            ours = _engine(backend, preset, waiting, side_px)
            cases[f"{preset.name}, {waiting} waiting"] = (waiting, ours)
        cases[f"{preset.name}, bare call of 4"] = (4, _bare(bare, preset, 4, side_px))
    return cases


def _naively(pipe: Any, preset: Preset, side_px: int) -> Call:
    async def call() -> None:
        drawing.draw_naively(pipe, preset, next(_members), side_px)

    return call


def _bare(pipe: Any, preset: Preset, batch: int, side_px: int) -> Call:
    """One call of the pipeline: no queue, no previews, nothing encoded."""
    full_vae, small_vae = pipe.vae, getattr(pipe, "tiny_vae", None)

    async def call() -> None:
        pipe.vae = small_vae if small_vae and preset is drawing.FEW_STEPS else full_vae
        drawing.draw(pipe, preset, [next(_members) for _ in range(batch)], side_px)

    return call


def _engine(backend: Backend, preset: Preset, waiting: int, side_px: int) -> Call:
    async def call() -> None:
        await run_members(backend, [_request(preset, side_px) for _ in range(waiting)])

    return call


def _request(preset: Preset, side_px: int) -> Draw:
    member = next(_members)
    reading = read_prompt(drawing.prompt(member))
    return Draw(
        subject=Subject(
            prompt=drawing.prompt(member), traits=reading.traits, leftover=reading.leftover
        ),
        output=Output(count=1, seed=member, size_px=side_px),
        model=f"diffusers/{key(preset)}",
    )


async def _rounds(cases: Cases, most: int, clock: Clock) -> dict[str, Timed]:
    """`most` rounds over all cases, or as many as the clock has time for; one at least."""
    taken: dict[str, list[float]] = {name: [] for name in cases}
    round_s = 0.0
    for _ in range(most):
        if round_s and clock.left() < round_s:
            break
        for name, (_, call) in cases.items():
            taken[name].append(await _seconds(call))
        round_s = sum(times[-1] for times in taken.values())
    return {name: Timed(pictures, tuple(taken[name])) for name, (pictures, _) in cases.items()}


async def _seconds(call: Call) -> float:
    started = time.perf_counter()
    await call()
    return time.perf_counter() - started


async def _opened(folder: Path, device: DeviceName) -> Backend:
    """The backend on the presets of `folder`; torch's threads here are those that it has set."""
    import torch

    from generation.backends.backend_options import DiffusersOptions
    from generation.backends.diffusers.backend import DiffusersBackend

    options = DiffusersOptions(models_file=folder / "models.toml", device=device)
    backend = DiffusersBackend(options)
    await backend.open()
    if device == "cpu":
        torch.set_num_threads(max(1, (os.cpu_count() or 1) - 1))
    return backend


def _loaded(folder: Path, *, as_the_engine: bool = False) -> Any:
    """As the script loads it, in float32, or in the number format that the engine has chosen."""
    import diffusers
    import torch

    from generation.backends.diffusers.device import find_device
    from generation.backends.diffusers.families import FAMILIES

    library: Any = diffusers
    kind, tiny = library.StableDiffusionPipeline, library.AutoencoderTiny
    dtype = find_device("cpu").dtype(FAMILIES["sd15"]) if as_the_engine else torch.float32
    pipe = kind.from_pretrained(folder, dtype=dtype, local_files_only=True)
    pipe.set_progress_bar_config(disable=True)
    pipe.tiny_vae = tiny.from_pretrained(folder / "tiny_vae", dtype=dtype, local_files_only=True)
    return pipe


def _lay_out(pipe: Any) -> None:
    """In memory as the engine has its models, so that only the engine is compared."""
    import torch

    pipe.unet.to(memory_format=torch.channels_last)
    pipe.vae.to(memory_format=torch.channels_last)


def _share_of_the_model(pipe: Any, side_px: int) -> float:
    """Share of the naive script's time that networks take; the rest is Python around them."""
    spent: list[float] = []

    def watched(work: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            started = time.perf_counter()
            result = work(*args, **kwargs)
            spent.append(time.perf_counter() - started)
            return result

        return call

    pipe.unet.forward = watched(pipe.unet.forward)
    pipe.text_encoder.forward = watched(pipe.text_encoder.forward)
    pipe.vae.decode = watched(pipe.vae.decode)
    started = time.perf_counter()
    drawing.draw_naively(pipe, SAME, 0, side_px)
    return sum(spent) / (time.perf_counter() - started)


def _print(taken: Mapping[str, Timed], share: float) -> None:
    print(f"{'':28}{'images/s':>10}{'rounds':>8}{'x naive':>10}{'of bare':>9}")
    for name, one in taken.items():
        yardstick = taken[NAIVE_SAME if "12 steps" in name else NAIVE]
        times = one.images_per_s / yardstick.images_per_s
        bare = taken.get(f"{name.split(',')[0]}, bare call of 4")
        of_bare = f"{one.images_per_s / bare.images_per_s:9.1%}" if bare else ""
        print(f"{name:28}{one.images_per_s:10.3f}{len(one.seconds):8}{times:10.2f}{of_bare}")
    print(f"The networks take {share:.1%} of the naive script's time, Python around them the rest.")
