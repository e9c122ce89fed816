"""Where a preset's files are: in the operator's folders, in the hub's cache, or at the hub."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from generation.backends.diffusers.families import FAMILIES
from generation.backends.diffusers.files import (
    INDEX,
    Alien,
    Empty,
    Incomplete,
    Names,
    OneFile,
    OnlyPickles,
    OtherClass,
    Part,
    check,
    local_names,
    parts,
)
from generation.backends.diffusers.presets import Preset
from generation.errors import (
    BackendError,
    FileEmpty,
    ModelIncomplete,
    ModelMissing,
    NotWeights,
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


def look(preset: Preset, hub: Hub | None = None) -> BackendError | None:
    """What is wrong with `preset`, by its files alone: no network, no torch. Any thread.

    What is not here but may be fetched is no problem, unless the hub's library is set to offline.
    """
    hub = hub or Hub()
    try:
        for part in parts(preset, FAMILIES[preset.family].accepted):
            with translated(preset, part):
                if find(part, hub) is None and _offline():
                    raise absent(preset, part, hub)
    except BackendError as error:
        return error
    return None


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
    return Found(folder, chosen, check(folder, chosen))


def is_local(source: str) -> bool:
    """Whether `source` is a folder or file of the operator's; else it is a name at the hub."""
    return (
        Path(source).expanduser().exists()
        or source.startswith(("/", ".", "~", "\\"))
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
        missing_index = part.role == "pipeline" and str(error) == INDEX
        log.warning("%s: %s of %s", preset.name, error, part.source)
        if missing_index and not is_local(part.source):
            raise ModelMissing(preset.name, part.source) from error
        kinds: dict[type[Incomplete], type[ModelIncomplete]] = {Empty: FileEmpty, Alien: NotWeights}
        raise kinds.get(type(error), ModelIncomplete)(preset.name, _name(part, error)) from error
    except OneFile as error:
        raise SingleFile(preset.name, PurePosixPath(str(error)).name) from error
    except FileNotFoundError as error:
        raise ModelMissing(preset.name, part.source) from error
