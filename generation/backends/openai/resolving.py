"""Which model "auto" stands for. OpenAI retires its image models every few months."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

from generation.backends.openai.errors import describe, translate
from generation.backends.openai.models import family_of
from generation.backends.openai.options import AUTO, OpenAIOptions
from generation.errors import BadAnswer, KeyRefused, NotConfigured, ProviderError

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
