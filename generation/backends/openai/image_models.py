"""Image models by their names: what they understand and cost, and which one "auto" stands for.

OpenAI retires its image models every few months.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, cast

from generation.backends.backend_options import AUTO, OpenAIOptions, Quality
from generation.backends.openai.api_errors import describe, translate
from generation.capabilities import Price
from generation.errors import BadAnswer, KeyRefused, NotConfigured, ProviderError
from generation.shapes import SHAPES, Shape, frame

_GPT_IMAGE = re.compile(r"gpt-image-(\d+)(?:\.(\d+))?(?:-([a-z]+))?(-\d{4}-\d\d-\d\d)?")


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of model: "gpt-image" of OpenAI, "dall-e" as other servers still have it, "other"."""

    version: tuple[int, int] | None = None
    """Of a gpt-image, such as (2, 6)."""
    variant: str = ""
    """Of a gpt-image: "flare", "sunburst", "mini", or nothing."""
    is_snapshot: bool = False
    """Frozen at the date in its name."""
    is_dall_e: bool = False
    sides_px: Mapping[Shape, tuple[int, int]] = field(default_factory=dict[Shape, tuple[int, int]])
    """Shapes that it draws in one size alone: width and height."""

    @property
    def is_gpt_image(self) -> bool:
        """Whether quality, moderation, background and streaming mean something to it."""
        return self.version is not None

    @property
    def transparent(self) -> bool:
        """Whether it leaves a background open (version 2 does so as a preview)."""
        return self.version is not None and self.version >= (2, 0)

    @property
    def draws_small(self) -> bool:
        """Whether squares of less than 1024 may be asked for."""
        return not self.sides_px

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """What it draws: servers of open models are asked for any width and height."""
        known = ("square", *self.sides_px)
        return known if self.is_gpt_image or self.is_dall_e else SHAPES

    def size(self, shape: Shape, size_px: int) -> tuple[int, int]:
        """Width and height to ask for."""
        return self.sides_px.get(shape) or frame(shape, size_px, _SIDE_STEP_PX)

    @property
    def takes_seed(self) -> bool:
        """Whether a seed may be sent: servers of open models draw by it."""
        return not self.is_gpt_image and not self.is_dall_e


_GPT_SIDES_PX: dict[Shape, tuple[int, int]] = {
    "portrait": (1024, 1536),
    "landscape": (1536, 1024),
}
_GPT_2_SIDES_PX: dict[Shape, tuple[int, int]] = {"wide": (1728, 576)}
"""From version 2 on any multiples of 16 whose ratio is at most 3:1 (`size` of the API)."""
_DALL_E_3_SIDES_PX: dict[Shape, tuple[int, int]] = {
    "portrait": (1024, 1792),
    "landscape": (1792, 1024),
}
_SIDE_STEP_PX = 64
"""What suits every open model."""


def family_of(model: str) -> Family:
    """The family by the name; a gateway's prefix ("openai/gpt-image-2.6-flare") does not matter."""
    name = model.rsplit("/", 1)[-1]
    if match := _GPT_IMAGE.fullmatch(name):
        major, minor, variant, dated = match.groups()
        version = int(major), int(minor or 0)
        sides = _GPT_SIDES_PX if version < (2, 0) else _GPT_SIDES_PX | _GPT_2_SIDES_PX
        return Family(version, variant or "", dated is not None, sides_px=sides)
    if name.startswith("chatgpt-image"):
        return Family((1, 5), sides_px=_GPT_SIDES_PX)
    tall = _DALL_E_3_SIDES_PX if name == "dall-e-3" else {}
    return Family(is_dall_e=name.startswith("dall-e"), sides_px=tall)


_USD_PER_TOKEN = {"text": 5e-6, "image": 8e-6, "output": 30e-6}
"""The list price since gpt-image-2."""
_OUTPUT_TOKENS: tuple[tuple[tuple[int, int], dict[Quality, int]], ...] = (
    ((2, 6), {"low": 690, "medium": 1540, "high": 1756}),
    ((2, 5), {"low": 196, "medium": 439, "high": 1756}),
    ((2, 0), {"low": 196, "medium": 1756, "high": 7024}),
)
"""From a version on, what a picture of 1024 × 1024 takes."""


def price_of(family: Family, quality: Quality) -> Price | None:
    """Roughly what a picture costs; `None` for a model whose prices we do not know.

    "auto" counts as high: it must not cost more than was said.
    """
    for version, tokens in _OUTPUT_TOKENS:
        if family.version is not None and family.version >= version:
            counted = tokens["high" if quality == "auto" else quality]
            return Price(round(counted * _USD_PER_TOKEN["output"], 3))
    return None


def cost_of(family: Family, usage: Mapping[str, int]) -> float | None:
    """What `usage` costs in US dollars by the list price; `None` as for `price_of`."""
    if not usage or price_of(family, "auto") is None:
        return None
    image = usage.get("input_image_tokens", 0)
    text = usage.get("input_tokens", 0) - image
    return (
        text * _USD_PER_TOKEN["text"]
        + image * _USD_PER_TOKEN["image"]
        + usage.get("output_tokens", 0) * _USD_PER_TOKEN["output"]
    )


log = logging.getLogger(__name__)

FALLBACK = "gpt-image-2.6-flare"
"""Where OpenAI's list cannot be read: the newest of November 2026."""
KEPT_DAYS = 14
"""What shuts down earlier is not chosen any more."""
WARNED_DAYS = 60
LIST_TIMEOUT_S = 20
_LAST_TO_FIRST = ("mini", "sunburst", "", "flare")
"""The fast one is preferred: avatars are small, and somebody waits."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A model as the server lists it."""

    id: str
    shutdown: date | None = None


def choose(listed: Sequence[Listed], today: date, *, avoid: str | None = None) -> Listed | None:
    """The newest gpt-image that stays for a while, "flare" before its siblings, or `None`.

    Snapshots are left out: they retire first.
    """
    last_day = today + timedelta(days=KEPT_DAYS)
    lasting = [m for m in listed if m.id != avoid and (m.shutdown or date.max) >= last_day]
    return max((m for m in lasting if _rank(m)), key=_rank, default=None)


def _rank(model: Listed) -> tuple[tuple[int, int], int] | tuple[()]:
    """How much a model is to be preferred; empty where it is not to be chosen at all."""
    family = family_of(model.id)
    if family.version is None or family.is_snapshot or family.variant not in _LAST_TO_FIRST:
        return ()
    return family.version, _LAST_TO_FIRST.index(family.variant)


async def resolve(
    client: Any,
    options: OpenAIOptions,
    today: date,
    *,
    current: str | None = None,
    avoid: str | None = None,
) -> str:
    """The model to draw with now: the operator's, or the best one that the server lists.

    Where the list cannot be read, it stays with `current`, or what is known without it. `avoid` is
    one that is listed and not there. Raises `BackendError` when that leaves nothing.
    """
    try:
        listed = await _list(client, options)
    except ProviderError as error:
        known = current or (FALLBACK if options.is_official else None)
        known = known if options.model == AUTO else options.model
        if known is None or isinstance(error, KeyRefused):
            raise
        log.warning("%s does not list its models; %s is used", options.address, known)
        return known
    picked = _pick(listed, options, today, avoid)
    _warn_before_shutdown(picked, options, today)
    return picked.id


def _pick(
    listed: Sequence[Listed], options: OpenAIOptions, today: date, avoid: str | None
) -> Listed:
    if options.model != AUTO:
        named = (model for model in listed if model.id == options.model)
        return next(named, Listed(options.model))
    if len(listed) == 1 and not options.is_official:
        return listed[0]
    if (picked := choose(listed, today, avoid=avoid)) is not None:
        return picked
    if not options.is_official:
        raise NotConfigured("openai", "MOEVATAR_OPENAI_MODEL")
    log.warning("OpenAI lists no image model that stays; %s is used", FALLBACK)
    return Listed(FALLBACK)


def _warn_before_shutdown(model: Listed, options: OpenAIOptions, today: date) -> None:
    if model.shutdown and model.shutdown <= today + timedelta(days=WARNED_DAYS):
        log.warning("%s shuts %s down on %s", options.address, model.id, model.shutdown)


async def _list(client: Any, options: OpenAIOptions) -> tuple[Listed, ...]:
    """What the server lists. Raises `ProviderError`.

    `KeyRefused` is raised only for a wrong key: one may be allowed to draw and not to list.
    """
    import openai

    try:
        answer = await client.models.with_raw_response.list(timeout=LIST_TIMEOUT_S)
        return _read(json.loads(answer.http_response.content))
    except openai.APIError as error:
        log.info("%s lists no models: %s", options.address, describe(error))
        if isinstance(error, openai.AuthenticationError) and error.code == "invalid_api_key":
            raise KeyRefused(options.provider) from None
        translated = translate(error, options, options.model)
        if isinstance(translated, ProviderError) and not isinstance(translated, KeyRefused):
            raise translated from None
        raise BadAnswer(options.provider) from None
    except (ValueError, TypeError, KeyError, AttributeError):
        raise BadAnswer(options.provider) from None


def _read(body: Any) -> tuple[Listed, ...]:
    models = cast(list[dict[str, Any]], body["data"])
    return tuple(Listed(str(m["id"]), _date(m.get("shutdown_date"))) for m in models)


def _date(text: object) -> date | None:
    """The day of "2026-12-01", or of a longer form that begins so."""
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return None
