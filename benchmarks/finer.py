"""A second pass over a finished picture, whole and of the face, beside drawing the picture.

On the CPU with a reduced Stable Diffusion (`benchmarks.models`, "mini") and the standard preset.
A pass takes a third of the steps: whole, on up to four times the pixels; of a face, on as many.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks import drawing, models
from benchmarks.presets import key, write_presets
from benchmarks.timing import Clock, rounds
from generation.backends import create_backend
from generation.backends.backend_options import DiffusersOptions
from generation.backends.base import Backend, Batch, BatchItem, ItemFinished
from generation.request import REFINE_STRENGTHS, Draw, Output, Refine, RefineHow, Request, Subject
from generation.traits import Traits

ROUNDS, SECONDS, SEED = 3, 60.0, 7
SIDE_PX, PRESET = models.SIDE_PX["mini"], drawing.STANDARD
FACE = (0.25, 0.2, 0.5)


def main() -> None:
    """Measure and print."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # read when torch is imported
    models.quiet()
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner() as runner:
        backend = runner.run(_opened(Path(folder)))
        picture = runner.run(_drawn(backend, _draw()))
        asked = {"drawing it": (_draw(), None)} | {
            how: (_refine(how), picture) for how in REFINE_STRENGTHS
        }
        cases = {
            name: partial(_run, runner, backend, request, init_image)
            for name, (request, init_image) in asked.items()
        }
        taken = rounds(cases, ROUNDS, Clock(SECONDS))
        runner.run(backend.aclose())
    _print({name: median(seconds) for name, seconds in taken.items()})


def _run(
    runner: asyncio.Runner, backend: Backend, request: Request, picture: bytes | None
) -> bytes:
    return runner.run(_drawn(backend, request, picture))


async def _opened(folder: Path) -> Backend:
    models.save(models.build("mini"), folder)
    write_presets(folder, "sd15", SIDE_PX, (PRESET,), 1)
    options = DiffusersOptions(models_file=folder / "models.toml", device="cpu")
    backend = create_backend("diffusers", options)
    await backend.open()
    return backend


async def _drawn(backend: Backend, request: Request, picture: bytes | None = None) -> bytes:
    """The PNG of its picture."""
    item = BatchItem(id="benchmark", request=request, init_image=picture)
    events = [event async for event in backend.run(Batch((item,)))]
    (png,) = [e.result.images[0].png for e in events if isinstance(e, ItemFinished)]
    return png


def _draw() -> Draw:
    return Draw(subject=_subject(), output=_output(), model=_model())


def _refine(how: RefineHow) -> Refine:
    return Refine(
        subject=_subject(),
        output=_output(),
        model=_model(),
        image="",
        how=how,
        face=FACE if how == "face" else None,
        strength=REFINE_STRENGTHS[how],
    )


def _subject() -> Subject:
    return Subject(prompt=drawing.prompt(0), traits=Traits())


def _output() -> Output:
    return Output(count=1, seed=SEED, size_px=SIDE_PX)


def _model() -> str:
    return f"diffusers/{key(PRESET)}"


def _print(taken: dict[str, float]) -> None:
    drawing_s = taken["drawing it"]
    for name, seconds in taken.items():
        print(f"{name:12} {seconds:7.2f} s  {seconds / drawing_s:5.2f} times drawing it")
