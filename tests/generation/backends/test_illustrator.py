"""The illustrator behind the contract that the scheduler knows."""

from __future__ import annotations

import os
import sys
import threading

import pytest

from generation.backends.illustrator import IllustratorBackend
from generation.illustrator import HAND_VERSION, complete, draw
from generation.traits import Traits
from tests.generation import batches, requests


async def test_a_picture_tells_which_hand_drew_it() -> None:
    asked = Traits(hair_color="pink")
    request = requests.draw(traits=asked, count=2, seed=4, size_px=64)
    backend = IllustratorBackend()

    images = (await batches.result(backend, request)).images
    await backend.aclose()

    assert [image.metadata["hand"] for image in images] == [HAND_VERSION] * 2
    assert [image.png for image in images] == [draw(complete(asked, s), s, 64) for s in (4, 5)]


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no niceness of their own")
async def test_drawing_leaves_the_processor_to_the_loop() -> None:
    backend = IllustratorBackend()
    await batches.result(backend, requests.draw(size_px=64))

    drawing = [t.native_id for t in threading.enumerate() if t.name.startswith("illustrator")]
    nice = {os.getpriority(os.PRIO_PROCESS, id) for id in drawing if id is not None}
    await backend.aclose()

    own = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    assert nice == {min(19, own + 10)}
