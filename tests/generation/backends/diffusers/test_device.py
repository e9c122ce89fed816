"""What is decided about a device."""

from __future__ import annotations

import dataclasses
import logging
import os
import subprocess
import sys

import pytest
import torch

from generation.backends.base import BadOptions
from generation.backends.diffusers.device import Device, find_device, is_out_of_memory
from generation.backends.diffusers.families import FAMILIES

SD15, FLUX = FAMILIES["sd15"], FAMILIES["flux1"]


def test_a_gpu_computes_as_the_family_was_trained(cpu_device: Device) -> None:
    gpu = dataclasses.replace(cpu_device, name="cuda:0", bfloat16=True)

    assert (gpu.dtype(SD15), gpu.dtype(FLUX)) == (torch.float16, torch.bfloat16)


def test_an_old_gpu_computes_in_float16(cpu_device: Device) -> None:
    gpu = dataclasses.replace(cpu_device, name="cuda:0", bfloat16=False)

    assert (gpu.dtype(SD15), gpu.dtype(FLUX)) == (torch.float16, torch.float16)


def test_a_cpu_computes_in_16_bits_only_where_it_can(cpu_device: Device) -> None:
    able = dataclasses.replace(cpu_device, bfloat16=True)

    assert (cpu_device.dtype(SD15), able.dtype(SD15)) == (torch.float32, torch.bfloat16)


def test_one_core_is_left_to_the_others(caplog: pytest.LogCaptureFixture) -> None:
    before = torch.get_num_threads()
    try:
        with caplog.at_level(logging.INFO):
            device = find_device("cpu")

        assert torch.get_num_threads() == device.threads
        assert 1 <= device.threads < max(2, os.cpu_count() or 1)
        assert "drawing on cpu" in caplog.text
    finally:
        torch.set_num_threads(before)


def test_threads_sleep_while_they_wait() -> None:
    script = (
        "import os, sys; from generation.backends.diffusers.device import prepare_environment;"
        "prepare_environment(); print(os.environ['OMP_WAIT_POLICY'], 'torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={k: v for k, v in os.environ.items() if k != "OMP_WAIT_POLICY"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["PASSIVE", "False"]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."), True),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to"), True),
        (RuntimeError("DefaultCPUAllocator: not enough memory: you tried to"), True),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling"), True),
        (MemoryError(), True),
        (RuntimeError("mat1 and mat2 must have the same dtype"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_running_out_of_memory_is_recognised(error: Exception, expected: bool) -> None:
    assert is_out_of_memory(error) == expected


def test_the_cpus_allocator_is_recognised() -> None:
    with pytest.raises(RuntimeError) as caught:
        torch.empty(2**60, dtype=torch.uint8)

    assert is_out_of_memory(caught.value)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_a_gpu_that_is_not_there_is_said_to_the_operator() -> None:
    with pytest.raises(BadOptions, match="MOEVATAR_DIFFUSERS"):
        find_device("cuda")
