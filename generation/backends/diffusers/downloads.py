"""How a preset's files come from the hub: only those that are wanted, with progress in bytes, and
on from where a connection broke or the program ended.

The hub's library starts a file anew whenever it was interrupted; of models that is gigabytes, so
that their weights are streamed here, into its cache.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import logging
import shutil
import threading
import time
from collections.abc import Collection, Generator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from generation.backends.base import Progress
from generation.backends.diffusers.files import Incomplete, Part, allowed_part, parts
from generation.backends.diffusers.hub import (
    Found,
    Hub,
    about,
    absent,
    begun,
    find,
    is_local,
    is_offline,
    snapshot,
    translated,
)
from generation.backends.diffusers.presets import Preset
from generation.backends.runs import Report, Stopped
from generation.download_errors import CacheNotWritable, DiskFull, HubUnreachable
from generation.errors import ModelGated, ModelIncomplete, ModelMissing

log = logging.getLogger(__name__)

LOG_EVERY_S = 5.0
TELL_EVERY_S = 0.1
ANSWER_TIMEOUT_S = 20.0
SPARE_BYTES = 2**29
"""What a download leaves of the disk, for whoever else writes."""
_WEIGHTS = ".safetensors"
_HALF = ".moevatar"
"""How the name of weights ends that are still coming."""
_LOOK_EVERY_S = 0.5
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_MAY_PASS = (408, 429, 500, 502, 503, 504)
"""What a server answers that may well answer otherwise a little later."""


Lacking = Sequence[tuple[Part, Mapping[str, int]]]
"""Parts to fetch, with their files and the bytes of each."""


def fetch(preset: Preset, hub: Hub, report: Report, stop: threading.Event) -> Mapping[str, Found]:
    """All parts of `preset` by role, downloaded where they are not here. Blocks, on any thread.

    Reports bytes; looks at `stop` all the time and raises `Stopped`. Raises `ModelMissing`,
    `ModelGated`, `ModelIncomplete`, `WrongFamily`, `UnsafeWeights`, `HubUnreachable`, `DiskFull`,
    before anything is written, and `CacheNotWritable`.
    """
    return _fetch(preset, parts(preset), hub, report, stop)


def fetch_loras(
    preset: Preset, names: Collection[str], hub: Hub, report: Report, stop: threading.Event
) -> None:
    """See that those of `preset.allowed_loras` with these names are here, as `fetch` does.

    Raises `LoraMissing` and `Stopped`.
    """
    for lora in preset.allowed_loras:
        if lora.name in names:
            with about(lora):
                _fetch(preset, [allowed_part(lora)], hub, report, stop)


def cause_of(error: BaseException) -> str:
    """For the operator: the repository, where `error` names one, and what is behind it all."""
    source = getattr(error, "source", "")
    while error.__cause__ is not None:
        error = error.__cause__
    said = str(error).strip().partition("\n")[0]
    return ": ".join(filter(None, (source, type(error).__name__, said)))


def _fetch(
    preset: Preset, wanted: Sequence[Part], hub: Hub, report: Report, stop: threading.Event
) -> Mapping[str, Found]:
    found: dict[str, Found] = {}
    lacking: list[tuple[Part, Mapping[str, int]]] = []
    for part in wanted:
        with translated(preset, part), _reaching(preset, part, hub):
            here = find(part, hub)
            if here is None:
                lacking.append((part, _listing(part, hub)))
            else:
                found[part.role] = here
    _check_room(preset, hub, lacking)
    meter = _Meter(preset.name, sum(sum(sizes.values()) for _, sizes in lacking), report, stop)
    try:
        for part, sizes in lacking:
            with translated(preset, part), _reaching(preset, part, hub):
                found[part.role] = _download(part, sizes, hub, meter)
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        raise _disk_full(preset, hub, lacking) from error
    return found


def _listing(part: Part, hub: Hub) -> dict[str, int]:
    """The files to download, with their sizes in bytes."""
    from huggingface_hub import HfApi

    info = HfApi(endpoint=hub.endpoint).model_info(
        part.source, files_metadata=True, timeout=ANSWER_TIMEOUT_S
    )
    sizes = {file.rfilename: file.size or 0 for file in info.siblings or ()}

    def read(name: str) -> bytes:
        return Path(_linked(part.source, name, hub, None)).read_bytes()

    return {name: sizes[name] for name in part.choose(tuple(sizes), read)}


def _check_room(preset: Preset, hub: Hub, lacking: Lacking) -> None:
    """Raise `DiskFull` where what is still to come of `lacking` does not fit."""
    if lacking and (full := _disk_full(preset, hub, lacking)).left_bytes > full.free_bytes:
        raise full


def _disk_full(preset: Preset, hub: Hub, lacking: Lacking) -> DiskFull:
    """The error for want of room, with what is wanted and what there is."""
    folder = hub.folder.absolute()
    while not folder.exists():
        folder = folder.parent
    free = max(0, shutil.disk_usage(folder).free - SPARE_BYTES)
    return DiskFull(preset.title, sum(_left(part, sizes, hub) for part, sizes in lacking), free)


def _left(part: Part, sizes: Mapping[str, int], hub: Hub) -> int:
    """Bytes of `sizes` that are not in the cache yet, in halves of files neither."""
    here = snapshot(part.source, hub)
    absent = [n for n in sizes if here is None or not (here / n).is_file()]
    halves = hub.repository(part.source).glob(f"blobs/*{_HALF}")
    return max(0, sum(sizes[n] for n in absent) - sum(half.stat().st_size for half in halves))


def _download(part: Part, sizes: Mapping[str, int], hub: Hub, meter: _Meter) -> Found:
    with begun(hub.repository(part.source), sizes):
        # the weights last: of small files it is not seen so well that they are missing
        for name in sorted(sizes, key=lambda name: name.endswith(_WEIGHTS)):
            with meter.file(sizes[name]) as bar:
                if name.endswith(_WEIGHTS):
                    _stream(part.source, name, sizes[name], hub, meter)
                _linked(part.source, name, hub, bar)
    found = find(part, hub)
    if found is None:
        raise Incomplete(part.source)
    return found


def _linked(source: str, name: str, hub: Hub, bar: Any) -> str:
    """A file in the cache, downloaded where it is not there."""
    import huggingface_hub

    library: Any = huggingface_hub
    return library.hf_hub_download(
        source, name, cache_dir=hub.cache, endpoint=hub.endpoint, tqdm_class=bar
    )


def _stream(source: str, name: str, size: int, hub: Hub, meter: _Meter) -> None:
    """Have weights in the cache's blobs, from where `_linked` takes them."""
    import huggingface_hub

    library: Any = huggingface_hub
    folder = snapshot(source, hub)
    if folder is not None and (there := folder / name).exists():
        if there.stat().st_size == size:
            return
        there.resolve().unlink()  # cut off since it came
    url: str = library.hf_hub_url(source, name, endpoint=hub.endpoint)
    file = library.get_hf_file_metadata(url, timeout=ANSWER_TIMEOUT_S, endpoint=hub.endpoint)
    if not file.etag:
        return  # the library says what is wrong with that
    repository = hub.repository(source)
    blob = repository / "blobs" / file.etag
    half = _Half(blob.with_name(f"{blob.name}{_HALF}"), file.size or size)
    blob.parent.mkdir(parents=True, exist_ok=True)
    with _alone(hub.folder / ".locks" / repository.name / f"{half.path.name}.lock", half, meter):
        if blob.exists():
            return
        half.complete(url, hub.pauses_s, meter)
        if not half.is_called(file.etag):
            half.path.unlink()
            raise Incomplete(name)
        half.path.replace(blob)


@contextlib.contextmanager
def _alone(lock: Path, half: _Half, meter: _Meter) -> Generator[None]:
    """Wait while somebody else downloads the same, and show how far that is."""
    from huggingface_hub.utils import WeakFileLock

    lock.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        while True:
            try:
                stack.enter_context(WeakFileLock(lock, timeout=_LOOK_EVERY_S))
                break
            except TimeoutError:
                meter.reach(half.have_bytes)
        yield


class _Half:
    """A file that is still coming. Invariant: `_digest` is of the first `_hashed` bytes of it."""

    def __init__(self, path: Path, size_bytes: int) -> None:
        self.path = path
        self._size = size_bytes
        self._digest, self._hashed = hashlib.sha256(), 0

    @property
    def have_bytes(self) -> int:
        """How much of it is here."""
        with contextlib.suppress(OSError):
            return self.path.stat().st_size
        return 0

    def complete(self, url: str, pauses_s: Sequence[float], meter: _Meter) -> None:
        """Download the rest, and try again after each of `pauses_s` as long as nothing comes."""
        from httpx2 import TransportError
        from huggingface_hub.errors import HfHubHTTPError

        if self.have_bytes > self._size:
            self.path.unlink()
        self._hash_what_is_here(meter)
        pauses = iter(pauses_s)
        while (before := self.have_bytes) < self._size or not self.path.exists():
            try:
                self._append(url, meter)
                continue
            except HfHubHTTPError as error:
                if error.response.status_code not in _MAY_PASS:
                    raise
                broken: Exception = error
            except TransportError as error:
                broken = error
            if self.have_bytes > before:
                pauses = iter(pauses_s)
            if (pause_s := next(pauses, None)) is None:
                raise broken
            log.info("The download goes on in %g s: %s", pause_s, broken)
            meter.wait(pause_s)

    def is_called(self, etag: str) -> bool:
        """Whether it is what the hub calls `etag`: of weights, their SHA-256."""
        return len(etag) != self._digest.digest_size * 2 or self._digest.hexdigest() == etag

    def _hash_what_is_here(self, meter: _Meter) -> None:
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            while chunk := file.read(2**22):
                self._take(chunk)
                meter.reach(self._hashed)

    def _append(self, url: str, meter: _Meter) -> None:
        from huggingface_hub import utils

        library: Any = utils
        headers: dict[str, str] = library.build_hf_headers() | {"Accept-Encoding": "identity"}
        if self._hashed:
            headers["Range"] = f"bytes={self._hashed}-"
        client = utils.get_session()
        with client.stream("GET", url, headers=headers, timeout=ANSWER_TIMEOUT_S) as response:
            utils.hf_raise_for_status(response)
            goes_on = response.status_code == 206
            if not goes_on:
                self._digest, self._hashed = hashlib.sha256(), 0
            with self.path.open("ab" if goes_on else "wb") as file:
                for chunk in response.iter_raw():
                    file.write(chunk)
                    self._take(chunk)
                    meter.reach(self._hashed)

    def _take(self, chunk: bytes) -> None:
        self._digest.update(chunk)
        self._hashed += len(chunk)


class _Meter:
    """Counts bytes over several files, and tells; raises `Stopped` once nobody wants them."""

    def __init__(self, name: str, total: int, report: Report, stop: threading.Event) -> None:
        self._name, self._total, self._report, self._stop = name, total, report, stop
        self._before, self._size, self._done = 0, 0, 0
        self._told_at = self._logged_at = float("-inf")

    @contextlib.contextmanager
    def file(self, size: int) -> Generator[Any]:
        """A class of progress bar for one file of `size` bytes; the bar shows nothing itself."""
        import tqdm

        meter = self
        base: Any = tqdm.tqdm

        class Bar(base):
            def __init__(self, *args: Any, **kwargs: Any) -> None:
                base.__init__(self, *args, **(kwargs | {"disable": True}))
                self.reached = int(kwargs.get("initial") or 0)

            def update(self, n: float | None = 1) -> bool | None:
                self.reached += int(n or 0)
                meter.reach(self.reached)
                return base.update(self, n)

        self._size = size
        self._check_stop()
        yield Bar
        self._before += size
        self._size = 0
        self.reach(0)

    def reach(self, count: int) -> None:
        """So many bytes of the file are here."""
        self._done = self._before + min(count, self._size)
        self._check_stop()
        now, is_all = time.monotonic(), self._done == self._total
        if is_all or now - self._told_at >= TELL_EVERY_S:
            self._told_at = now
            self._report(Progress(self._done, self._total, "downloading"))
        if is_all or now - self._logged_at >= LOG_EVERY_S:
            self._logged_at = now
            log.info("%s: %d of %d MB", self._name, self._done >> 20, self._total >> 20)

    def wait(self, seconds: float) -> None:
        """Do nothing for a while."""
        self._stop.wait(seconds)
        self._check_stop()

    def _check_stop(self) -> None:
        if self._stop.is_set():
            raise Stopped


@contextlib.contextmanager
def _reaching(preset: Preset, part: Part, hub: Hub) -> Generator[None]:
    """What the hub, the way there or the disk has said, in our words."""
    from httpx2 import HTTPError
    from huggingface_hub import errors

    title, source = preset.title, part.source
    try:
        yield
    except errors.GatedRepoError as error:
        raise ModelGated(title, source) from error
    except (errors.RepositoryNotFoundError, errors.HFValidationError) as error:
        raise ModelMissing(title, source) from error
    except errors.RemoteEntryNotFoundError as error:
        raise ModelIncomplete(title, PurePosixPath(error.response.url.path).name) from error
    except (HTTPError, *_no_answer()) as error:
        if is_offline():
            raise absent(preset, part, hub) from error
        raise HubUnreachable(title, source) from error
    except OSError as error:
        if is_local(source) or error.errno in _NO_ROOM:
            raise
        raise CacheNotWritable(title) from error


def _no_answer() -> tuple[type[Exception], ...]:
    from huggingface_hub import errors

    return errors.LocalEntryNotFoundError, errors.OfflineModeIsEnabled, errors.FileMetadataError
