"""What somebody may change of how a model is run: its limits, and what was typed for it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace

from generation.prompt_errors import BadSetting, NotAdjustable, SettingOutOfRange, UnknownSampler
from generation.request import AS_USUAL, Settings

_NUMBER = re.compile(r"[0-9]{1,6}(?:[.,][0-9]{1,6})?")


@dataclass(frozen=True, slots=True)
class Limit:
    """A number from `least` to `most`, and what it is where nobody says."""

    least: float
    most: float
    usual: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustable:
    """What may be changed of how a model is run."""

    steps: Limit
    guidance: Limit | None
    """`None`: none acts on it."""
    samplers: Mapping[str, str]
    """Key → title, a proper name; the first is taken where nobody says."""


def check_settings(settings: Settings, adjustable: Adjustable | None, model: str) -> None:
    """Raise what is wrong with `settings` for the model of the title `model`, a `BadSetting`."""
    for mistake in _mistakes(settings, adjustable, model).values():
        raise mistake


def fitting(settings: Settings, adjustable: Adjustable | None) -> Settings:
    """What of `settings` a model with these limits can do."""
    return replace(settings, **dict.fromkeys(unfitting(settings, adjustable)))


def unfitting(settings: Settings, adjustable: Adjustable | None) -> tuple[str, ...]:
    """The fields of `settings` that a model with these limits cannot follow."""
    return tuple(_mistakes(settings, adjustable, ""))


def read_settings(
    steps: str, guidance: str, sampler: str, adjustable: Adjustable | None, model: str
) -> Settings:
    """What was typed for the model of the title `model`; what is empty or as usual is not said.

    A sampler may be typed by key or title. Raises a `BadSetting`.
    """
    if adjustable is None:
        typed = {"steps": steps, "guidance": guidance, "sampler": sampler}
        for name in (name for name, text in typed.items() if text.strip()):
            raise NotAdjustable(name, model)
        return AS_USUAL
    said = Settings(
        steps=_whole(steps, adjustable.steps),
        guidance=_number("guidance", guidance, adjustable.guidance or Limit(0, 0, 0)),
        sampler=_sampler(sampler, adjustable, model),
    )
    check_settings(said, adjustable, model)
    return unusual(said, adjustable)


def unusual(settings: Settings, adjustable: Adjustable) -> Settings:
    """`settings` without what the model does anyway: its owner may change that."""
    guidance = adjustable.guidance
    return Settings(
        steps=None if settings.steps == adjustable.steps.usual else settings.steps,
        guidance=None if guidance and settings.guidance == guidance.usual else settings.guidance,
        sampler=None if settings.sampler == next(iter(adjustable.samplers)) else settings.sampler,
    )


def _mistakes(
    settings: Settings, adjustable: Adjustable | None, model: str
) -> Mapping[str, BadSetting]:
    """By field of `settings`."""
    found: dict[str, BadSetting] = {}
    for name, limit in (
        ("steps", adjustable and adjustable.steps),
        ("guidance", adjustable and adjustable.guidance),
    ):
        value: float | None = getattr(settings, name)
        if value is None:
            continue
        if limit is None:
            found[name] = NotAdjustable(name, model)
        elif not limit.least <= value <= limit.most:
            found[name] = SettingOutOfRange(name, f"{value:g}", limit.least, limit.most)
    if settings.sampler is None:
        return found
    if adjustable is None:
        found["sampler"] = NotAdjustable("sampler", model)
    elif settings.sampler not in adjustable.samplers:
        titles = tuple(adjustable.samplers.values())
        found["sampler"] = UnknownSampler(settings.sampler, titles, model)
    return found


def _number(name: str, typed: str, limit: Limit) -> float | None:
    """Raises `SettingOutOfRange` for what is no number."""
    text = unicodedata.normalize("NFKC", typed).strip()
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        raise SettingOutOfRange(name, text, limit.least, limit.most)
    return float(text.replace(",", "."))


def _whole(typed: str, limit: Limit) -> int | None:
    """Raises `SettingOutOfRange` for half a step, too."""
    steps = _number("steps", typed, limit)
    if steps is None:
        return None
    if not steps.is_integer():
        raise SettingOutOfRange("steps", typed.strip(), limit.least, limit.most)
    return int(steps)


def _sampler(typed: str, adjustable: Adjustable, model: str) -> str | None:
    """The key of what was typed. Raises `UnknownSampler`."""
    wanted = typed.strip().casefold()
    if not wanted:
        return None
    for key, title in adjustable.samplers.items():
        if wanted in (key, title.casefold()):
            return key
    raise UnknownSampler(typed, tuple(adjustable.samplers.values()), model)
