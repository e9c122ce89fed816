"""Downloads from the hub: only the files that are wanted, with progress in bytes."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any

from generation.backends.base import Progress
from generation.backends.diffusers.families import FAMILIES
from generation.backends.diffusers.files import Incomplete, Part, parts
from generation.backends.diffusers.hub import Found, Hub, absent, find, is_local, translated
from generation.backends.diffusers.presets import Preset
from generation.backends.runs import Report, Stopped
from generation.errors import ModelGated, ModelMissing

log = logging.getLogger(__name__)

LOG_EVERY_S = 5.0
ANSWER_TIMEOUT_S = 20.0


def fetch(preset: Preset, hub: Hub, report: Report, stop: threading.Event) -> Mapping[str, Found]:
    """All parts of `preset` by role, downloaded where they are not here. Blocks, on any thread.

    Reports bytes; looks at `stop` between files and raises `Stopped`. Raises `ModelMissing`,
    `ModelGated`, `ModelIncomplete`, `WrongFamily`, `UnsafeWeights`.
    """
    found: dict[str, Found] = {}
    lacking: list[tuple[Part, Mapping[str, int]]] = []
    for part in parts(preset, FAMILIES[preset.family].accepted):
        with translated(preset, part), _reaching(preset, part, hub):
            here = find(part, hub)
            if here is None:
                lacking.append((part, _listing(part, hub)))
            else:
                found[part.role] = here
    meter = _Meter(preset.name, sum(sum(sizes.values()) for _, sizes in lacking), report)
    for part, sizes in lacking:
        with translated(preset, part), _reaching(preset, part, hub):
            found[part.role] = _download(part, sizes, hub, meter, stop)
    return found


def _listing(part: Part, hub: Hub) -> dict[str, int]:
    """The files to download, with their sizes in bytes."""
    from huggingface_hub import HfApi

    info = HfApi(endpoint=hub.endpoint).model_info(
        part.source, files_metadata=True, timeout=ANSWER_TIMEOUT_S
    )
    sizes = {file.rfilename: file.size or 0 for file in info.siblings or ()}

    def read(name: str) -> bytes:
        return Path(_one(part.source, name, hub, None)).read_bytes()

    return {name: sizes[name] for name in part.choose(tuple(sizes), read)}


def _download(
    part: Part, sizes: Mapping[str, int], hub: Hub, meter: _Meter, stop: threading.Event
) -> Found:
    for name, size in sizes.items():
        if stop.is_set():
            raise Stopped
        with meter.file(size) as bar:
            _one(part.source, name, hub, bar)
    found = find(part, hub)
    if found is None:
        raise Incomplete(part.source)
    return found


def _one(source: str, name: str, hub: Hub, bar: Any) -> str:
    import huggingface_hub

    library: Any = huggingface_hub
    return library.hf_hub_download(
        source, name, cache_dir=hub.cache, endpoint=hub.endpoint, tqdm_class=bar
    )


class _Meter:
    """Counts bytes over several files, and tells."""

    def __init__(self, name: str, total: int, report: Report) -> None:
        self._name, self._total, self._report = name, total, report
        self._done = 0
        self._logged_at = float("-inf")

    @contextlib.contextmanager
    def file(self, size: int) -> Generator[Any]:
        """A class of progress bar for one file of `size` bytes; the bar shows nothing itself."""
        import tqdm

        before, meter = self._done, self
        base: Any = tqdm.tqdm

        class Bar(base):
            def __init__(self, *args: Any, **kwargs: Any) -> None:
                base.__init__(self, *args, **(kwargs | {"disable": True}))
                meter.advance(int(kwargs.get("initial") or 0), before + size)

            def update(self, n: float | None = 1) -> bool | None:
                meter.advance(int(n or 0), before + size)
                return base.update(self, n)

        yield Bar
        self._done = before + size
        self._tell()

    def advance(self, count: int, most: int) -> None:
        self._done = min(self._done + count, most)
        self._tell()

    def _tell(self) -> None:
        self._report(Progress(self._done, self._total, "downloading"))
        if time.monotonic() - self._logged_at >= LOG_EVERY_S or self._done == self._total:
            self._logged_at = time.monotonic()
            log.info("%s: %d of %d MB", self._name, self._done >> 20, self._total >> 20)


@contextlib.contextmanager
def _reaching(preset: Preset, part: Part, hub: Hub) -> Generator[None]:
    """What the hub answers, or that it does not, in our words."""
    from httpx2 import HTTPError
    from huggingface_hub import errors

    try:
        yield
    except errors.GatedRepoError as error:
        raise ModelGated(preset.name, part.source) from error
    except (errors.RepositoryNotFoundError, errors.HFValidationError) as error:
        raise ModelMissing(preset.name, part.source) from error
    except (errors.HfHubHTTPError, HTTPError, OSError) as error:
        if isinstance(error, FileNotFoundError) and is_local(part.source):
            raise
        raise absent(preset, part, hub) from error
