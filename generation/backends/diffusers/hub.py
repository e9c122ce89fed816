"""Where a preset's files are on the disk, in the operator's folders or in the hub's cache, and
whether they are whole.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import re
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from generation.backends.base import Faulty, Progress, StockEvent
from generation.backends.diffusers.families import family_named
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
from generation.backends.runs import Stopped
from generation.download_errors import DownloadError
from generation.errors import (
    BackendError,
    FileEmpty,
    LoraMissing,
    ModelIncomplete,
    ModelMissing,
    NotWeights,
    PartialCheckpoint,
    SingleFile,
    Unavailable,
    UnsafeWeights,
    WrongFamily,
)
from generation.problems import problem_of

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hub:
    """The Hugging Face hub, or a mirror."""

    cache: Path | None = None
    """`None`: where its library puts it (HF_HUB_CACHE)."""
    endpoint: str | None = None
    """`None`: what its library is told (HF_ENDPOINT)."""
    pauses_s: tuple[float, ...] = (1, 2, 4, 8, 16)
    """Between one attempt and the next to go on, while nothing comes of them."""

    @property
    def folder(self) -> Path:
        """Where downloads go."""
        from huggingface_hub import constants

        return self.cache or Path(constants.HF_HUB_CACHE)

    def repository(self, source: str) -> Path:
        """Where those of the repository `source` go, as the hub's library lays them out."""
        return self.folder / f"models--{source.replace('/', '--')}"


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

    @property
    def paths(self) -> Iterator[Path]:
        """All of its files."""
        return (self.folder / name for name in self.names)


@dataclass(frozen=True, slots=True)
class Stock:
    """What is on the disk of a preset."""

    problem: BackendError | None = None
    """Why it cannot be used."""
    lacking: frozenset[str] = frozenset()
    """Roles of the parts that have to be fetched first."""
    size_bytes: int = field(default=0, compare=False)
    """Of the files that are here."""


def look(preset: Preset, hub: Hub | None = None) -> Stock:
    """What there is of `preset`, by its files alone: no network, no torch. Any thread.

    What is not here but may be fetched is no problem, unless the hub's library is set to offline.
    """
    hub = hub or Hub()
    lacking: set[str] = set()
    size_bytes = 0
    try:
        for part in parts(preset):
            with translated(preset, part):
                if (found := find(part, hub)) is not None:
                    size_bytes += sum(path.stat().st_size for path in found.paths)
                    continue
                if is_offline():
                    raise absent(preset, part, hub)
                lacking.add(part.role)
    except BackendError as error:
        return Stock(error)
    return Stock(None, frozenset(lacking), size_bytes)


def after(error: Unavailable, stock: Stock) -> Stock:
    """`stock` with what has hindered its use, unless that may pass."""
    return (
        stock
        if stock.problem or isinstance(error, DownloadError)
        else replace(stock, problem=error)
    )


def find_lora(preset: Preset, lora: Lora, hub: Hub) -> Found:
    """The files of `lora` on the disk. Raises `LoraMissing`."""
    part = allowed_part(lora)
    with about(lora), translated(preset, part):
        found = find(part, hub)
        if found is None:
            raise absent(preset, part, hub)
        return found


@contextlib.contextmanager
def about(lora: Lora) -> Generator[None]:
    """What is wrong with a LoRA is no fault of the model's."""
    try:
        yield
    except BackendError as error:
        log.warning("the LoRA %s: %s", lora.name, type(error).__name__)
        raise LoraMissing(lora.name) from error


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
    folder = snapshot(part.source, hub)
    if folder is None:
        return None
    try:
        found = _found(part, folder, local_names(folder))
    except (Incomplete, OnlyPickles):  # half a download: the rest may still come
        return None
    is_half = any(
        begun.issuperset(found.names) and not all((folder / name).is_file() for name in begun)
        for begun in _begun(hub.repository(part.source))
    )
    return None if is_half else found


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


@contextlib.contextmanager
def begun(repository: Path, names: Iterable[str]) -> Generator[None]:
    """Note beside a repository that `names` are being downloaded, until all of them are here: of
    small files nobody sees otherwise that some are missing, should the process end now.
    """
    listed = json.dumps(sorted(names))
    file = repository / _NOTES / f"{hashlib.sha256(listed.encode()).hexdigest()[:16]}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.with_suffix(".new")
    half.write_text(listed, encoding="utf-8")
    half.replace(file)
    yield
    file.unlink(missing_ok=True)


_NOTES = ".moevatar"
"""A folder beside those of the hub's library, which looks at its own alone."""


def _begun(repository: Path) -> Iterator[frozenset[str]]:
    for file in (repository / _NOTES).glob("*.json"):
        with contextlib.suppress(OSError, ValueError):
            yield frozenset(json.loads(file.read_bytes()))


def snapshot(source: str, hub: Hub) -> Path | None:
    """The folder in the cache where the newest known version of `source` is, whole or not."""
    root = hub.repository(source)
    try:
        commit = (root / "refs" / "main").read_text(encoding="ascii").strip()
    except OSError:
        return None
    folder = root / "snapshots" / commit
    return folder if folder.is_dir() else None


def is_offline() -> bool:
    """Whether the hub's library is told not to ask it."""
    from huggingface_hub import constants

    return bool(constants.is_offline_mode())


def absent(preset: Preset, part: Part, hub: Hub) -> BackendError:
    """The error for what is not here and cannot be fetched."""
    begun = not is_local(part.source) and snapshot(part.source, hub) is not None
    if begun:
        return ModelIncomplete(preset.title, PurePosixPath(part.source).name)
    return ModelMissing(preset.title, part.source)


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
        raise WrongFamily(preset.title, preset.family, family_named(error.found)) from error
    except OnlyPickles as error:
        raise UnsafeWeights(preset.title) from error
    except Incomplete as error:
        missing_index = part.role in ("pipeline", "config") and str(error) == INDEX
        log.warning("%s: %s of %s", preset.title, error, part.source)
        if missing_index and not is_local(part.source):
            raise ModelMissing(preset.title, part.source) from error
        kinds: dict[type[Incomplete], type[ModelIncomplete]] = {Empty: FileEmpty, Alien: NotWeights}
        raise kinds.get(type(error), ModelIncomplete)(preset.title, _name(part, error)) from error
    except NotWhole as error:
        raise PartialCheckpoint(preset.title, str(error)) from error
    except OneFile as error:
        raise SingleFile(preset.title, PurePosixPath(str(error)).name) from error
    except FileNotFoundError as error:
        raise ModelMissing(preset.title, part.source) from error


def verify(
    preset: Preset, hub: Hub, tell: Callable[[StockEvent], object], stop: threading.Event
) -> None:
    """Read every file of `preset`, and tell how far it is and of each that is not as it should be.
    Those that came from the hub are called by its hash of them. Blocks, on any thread; raises
    `Stopped`, and what `look` finds.
    """
    stock = look(preset, hub)
    if stock.problem is not None:
        raise stock.problem
    done = 0
    for part in parts(preset):
        with translated(preset, part):
            found = find(part, hub)
            if found is None:
                raise absent(preset, part, hub)
        for path in found.paths:
            digest = None if is_local(part.source) else _digest(path.resolve())
            for chunk in _chunks(path):
                if stop.is_set():
                    raise Stopped
                if digest is not None:
                    digest.update(chunk)
                done += len(chunk)
                tell(Progress(done, stock.size_bytes, "checking"))
            if digest is not None and digest.hexdigest() != path.resolve().name:
                problem = problem_of(ModelIncomplete(preset.title, path.name))
                tell(Faulty(problem, f"{part.source}: {path.resolve()}"))


_CHUNK_BYTES = 2**22


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk


def _digest(blob: Path) -> Any:
    """What hashes to the name of a file in the cache: large ones are called by their SHA-256, and
    others as git calls them; `None` where it has another name (a system without links).
    """
    if re.fullmatch("[0-9a-f]{64}", blob.name):
        return hashlib.sha256()
    if re.fullmatch("[0-9a-f]{40}", blob.name):
        return hashlib.sha1(b"blob %d\0" % blob.stat().st_size, usedforsecurity=False)
    return None
