"""The world on disk: one JSON file, written whole and atomically, beside the files of messages.

One playground a folder: two would overwrite each other's world.
"""

import asyncio
import json
import logging
import sys
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import IO, Any

from playground.clock import Clock
from playground.messages.attachments import Attachment
from playground.messages.messages import (
    Mentions,
    Message,
    MessageFlag,
    Messages,
    MessageType,
    Origin,
    Reaction,
    Sender,
)
from playground.wire import Json, dumps
from playground.world.entities import Channel, ChannelType, Webhook
from playground.world.world import World

log = logging.getLogger(__name__)
VERSION = 1
_PAUSE_S = 0.5


class FolderInUse(Exception):
    """Another playground keeps its world in that folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"Another playground is using {folder}: end it, or choose another folder")
        self.folder = folder


class UnreadableWorld(Exception):
    """The file is not one that this version wrote; it is left as it is."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} cannot be read: move it away, or choose another folder")
        self.path = path


class FolderLock:
    """Held from `acquire` to `release`, or to the end of the process, however that comes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: IO[str] | None = None

    def acquire(self) -> None:
        """Take the lock, which may be held already; raises `FolderInUse` where another has it."""
        if self._file is not None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        file = (self._folder / "lock").open("w")
        if sys.platform != "win32":  # which has no flock; there, two are on their own
            import fcntl

            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.close()
                raise FolderInUse(self._folder) from None
        self._file = file

    def release(self) -> None:
        """Give the lock back, if it is held."""
        if self._file is not None:
            self._file.close()
            self._file = None


@dataclass(eq=False, slots=True)
class Saver:
    """Keeps `path` in step with the world, half a second behind; a `path` of `None` keeps nothing.

    Ephemeral messages and those still loading are not kept: they live with their interaction.
    """

    path: Path | None
    world: World
    messages: Messages
    clock: Clock
    _is_loaded: bool = False
    _changed: bool = False
    _written: list[tuple[Message, str]] = field(default_factory=list[tuple[Message, str]])
    _saving: asyncio.Task[None] | None = None
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def load(self) -> None:
        """Bring back what was saved, if anything was; raises `UnreadableWorld`.

        Nothing is saved before, so that what cannot be read is not overwritten.
        """
        if self.path is None:
            return
        raw = await asyncio.to_thread(_read, self.path)
        if raw is not None:
            self._restore(self.path, raw)
        self._is_loaded = True

    def _restore(self, path: Path, raw: str) -> None:
        try:
            saved = json.loads(raw)
            if saved["version"] != VERSION:
                raise UnreadableWorld(path)
            messages = [_message(data) for data in saved["messages"]]
            locales: dict[str, str] = dict(saved["locales"])
            threads = [_thread(data) for data in saved.get("threads", ())]
            webhooks = [Webhook(**data) for data in saved.get("webhooks", ())]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise UnreadableWorld(path) from error
        self.world.channels |= {t.id: t for t in threads if t.parent_id in self.world.channels}
        self.world.webhooks |= {hook.id: hook for hook in webhooks}
        for message in messages:
            self.messages.put(message)
        for user in self.world.people:
            locale = locales.get(user.id, user.locale)
            self.world.users[user.id] = replace(user, locale=locale)

    def changed(self) -> None:
        """Save soon."""
        if not self._is_loaded or self._changed:
            return
        self._changed = True
        self.clock.call_later(_PAUSE_S, self._begin)

    async def save(self) -> None:
        """Save now; a disk that does not take it is in the log, and the world goes on."""
        async with self._lock:
            self._changed = False
            if self.path is None or not self._is_loaded:
                return
            whole = _whole(self._beside(), self._texts())
            try:
                await asyncio.to_thread(_write_atomically, self.path, whole)
            except OSError as error:
                log.error("Cannot save to %s: %s", self.path, error)

    def _beside(self) -> Json:
        """What is kept beside the messages: languages, and what the bot has made."""
        return {
            "locales": {user.id: user.locale for user in self.world.people},
            "threads": [_plain_thread(thread) for thread in self.world.started_threads],
            "webhooks": [asdict(webhook) for webhook in self.world.webhooks.values()],
        }

    def _begin(self) -> None:
        self._saving = asyncio.create_task(self.save())

    def _texts(self) -> list[str]:
        """Each message that is kept, as JSON; only what has changed is written anew."""
        kept = [m for m in self.messages if not m.is_ephemeral and not m.is_loading]
        known = {id(message): text for message, text in self._written}
        self._written = [(m, known.get(id(m)) or dumps(_plain(m))) for m in kept]
        return [text for _, text in self._written]


def _whole(beside: Json, messages: list[str]) -> str:
    """The file's text: a line for each message."""
    lines = ",\n".join(messages)
    first = dumps({"version": VERSION, **beside}).removesuffix("}")
    return f'{first},"messages":[\n{lines}\n]}}\n'


def _plain_thread(thread: Channel) -> Json:
    """A thread has no more of its own: the rest is its parent's."""
    kept = ("id", "name", "type", "guild_id", "parent_id", "owner_id")
    return {key: getattr(thread, key) for key in kept}


def _thread(data: dict[str, Any]) -> Channel:
    parts: dict[str, Any] = {**data, "type": ChannelType(data["type"])}
    return Channel(**parts)


def _plain(message: Message) -> Json:
    """`message` as JSON takes it; `asdict` would copy every component for that."""
    parts = {each.name: getattr(message, each.name) for each in fields(message)}
    return parts | {
        "attachments": [asdict(attachment) for attachment in message.attachments],
        "mentions": asdict(message.mentions),
        "origin": asdict(message.origin) if message.origin else None,
        "sender": asdict(message.sender) if message.sender else None,
        "reactions": [asdict(reaction) for reaction in message.reactions],
    }


def _message(data: dict[str, Any]) -> Message:
    origin, sender = data["origin"], data.get("sender")
    parts: dict[str, Any] = {
        "embeds": tuple(data["embeds"]),
        "components": tuple(data["components"]),
        "attachments": tuple(Attachment(**attachment) for attachment in data["attachments"]),
        "flags": MessageFlag(data["flags"]),
        "type": MessageType(data["type"]),
        "mentions": _mentions(data["mentions"]),
        "origin": Origin(**origin) if origin else None,
        "sender": Sender(**sender) if sender else None,
        "reactions": tuple(_reaction(each) for each in data.get("reactions", ())),
    }
    return Message(**data | parts)


def _mentions(data: dict[str, Any]) -> Mentions:
    return Mentions(tuple(data["users"]), tuple(data["roles"]), data["everyone"])


def _reaction(data: dict[str, Any]) -> Reaction:
    return Reaction(data["emoji"], tuple(data["user_ids"]))


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def _write_atomically(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
