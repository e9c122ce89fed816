"""The models that an operator offers, read from a TOML file: one table a preset, the default first.

`models.toml` beside this file is read where the operator has none; its head explains every key.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from generation.backends.base import BadOptions
from generation.backends.diffusers.families import (
    FAMILIES,
    FLOW_MATCHING,
    FOR_FEW_STEPS,
    SCHEDULERS,
)
from generation.request import Settings
from generation.tuning import Adjustable, Limit

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,39}$")]
Text = Annotated[str, Field(min_length=1)]
LORA_NAME = r"^[^\s<>＜＞:：]([^<>＜＞:：\n]{0,78}[^\s<>＜＞:：])?$"
"""What can be written in `<lora:name:weight>`."""
EMBEDDING = "embedding:"
"""May stand before the token of a textual inversion, as in ComfyUI."""
FEW_STEPS = 12
"""At most as many, and a model was distilled for few: more, or guidance, spoil its pictures."""
MOST_STEPS, MOST_GUIDANCE = 60, 20.0
"""What a member may ask of any other model where the preset does not say."""


class BadPresets(BadOptions):
    """The file of presets has a mistake. The text is for the operator: file, preset, key, what."""

    def __init__(self, file: Path | str, what: str) -> None:
        super().__init__(f"{file}{what}")
        self.mistake = f"{Path(file).name}{what}"
        """The same without where the file lies."""


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


class Lora(_Table):
    """Changes to a model's weights, from a repository or folder, or a .safetensors file."""

    name: Annotated[str, Field(pattern=LORA_NAME)]
    source: Text
    file: str | None = None
    """Its file in `source`; `None` where there is one only."""
    weight: float = 1.0
    description: str = ""
    """What it does, for members."""
    words: tuple[str, ...] = ()
    """Words that a prompt has to say for it to act in full."""

    @property
    def adapter(self) -> str:
        """Its name in the model: modules are called by it, whose names have no dots."""
        return f"lora_{self.name.encode().hex()}"


class LoraFile(Lora):
    """One that lies in the operator's folder, as it was when it was read."""

    stamp: tuple[int, int]
    """Of the file: when it was changed, in nanoseconds, and its bytes."""


class TextualInversion(_Table):
    """A word that the text encoder learns."""

    token: Text
    source: Text
    file: str | None = None


class InversionFile(TextualInversion):
    """One that lies in the operator's folder, as it was when it was read."""

    stamp: tuple[int, int]
    """As of `LoraFile`."""


class IpAdapter(_Table):
    """Lets the model look at a picture beside the prompt."""

    source: Text
    subfolder: str = ""
    weight_name: Text
    image_encoder: Text
    """Folder of the encoder in `source`, counted from its root."""
    scale: float = Field(default=0.6, ge=0, le=2)


class ControlNet(_Table):
    """Holds the model to the outlines of a picture."""

    source: Text
    preprocessor: Literal["edges", "none"] = "edges"
    scale: float = Field(default=0.7, ge=0, le=2)


class RatingTags(_Table):
    """By which the model knows whom a picture is for."""

    safe: Text
    """In every prompt where pictures have to be fit for everybody."""
    avoid: str = ""
    """There in every negative prompt, and never in a prompt."""
    first: bool = False
    """Whether it ends the prefix; otherwise it begins the suffix."""


class Preset(_Table):
    """One model and how it is run."""

    name: Name
    title: Text
    source: Text
    """A repository at the hub, or a folder as `save_pretrained` writes it, or a checkpoint of one
    file.
    """
    file: str | None = None
    """The checkpoint in `source`, where that is a repository or folder and a checkpoint one file.
    """
    config: str | None = None
    """Repository or folder of a pipeline, whose small files go with a checkpoint of one file.
    `None`: that of `Family.layout`.
    """
    subfolder: str = ""
    """Where in `source` model_index.json is."""
    variant: str | None = None
    """Take the files of this variant ("fp16"), where the repository has several."""
    family: str
    steps: int = Field(ge=1, le=150)
    guidance: float = Field(ge=0, le=30)
    scheduler: str
    scheduler_options: dict[str, str | int | float | bool] = {}
    max_steps: int | None = Field(default=None, ge=1, le=150)
    max_guidance: float | None = Field(default=None, ge=0, le=30)
    """0: nobody may change it."""
    samplers: tuple[str, ...] = ()
    """Noise schedulers that a member may choose; empty: those of the family."""
    sizes_px: tuple[int, ...] = Field(min_length=1)
    """Squares; the first is the default."""
    max_batch: int = Field(default=4, ge=1, le=64)
    """Pictures in one call."""
    drop_guidance_after: float | None = Field(default=None, gt=0, lt=1)
    """Share of the steps after which guidance is dropped."""
    vae: str | None = None
    tiny_vae: str | None = None
    use_tiny_vae: Literal["never", "previews", "cpu"] = "previews"
    """"cpu": for previews, and on a CPU for the picture as well."""
    loras: tuple[Lora, ...] = ()
    """Always on."""
    allowed_loras: tuple[Lora, ...] = ()
    """Those that a prompt may ask for by name."""
    textual_inversions: tuple[TextualInversion, ...] = ()
    prompt: Literal["tags", "sentence"] | None = None
    """What its text encoders were trained on; `None`: as its family's."""
    languages: tuple[Literal["en", "zh"], ...] = ()
    """What it reads; empty: as its family."""
    prompt_prefix: str = ""
    prompt_suffix: str = ""
    negative_prompt: str = ""
    rating: RatingTags | None = None
    ip_adapter: IpAdapter | None = None
    controlnet: ControlNet | None = None
    memory_gb: float | None = Field(default=None, gt=0)
    """Memory of the device that it wants."""
    download_gb: float | None = Field(default=None, gt=0)
    """What has to be downloaded before it draws, where nothing of it is here."""
    licence: Text
    licence_note: str = ""

    @property
    def is_one_file(self) -> bool:
        """Whether its checkpoint is one file, as `Family.layout` has it, and not a folder."""
        named = self.file is not None or self.source.endswith(".safetensors")
        return named and FAMILIES[self.family].layout is not None

    @property
    def is_guided(self) -> bool:
        """Whether each step is taken twice, towards the prompt and away from the negative one."""
        return self.guidance > FAMILIES[self.family].guidance_off

    @property
    def adjustable(self) -> Adjustable:
        """What a member may change of how it is run."""
        steps, guidance = _usual_limits(self)
        most = guidance if self.max_guidance is None else self.max_guidance
        return Adjustable(
            steps=Limit(1, self.max_steps or steps, self.steps),
            guidance=Limit(0, most, self.guidance) if most else None,
            samplers={key: SCHEDULERS[key].title for key in _offered_samplers(self)},
        )

    def adjusted(self, settings: Settings) -> Preset:
        """It, run as `settings` say where they say something."""
        said = {
            "steps": settings.steps,
            "guidance": settings.guidance,
            "scheduler": settings.sampler,
        }
        changes = {name: value for name, value in said.items() if value is not None}
        return self.model_copy(update=changes) if changes else self

    def draws_as(self, other: Preset) -> bool:
        """Whether only the LoRAs that may be asked for differ, if anything does."""
        return self.model_copy(update={"allowed_loras": other.allowed_loras}) == other

    @model_validator(mode="after")
    def _fits_its_family(self) -> Preset:
        for problem in _problems(self):
            raise ValueError(problem)
        return self


def _usual_limits(preset: Preset) -> tuple[int, float]:
    """The most steps and guidance where the preset does not say."""
    if preset.steps > FEW_STEPS:
        return max(MOST_STEPS, 2 * preset.steps), MOST_GUIDANCE
    acts = FAMILIES[preset.family].negative
    return 2 * preset.steps, max(2.0, 2 * preset.guidance) if acts else 0.0


def _offered_samplers(preset: Preset) -> list[str]:
    """Those that a member may choose, the preset's own first."""
    if preset.samplers:
        offered = preset.samplers
    elif not FAMILIES[preset.family].unet:
        offered = tuple(key for key in SCHEDULERS if key in FLOW_MATCHING)
    elif preset.steps > FEW_STEPS:
        offered = tuple(key for key in SCHEDULERS if key not in (*FLOW_MATCHING, "lcm"))
    else:
        offered = FOR_FEW_STEPS
    return list(dict.fromkeys((preset.scheduler, *offered)))


def _problems(preset: Preset) -> list[str]:
    """What the fields say against each other; each starts with the key to change."""
    if preset.family not in FAMILIES:
        return [f"family: {_no_such_word(preset.family, FAMILIES)}"]
    family = FAMILIES[preset.family]
    names = [lora.name.casefold() for lora in preset.allowed_loras]
    named = {"scheduler": (preset.scheduler,), "samplers": preset.samplers}
    for key, schedulers in named.items():
        for name in schedulers:
            if name not in SCHEDULERS:
                return [f"{key}: {_no_such_word(name, SCHEDULERS)}"]
    checks = {
        f"file: {family.key} is loaded from folders only": preset.file is not None
        and family.layout is None,
        "config: only a checkpoint of one file needs it": preset.config is not None
        and not preset.is_one_file,
        f"sizes_px: multiples of {family.size_multiple} from 64 to 4096 are wanted": any(
            size % family.size_multiple or not 64 <= size <= 4096 for size in preset.sizes_px
        ),
        **{
            f"{key}: {name} is not for {family.key}": (name in FLOW_MATCHING) == family.unet
            for key, schedulers in named.items()
            for name in schedulers
        },
        "max_steps: it has more steps itself": preset.max_steps is not None
        and preset.max_steps < preset.steps,
        "max_guidance: it has more guidance itself": preset.max_guidance is not None
        and 0 < preset.max_guidance < preset.guidance,
        f"negative_prompt: {family.key} takes none": bool(preset.negative_prompt)
        and not family.negative,
        f"rating: {family.key} takes no negative prompt, so that nothing can be avoided": (
            preset.rating is not None and bool(preset.rating.avoid)
        )
        and not family.negative,
        f"textual_inversions: {family.key} takes none": bool(preset.textual_inversions)
        and not family.has_textual_inversion,
        f"ip_adapter: {family.key} takes none": preset.ip_adapter is not None
        and not family.has_ip_adapter,
        f"controlnet: {family.key} takes none": preset.controlnet is not None
        and not family.controlled,
        "allowed_loras: a name is there twice": len(names) != len(set(names)),
        "use_tiny_vae: 'cpu' needs a tiny_vae": preset.use_tiny_vae == "cpu"
        and preset.tiny_vae is None,
    }
    return [problem for problem, found in checks.items() if found]


def _no_such_word(typed: str, words: Iterable[str]) -> str:
    """Which words there are, and which of them is the one that was meant, as it has to be written:
    "SDXL 1.0" is "sdxl", "Euler a" is "euler-a".
    """
    plain = {re.sub(r"[^a-z0-9]", "", word.casefold()): word for word in words}
    meant = re.sub(r"[^a-z0-9]", "", typed.casefold())
    near = [word for word in plain if meant.startswith(word)] or difflib.get_close_matches(
        meant, plain, 1
    )
    text = f"{typed!r} is none of {', '.join(plain.values())}"
    return f"{text}; write {max((plain[w] for w in near), key=len)!r}" if near else text


def read_presets(path: Path | None = None) -> tuple[Preset, ...]:
    """The presets of `path`, or those that come with Moevatar, in the order of the file.

    Raises `BadPresets`.
    """
    source = (
        files("generation.backends.diffusers").joinpath("models.toml") if path is None else path
    )
    file = str(source)
    try:
        tables = tomllib.loads(source.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise BadPresets(file, f" cannot be read: {error.strerror}.") from error
    except ValueError as error:  # TOML, or UTF-8
        raise BadPresets(file, f" is not valid TOML: {error}.") from error
    if not tables:
        raise BadPresets(file, " has no preset.")
    return tuple(_preset(file, name, table) for name, table in tables.items())


def _preset(file: str, name: str, table: Any) -> Preset:
    if not isinstance(table, dict):
        raise BadPresets(file, f": {name!r} stands outside of a preset; a preset is a [table].")
    if "name" in table:
        raise BadPresets(file, f", preset {name!r}, key 'name': its name is that of its [table].")
    try:
        return Preset.model_validate({**table, "name": name})
    except ValidationError as error:
        raise BadPresets(file, f", preset {name!r}, {_first_mistake(error)}.") from error


def _first_mistake(error: ValidationError) -> str:
    """ "key 'steps': Field required", of the first mistake: others follow once it is mended."""
    mistake = error.errors()[0]
    key, message = ".".join(str(part) for part in mistake["loc"]), mistake["msg"]
    if not key:
        key, _, message = message.removeprefix("Value error, ").partition(": ")
    return f"key {key!r}: {message}"
