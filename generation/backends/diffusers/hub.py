"""Where a preset's files are, in the operator's folders, in the hub's cache or at the hub, and how
they come from there: only those that are wanted, with progress in bytes.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Collection, Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from generation.backends.base import Progress
from generation.backends.diffusers.files import (
    INDEX,
    Alien,
    Empty,
    Incomplete,
    Names,
    NotWhole,
    OneFile,
    OnlyPickles,
    OtherClass,
    Part,
    allowed_part,
    check,
    local_names,
    parts,
)
from generation.backends.diffusers.presets import Lora, Preset
from generation.backends.runs import Report, Stopped
from generation.errors import (
    BackendError,
    FileEmpty,
    LoraMissing,
    ModelGated,
    ModelIncomplete,
    ModelMissing,
    NotWeights,
    PartialCheckpoint,
    SingleFile,
    UnsafeWeights,
    WrongFamily,
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hub:
    """The Hugging Face hub, or a mirror."""

    cache: Path | None = None
    """`None`: where its library puts it (HF_HUB_CACHE)."""
    endpoint: str | None = None
    """`None`: what its library is told (HF_ENDPOINT)."""


@dataclass(frozen=True, slots=True)
class Found:
    """A part that lies on the disk, whole."""

    folder: Path
    names: Names
    numbers: int
    """Numbers in its weights."""

    @property
    def file(self) -> Path:
        """Its weights, where it is a single file."""
        return self.folder / self.names[0]


@dataclass(frozen=True, slots=True)
class Stock:
    """What is on the disk of a preset."""

    problem: BackendError | None = None
    """Why it cannot be used."""
    lacking: frozenset[str] = frozenset()
    """Roles of the parts that have to be fetched first."""


def look(preset: Preset, hub: Hub | None = None) -> Stock:
    """What there is of `preset`, by its files alone: no network, no torch. Any thread.

    What is not here but may be fetched is no problem, unless the hub's library is set to offline.
    """
    hub = hub or Hub()
    lacking: set[str] = set()
    try:
        for part in parts(preset):
            with translated(preset, part):
                if find(part, hub) is None:
                    if _offline():
                        raise absent(preset, part, hub)
                    lacking.add(part.role)
    except BackendError as error:
        return Stock(error)
    return Stock(lacking=frozenset(lacking))


def find_lora(preset: Preset, lora: Lora, hub: Hub) -> Found:
    """The files of `lora` on the disk. Raises `LoraMissing`."""
    part = allowed_part(lora)
    with _about(lora), translated(preset, part):
        found = find(part, hub)
        if found is None:
            raise absent(preset, part, hub)
        return found


def find(part: Part, hub: Hub) -> Found | None:
    """`part` on the disk; `None` where it has to be fetched. Raises `Unusable` for an operator's
    folder that is not whole, and for files of another kind.
    """
    if is_local(part.source):
        folder = Path(part.source).expanduser()
        if folder.is_file():
            check(folder.parent, (folder.name,))  # an empty one is no checkpoint
            return _found(part, folder.parent, (folder.name,))
        if not folder.is_dir():
            raise FileNotFoundError(folder)
        return _found(part, folder, local_names(folder))
    folder = _snapshot(part.source, hub)
    if folder is None:
        return None
    try:
        return _found(part, folder, local_names(folder))
    except (Incomplete, OnlyPickles):  # half a download: the rest may still come
        return None


def _found(part: Part, folder: Path, names: Names) -> Found:
    chosen = part.choose(names, lambda name: (folder / name).read_bytes())
    numbers = check(folder, chosen)
    part.inspect(folder / chosen[0])
    return Found(folder, chosen, numbers)


def is_local(source: str) -> bool:
    """Whether `source` is a folder or file of the operator's; else it is a name at the hub."""
    return (
        Path(source).expanduser().exists()
        or source.startswith(("/", ".", "~", "\\"))
        or source.endswith(".safetensors")
        or (Path(source).is_absolute() or source.count("/") != 1)
    )


def _snapshot(source: str, hub: Hub) -> Path | None:
    """The folder in the cache where the newest known version of `source` is, whole or not."""
    from huggingface_hub import constants

    root = (hub.cache or Path(constants.HF_HUB_CACHE)) / f"models--{source.replace('/', '--')}"
    try:
        commit = (root / "refs" / "main").read_text(encoding="ascii").strip()
    except OSError:
        return None
    folder = root / "snapshots" / commit
    return folder if folder.is_dir() else None


def _offline() -> bool:
    from huggingface_hub import constants

    return bool(constants.is_offline_mode())


def absent(preset: Preset, part: Part, hub: Hub) -> BackendError:
    """The error for what is not here and cannot be fetched."""
    begun = not is_local(part.source) and _snapshot(part.source, hub) is not None
    if begun:
        return ModelIncomplete(preset.name, PurePosixPath(part.source).name)
    return ModelMissing(preset.name, part.source)


def _name(part: Part, error: Incomplete) -> str:
    """The file that `error` is about, or else the folder that it is in, without what is above."""
    file = PurePosixPath(str(error)).name
    return file if "." in file else Path(part.source).name


@contextlib.contextmanager
def translated(preset: Preset, part: Part) -> Generator[None]:
    """What is wrong with the files of `part`, in our words."""
    try:
        yield
    except OtherClass as error:
        raise WrongFamily(preset.name, preset.family, error.found) from error
    except OnlyPickles as error:
        raise UnsafeWeights(preset.name) from error
    except Incomplete as error:
        missing_index = part.role in ("pipeline", "config") and str(error) == INDEX
        log.warning("%s: %s of %s", preset.name, error, part.source)
        if missing_index and not is_local(part.source):
            raise ModelMissing(preset.name, part.source) from error
        kinds: dict[type[Incomplete], type[ModelIncomplete]] = {Empty: FileEmpty, Alien: NotWeights}
        raise kinds.get(type(error), ModelIncomplete)(preset.name, _name(part, error)) from error
    except NotWhole as error:
        raise PartialCheckpoint(preset.name, str(error)) from error
    except OneFile as error:
        raise SingleFile(preset.name, PurePosixPath(str(error)).name) from error
    except FileNotFoundError as error:
        raise ModelMissing(preset.name, part.source) from error


def cause_of(error: BaseException) -> str:
    """For the operator: the repository, where `error` names one, and what is behind it all."""
    source = getattr(error, "source", "")
    while error.__cause__ is not None:
        error = error.__cause__
    return ": ".join(filter(None, (source, type(error).__name__, " ".join(str(error).split()))))


LOG_EVERY_S = 5.0
ANSWER_TIMEOUT_S = 20.0


def fetch(preset: Preset, hub: Hub, report: Report, stop: threading.Event) -> Mapping[str, Found]:
    """All parts of `preset` by role, downloaded where they are not here. Blocks, on any thread.

    Reports bytes; looks at `stop` between files and raises `Stopped`. Raises `ModelMissing`,
    `ModelGated`, `ModelIncomplete`, `WrongFamily`, `UnsafeWeights`.
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
            with _about(lora):
                _fetch(preset, [allowed_part(lora)], hub, report, stop)


@contextlib.contextmanager
def _about(lora: Lora) -> Generator[None]:
    """What is wrong with a LoRA is no fault of the model's."""
    try:
        yield
    except BackendError as error:
        log.warning("the LoRA %s: %s", lora.name, type(error).__name__)
        raise LoraMissing(lora.name) from error


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
