"""Files on messages and where their bytes are."""

import asyncio
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that was uploaded; the bytes are in `Files` under `id`."""

    id: str
    channel_id: str
    filename: str
    size: int
    content_type: str
    width: int | None = None
    height: int | None = None
    description: str | None = None
    title: str | None = None
    ephemeral: bool = False

    @property
    def is_spoiler(self) -> bool:
        """Whether Discord blurs it, which the name decides."""
        return self.filename.startswith("SPOILER_")


class Files:
    """Bytes by attachment id: in a folder where there is one, else in memory."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._memory: dict[str, bytes] = {}

    async def write(self, attachment_id: str, data: bytes) -> None:
        """Keep `data`."""
        if self._folder is None:
            self._memory[attachment_id] = data
        else:
            await asyncio.to_thread(_write_atomically, self._folder / attachment_id, data)

    async def read(self, attachment_id: str) -> bytes | None:
        """The bytes, or `None` where they are gone."""
        if self._folder is None:
            return self._memory.get(attachment_id)
        return await asyncio.to_thread(_read, self._folder / attachment_id)

    async def keep_only(self, attachment_ids: set[str]) -> None:
        """Forget the bytes of all others."""
        if self._folder is not None:
            await asyncio.to_thread(_keep_only, self._folder, attachment_ids)

    async def delete(self, attachment_id: str) -> None:
        """Forget the bytes, if they are there."""
        self._memory.pop(attachment_id, None)
        if self._folder is not None:
            await asyncio.to_thread((self._folder / attachment_id).unlink, missing_ok=True)


def _write_atomically(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(data)
    part.replace(path)


def _keep_only(folder: Path, names: set[str]) -> None:
    for path in folder.iterdir() if folder.is_dir() else ():
        # Whatever else someone keeps there is theirs.
        if path.stem.isdigit() and path.name not in names:
            path.unlink()


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
