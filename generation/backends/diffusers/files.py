"""What a model's files say without torch and without the network: which are wanted, whether they
are all there and whole, and of what family they are.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, cast

from generation.backends.diffusers.families import FAMILIES, Family
from generation.backends.diffusers.presets import Lora, Preset

INDEX = "model_index.json"
LEFT_OUT = frozenset({"safety_checker", "feature_extractor"})
"""Components that are neither fetched nor loaded: the checker was trained on photos, and takes
drawings for what they are not. So nothing looks at what these models draw, and nothing but the
reader at what is asked of them: a server chooses its models, and who may use them.
"""
_TEXTS = (".json", ".txt", ".model", ".jinja")
_PICKLES = (".bin", ".ckpt", ".pt", ".pth", ".pkl")
_SHARD = re.compile(r"-\d{5}-of-\d{5}")
_MAX_HEADER_BYTES = 100_000_000
_START_BYTES = 9
"""The header's length, and the brace that it begins with."""


class Unusable(Exception):
    """Base of what can be wrong with files; turned into our errors by whoever knows the model."""


class Incomplete(Unusable):
    """A file is missing, cut off or not what it should be."""


class Empty(Incomplete):
    """A file of weights holds nothing."""


class Alien(Incomplete):
    """A file that should be weights is something else, such as a page of the web."""


class OneFile(Unusable):
    """The pipeline is a checkpoint of one file."""


class NotWhole(Unusable):
    """A checkpoint of one file lacks a part of the pipeline."""


class OnlyPickles(Unusable):
    """There are weights, but none as safetensors."""


class OtherClass(Unusable):
    """The pipeline is of another class or family."""

    def __init__(self, found: str) -> None:
        super().__init__(found)
        self.found = found


Names = tuple[str, ...]
Read = Callable[[str], bytes]
Choose = Callable[[Names, Read], Names]
"""From the names of all files of a source, with `/`, to those that are wanted; it may read the
small ones. Raises `Unusable`.
"""


ChooseOfModel = Callable[[Names, str], Names]
"""From the names of all files and the folder of a model to those that are wanted of it."""


@dataclass(frozen=True, slots=True)
class Part:
    """Files of one repository or folder that a preset is made of."""

    role: str
    """"pipeline", "config", "vae", "tiny_vae", "ip_adapter", "controlnet", or "lora:…",
    "inversion:…", "allowed:…".
    """
    source: str
    choose: Choose
    inspect: Callable[[Path], object] = lambda first: None
    """Looks into the first of the files. Raises `Unusable`."""


def parts(preset: Preset) -> tuple[Part, ...]:
    """All that `preset` needs, the pipeline first. What a prompt may ask for beside is no part."""
    found = [*_pipeline_parts(preset)]
    for role, source in (("vae", preset.vae), ("tiny_vae", preset.tiny_vae)):
        if source is not None and not (role == "tiny_vae" and preset.use_tiny_vae == "never"):
            found.append(Part(role, source, lambda names, read: _model(None, names, "")))
    if preset.controlnet is not None:
        source = preset.controlnet.source
        found.append(Part("controlnet", source, lambda names, read: _model(None, names, "")))
    if (adapter := preset.ip_adapter) is not None:
        weights = str(PurePosixPath(adapter.subfolder) / adapter.weight_name)
        encoder = adapter.image_encoder

        def both(names: Names, read: Read) -> Names:
            return (*_one_file(names, weights), *_model(None, names, encoder))

        found.append(Part("ip_adapter", adapter.source, both))
    for kind, extras in (("lora", preset.loras), ("inversion", preset.textual_inversions)):
        for number, extra in enumerate(extras):
            found.append(Part(f"{kind}:{number}", extra.source, _file(extra.file)))
    return tuple(found)


def allowed_part(lora: Lora) -> Part:
    """A LoRA that a prompt has asked for."""
    return Part(f"allowed:{lora.name}", lora.source, _file(lora.file))


def _file(name: str | None) -> Choose:
    return lambda names, read: _one_file(names, name)


def _pipeline_parts(preset: Preset) -> tuple[Part, ...]:
    family = FAMILIES[preset.family]
    if family.layout is None or not preset.is_one_file:
        choose = _pipeline(preset.subfolder, family.accepted, partial(_model, preset.variant))
        return (Part("pipeline", preset.source, choose),)
    inspect = partial(check_layout, family=family, has_vae=preset.vae is None)
    config = preset.config or family.layout.config
    return (
        Part("pipeline", preset.source, _file(preset.file), inspect),
        Part("config", config, _pipeline("", family.accepted, _config)),
    )


def _pipeline(root: str, accepted: frozenset[str], model: ChooseOfModel) -> Choose:
    """What model_index.json in `root` lists, and of its models what `model` chooses."""

    def choose(names: Names, read: Read) -> Names:
        index = _join(root, INDEX)
        if index not in names:
            single = [name for name in _inside(names, root) if name.endswith(".safetensors")]
            if len(single) == 1:
                raise OneFile(single[0])
            raise (
                OnlyPickles if any(name.endswith(_PICKLES) for name in names) else Incomplete(index)
            )
        description = _object(read(index))
        if (found := str(description.get("_class_name"))) not in accepted:
            raise OtherClass(found)
        chosen = [index]
        for component, kind in components(description).items():
            chosen += _component(names, _join(root, component), kind, model)
        return tuple(chosen)

    return choose


def components(description: Mapping[str, Any]) -> dict[str, str]:
    """Component → class, of the model_index.json `description`, without those we leave out."""
    found: dict[str, str] = {}
    for name, value in description.items():
        match value:
            case [str(), str(kind)] if name not in LEFT_OUT:
                found[name] = kind
            case _:
                continue
    return found


def _component(names: Names, folder: str, kind: str, model: ChooseOfModel) -> Names:
    here = _inside(names, folder)
    if kind.endswith("Scheduler"):
        return _wanted(here, folder, "scheduler_config.json")
    if "Tokenizer" in kind:
        own = {PurePosixPath(name).name for name in here}
        if not ({"tokenizer.json", "spiece.model"} & own or {"vocab.json", "merges.txt"} <= own):
            raise Incomplete(f"{folder}: vocabulary")
        return _texts(here)
    if kind.endswith(("Processor", "FeatureExtractor", "ProcessorPil")):
        return _wanted(here, folder, "preprocessor_config.json")
    return model(names, folder)


def _config(names: Names, folder: str) -> Names:
    """A model's configuration alone."""
    return _wanted(_inside(names, folder), folder, "config.json")


def _model(variant: str | None, names: Names, folder: str) -> Names:
    """A model's configuration and weights. Without files of `variant`, the plain ones."""
    here = _inside(names, folder)
    weights = [name for name in here if name.endswith(".safetensors") and _is_standard(name)]
    chosen = [name for name in weights if _variant(name) == variant]
    chosen = chosen or [name for name in weights if _variant(name) is None]
    if not chosen:
        raise OnlyPickles if any(name.endswith(_PICKLES) for name in here) else Incomplete(folder)
    return (*_wanted(here, folder, "config.json"), *chosen)


def _is_standard(name: str) -> bool:
    """Whether the libraries load it by themselves; single-file checkpoints lie beside such."""
    return PurePosixPath(name).name.startswith(("diffusion_pytorch_model", "model"))


def _variant(name: str) -> str | None:
    """ "fp16" of "model.fp16.safetensors" and of "model-00001-of-00002.fp16.safetensors"."""
    _, _, variant = _SHARD.sub("", PurePosixPath(name).stem).partition(".")
    return variant or None


def _one_file(names: Names, wanted: str | None) -> Names:
    if wanted is not None and wanted.endswith(_PICKLES):
        raise OnlyPickles
    found = [
        name
        for name in names
        if (name == wanted if wanted is not None else name.endswith(".safetensors"))
    ]
    if len(found) != 1:
        pickles = not found and any(name.endswith(_PICKLES) for name in names)
        raise OnlyPickles if pickles else Incomplete(wanted or f"{len(found)} files, one is wanted")
    return tuple(found)


def _wanted(here: Names, folder: str, name: str) -> Names:
    """All texts of a component, which must have `name` among them."""
    if _join(folder, name) not in here:
        raise Incomplete(_join(folder, name))
    return _texts(here)


def _texts(here: Names) -> Names:
    return tuple(name for name in here if name.endswith(_TEXTS))


def _inside(names: Names, folder: str) -> Names:
    """The files that lie directly in `folder`."""
    parent = PurePosixPath(folder)
    return tuple(name for name in names if PurePosixPath(name).parent == parent)


def _join(folder: str, name: str) -> str:
    return str(PurePosixPath(folder) / name)


def _object(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except ValueError as error:
        raise Incomplete("not JSON") from error
    if not isinstance(found, dict):
        raise Incomplete("not a JSON object")
    return {str(key): value for key, value in found.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


def local_names(folder: Path) -> Names:
    """All files below `folder`, in order, with `/` whatever the system."""
    return tuple(
        sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    )


def check(folder: Path, names: Iterable[str]) -> int:
    """How many numbers the weights among `names` hold. Raises `Incomplete` for a file that is not
    whole, and for a shard that an index lists and that is not there.
    """
    chosen, numbers = set(names), 0
    for name in chosen:
        if name.endswith(".safetensors"):
            numbers += _numbers(folder / name)
    for index in (name for name in chosen if name.endswith(".safetensors.index.json")):
        listed = _object((folder / index).read_bytes()).get("weight_map", {}).values()
        for shard in sorted({_join(str(PurePosixPath(index).parent), str(it)) for it in listed}):
            if shard not in chosen:
                raise Incomplete(shard)
    return numbers


def check_layout(path: Path, family: Family, *, has_vae: bool) -> None:
    """Raise `OtherClass` where the checkpoint at `path` is of another family or for painting parts
    anew alone, and `NotWhole` where it lacks a part; `has_vae`: whether it is to bring a VAE.
    """
    header = _header(path)
    for other in FAMILIES.values():
        if other is not family and other.layout and _begin(header, other.layout.text_encoders):
            raise OtherClass(other.key)
    layout = family.layout
    assert layout is not None
    wanted = (layout.unet, *layout.text_encoders, *((layout.vae,) if has_vae else ()))
    if not _begin(header, wanted):
        raise NotWhole(path.name)
    first = header.get(f"{layout.unet}input_blocks.0.0.weight")
    if first is not None and first["shape"][1:2] != [family.latent_channels]:
        raise OtherClass("inpainting")


def _begin(names: Iterable[str], beginnings: tuple[str, ...]) -> bool:
    """Whether of `names` some begin with each of `beginnings`."""
    return all(any(name.startswith(beginning) for name in names) for beginning in beginnings)


def _numbers(path: Path) -> int:
    """The numbers in a safetensors file, by its header. Raises `Incomplete` where it is cut off."""
    try:
        return sum(math.prod(tensor["shape"]) for tensor in _header(path).values())
    except (TypeError, KeyError) as error:
        raise Incomplete(path.name) from error


def _header(path: Path) -> dict[str, Any]:
    """The tensors of a safetensors file by name: "shape", "data_offsets", "dtype".

    Raises `Incomplete` where it is cut off.
    """
    return header_and_notes(path)[0]


def header_and_notes(path: Path) -> tuple[dict[str, Any], Mapping[str, Any]]:
    """`_header`, and what else is written there by name."""
    size = path.stat().st_size
    if size == 0:
        raise Empty(path.name)
    with path.open("rb") as file:
        start = file.read(_START_BYTES)
        length = int.from_bytes(start[:8], "little")
        if start[8:9] != b"{" or not 0 < length <= _MAX_HEADER_BYTES:
            raise Alien(path.name)
        if length > size - 8:
            raise Incomplete(path.name)
        file.seek(8)
        header = _object(file.read(length))
    notes: Any = header.pop("__metadata__", None)
    try:
        end = max((tensor["data_offsets"][1] for tensor in header.values()), default=0)
    except (TypeError, KeyError, IndexError) as error:
        raise Incomplete(path.name) from error
    if 8 + length + end != size:
        raise Incomplete(path.name)
    return header, cast("dict[str, Any]", notes) if isinstance(notes, dict) else {}
