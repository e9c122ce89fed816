"""Where the models run, decided once: device, number formats, threads."""

from __future__ import annotations

import logging
import os
import sys
from dataclasses import dataclass
from typing import Any

from generation.backends.base import BadOptions
from generation.backends.diffusers.families import Family

log = logging.getLogger(__name__)

_OUT_OF_MEMORY = ("out of memory", "not enough memory", "can't allocate memory", "alloc_failed")
"""What RuntimeErrors say: of the CPU's allocator, of Windows, of cuBLAS and cuDNN."""

GPU_THREADS = 4
"""torch threads beside a GPU: what is left to the CPU does not gain from more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A torch device and what suits it."""

    name: str
    """As torch has it: "cpu", "cuda:0", "mps"."""
    title: str
    """For people: "cuda:0 (NVIDIA H100 80GB HBM3)"."""
    bfloat16: bool
    """Whether it computes in bfloat16 at full speed."""
    channels_last: bool
    """Whether UNets and VAEs gain from that memory layout."""
    attention: str
    """The attention backend, as `set_attention_backend` takes it."""
    threads: int
    total_bytes: int

    @property
    def is_cpu(self) -> bool:
        """Whether there is no GPU."""
        return self.name == "cpu"

    def dtype(self, family: Family) -> Any:
        """The `torch.dtype` for models of `family`."""
        import torch

        if self.is_cpu:
            return torch.bfloat16 if self.bfloat16 else torch.float32
        wanted = family.half if self.bfloat16 else "float16"
        return getattr(torch, wanted)


def prepare_environment() -> None:
    """Set what torch reads while it is imported; afterwards it has no effect.

    Threads that spin while they wait made drawing 6 to 8 times slower beside one busy neighbour.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def find_device(name: str = "auto") -> Device:
    """The device called `name` ("cuda", "cuda:1", "mps", "cpu"), or the best there is; sets torch's
    threads and logs what was decided. Imports torch; raises `BadOptions` where it is not there.
    """
    import torch

    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else _mps_or_cpu()
    match torch.device(name).type:
        case "cuda":
            device = _cuda(torch.device(name).index or 0)
        case "mps":
            device = _mps()
        case _:
            device = _cpu()
    torch.set_num_threads(device.threads)
    log.info(
        "drawing on %s: bfloat16 %s, channels_last %s, attention %s, %d threads, %.1f GiB",
        device.title,
        "yes" if device.bfloat16 else "no",
        "yes" if device.channels_last else "no",
        device.attention,
        device.threads,
        device.total_bytes / 2**30,
    )
    return device


def is_out_of_memory(error: BaseException) -> bool:
    """Whether torch, or a library below it, ran out of the device's memory."""
    import torch

    if isinstance(error, (torch.OutOfMemoryError, MemoryError)):
        return True
    text = str(error).lower() if isinstance(error, RuntimeError) else ""
    return any(words in text for words in _OUT_OF_MEMORY)


def free_bytes(device: Device) -> int:
    """Memory that is free on `device` now, roughly."""
    import torch

    if device.name.startswith("cuda"):
        return torch.cuda.mem_get_info(torch.device(device.name))[0]
    return _memory().available


def peak_bytes() -> int | None:
    """Memory that was taken at most: of the GPU, where there is one, else by this process; `None`
    where nobody knows.
    """
    import torch

    if torch.cuda.is_available():
        return torch.cuda.max_memory_allocated()
    try:
        import resource
    except ImportError:  # Windows
        return None
    unit = 1 if sys.platform == "darwin" else 1024  # in bytes there, else in KiB
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _mps_or_cpu() -> str:
    import torch

    return "mps" if torch.backends.mps.is_available() else "cpu"


def _cuda(index: int) -> Device:
    import torch

    if not torch.cuda.is_available():
        raise BadOptions(
            "MOEVATAR_DIFFUSERS: torch sees no CUDA device here. Set it to auto or cpu, or install"
            " a torch that is built for your GPU."
        )
    cuda: Any = torch.cuda
    properties = cuda.get_device_properties(index)
    return Device(
        name=f"cuda:{index}",
        title=f"cuda:{index} ({properties.name})",
        bfloat16=torch.cuda.is_bf16_supported(including_emulation=False),
        channels_last=True,
        attention="native",
        threads=max(1, min(GPU_THREADS, _cores() - 1)),
        total_bytes=properties.total_memory,
    )


def _mps() -> Device:
    return Device(
        name="mps",
        title="mps",
        bfloat16=True,
        channels_last=False,
        attention="native",
        threads=max(1, min(GPU_THREADS, _cores() - 1)),
        total_bytes=_memory().total,  # shared with the CPU
    )


def _cpu() -> Device:
    return Device(
        name="cpu",
        title="cpu",
        bfloat16=_cpu_has_bfloat16(),
        channels_last=True,
        attention="native",
        threads=max(1, _cores() - 1),
        total_bytes=_memory().total,
    )


def _cpu_has_bfloat16() -> bool:
    """bfloat16 without these instructions is slower than float32 (0.6 times, measured)."""
    import torch

    can = torch.cpu.get_capabilities()
    return bool(can.get("amx_bf16") or can.get("avx512_bf16"))


def _cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _memory() -> Any:
    import psutil  # comes with accelerate

    return psutil.virtual_memory()
