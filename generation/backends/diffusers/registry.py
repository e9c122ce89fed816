"""The presets in force: those of the operator's file, with the LoRAs and textual inversions of the
operator's folders; all are read again when they change.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from generation.backends.diffusers.files import Unusable, header_and_notes
from generation.backends.diffusers.lora_heads import LoraHead, read_lora
from generation.backends.diffusers.presets import (
    EMBEDDING,
    LORA_NAME,
    BadPresets,
    InversionFile,
    LoraFile,
    Preset,
    read_presets,
)

log = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0

Stamp = tuple[int, int] | None
"""Nanoseconds and bytes of a file as it was read; `None`: it was not there."""


class Registry:
    """Presets by name, in the order of the file. Event loop only.

    Invariant: what is in force was whole when it was read; a file that is not changes nothing, and
    is told to the log once and in `mistake`.
    """

    def __init__(
        self,
        models_file: Path | None,
        loras_dir: Path | None,
        embeddings_dir: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Raises `BadPresets`."""
        self._models_file = models_file
        self._loras_dir = loras_dir
        self._embeddings_dir = embeddings_dir
        self._clock = clock
        self._looked_at_s = clock()
        self._file_stamp = _stamp(models_file)
        self._of_file = read_presets(models_file)
        self._folder = _look_into(loras_dir)
        self._embeddings = _look_into(embeddings_dir)
        self._inversions: tuple[tuple[InversionFile, str], ...] = ()
        self._loras: dict[Path, tuple[Stamp, LoraHead]] = {}
        self._read_loras()
        self._inversions = _inversions(self._embeddings)
        self.presets: Mapping[str, Preset] = self._joined()
        self.mistake = ""
        """What is wrong with the file as it is now, without its path; empty where nothing is."""

    def refresh(self) -> tuple[Preset, ...]:
        """Look, at most once a second, whether something has changed, and take it over: takes some
        milliseconds then, and none to speak of otherwise. Those that are new or draw otherwise now.
        """
        if self._clock() - self._looked_at_s < LOOK_EVERY_S:
            return ()
        self._looked_at_s = self._clock()
        file, folder = _stamp(self._models_file), _look_into(self._loras_dir)
        embeddings = _look_into(self._embeddings_dir)
        known = (self._file_stamp, self._folder, self._embeddings)
        if (file, folder, embeddings) == known:
            return ()
        if file != self._file_stamp:
            self._file_stamp = file
            self._read_file()
        if folder != self._folder:
            self._folder = folder
            self._read_loras()
        if embeddings != self._embeddings:
            self._embeddings = embeddings
            self._inversions = _inversions(embeddings)
        before, self.presets = self.presets, self._joined()
        return tuple(
            preset
            for preset in self.presets.values()
            if preset.name not in before or not before[preset.name].draws_as(preset)
        )

    def _read_file(self) -> None:
        try:
            self._of_file = read_presets(self._models_file)
        except BadPresets as error:
            self.mistake = error.mistake
            log.warning("%s The models stay as they were.", error)
        else:
            self.mistake = ""
            log.info("%s was read again: %s", self._models_file, ", ".join(self._names()))

    def _names(self) -> list[str]:
        return [preset.name for preset in self._of_file]

    def _read_loras(self) -> None:
        """Read the headers of those that are new or other than they were."""
        known, self._loras = self._loras, {}
        for file, stamp in self._folder.items():
            if known.get(file, (None, None))[0] == stamp:
                self._loras[file] = known[file]
            else:
                self._loras[file] = (stamp, _head(file))

    def _joined(self) -> Mapping[str, Preset]:
        return {preset.name: self._with_folder(preset) for preset in self._of_file}

    def _with_folder(self, preset: Preset) -> Preset:
        """`preset` with what fits it of the folders; a name that it has itself is its own."""
        allowed = {lora.name.casefold(): lora for lora in preset.allowed_loras}
        for file, (stamp, head) in self._loras.items():
            if preset.family in head.families and stamp is not None:
                lora = LoraFile(
                    name=file.stem,
                    source=str(file),
                    stamp=stamp,
                    description=head.description,
                    words=head.words,
                )
                allowed.setdefault(lora.name.casefold(), lora)
        words = {word.token.casefold(): word for word in preset.textual_inversions}
        for word, family in self._inversions:
            if family == preset.family:
                words.setdefault(word.token.removeprefix(EMBEDDING), word)
        update = {
            "allowed_loras": tuple(allowed.values()),
            "textual_inversions": tuple(words.values()),
        }
        return preset.model_copy(update=update)


def _look_into(folder: Path | None) -> Mapping[Path, Stamp]:
    if folder is None:
        return {}
    try:
        files = sorted(folder.glob("*.safetensors"))
    except OSError:
        return {}
    return {file: _stamp(file) for file in files}


def _inversions(files: Mapping[Path, Stamp]) -> tuple[tuple[InversionFile, str], ...]:
    """What those of `files` teach that can be taught, each with the family that can be."""
    found: list[tuple[InversionFile, str]] = []
    for file, stamp in files.items():
        family = _family_of_word(file)
        if family is not None and stamp is not None:
            # behind the sign it is no word that the tokenizer has, whatever the file is called
            token = f"{EMBEDDING}{file.stem.casefold()}"
            found.append((InversionFile(token=token, source=str(file), stamp=stamp), family))
    return tuple(found)


def _family_of_word(file: Path) -> str | None:
    """Whose encoders the file teaches; `None` where it cannot be offered, which is logged."""
    if not re.fullmatch(r"[\w.-]{1,80}", file.stem):
        log.warning("the embedding %s: nobody can write this name in a prompt", file.name)
        return None
    try:
        header, _ = header_and_notes(file)
    except (Unusable, OSError) as error:
        log.warning("the embedding %s cannot be read: %s", file.name, type(error).__name__)
        return None
    widths = {name: tensor["shape"][1:] for name, tensor in header.items()}
    if widths.get("clip_l") == [768] and widths.get("clip_g") == [1280]:
        return "sdxl"
    if list(widths.values()) == [[768]]:
        return "sd15"
    log.warning("the embedding %s is for none of the families of models here", file.name)
    return None


def _stamp(file: Path | None) -> Stamp:
    if file is None:
        return None
    try:
        status = file.stat()
    except OSError:
        return None
    return (status.st_mtime_ns, status.st_size)


def _head(file: Path) -> LoraHead:
    """What the LoRA `file` is; of no family where it cannot be offered, which is logged."""
    if not re.match(LORA_NAME, file.stem):
        log.warning("the LoRA %s: nobody can write this name in a prompt", file.name)
        return LoraHead(frozenset())
    try:
        head = read_lora(file)
    except (Unusable, OSError) as error:
        log.warning("the LoRA %s cannot be read: %s", file.name, type(error).__name__)
        return LoraHead(frozenset())
    if not head.families:
        log.warning("the LoRA %s is for none of the families of models here", file.name)
    return head
