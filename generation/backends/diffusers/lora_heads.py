"""What a LoRA is, by the header of its file: the families of models that it fits, what it does, and
the words that it listens to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from generation.backends.diffusers.files import header_and_notes

_LORA_KINDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"(noise|context)_refiner|(^|\.|_)layers[._]\d+[._](attention|feed_forward)", ("z-image",)),
    (r"to_qkv_mlp_proj|(double|single)_stream_modulation", ("flux2-klein",)),
    (r"single_transformer_blocks", ("flux1",)),
    (r"double_blocks[._]([89]|1\d)[._]|single_blocks[._](2[4-9]|3\d)[._]", ("flux1",)),
    (r"(double|single)_blocks[._]", ("flux1", "flux2-klein")),
    (r"joint_blocks[._]", ("sd35",)),
    (r"transformer\.transformer_blocks[._]", ("sd35", "flux1", "flux2-klein")),
    (r"text_encoder_2|lora_te[12]_|input_blocks[._]", ("sdxl",)),
    (r"(down|up|mid|middle)_blocks?[._]|text_model|text_encoder", ("sd15", "sdxl")),
)
"""How names in a LoRA are written → the families that it may be of; the first that is found holds.
The names are those of diffusers, of kohya's sd-scripts and of the models' own code: of FLUX.2 klein
no more than 8 double and 24 single blocks are there.
"""
_READS_TEXT = re.compile(r"attn2.*to_[kv].*(down|lora_A|hada_w\d_b)")
_WIDTHS: dict[int, tuple[str, ...]] = {768: ("sd15",), 1024: (), 1280: (), 2048: ("sdxl",)}
"""How wide a text is that a U-Net looks at; of 1024 and 1280 are those of SD 2 and the refiner."""


class LoraHead(NamedTuple):
    """What the header of a LoRA says."""

    families: frozenset[str]
    """Those that it may be of: none where it is of another model or no LoRA at all. The loader has
    the last word.
    """
    description: str = ""
    words: tuple[str, ...] = ()


def read_lora(path: Path) -> LoraHead:
    """What the header of the LoRA at `path` says. Raises `Incomplete`."""
    header, notes = header_and_notes(path)
    about = next(filter(None, (_note(notes, key) for key in _DESCRIBED)), "")
    words = _note(notes, "modelspec.trigger_phrase").split(",")
    return LoraHead(
        families=_families(header),
        description="" if about.casefold() == path.stem.casefold() else about,
        words=tuple(word.strip() for word in words if word.strip())[:_MOST_WORDS],
    )


_DESCRIBED = ("modelspec.description", "modelspec.title", "ss_output_name")
"""Where a file says what it is: keys of the ModelSpec standard, and of kohya's sd-scripts."""
_NOTE_LENGTH = 80
_READ_LENGTH = 1000
_MOST_WORDS = 4
_MARKUP = re.compile(r"<[^<>]{0,200}>")


def _note(notes: Mapping[str, Any], key: str) -> str:
    """What a stranger has written into a file, as one short line of plain text."""
    note = notes.get(key)
    if not isinstance(note, str):
        return ""
    text = " ".join(_MARKUP.sub(" ", note[:_READ_LENGTH]).split())
    plain = "".join(char for char in text if char.isprintable())
    return plain if len(plain) <= _NOTE_LENGTH else f"{plain[: _NOTE_LENGTH - 1].rstrip()}…"


def _families(header: Mapping[str, Any]) -> frozenset[str]:
    if not any("lora" in name or "hada_" in name or "lokr_" in name for name in header):
        return frozenset()
    families = next(
        (kinds for sign, kinds in _LORA_KINDS if any(re.search(sign, name) for name in header)), ()
    )
    widths = {header[name]["shape"][1] for name in header if _READS_TEXT.search(name)}
    if families == ("sd15", "sdxl") and len(widths) == 1:
        families = _WIDTHS.get(widths.pop(), families)
    return frozenset(families)
