"""Stable Diffusion 1.5 and SDXL at full size on a GPU: speed, memory, batches, warm-up.

`python -m benchmarks.gpu --seconds 300 --json figures.json` runs `SECTIONS` in their order, the
most wanted first, leaves out those that the time does not reach, and writes what it has after every
figure. Weights are random (`benchmarks.models`). It needs torch, diffusers and transformers only.
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks import models, on_gpu
from benchmarks.on_gpu import Bench, Row
from benchmarks.timing import Clock

_PACKAGES = ("torch", "diffusers", "transformers", "accelerate", "pillow")
_MOST = (1, 2, 4, 8)
_ALL = (*_MOST, 16)


@dataclass(frozen=True, slots=True)
class Section:
    """One subject; not begun with less than `needs_s` left, and given `most_s` for its rounds."""

    title: str
    needs_s: float
    most_s: float
    measure: Callable[[Bench], Iterator[Row]]


SECTIONS = (
    Section("sd15 fp16", 20, 40, partial(on_gpu.throughput, "sd15", "float16", _ALL, 5)),
    Section("sdxl fp16", 40, 80, partial(on_gpu.throughput, "sdxl", "float16", _MOST, 3)),
    Section("naive sd15", 30, 50, partial(on_gpu.naive_beside_presets, "sd15", (1, 4, 16), 3)),
    Section("engine sd15", 20, 30, partial(on_gpu.engine, "sd15")),
    Section("engine sdxl", 40, 60, partial(on_gpu.engine, "sdxl")),
    Section("preview sd15", 10, 20, partial(on_gpu.first_preview, "sd15")),
    Section("preview sdxl", 20, 40, partial(on_gpu.first_preview, "sdxl")),
    Section("sd15 bf16", 10, 20, partial(on_gpu.throughput, "sd15", "bfloat16", (1, 4), 3)),
    Section("sdxl bf16", 20, 40, partial(on_gpu.throughput, "sdxl", "bfloat16", (1, 4), 3)),
    Section("compile sdxl", 90, 120, partial(on_gpu.compiled, "sdxl", (1, 4))),
    Section("naive sdxl", 50, 60, partial(on_gpu.naive_beside_presets, "sdxl", (1, 4), 1)),
    Section("sdxl fp16 16", 30, 40, partial(on_gpu.throughput, "sdxl", "float16", (1, 16), 1)),
    Section("layouts sdxl", 30, 40, partial(on_gpu.layouts, "sdxl", (1, 4))),
    Section("layouts sd15", 15, 20, partial(on_gpu.layouts, "sd15", (1, 4))),
)


def main(argv: Sequence[str] = ()) -> None:
    """Measure, print each figure as soon as it is known, and all of them once more at the end."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gpu")
    parser.add_argument("--seconds", type=float, default=600, help="how long it may take in all")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    parser.add_argument("--only", nargs="+", default=[""], help="how the sections' titles begin")
    given = parser.parse_args(argv)
    clock = Clock(given.seconds)
    device = _gpu()
    if device is None:
        print("no GPU here")
        return
    machine = device | _versions() | {"imports_s": round(given.seconds - clock.left(), 1)}
    sections = [one for one in SECTIONS if one.title.startswith(tuple(given.only))]
    rows: list[Row] = []
    for row in run(sections, Bench(clock)):
        rows.append(row)
        print(f"{given.seconds - clock.left():5.0f} s  {line(row)}", flush=True)
        if given.json:
            given.json.write_text(json.dumps({"machine": machine, "rows": rows}, indent=1))
    print("", machine, *map(line, rows), sep="\n")


def run(sections: Sequence[Section], bench: Bench) -> Iterator[Row]:
    """All rows of the `sections` that there is time for; one that breaks does not end the rest."""
    for section in sections:
        if bench.clock.left() < section.needs_s:
            yield {"section": section.title, "left out": "no time"}
            continue
        started = time.perf_counter()
        try:
            clock = Clock(min(section.most_s, bench.clock.left()))
            for row in section.measure(replace(bench, clock=clock)):
                yield {"section": section.title} | row
        except Exception as error:
            traceback.print_exc()
            yield {"section": section.title, "broke": f"{type(error).__name__}: {error}"[:300]}
        yield {"section": section.title, "took_s": time.perf_counter() - started}
        _release()


def line(row: Row) -> str:
    """A row in one line: its section, its case, its figures."""
    named = [f"{row['section']:13}", f"{row['case']:34}"] if "case" in row else [row["section"]]
    figures = [f"{key} {_short(row[key])}" for key in row if key not in ("section", "case")]
    return "  ".join([*named, *figures])


def _short(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _gpu() -> dict[str, object] | None:
    """What the card is called and how much memory it has; `None` without one, or without torch."""
    try:
        import torch
    except ImportError:
        return None
    if not torch.cuda.is_available():
        return None
    models.quiet()
    card = torch.cuda.get_device_properties(0)
    return {"gpu": card.name, "memory_gib": round(card.total_memory / 2**30, 1)}


def _versions() -> dict[str, object]:
    found: dict[str, object] = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = None
    return found


def _release() -> None:
    """Give the memory of the last section's models back."""
    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


if __name__ == "__main__":
    main(sys.argv[1:])
